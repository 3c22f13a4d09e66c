"""The ordered scale-in: drain, take the controllers away, wait for silence, delete the nodes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from ackb.domain import virtual_nodes
from ackb.domain.problems import InvalidInput, Problem
from ackb.virtual_nodes.look import Hindrance, Look, Node, Orphans, Pod, Step, hindered, next_step

_PAUSE: Final = 1.0
"""Seconds between two looks."""
_SHOWN: Final = 10
"""Pods that a message names; the rest is counted."""


class Cluster(Protocol):
    """What the scale-in reads and changes."""

    def look(self, first: int) -> Look | None:
        """What there is now, with the pods on nodes from number `first` on.

        None without StatefulSet virtual-node-eci.
        """

    def cordon(self, node: Node) -> None:
        """Let no pod be placed on a node any more."""

    def evict(self, pods: Sequence[Pod]) -> Mapping[Pod, str]:
        """Ask for the eviction of pods; those that may not go now, with the reason."""

    def scale(self, replicas: int) -> None:
        """Set the replicas of the StatefulSet."""

    def delete(self, node: Node) -> None:
        """Remove a node object."""


@dataclass
class Result:
    """What a scale-in did."""

    replicas_before: int
    replicas: int
    evicted: list[str] = field(default_factory=list)
    deleted_nodes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a scale-in may go.

    Attributes:
        timeout: seconds that any one step may take without getting on.
        accepted: what may happen to pods although a drain would refuse it.
    """

    timeout: float
    accepted: frozenset[Hindrance] = frozenset()


