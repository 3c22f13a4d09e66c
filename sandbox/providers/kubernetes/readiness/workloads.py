"""Deployments, stateful sets, daemon sets, pods and jobs.

Conditions for readiness: pulumi-kubernetes provider/pkg/await/{deployment,statefulset,daemonset,
pod,job}.go.
"""

from __future__ import annotations

from ..cluster import Cluster
from ..kinds import Object
from .verdict import (
    READY,
    UNSEEN,
    Verdict,
    condition,
    holds,
    is_observed,
    status_of,
    told,
    waiting,
)

_REVISION = "deployment.kubernetes.io/revision"
_ROLLED_OUT = "NewReplicaSetAvailable"


def deployment(obj: Object, cluster: Cluster) -> Verdict:
    """Rolled out: the newest replica set has all its pods ready, and enough are available."""
    del cluster
    if not is_observed(obj):
        return UNSEEN
    status, wanted = status_of(obj), obj["spec"].get("replicas", 1)
    progressing, available = condition(obj, "Progressing"), condition(obj, "Available")
    ready = min(status.get("updatedReplicas", 0), status.get("readyReplicas", 0))
    # The first revision is made, not rolled out; there may be no progress to report.
    is_first = obj["metadata"].get("annotations", {}).get(_REVISION) == "1"
    rolled_out = is_first or (
        progressing.get("status") == "True" and progressing.get("reason") == _ROLLED_OUT
    )
    if ready >= wanted and holds(obj, "Available") and rolled_out:
        return READY
    return waiting(
        f"{ready} of {wanted} updated pods are ready", told(progressing), told(available)
    )


def stateful_set(obj: Object, cluster: Cluster) -> Verdict:
    """All pods ready and of the newest revision (unless pods are updated by deleting them)."""
    del cluster
    if not is_observed(obj):
        return UNSEEN
    status, wanted = status_of(obj), obj["spec"].get("replicas", 1)
    counts = [status.get("replicas", 0), status.get("readyReplicas", 0)]
    strategy = obj["spec"].get("updateStrategy", {}).get("type")
    by_deleting = strategy == "OnDelete" and obj["metadata"].get("generation", 1) > 1
    if not by_deleting:
        counts.append(status.get("currentReplicas", 0))
        if status.get("currentRevision") != status.get("updateRevision"):
            return waiting(
                f"{status.get('updatedReplicas', 0)} of {wanted} pods are of revision "
                f"{status.get('updateRevision')}"
            )
    if all(one == wanted for one in counts):
        return READY
    return waiting(f"{status.get('readyReplicas', 0)} of {wanted} pods are ready")


def daemon_set(obj: Object, cluster: Cluster) -> Verdict:
    """Updated and available on every node it belongs on."""
    del cluster
    if not is_observed(obj):
        return UNSEEN
    status = status_of(obj)
    wanted = status.get("desiredNumberScheduled", 0)
    ready = min(status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0))
    if ready >= wanted:
        return READY
    return waiting(f"{ready} of {wanted} nodes run the updated pod")


def replication_controller(obj: Object, cluster: Cluster) -> Verdict:
    """As many pods available as declared."""
    del cluster
    wanted, available = obj["spec"].get("replicas", 1), status_of(obj).get("availableReplicas", 0)
    return READY if available == wanted else waiting(f"{available} of {wanted} pods are available")


def pod(obj: Object, cluster: Cluster) -> Verdict:
    """Ready, or done with success."""
    del cluster
    if status_of(obj).get("phase") == "Succeeded" or holds(obj, "Ready"):
        return READY
    return waiting(f"the pod is {status_of(obj).get('phase', 'Pending')}", *pod_complaints(obj))


def job(obj: Object, cluster: Cluster) -> Verdict:
    """Complete; a failed job stays failed."""
    del cluster
    if holds(obj, "Complete"):
        return READY
    if holds(obj, "Failed"):
        return Verdict((f"the job failed: {told(condition(obj, 'Failed'))}",), final=True)
    status, wanted = status_of(obj), obj["spec"].get("completions", 1)
    return waiting(
        f"{status.get('succeeded', 0)} of {wanted} pods succeeded, {status.get('failed', 0)} failed"
    )


def pod_complaints(obj: Object) -> list[str]:
    """Return what a pod that is not ready says about itself."""
    complaints = [
        told(condition(obj, name))
        for name in ("PodScheduled", "Initialized", "Ready")
        if condition(obj, name).get("status") == "False"
    ]
    status = status_of(obj)
    for group in ("initContainerStatuses", "containerStatuses"):
        for one in status.get(group) or ():
            state = one.get("state", {})
            found = state.get("waiting") or state.get("terminated") or {}
            if found.get("reason") not in (None, "Completed", "ContainerCreating"):
                message = f": {found['message']}" if found.get("message") else ""
                complaints.append(f"container {one['name']}: {found['reason']}{message}")
    return [one for one in complaints if one]
