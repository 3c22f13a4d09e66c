"""Looks at a running stack: its cluster through the kubeconfig, its ECI instances in the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ackb.domain.problems import InvalidInput, Problem
from ackb.domain.tags import Tag

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.reports.live import Live
    from sandbox.providers.kubernetes.rest import Rest

_PAGE: Final = "500"
"""Objects of one answer of the API server: what kubectl asks for too."""
_NOT_SERVED: Final = (404, 503)
"""The kind does not exist, or an aggregated API such as that of metrics does not answer."""
_ECI_PAGE: Final = 20
"""Most instances of one answer: https://help.aliyun.com/document_detail/90343.html"""

_PATHS: Final = {
    "nodes": "/api/v1/nodes",
    "pods": "/api/v1/pods",
    "namespaces": "/api/v1/namespaces",
    "deployments": "/apis/apps/v1/deployments",
    "replica_sets": "/apis/apps/v1/replicasets",
    "recommendations": "/apis/autoscaling.k8s.io/v1/verticalpodautoscalers",
    "policies": "/apis/scheduling.alibabacloud.com/v1alpha1/resourcepolicies",
    "spreads": "/apis/apps.kruise.io/v1alpha1/workloadspreads",
    "node_usage": "/apis/metrics.k8s.io/v1beta1/nodes",
    "pod_usage": "/apis/metrics.k8s.io/v1beta1/pods",
}
"""Parts of `Live` that are read from the cluster."""
_NONE_WHERE_UNKNOWN: Final = ("policies", "spreads")
_MAY_BE_MISSING: Final = (*_NONE_WHERE_UNKNOWN, "recommendations", "node_usage", "pod_usage")
_INSTANCES: Final = "instances"


def look(stack: Stack, parts: tuple[str, ...]) -> Live:
    """Read some parts of a running stack.

    Raises:
        InvalidInput: the stack is not up, has no cluster, or the cluster cannot be asked.
        CallFailed: Alibaba Cloud did not list the instances.
    """
    from ackb.reports.live import Live

    outputs = _outputs(stack)
    cluster_id, region = str(outputs["cluster_id"]), str(outputs["region"])
    found = _objects(_rest(stack, outputs), stack, [one for one in parts if one != _INSTANCES])
    if _INSTANCES in parts:
        found[_INSTANCES] = list(_instances(stack, region))
    return Live(
        stack=stack.name,
        region=region,
        cluster_id=cluster_id,
        simulated=stack.simulated,
        owner=stack.settings().tags.get(Tag.OWNER, ""),
        read_at=datetime.now(UTC),
        **found,
    )


def _outputs(stack: Stack) -> dict[str, Any]:
    found = stack.outputs()
    missing = [key for key in ("cluster_id", "region", "kubeconfig") if not found.get(key)]
    if missing:
        why = "is not up, or has no cluster" if found else "is not up"
        raise _problem(stack, why, f"run `ackb up {stack.name}` first")
    return found


def _rest(stack: Stack, outputs: dict[str, Any]) -> Rest:
    from ackb.cli.results import write_kubeconfig
    from sandbox.providers.kubernetes.access import read_kubeconfig
    from sandbox.providers.kubernetes.rest import Rest

    return Rest(read_kubeconfig(str(write_kubeconfig(stack, outputs))))


def _objects(rest: Rest, stack: Stack, parts: list[str]) -> dict[str, Any]:
    from sandbox.providers.kubernetes.rest import ApiError, Unreachable

    found: dict[str, Any] = {}
    for part in parts:
        try:
            found[part] = list(_all(rest, _PATHS[part]))
        except ApiError as error:
            if part not in _MAY_BE_MISSING or error.status not in _NOT_SERVED:
                why = f"does not show its {part.replace('_', ' ')} ({error.message})"
                fix = "give the account behind the kubeconfig the right to list them"
                raise _problem(stack, why, fix) from None
            found[part] = [] if part in _NONE_WHERE_UNKNOWN else None
        except Unreachable as error:
            why = f"has a cluster that cannot be asked: {error}"
            fix = "run `ackb sandbox start`" if stack.simulated else "check the network"
            raise _problem(stack, why, fix) from None
    return found


def _all(rest: Rest, path: str) -> Iterator[dict[str, Any]]:
    """All objects of a collection, page by page."""
    query = {"limit": _PAGE}
    while True:
        answer = rest.call("GET", path, query=query)
        yield from answer.get("items") or ()
        more = (answer.get("metadata") or {}).get("continue")
        if not more:
            return
        query = {"limit": _PAGE, "continue": more}


def _instances(stack: Stack, region: str) -> Iterator[dict[str, Any]]:
    """The ECI instances of the region."""
    if stack.simulated:
        from sandbox.cloud.cloud import Cloud

        cloud = Cloud.open(stack.workplace.home.cloud_db)
        yield from cloud.eci.describe_container_groups(region_id=region)["ContainerGroups"]
        return
    from ackb.alibaba import Account

    action = "DescribeContainerGroups"
    yield from Account(region).pages("eci", action, "ContainerGroups", limit=_ECI_PAGE)


def _problem(stack: Stack, why: str, fix: str) -> InvalidInput:
    return InvalidInput([Problem("REP-01", "STACK", stack.name, why, fix)])
