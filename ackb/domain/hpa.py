"""What the HorizontalPodAutoscaler decides, by its documented formula.

Source: https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ and
pkg/controller/podautoscaler of Kubernetes 1.36.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from ackb.domain.problems import Broken

TOLERANCE: Final = Fraction(1, 10)
"""Share by which usage may differ from the target before anything changes."""

_TARGETS: Final = range(1, 101)

# scaleUpLimitFactor and scaleUpLimitMinimum of pkg/controller/podautoscaler/horizontal.go
_STEP_FACTOR: Final = 2
_STEP_MINIMUM: Final = 4


@dataclass(frozen=True)
class Change:
    """A change of the number of replicas that the autoscaler made earlier.

    Attributes:
        seconds_ago: how long ago it was made.
        replicas: pods that came (positive) or went (negative).
    """

    seconds_ago: float
    replicas: int


@dataclass(frozen=True)
class Policy:
    """One limit on how fast the number may change.

    Attributes:
        type: `Pods` counts pods, `Percent` percents of the number at the period's start.
        value: how many of them may come or go in a period.
        period_seconds: length of the period.
    """

    type: Literal["Pods", "Percent"]
    value: int
    period_seconds: int

    def reach(self, current: int, changes: Sequence[Change], direction: Literal[1, -1]) -> int:
        """Return the number this policy lets `current` go to, up (1) or down (-1)."""
        made = sum(one.replicas for one in changes if one.seconds_ago < self.period_seconds)
        start = current - made
        if self.type == "Pods":
            return start + direction * self.value
        return start + direction * math.ceil(Fraction(start * self.value, 100))


@dataclass(frozen=True)
class Rules:
    """How one direction behaves.

    Attributes:
        policies: limits on the speed.
        select: `Max` takes the policy that allows most, `Min` the one that allows least,
            `Disabled` forbids the direction.
        window_seconds: stabilisation window.
    """

    policies: tuple[Policy, ...]
    select: Literal["Max", "Min", "Disabled"] = "Max"
    window_seconds: int = 0

    def reach(self, current: int, changes: Sequence[Change], direction: Literal[1, -1]) -> int:
        """Return the number these rules let `current` go to, up (1) or down (-1)."""
        if self.select == "Disabled":
            return current
        reached = [policy.reach(current, changes, direction) for policy in self.policies]
        farthest = (max if direction == 1 else min)(reached)
        nearest = (min if direction == 1 else max)(reached)
        chosen = farthest if self.select == "Max" else nearest
        return max(current, chosen) if direction == 1 else min(current, chosen)


DEFAULT_SCALE_UP: Final = Rules((Policy("Percent", 100, 15), Policy("Pods", 4, 15)))
"""Scale-up where `spec.behavior` leaves it out: at most doubling, or 4 pods, in 15 s."""

DEFAULT_SCALE_DOWN: Final = Rules((Policy("Percent", 100, 15),), window_seconds=300)
"""Scale-down where `spec.behavior` leaves it out: all at once, after 300 s."""


def proposal(
    current: int, usage: Fraction, target: Fraction, *, tolerance: Fraction = TOLERANCE
) -> int:
    """Return ceil(current x usage / target), or `current` when usage is within the tolerance.

    Args:
        current: pods that have metrics.
        usage: measured value, in the unit of the target (such as percent of the request).
        target: value to aim at; must be positive.
        tolerance: share that counts as "on target".
    """
    ratio = usage / target
    return current if abs(ratio - 1) <= tolerance else math.ceil(current * ratio)


def stabilised(
    wanted: int, current: int, *, up_window: Sequence[int] = (), down_window: Sequence[int] = ()
) -> int:
    """Return the number after the stabilisation windows.

    Args:
        wanted: the newest proposal.
        current: replicas now.
        up_window: earlier proposals inside the scale-up window.
        down_window: earlier proposals inside the scale-down window.
    """
    lowest, highest = min([wanted, *up_window]), max([wanted, *down_window])
    if current < lowest:
        return lowest
    return min(current, highest)


def limited(
    wanted: int,
    current: int,
    *,
    minimum: int,
    maximum: int,
    up: Rules = DEFAULT_SCALE_UP,
    down: Rules = DEFAULT_SCALE_DOWN,
    changes: Sequence[Change] = (),
) -> int:
    """Return the number an autoscaler with `spec.behavior` sets: speed limits, then bounds.

    Args:
        wanted: stabilised proposal.
        current: replicas now.
        minimum: `spec.minReplicas`.
        maximum: `spec.maxReplicas`.
        up: rules for more replicas.
        down: rules for fewer.
        changes: what the autoscaler changed before.
    """
    if wanted > current:
        wanted = min(wanted, up.reach(current, changes, 1))
    elif wanted < current:
        wanted = max(wanted, down.reach(current, changes, -1))
    return max(minimum, min(maximum, wanted))


def limited_without_behavior(wanted: int, current: int, *, minimum: int, maximum: int) -> int:
    """Return the number an autoscaler without `spec.behavior` sets.

    At each decision it goes at most to twice the current number, or to 4.
    """
    ceiling = max(_STEP_FACTOR * current, _STEP_MINIMUM)
    return max(minimum, min(maximum, wanted, ceiling))


def check_bounds(minimum: int, maximum: int) -> Broken | None:
    """Return what is wrong with the bounds of an autoscaler on CPU or memory, or None."""
    if maximum < 1:
        return Broken(
            f"have a max of at least 1 (min is {minimum}, max is {maximum})",
            "raise max, or use a fixed number of replicas",
        )
    if minimum < 1:
        return Broken(
            f"have a min of at least 1 (min is {minimum}, max is {maximum}): with no pod there is "
            "no CPU use to measure",
            "raise min to 1 or more",
        )
    if minimum > maximum:
        return Broken(
            f"have min <= max (min is {minimum}, max is {maximum})",
            f"lower min to {maximum} or raise max to {minimum}",
        )
    return None


def check_target(percent: int) -> Broken | None:
    """Return what is wrong with a target utilisation, or None."""
    if percent in _TARGETS:
        return None
    return Broken(
        f"be a whole percentage of the request from {_TARGETS[0]} to {_TARGETS[-1]}",
        "choose the use you want to see, such as 60",
    )