def run(
    cluster: Cluster,
    to: int,
    limits: Limits,
    tell: Callable[[str], None],
    *,
    pause: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Result:
    """Bring the virtual nodes down to `to`; may be called again after a kill at any moment.

    Args:
        cluster: where they are.
        to: number of virtual nodes that stay, 1 or more.
        limits: how far it may go.
        tell: progress for a person, one line each.
        pause: waits.
        now: a clock in seconds.

    Raises:
        InvalidInput: a step would orphan ECI pods or takes too long; names the pods and what to do.
            Nothing is taken back: nodes that are cordoned stay so, and the next run goes on.
    """
    look = _first_look(cluster, to)
    result = Result(look.replicas, min(look.replicas, to))
    watch = _Watch(limits.timeout, now)
    while True:
        step = _step(look, to)
        refuse_hindered(look.pods_going(to), limits.accepted)
        if step is Step.NOTHING:
            return result
        watch.see(step, look, to)
        if step is Step.CORDON:
            for node in look.going(to):
                if not node.cordoned:
                    cluster.cordon(node)
                    tell(f"{node.name}: cordoned")
        elif step is Step.EVICT:
            staying = [pod for pod in look.pods_going(to) if not pod.leaving]
            watch.blocked = cluster.evict(staying)
            moved = [pod.shown for pod in staying if pod not in watch.blocked]
            result.evicted += moved
            if moved:
                tell(f"evicted {_counted(len(moved), 'pod')}, {len(watch.blocked)} to go")
        elif step is Step.SCALE:
            cluster.scale(to)
            tell(f"{virtual_nodes.STATEFUL_SET}: {look.replicas} replicas -> {to}")
        elif step is Step.DELETE:
            for node in look.going(to):
                cluster.delete(node)
                result.deleted_nodes.append(node.name)
                tell(f"{node.name}: NotReady and empty, deleted")
        if step in (Step.EVICT, Step.AWAIT_EMPTY, Step.AWAIT_SILENCE):
            if watch.is_over:
                raise watch.failure(step, look, to)
            watch.tell_once(step, look, to, tell)
            pause(_PAUSE)
        look = cluster.look(to) or look


def refuse_hindered(pods: Iterable[Pod], accepted: frozenset[Hindrance]) -> None:
    """Raise InvalidInput for pods that a drain must not touch without being asked to."""
    fixes = {
        Hindrance.BARE: "delete them yourself, or add --force, which deletes them for good",
        Hindrance.LOCAL_DATA: "save what is in them, then add --delete-emptydir-data",
    }
    found = hindered(pods, accepted)
    problems = [
        Problem(
            "VND-01",
            "pods",
            _counted(len(of_kind), "pod"),
            f"{_named(of_kind)} cannot be moved: {why.value}",
            fix,
        )
        for why, fix in fixes.items()
        if (of_kind := [pod for pod in found if pod.hindrance is why])
    ]
    if problems:
        raise InvalidInput(problems)


def refuse_left(pods: Sequence[Pod], *, replicas: int, to: int, stack: str) -> None:
    """Raise InvalidInput when fewer replicas would leave pods without a controller."""
    if pods:
        raise InvalidInput(
            [
                Problem(
                    "VND-02",
                    "virtual_nodes.replicas",
                    to,
                    f"is less than the {replicas} that run, and the nodes that go still run "
                    f"{_named(pods)}: nobody would manage their ECI instances any more, which go "
                    "on running and costing",
                    f"run `ackb virtual-nodes scale-in {stack} --to {to}` first",
                )
            ]
        )


def _first_look(cluster: Cluster, to: int) -> Look:
    look = cluster.look(to)
    why = fix = ""
    if look is None:
        why = f"needs a StatefulSet {virtual_nodes.STATEFUL_SET} in {virtual_nodes.NAMESPACE}"
        fix = "the managed add-on has no replicas: an empty virtual node costs nothing"
    elif to < 1:
        why = "must be 1 or more"
        fix = "to have no virtual node, take them out of the settings and run `ackb up`"
    elif to > look.replicas:
        why = f"must not be more than the {look.replicas} that run"
        fix = "to have more, raise virtual_nodes.replicas in the settings and run `ackb up`"
    if look is None or why:
        raise InvalidInput([Problem("VND-03", "--to", to, why, fix)])
    return look


def refuse_stranded(look: Look) -> None:
    """Raise InvalidInput when pods are on nodes whose controllers are gone: nobody can end them."""
    pods = look.pods_going(look.replicas)
    if pods:
        raise _lost(look, _named(pods))


def _step(look: Look, to: int) -> Step:
    try:
        return next_step(look, to)
    except Orphans as orphans:
        left = _named(orphans.pods) or f"the instances {', '.join(orphans.instances)}"
        raise _lost(look, left) from None


def _lost(look: Look, left: str) -> InvalidInput:
    return InvalidInput(
        [
            Problem(
                "VND-04",
                virtual_nodes.STATEFUL_SET,
                _counted(look.replicas, "replica"),
                f"was scaled in while pods were on the nodes: {left} have no controller, so nobody "
                "can end them",
                f"run `kubectl -n {virtual_nodes.NAMESPACE} scale statefulset "
                f"{virtual_nodes.STATEFUL_SET} --replicas={look.top}`, which brings them back, "
                "then this command again",
            )
        ]
    )


class _Watch:
    """Notices when a step gets on no more."""

    def __init__(self, timeout: float, now: Callable[[], float]) -> None:
        self.blocked: Mapping[Pod, str] = {}
        self._timeout = timeout
        self._now = now
        self._seen: object = None
        self._since = now()
        self._told: object = None

    def see(self, step: Step, look: Look, to: int) -> None:
        """Start the clock anew when anything has changed since the last look."""
        present = (step, frozenset(look.pods_going(to)), frozenset(look.going(to)))
        seen = (present, len(look.instances_going(to)))
        if seen != self._seen:
            self._seen, self._since = seen, self._now()

    @property
    def is_over(self) -> bool:
        return self._now() - self._since >= self._timeout

    def tell_once(self, step: Step, look: Look, to: int, tell: Callable[[str], None]) -> None:
        """Say what is waited for, once for each different reason."""
        waiting = self._waiting(step, look, to)
        if waiting != self._told:
            self._told = waiting
            tell(f"waiting: {waiting}")

    def failure(self, step: Step, look: Look, to: int) -> InvalidInput:
        """What to tell when the time is over."""
        fix = (
            "let them go (a PodDisruptionBudget may need more replicas elsewhere), then run this "
            "command again: it goes on from here"
            if step in (Step.EVICT, Step.AWAIT_EMPTY)
            else "see what keeps the replicas, then run this command again: it goes on from here"
        )
        why = f"did not get on for {self._timeout:.0f} s: {self._waiting(step, look, to)}"
        return InvalidInput([Problem("VND-05", "scale-in", step.value, why, fix)])

    def _waiting(self, step: Step, look: Look, to: int) -> str:
        pods = look.pods_going(to)
        if step is Step.AWAIT_SILENCE:
            names = [node.name for node in look.going(to) if node.ready]
            return f"{', '.join(names)} still Ready"
        held: dict[str, list[Pod]] = {}
        for pod in pods:
            if pod in self.blocked:
                held.setdefault(self.blocked[pod].rstrip("."), []).append(pod)
        if held:
            return "; ".join(f"{reason} ({_named(of_one)})" for reason, of_one in held.items())
        if pods:
            return f"{_named(pods)} still there"
        return f"the instances {', '.join(look.instances_going(to)[:_SHOWN])} still there"


def _named(pods: Sequence[Pod]) -> str:
    names = sorted(pod.shown for pod in pods)
    more = f" and {len(names) - _SHOWN} more pods" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
