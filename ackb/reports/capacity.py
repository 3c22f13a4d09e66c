"""What a cluster has, what is requested of it, and what is used: by node and by namespace.

Serves S2-44 (CPU requests of the nodes, 28.13 % and 35.63 % there), S2-45 (use of a node below
60 %), S3-02 (below 5 % is waste) and S3-20 (pods, Deployments and ReplicaSets of each namespace).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from ackb.domain.pod_resources import Amounts, amounts, of_pod, total
from ackb.domain.quantity import parse
from ackb.reports.live import (
    INSTANCE_TYPE,
    Live,
    Object,
    allocatable,
    is_ready,
    labels_of,
    name_of,
    namespace_of,
    node_of,
    phase_of,
)

PARTS: Final = (
    "nodes",
    "pods",
    "namespaces",
    "deployments",
    "replica_sets",
    "node_usage",
    "pod_usage",
)
"""What is looked at, as attributes of `Live`."""
IDLE: Final = Fraction(5, 100)
"""CPU use of a machine below which it is waste (S3-02)."""
BUSY: Final = Fraction(60, 100)
"""CPU use of a machine above which it should not stay (S2-45)."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of what there is, as fractions of 1; None where that is not known."""

    cpu: Fraction | None
    memory: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node.

    Attributes:
        name: its name.
        instance_type: ECS instance type; empty for a virtual node.
        virtual: it stands for ECI, whose room is no machine's: it has no shares.
        ready: it reports Ready.
        allocatable: what pods may use.
        requested: what its pods request.
        limits: what its pods may use at most.
        used: what its pods and system use; None without metrics.
        pods: its pods.
        most_pods: pods that it may hold.
    """

    name: str
    instance_type: str
    virtual: bool
    ready: bool
    allocatable: Amounts
    requested: Amounts
    limits: Amounts
    used: Amounts | None
    pods: int
    most_pods: int

    def share(self, part: Amounts | None) -> Share:
        """`part` of what can be allocated."""
        return share_of(None if self.virtual else part, self.allocatable)

    @property
    def idle(self) -> bool:
        """A machine whose CPU is used so little that it is waste."""
        used = self.share(self.used).cpu
        return used is not None and used < IDLE

    @property
    def busy(self) -> bool:
        """A machine whose CPU is used more than it should be."""
        used = self.share(self.used).cpu
        return used is not None and used > BUSY


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """One namespace.

    Attributes:
        name: its name.
        owner: who answers for it.
        phases: number of its pods in each phase.
        on_ecs: active pods on machines.
        on_eci: active pods on ECI.
        deployments: number of Deployments.
        replica_sets: number of ReplicaSets that keep pods.
        old_replica_sets: number of those that are kept for a rollback only.
        requested: what its active pods request.
        limits: what they may use at most.
        used: what they use; None without metrics.
    """

    name: str
    owner: str
    phases: Mapping[str, int]
    on_ecs: int
    on_eci: int
    deployments: int
    replica_sets: int
    old_replica_sets: int
    requested: Amounts
    limits: Amounts
    used: Amounts | None

    @property
    def pods(self) -> int:
        """Number of its pods."""
        return sum(self.phases.values())

    @property
    def use(self) -> Share:
        """What is used of what is requested."""
        return share_of(self.used, self.requested)


@dataclass(frozen=True)
class Capacity:
    """Nodes and namespaces by name, machines first."""

    live: Live
    nodes: tuple[Node, ...]
    namespaces: tuple[Namespace, ...]

    @property
    def machines(self) -> tuple[Node, ...]:
        """The nodes that are machines."""
        return tuple(node for node in self.nodes if not node.virtual)

    @property
    def allocatable(self) -> Amounts:
        """What all machines have for pods."""
        return total(node.allocatable for node in self.machines)

    @property
    def requested(self) -> Share:
        """Requests on machines of what they have."""
        return share_of(total(node.requested for node in self.machines), self.allocatable)

    @property
    def used(self) -> Share:
        """Use of machines of what they have."""
        known = [node.used for node in self.machines if node.used is not None]
        whole = None if len(known) < len(self.machines) else total(known)
        return share_of(whole, self.allocatable)

    @property
    def measured(self) -> bool:
        """The cluster has metrics."""
        return self.live.node_usage is not None

    def fields(self) -> dict[str, Any]:
        """Everything as plain data; shares in percent."""
        return {
            "requested_percent": _percents(self.requested),
            "used_percent": _percents(self.used),
            "nodes": [_node_fields(node) for node in self.nodes],
            "namespaces": [_namespace_fields(one) for one in self.namespaces],
        }


def share_of(part: Amounts | None, whole: Amounts) -> Share:
    """`part` of `whole`; None where there is nothing to take a part of."""
    if part is None:
        return Share(cpu=None, memory=None)
    return Share(
        cpu=part.cpu / whole.cpu if whole.cpu else None,
        memory=part.memory / whole.memory if whole.memory else None,
    )


def compute(live: Live) -> Capacity:
    """Sum up nodes and namespaces."""
    usage = {name_of(one): amounts(one.get("usage")) for one in live.node_usage or ()}
    nodes = [_node(live, node, usage) for node in live.nodes]
    nodes.sort(key=lambda node: (node.virtual, node.name))
    names = sorted({*live.namespace_labels, *(namespace_of(pod) for pod in live.pods)})
    return Capacity(live, tuple(nodes), tuple(_namespace(live, name) for name in names))


def _node(live: Live, node: Object, usage: Mapping[str, Amounts]) -> Node:
    name = name_of(node)
    pods = live.by_node.get(name, [])
    return Node(
        name=name,
        instance_type=labels_of(node).get(INSTANCE_TYPE, ""),
        virtual=name in live.virtual,
        ready=is_ready(node),
        allocatable=allocatable(node),
        requested=live.requested_on(name),
        limits=_limits(pods),
        used=usage.get(name),
        pods=len(pods),
        most_pods=int(parse((node["status"].get("allocatable") or {}).get("pods") or 0)),
    )


def _namespace(live: Live, name: str) -> Namespace:
    pods = _of(live.pods, name)
    active = _of(live.active, name)
    placed = [node_of(pod) for pod in active if node_of(pod)]
    on_eci = sum(node in live.virtual for node in placed)
    sets = _of(live.replica_sets, name)
    kept = sum(bool(one["spec"].get("replicas")) for one in sets)
    used = None
    if live.pod_usage is not None:
        metrics = _of(live.pod_usage, name)
        used = total(amounts(box.get("usage")) for one in metrics for box in one["containers"])
    return Namespace(
        name=name,
        owner=live.owner_of({"metadata": {"namespace": name}}),
        phases=dict(sorted(Counter(phase_of(pod) for pod in pods).items())),
        on_ecs=len(placed) - on_eci,
        on_eci=on_eci,
        deployments=len(_of(live.deployments, name)),
        replica_sets=kept,
        old_replica_sets=len(sets) - kept,
        requested=total(of_pod(pod["spec"]) for pod in active),
        limits=_limits(active),
        used=used,
    )


def _of(objects: Iterable[Object], namespace: str) -> list[Object]:
    return [one for one in objects if namespace_of(one) == namespace]


def _limits(pods: Sequence[Object]) -> Amounts:
    return total(of_pod(pod["spec"], "limits") for pod in pods)


def _percents(share: Share) -> dict[str, float | None]:
    return {"cpu": percent(share.cpu), "memory": percent(share.memory)}


def percent(share: Fraction | None) -> float | None:
    """A share in percent with two decimals, as consoles show it."""
    return None if share is None else round(float(share) * 100, 2)


def _node_fields(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "instance_type": node.instance_type,
        "virtual": node.virtual,
        "ready": node.ready,
        "allocatable": node.allocatable.plain(),
        "requested": node.requested.plain(),
        "limits": node.limits.plain(),
        "used": node.used.plain() if node.used else None,
        "requested_percent": _percents(node.share(node.requested)),
        "limits_percent": _percents(node.share(node.limits)),
        "used_percent": _percents(node.share(node.used)),
        "pods": node.pods,
        "most_pods": node.most_pods,
        "idle": node.idle,
        "busy": node.busy,
    }


def _namespace_fields(one: Namespace) -> dict[str, Any]:
    return {
        "name": one.name,
        "owner": one.owner,
        "pods": one.pods,
        "phases": dict(one.phases),
        "on_ecs": one.on_ecs,
        "on_eci": one.on_eci,
        "deployments": one.deployments,
        "replica_sets": one.replica_sets,
        "old_replica_sets": one.old_replica_sets,
        "requested": one.requested.plain(),
        "limits": one.limits.plain(),
        "used": one.used.plain() if one.used else None,
        "used_percent_of_requested": _percents(one.use),
    }
