"""Spot instances that the market takes back: a notice on the pod, then the pod has failed."""

from __future__ import annotations

from sandbox.cloud.cs.kinds import CLUSTER_TAG
from sandbox.controllers import events
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.virtual_kubelet import statuses
from sandbox.controllers.virtual_kubelet.request import INSTANCE_ID
from sandbox.kube.client import ApiError, Object

_SOURCE = "virtual-kubelet"
_NOT_FOUND, _CONFLICT = 404, 409
_NOTICE = "the spot instance {instance} will be released in about three minutes"
_RELEASED = "the spot instance {instance} was released"


class SpotReleases:
    """Follows the notices of the simulated market; there is nothing to do without one."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: set[str] = set()

    def key(self, kind: str, obj: Object) -> Key | None:
        """Nothing: only the market starts this."""
        return None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Tell of notices, and let the pods fail whose instances have expired."""
        eci = self._context.cloud.eci
        notices = eci.spot_notices({CLUSTER_TAG: self._context.cluster_id})
        if not notices:
            return None
        now = self._context.cloud.clock.now()
        pods = self._pods()
        moments = []
        for notice in notices:
            instance_id = notice["ContainerGroupId"]
            pod = pods.get(instance_id)
            if pod is None or now >= notice["ReleaseAt"]:
                if pod is not None:
                    self._expire(pod, instance_id)
                eci.forget_spot_notice(instance_id)
                self._told.discard(instance_id)
                continue
            if now >= notice["NoticeAt"] and instance_id not in self._told:
                message = _NOTICE.format(instance=instance_id)
                events.warn(self._context.client, pod, _SOURCE, "SpotToBeReleased", message)
                self._told.add(instance_id)
            moments += [one for one in (notice["NoticeAt"], notice["ReleaseAt"]) if one > now]
        return max(0.0, min(moments) - now) if moments else None

    def _pods(self) -> dict[str, Object]:
        """The pods on ECI by their instances."""
        return {
            instance_id: pod
            for pod in self._context.objects("Pod")
            if (instance_id := (pod["metadata"].get("annotations") or {}).get(INSTANCE_ID))
        }

    def _expire(self, pod: Object, instance_id: str) -> None:
        message = _RELEASED.format(instance=instance_id)
        try:
            self._context.client.write(pod, statuses.expired(pod, message), "status")
        except ApiError as error:
            if error.status not in (_NOT_FOUND, _CONFLICT):
                raise
