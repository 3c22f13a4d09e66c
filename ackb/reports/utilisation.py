"""Who uses the machines: online and offline pods, by tier, QoS class and node.

Serves S3-01 and S3-02 (machines below 5 % of CPU are waste, work that can wait fills them) and
S3-20 (use of CPU and memory). Pods on ECI use no machine and are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain.pod_resources import Amounts, amounts, of_pod, total
from ackb.domain.tiers import LABEL, Tier
from ackb.reports import capacity
from ackb.reports.capacity import Capacity, Node, Share, percent, share_of
from ackb.reports.live import Live, Object, labels_of, name_of, namespace_of, node_of

PARTS: Final = ("nodes", "pods", "namespaces", "node_usage", "pod_usage")
"""What is looked at, as attributes of `Live`."""
OTHER: Final = "other"
"""Pods without a tier."""
QOS_CLASSES: Final = ("Guaranteed", "Burstable", "BestEffort")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Pods on machines that have something in common.

    Attributes:
        name: a tier, or a QoS class.
        pods: number of them.
        requested: what they request.
        used: what they use; None without metrics.
    """

    name: str
    pods: int
    requested: Amounts
    used: Amounts | None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine and who uses it.

    Attributes:
        node: its capacity, requests and use as a whole.
        used: what the pods of each tier use; empty without metrics.
    """

    node: Node
    used: Mapping[str, Amounts]

    def share(self, tier: str) -> Share:
        """What a tier uses of what pods may use of the machine."""
        return share_of(self.used.get(tier) if self.used else None, self.node.allocatable)


@dataclass(frozen=True)
class Utilisation:
    """Tiers in the order of what they matter, QoS classes best first, machines by name."""

    live: Live
    capacity: Capacity
    tiers: tuple[Group, ...]
    qos: tuple[Group, ...]
    machines: tuple[Machine, ...]

    @property
    def idle(self) -> tuple[str, ...]:
        """Machines whose CPU is used so little that they are waste."""
        return tuple(one.node.name for one in self.machines if one.node.idle)

    def share(self, tier: str) -> Share:
        """What a tier uses of all machines."""
        used = next((one.used for one in self.tiers if one.name == tier), Amounts())
        return share_of(used if self.measured else None, self.capacity.allocatable)

    @property
    def unused(self) -> Amounts | None:
        """What online pods request and do not use, which offline ones could; never below 0."""
        online = next((one for one in self.tiers if one.name == Tier.ONLINE), None)
        if online is None or online.used is None:
            return None
        left = online.requested - online.used
        return Amounts(max(left.cpu, Amounts().cpu), max(left.memory, Amounts().memory))

    @property
    def measured(self) -> bool:
        """The cluster has metrics of pods."""
        return self.live.pod_usage is not None

    def fields(self) -> dict[str, Any]:
        """Everything as plain data; shares in percent."""
        return {
            "used_percent": _percents(self.capacity.used),
            "online_percent": _percents(self.share(Tier.ONLINE)),
            "offline_percent": _percents(self.share(Tier.OFFLINE)),
            "idle": list(self.idle),
            "online_unused": self.unused.plain() if self.unused else None,
            "tiers": [self._group(one) for one in self.tiers],
            "qos_classes": [self._group(one) for one in self.qos],
            "nodes": [_machine(one) for one in self.machines],
        }

    def of_machines(self, part: Amounts | None) -> Share:
        """A part of what all machines have for pods."""
        return share_of(part, self.capacity.allocatable)

    def _group(self, one: Group) -> dict[str, Any]:
        return {
            "name": one.name,
            "pods": one.pods,
            "requested": one.requested.plain(),
            "used": one.used.plain() if one.used else None,
            "requested_percent": _percents(self.of_machines(one.requested)),
            "used_percent": _percents(self.of_machines(one.used)),
        }


def compute(live: Live) -> Utilisation:
    """Sum up the pods on machines."""
    whole = capacity.compute(live)
    machines = {node.name for node in whole.machines}
    pods = [pod for pod in live.active if node_of(pod) in machines]
    usage = _usage(live)
    return Utilisation(
        live,
        whole,
        tuple(_group(name, pods, usage, lambda pod: tier_of(live, pod)) for name in (*Tier, OTHER)),
        tuple(_group(name, pods, usage, _qos) for name in QOS_CLASSES),
        tuple(_use(live, node, usage) for node in whole.machines),
    )


def tier_of(live: Live, pod: Object) -> str:
    """The tier of a pod: its own label, or that of its namespace."""
    namespace = live.namespace_labels.get(namespace_of(pod), {})
    found = labels_of(pod).get(LABEL) or namespace.get(LABEL)
    return found if found in tuple(Tier) else OTHER


def _qos(pod: Object) -> str:
    return str((pod.get("status") or {}).get("qosClass") or "")


def _usage(live: Live) -> dict[tuple[str, str], Amounts] | None:
    if live.pod_usage is None:
        return None
    return {
        (namespace_of(one), name_of(one)): total(
            amounts(box.get("usage")) for box in one["containers"]
        )
        for one in live.pod_usage
    }


def _used(
    pods: Iterable[Object], usage: Mapping[tuple[str, str], Amounts] | None
) -> Amounts | None:
    if usage is None:
        return None
    return total(usage.get((namespace_of(pod), name_of(pod)), Amounts()) for pod in pods)


def _group(
    name: str,
    pods: Sequence[Object],
    usage: Mapping[tuple[str, str], Amounts] | None,
    group_of: Callable[[Object], str],
) -> Group:
    members = [pod for pod in pods if group_of(pod) == name]
    return Group(
        name=str(name),
        pods=len(members),
        requested=total(of_pod(pod["spec"]) for pod in members),
        used=_used(members, usage),
    )


def _use(live: Live, node: Node, usage: Mapping[tuple[str, str], Amounts] | None) -> Machine:
    pods = live.by_node.get(node.name, [])
    used: dict[str, Amounts] = {}
    for tier in (*Tier, OTHER):
        found = _used([pod for pod in pods if tier_of(live, pod) == tier], usage)
        if found is not None:
            used[str(tier)] = found
    return Machine(node=node, used=used)


def _percents(share: Share) -> dict[str, float | None]:
    return {"cpu": percent(share.cpu), "memory": percent(share.memory)}


def _machine(one: Machine) -> dict[str, Any]:
    node = one.node
    return {
        "name": node.name,
        "instance_type": node.instance_type,
        "idle": node.idle,
        "pods": node.pods,
        "requested_percent": _percents(node.share(node.requested)),
        "used_percent": _percents(node.share(node.used)),
        "tiers": {tier: _percents(one.share(tier)) for tier in one.used},
    }
