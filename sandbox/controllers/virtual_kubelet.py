"""The virtual kubelet: each pod on a virtual node is an ECI instance."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud.cs.kinds import CLUSTER_TAG
from sandbox.cloud.errors import CloudError
from sandbox.controllers import eci_profile, events
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.eci_request import (
    INSTANCE_ID,
    PREFIX,
    Request,
    instance_name,
    refusal,
    request,
)
from sandbox.controllers.node_objects import on_virtual_node
from sandbox.kube.client import ApiError, Object

_SOURCE = "virtual-kubelet"
_THROTTLED = "Throttling.User"
_STARTING_SECONDS = 0.1
_THROTTLED_SECONDS = 0.5
_FAILED_SECONDS = 5.0
_REFUSED_SECONDS = 10.0
_NO_ADDRESS = ("InvalidVSwitchId.IpNotEnough", "OperationDenied.NoStock")
_DONE = ("Succeeded", "Failed")


class VirtualKubelet:
    """Creates the instance of a pod, tells Kubernetes of it, and deletes it with the pod."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context
        self._starting: dict[str, str] = {}
        """Instances that do not run yet, by the uid of their pod."""
        self._attempts: Counter[str] = Counter()
        self._seen: dict[str, dict[str, Any]] = {}
        self._seen_at = 0.0

    def key(self, kind: str, obj: Object) -> Key | None:
        """The pod on a virtual node (by uid too, since names return) and its instance."""
        if kind != "Pod" or not on_virtual_node(obj):
            return None
        metadata = obj["metadata"]
        instance_id = (metadata.get("annotations") or {}).get(INSTANCE_ID, "")
        return (metadata["namespace"], metadata["name"], metadata["uid"], instance_id)

    def keys_at_start(self) -> list[Key]:
        """All pods on virtual nodes, and instances whose pods went while nobody looked."""
        keys = [self.key("Pod", pod) for pod in self._context.objects("Pod")]
        return [*(key for key in keys if key is not None), EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Create or delete one instance."""
        if key == EVERYTHING:
            self._delete_dangling()
            return None
        namespace, name, uid, instance_id = key
        pod = self._context.informers["Pod"].get(name, namespace)
        if pod is None or pod["metadata"]["uid"] != uid or pod["status"].get("phase") in _DONE:
            self._delete(instance_id or self._starting.pop(uid, ""))
            return None
        if instance_id or INSTANCE_ID in (pod["metadata"].get("annotations") or {}):
            return None
        if "deletionTimestamp" in pod["metadata"]:
            return None
        return self._create(pod)

    def _create(self, pod: Object) -> float | None:
        uid = pod["metadata"]["uid"]
        if uid not in self._starting:
            reason = refusal(pod)
            if reason:
                events.warn(self._context.client, pod, _SOURCE, "ProviderFailed", reason)
                return _REFUSED_SECONDS
            try:
                self._starting[uid] = self._create_instance(self._request(pod), uid)
            except CloudError as error:
                if error.code == _THROTTLED:
                    return _THROTTLED_SECONDS
                self._warn_of(pod, str(error))
                raise
        instance_id = self._starting[uid]
        group = self._group(instance_id)
        if group is not None and group["Status"] in ("Scheduling", "Pending"):
            return _STARTING_SECONDS
        del self._starting[uid]
        if group is None or group["Status"] != "Running":
            status = "gone" if group is None else group["Status"]
            self._warn_of(pod, f"the ECI instance {instance_id} is {status}")
            self._delete(instance_id)
            self._attempts[uid] += 1
            return _FAILED_SECONDS
        try:
            self._tell(pod, group)
        except ApiError as error:
            if error.status != 404:
                raise
            self._delete(instance_id)  # the pod went meanwhile
        return None

    def _request(self, pod: Object) -> Request:
        profile = eci_profile.read(self._context.client)
        zones = {one: self._context.cloud.vpc.vswitch(one)["ZoneId"] for one in profile.vswitch_ids}
        return request(pod, profile.vswitch_ids, profile.security_group_id, zones)

    def _warn_of(self, pod: Object, message: str) -> None:
        events.warn(self._context.client, pod, _SOURCE, "ProviderCreateFailed", message)

    def _group(self, instance_id: str) -> dict[str, Any] | None:
        """The instance; many pods that start at once share one look at the cloud."""
        now = time.monotonic()
        if now - self._seen_at > _STARTING_SECONDS / 2 or instance_id not in self._seen:
            groups = self._context.backend.container_groups(self._context.cluster_id)
            self._seen = {group["ContainerGroupId"]: group for group in groups}
            self._seen_at = now
        return self._seen.get(instance_id)

    def _create_instance(self, wanted: Request, uid: str) -> str:
        """The pod's uid is in the client token: a repetition after a kill makes no second one."""
        context = self._context
        for vswitch_id in wanted.vswitch_ids:
            try:
                answer = context.cloud.eci.create_container_group(
                    region_id=context.cloud.region,
                    container_group_name=wanted.name,
                    vswitch_id=vswitch_id,
                    security_group_id=wanted.security_group_id,
                    cpu=wanted.cpu,
                    memory=wanted.memory,
                    containers=wanted.containers,
                    spot_strategy=wanted.spot_strategy,
                    tags={CLUSTER_TAG: context.cluster_id},
                    client_token=f"{uid}/{self._attempts[uid]}/{vswitch_id}",
                )
            except CloudError as error:
                if error.code not in _NO_ADDRESS or vswitch_id == wanted.vswitch_ids[-1]:
                    raise
            else:
                return str(answer["ContainerGroupId"])
        raise CloudError("MissingParameter", "The eci-profile names no vSwitch.")

    def _tell(self, pod: Object, group: dict[str, Any]) -> None:
        """Address first; then the annotation, which lets the pod start (21-pod-ready.yaml)."""
        client, address = self._context.client, group["IntranetIp"]
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        status = {
            "hostIP": address,
            "hostIPs": [{"ip": address}],
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": now,
        }
        client.patch(pod, {"status": status}, "status")
        annotations = {
            INSTANCE_ID: group["ContainerGroupId"],
            f"{PREFIX}eci-instance-spec": f"{group['Cpu']}-{group['Memory']}Gi",
            f"{PREFIX}eci-instance-cpu": str(group["Cpu"]),
            f"{PREFIX}eci-instance-mem": str(group["Memory"]),
            f"{PREFIX}eci-instance-zone": group["ZoneId"],
            f"{PREFIX}eci-vswitch": group["VSwitchId"],
            f"{PREFIX}eci-security-group": group["SecurityGroupId"],
            f"{PREFIX}eni-instance-id": group["EniInstanceId"],
        }
        client.patch(pod, {"metadata": {"annotations": annotations}})

    def _delete(self, instance_id: str) -> None:
        if not instance_id:
            return
        try:
            self._context.cloud.eci.delete_container_group(container_group_id=instance_id)
        except CloudError as error:
            if error.code != "NoSuchResource":
                raise

    def _delete_dangling(self) -> None:
        """Delete instances whose pods went while nobody watched."""
        annotated, unfinished = set(), set()
        for pod in self._context.objects("Pod"):
            if on_virtual_node(pod):
                metadata = pod["metadata"]
                annotated.add((metadata.get("annotations") or {}).get(INSTANCE_ID))
                unfinished.add(instance_name(pod))
        for group in self._context.backend.container_groups(self._context.cluster_id):
            # An instance that no pod knows may still be that of a pod under way, by its name.
            known = group["ContainerGroupId"] in annotated
            if not known and group["ContainerGroupName"] not in unfinished:
                self._delete(group["ContainerGroupId"])
