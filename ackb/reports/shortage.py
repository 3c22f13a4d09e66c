"""Pods for which no node has room: those that wait, and those on ECI for want of it.

Serves S4-40: where nodes of the base load are short, more of them are to be bought in time, since
pods that run on ECI instead are dearer in the long run, and pods that may not go there wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ackb.domain.pod_resources import Amounts, of_pod, total
from ackb.reports.live import (
    INSTANCE_TYPE,
    Live,
    Object,
    allocatable,
    labels_of,
    moment,
    name_of,
    namespace_of,
    node_of,
    phase_of,
    workload_of,
)
from ackb.reports.moving import Move, Room

PARTS: Final = ("nodes", "pods", "namespaces", "policies", "spreads")
"""What is looked at, as attributes of `Live`."""
_PENDING: Final = "Pending"
_UNSCHEDULABLE: Final = "Unschedulable"
_FULL: Final = ("Insufficient ", "Too many pods")
"""What the scheduler says of nodes without room (pkg/scheduler/framework/plugins/noderesources)."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A pod that the scheduler finds no room for.

    Attributes:
        namespace: of the pod.
        pod: its name.
        workload: what it belongs to.
        owner: who answers for it.
        contact: whom to tell; empty where nobody is named.
        requested: what it asks for.
        since: when the scheduler said so first.
        reason: what it said.
    """

    namespace: str
    pod: str
    workload: str
    owner: str
    contact: str
    requested: Amounts
    since: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Overflow:
    """Pods of a workload on ECI that nothing but full nodes keeps there.

    Attributes:
        namespace: of the pods.
        workload: what they belong to.
        owner: who answers for it.
        contact: whom to tell; empty where nobody is named.
        pods: how many.
        requested: what all of them ask for.
    """

    namespace: str
    workload: str
    owner: str
    contact: str
    pods: int
    requested: Amounts


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The kind of machine that most nodes are."""

    instance_type: str
    room: Amounts
    """What one has for pods."""


@dataclass(frozen=True)
class Shortage:
    """What does not fit on the nodes of a stack."""

    live: Live
    waiting: tuple[Waiting, ...]
    """Those that have waited longest first."""
    overflow: tuple[Overflow, ...]
    machine: Machine | None
    """None where there is no machine at all."""
    machines_for_waiting: int | None
    """Further machines that would take all that wait; None where one pod is larger than any."""
    machines_for_overflow: int | None
    """Further machines beyond those that would take the pods on ECI."""

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "instance_type": self.machine.instance_type if self.machine else None,
            "nodes_for_waiting": self.machines_for_waiting,
            "nodes_for_overflow": self.machines_for_overflow,
            "waiting": [_waiting_fields(one) for one in self.waiting],
            "overflow": [_overflow_fields(one) for one in self.overflow],
        }


def compute(live: Live) -> Shortage:
    """Find the pods that wait for room and those on ECI for want of it."""
    waits = [pod for pod in live.pods if _full(pod) is not None]
    waiting = sorted((_waiting(live, pod) for pod in waits), key=lambda one: (one.since, one.pod))
    room = Room(live)
    spilled = [
        pod
        for pod in live.active
        if node_of(pod) in live.virtual and room.advise(pod, None).move is Move.MORE_ECS
    ]
    machine = _machine(live)
    return Shortage(
        live,
        tuple(waiting),
        tuple(_overflow(live, spilled)),
        machine,
        machines_for((of_pod(pod["spec"]) for pod in waits), machine),
        machines_for((of_pod(pod["spec"]) for pod in spilled), machine),
    )


def machines_for(asked: Iterable[Amounts], machine: Machine | None) -> int | None:
    """Return how many machines hold these pods, each in the first with room, the largest first.

    None where a pod is larger than a machine, or there is no kind of machine to count in.
    """
    ordered = sorted(asked, key=lambda one: (one.cpu, one.memory), reverse=True)
    if not ordered:
        return 0
    if machine is None:
        return None
    free: list[Amounts] = []
    for one in ordered:
        if not one.fits(machine.room):
            return None
        at = next((index for index, left in enumerate(free) if one.fits(left)), len(free))
        if at == len(free):
            free.append(machine.room)
        free[at] -= one
    return len(free)


def _full(pod: Object) -> Object | None:
    """The condition that says that no node has room; None where another or none does."""
    if phase_of(pod) != _PENDING or node_of(pod):
        return None
    for one in pod["status"].get("conditions") or ():
        said = str(one.get("message") or "")
        if one.get("reason") == _UNSCHEDULABLE and any(word in said for word in _FULL):
            found: Object = one
            return found
    return None


def _waiting(live: Live, pod: Object) -> Waiting:
    condition = _full(pod) or {}
    since = condition.get("lastTransitionTime") or pod["metadata"]["creationTimestamp"]
    return Waiting(
        namespace=namespace_of(pod),
        pod=name_of(pod),
        workload=workload_of(pod),
        owner=live.owner_of(pod),
        contact=live.contact_of(pod),
        requested=of_pod(pod["spec"]),
        since=moment(str(since)),
        reason=str(condition.get("message")),
    )


def _overflow(live: Live, pods: Sequence[Object]) -> Iterator[Overflow]:
    groups: dict[tuple[str, str], list[Object]] = {}
    for pod in pods:
        groups.setdefault((namespace_of(pod), workload_of(pod)), []).append(pod)
    for (namespace, workload), here in sorted(groups.items()):
        yield Overflow(
            namespace=namespace,
            workload=workload,
            owner=live.owner_of(here[0]),
            contact=live.contact_of(here[0]),
            pods=len(here),
            requested=total(of_pod(pod["spec"]) for pod in here),
        )


def _machine(live: Live) -> Machine | None:
    kinds = Counter(
        (labels_of(node).get(INSTANCE_TYPE, ""), allocatable(node)) for node in live.ecs_nodes()
    )
    if not kinds:
        return None
    # Of equally many the largest.
    (kind, room), _ = max(kinds.items(), key=lambda one: (one[1], one[0][1].cpu, one[0][0]))
    return Machine(instance_type=kind, room=room)


def _waiting_fields(one: Waiting) -> dict[str, Any]:
    return {
        "namespace": one.namespace,
        "pod": one.pod,
        "workload": one.workload,
        "owner": one.owner,
        "contact": one.contact,
        "requested": one.requested.plain(),
        "since": one.since.isoformat(),
        "reason": one.reason,
    }


def _overflow_fields(one: Overflow) -> dict[str, Any]:
    return {
        "namespace": one.namespace,
        "workload": one.workload,
        "owner": one.owner,
        "contact": one.contact,
        "pods": one.pods,
        "requested": one.requested.plain(),
    }
