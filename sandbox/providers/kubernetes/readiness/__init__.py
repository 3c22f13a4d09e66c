"""When an object is ready, and why it is not: one module for each family of kinds."""

from __future__ import annotations

from collections.abc import Callable

from ..annotations import SKIP_AWAIT, WAIT_FOR, annotation, is_set
from ..cluster import Cluster
from ..kinds import Object, kind_of_object
from . import networking, others, storage, workloads
from .conditions import check_conditions
from .verdict import READY, Verdict

_CHECKS: dict[str, Callable[[Object, Cluster], Verdict]] = {
    "/ConfigMap": others.config_map,
    "/Namespace": others.namespace,
    "/PersistentVolume": storage.volume,
    "/PersistentVolumeClaim": storage.claim,
    "/Pod": workloads.pod,
    "/ReplicationController": workloads.replication_controller,
    "/ResourceQuota": others.resource_quota,
    "/Secret": others.secret,
    "/Service": networking.service,
    "apiextensions.k8s.io/CustomResourceDefinition": others.custom_resource_definition,
    "apps/DaemonSet": workloads.daemon_set,
    "apps/Deployment": workloads.deployment,
    "apps/StatefulSet": workloads.stateful_set,
    "batch/Job": workloads.job,
    "networking.k8s.io/Ingress": networking.ingress,
}

#: Kinds that a refresh reports as unready; of others it only notes the state.
_REPORTED_BY_REFRESH = frozenset(
    {
        "/Pod",
        "/Service",
        "apps/DaemonSet",
        "apps/Deployment",
        "apps/StatefulSet",
        "batch/Job",
        "networking.k8s.io/Ingress",
    }
)


def check(live: Object, declared: Object, cluster: Cluster) -> Verdict:
    """Tell whether a live object is ready: as the program wants it, or else as its kind does."""
    if is_set(declared, SKIP_AWAIT):
        return READY
    if wanted := annotation(declared, WAIT_FOR):
        return check_conditions(wanted, live)
    kind = kind_of_object(live)
    by_kind = _CHECKS.get(f"{kind.group}/{kind.name}")
    return by_kind(live, cluster) if by_kind else READY


def is_reported_by_refresh(live: Object) -> bool:
    """Tell whether a refresh reports an unready object of this kind."""
    kind = kind_of_object(live)
    return f"{kind.group}/{kind.name}" in _REPORTED_BY_REFRESH
