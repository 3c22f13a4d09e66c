"""Lets gated pods go, and keeps the deletion cost of bound ones."""

from __future__ import annotations

from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key
from sandbox.controllers.resource_policy import changes
from sandbox.controllers.resource_policy.decision import UNITS, is_gated, releases
from sandbox.controllers.resource_policy.policy import Policy, not_simulated, read
from sandbox.kube.client import ApiError, Object, path_of

_SOURCE = "resource-policy"
_NOT_FOUND, _INVALID = 404, 422


class ResourcePolicies:
    """One namespace at a time, always from fresh lists of its pods and policies."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """The namespace, when a policy or a pod under one has changed in a way that matters."""
        namespace = obj["metadata"].get("namespace", "")
        if kind == "ResourcePolicy":
            return (namespace,)
        if kind == "Pod" and (self._is_open(obj) or self._frees_a_place(obj)):
            return (namespace,)
        return None

    def keys_at_start(self) -> list[Key]:
        """All namespaces with policies or gated pods."""
        gated = filter(is_gated, self._context.objects("Pod"))
        found = [*self._context.objects("ResourcePolicy"), *gated]
        return list({(obj["metadata"]["namespace"],) for obj in found})

    def reconcile(self, key: Key) -> float | None:
        """Decide on the pods of a namespace."""
        (namespace,) = key
        pods = self._listed("Pod", namespace)
        # After the pods: the policy that gated a pod is in this list, or deleted.
        objects = self._listed("ResourcePolicy", namespace)
        policies = [read(obj) for obj in objects]
        for obj in objects:
            for sentence in not_simulated(obj):
                events.warn(self._context.client, obj, _SOURCE, "NotSimulated", sentence)
        nodes = {node["metadata"]["name"]: node for node in self._context.objects("Node")}
        taken: set[str] = set()
        for policy in policies:
            mine = [
                pod for pod in pods if policy.selects(pod) and pod["metadata"]["uid"] not in taken
            ]
            taken.update(pod["metadata"]["uid"] for pod in mine)
            self._apply(policy, mine, nodes)
        for pod in pods:
            # Its policy was deleted while it waited.
            if is_gated(pod) and pod["metadata"]["uid"] not in taken:
                self._patch(pod, changes.without_gate(pod))
        return None

    def _apply(self, policy: Policy, pods: list[Object], nodes: dict[str, Object]) -> None:
        for pod in pods:
            unit = policy.unit_of(nodes.get(pod["spec"].get("nodeName", "")))
            if unit is not None and "deletionTimestamp" not in pod["metadata"]:
                change = changes.settle(policy, pod, unit)
                if change is not None:
                    self._patch(pod, change)
        for release in releases(policy, pods, nodes):
            change = changes.release(policy, release.pod, release.units)
            try:
                self._patch(release.pod, change)
            except ApiError as error:
                if error.status != _INVALID:
                    raise
                # Better a pod that goes anywhere than one that waits for ever.
                events.warn(
                    self._context.client, release.pod, _SOURCE, "PlacementFailed", error.message
                )
                self._patch(release.pod, changes.without_gate(release.pod))

    def _patch(self, pod: Object, change: Object) -> None:
        try:
            self._context.client.patch(pod, change)
        except ApiError as error:
            if error.status != _NOT_FOUND:
                raise

    def _listed(self, kind: str, namespace: str) -> list[Object]:
        answer = self._context.client.get(path_of(kind, namespace=namespace))
        type_of = {"kind": kind, "apiVersion": answer["apiVersion"]}
        return [{**item, **type_of} for item in answer["items"]]

    def _is_open(self, pod: Object) -> bool:
        """Whether the pod waits for a decision, or is bound and not yet marked."""
        if is_gated(pod):
            return True
        annotations = pod["metadata"].get("annotations") or {}
        if not pod["spec"].get("nodeName"):
            return False
        if UNITS in annotations:
            return True
        return changes.DELETION_COST not in annotations and any(
            read(policy).selects(pod) for policy in self._context.objects("ResourcePolicy")
        )

    def _frees_a_place(self, pod: Object) -> bool:
        """Whether the pod goes while others of its namespace wait."""
        metadata = pod["metadata"]
        there = self._context.informers["Pod"].get(metadata["name"], metadata["namespace"])
        if there is not None and "deletionTimestamp" not in metadata:
            return False
        policies = self._context.objects("ResourcePolicy")
        if all(one["metadata"]["namespace"] != metadata["namespace"] for one in policies):
            return False  # nobody waits; thousands of pods may go at once
        return any(
            is_gated(other) and other["metadata"]["namespace"] == metadata["namespace"]
            for other in self._context.objects("Pod")
        )
