"""Each decision of the autoscaler beside the one that the documented formula gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ackb.domain import hpa
from ackb.domain.hpa import Change, Proposal
from ackb.domain.hpa_usage import Pod, from_average, from_utilisation
from ackb.load.autoscaler import Autoscaler, Target

Look = Mapping[str, Any]
"""One line of `sandbox.metrics.looks`: what the autoscaler was told, and the pods at that time."""

_ONE_LOOK_SECONDS: Final = 0.4
"""Questions that lie closer belong to one decision: an autoscaler asks once for each metric."""
_WRITE_SECONDS: Final = 0.3
"""A status read so soon after a look may still be the one before it."""


@dataclass(frozen=True)
class Times:
    """Times of the controller manager, in seconds.

    Attributes:
        cpu_initialization: age below which a pod's CPU counts only if it was ready all the time.
        initial_readiness: time in which a change to ready counts as the first one.
    """

    cpu_initialization: float
    initial_readiness: float


@dataclass(frozen=True)
class Status:
    """The status of an autoscaler's object at a moment.

    Attributes:
        at: when it was read, in seconds since 1970.
        current: replicas when it last decided.
        desired: replicas that it decided on.
        usage: CPU use in percent of the request that it names; None for none.
        limited: why it could not decide as it wanted, such as `TooManyReplicas`; empty if it could.
    """

    at: float
    current: int
    desired: int
    usage: int | None
    limited: str = ""


@dataclass(frozen=True)
class Decision:
    """One decision, and what it should be.

    Attributes:
        at: seconds since 1970.
        current: replicas before.
        desired: replicas that the autoscaler decided on.
        expected: replicas by the formula.
        proposed: what the metrics alone ask for; None without metrics.
        usage: CPU use in percent of the request by the pods that count; None without metrics.
        ready: pods that count.
        unready: pods that are not ready yet.
        missing: pods without metrics.
    """

    at: float
    current: int
    desired: int
    expected: int
    proposed: int | None
    usage: int | None
    ready: int
    unready: int
    missing: int

    @property
    def agrees(self) -> bool:
        """Whether the autoscaler did what the formula says."""
        return self.desired == self.expected


@dataclass
class Comparison:
    """Follows an autoscaler, which remembers its proposals and changes, and so must this."""

    autoscaler: Autoscaler
    times: Times
    _proposals: list[tuple[float, int]] = field(default_factory=list)
    _changes: list[tuple[float, int]] = field(default_factory=list)

    def decide(self, look: Look, status: Status) -> Decision:
        """Compare the decision that followed a look; looks must come in their order."""
        at, current = look["at"], status.current
        wanted, usage, pods = self._proposal(look, current)
        expected = current if wanted is None else self._limited(at, wanted, current)
        if wanted is not None:
            self._proposals.append((at, wanted))
        if status.desired != current:
            self._changes.append((at, status.desired - current))
        states = [pod.state for pod in pods]
        return Decision(
            at,
            current,
            status.desired,
            expected,
            wanted,
            usage,
            states.count("ready"),
            states.count("unready"),
            states.count("missing"),
        )

    def _proposal(self, look: Look, current: int) -> tuple[int | None, int | None, list[Pod]]:
        found: list[int | None] = []
        usage: int | None = None
        shown: list[Pod] = []
        for target in self.autoscaler.targets:
            pods = list(pods_of(look, target.resource, self.times))
            propose = from_utilisation if target.kind == "Utilization" else from_average
            one = propose(pods, current, target.value, self.autoscaler.tolerance)
            found.append(None if one is None else one.replicas)
            if one is not None and _is_cpu_share(target):
                usage = one.usage
            if not shown or target.resource == "cpu":
                shown = pods
        return hpa.combined(found, current), usage, shown

    def _limited(self, at: float, wanted: int, current: int) -> int:
        scaler = self.autoscaler
        if scaler.behavior is None:
            recent = [n for then, n in self._proposals if at - then <= scaler.window_seconds]
            return hpa.limited_without_behavior(
                max([wanted, *recent]), current, minimum=scaler.minimum, maximum=scaler.maximum
            )
        up, down = scaler.behavior
        return hpa.decided(
            wanted,
            current,
            minimum=scaler.minimum,
            maximum=scaler.maximum,
            up=up,
            down=down,
            proposals=[Proposal(at - then, replicas) for then, replicas in self._proposals],
            changes=[Change(at - then, replicas) for then, replicas in self._changes],
        )


def compare(
    autoscaler: Autoscaler, times: Times, looks: Sequence[Look], statuses: Sequence[Status]
) -> list[Decision]:
    """Compare all decisions of a run; a look without a later status is left out.

    A status is written a moment after the look, and stays as it is when nothing has changed.
    """
    comparison = Comparison(autoscaler, times)
    found = []
    first = list(_first_of_each(looks))
    for number, look in enumerate(first):
        end = first[number + 1]["at"] if number + 1 < len(first) else float("inf")
        begin = look["at"] + _WRITE_SECONDS
        after = [status for status in statuses if begin < status.at < end]
        if after:
            found.append(comparison.decide(look, after[-1]))
    return found


def pods_of(look: Look, resource: str, times: Times) -> Iterator[Pod]:
    """The pods of a look, grouped as the replica calculator of Kubernetes 1.36 does it."""
    for pod in look["pods"]:
        if pod["leaving"] or pod["phase"] == "Failed":
            continue
        requested = pod["requested"][resource]
        used = None if pod["used"] is None else pod["used"][resource]
        if pod["phase"] == "Pending":
            yield Pod("unready", 0, requested)
        elif used is None:
            yield Pod("missing", 0, requested)
        elif resource == "cpu" and _is_unready(look, pod, times):
            yield Pod("unready", 0, requested)
        else:
            yield Pod("ready", used, requested)


def _is_unready(look: Look, pod: Mapping[str, Any], times: Times) -> bool:
    if pod["ready"] is None or pod["started"] is None:
        return True
    started, since = _seconds(pod["started"]), _seconds(pod["since"])
    if started + times.cpu_initialization > look["at"]:
        return not pod["ready"] or _served_time(look) < since + look["window"]
    return not pod["ready"] and started + times.initial_readiness > since


def _served_time(look: Look) -> float:
    """The time of the sample as the answer names it; see `sandbox.metrics.answers`."""
    sampled: float = look["sampled"]
    parts = 1 if look["window"] >= 1 else 1000
    return int(sampled * parts) / parts


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _is_cpu_share(target: Target) -> bool:
    return (target.resource, target.kind) == ("cpu", "Utilization")


def _first_of_each(looks: Sequence[Look]) -> Iterator[Look]:
    last = float("-inf")
    for look in looks:
        if look["at"] - last > _ONE_LOOK_SECONDS:
            yield look
        last = look["at"]
