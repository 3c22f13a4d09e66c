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

# MaxStabilizationWindowSeconds and MaxPeriodSeconds of pkg/apis/autoscaling/validation
_WINDOWS: Final = range(3601)
_PERIODS: Final = range(1, 1801)

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
        tolerance: share by which usage may differ from the target in this direction before anything
            changes; None for 10 %. Kubernetes from 1.35 reads it.
    """

    policies: tuple[Policy, ...]
    select: Literal["Max", "Min", "Disabled"] = "Max"
    window_seconds: int = 0
    tolerance: Fraction | None = None

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


@dataclass(frozen=True)
class Tolerance:
    """Shares by which usage may differ from the target before anything changes.

    Attributes:
        up: share above the target.
        down: share below it.
    """

    up: Fraction = TOLERANCE
    down: Fraction = TOLERANCE

    @classmethod
    def of(cls, up: Rules, down: Rules) -> Tolerance:
        """Return the tolerances of the two directions of an autoscaler."""
        return cls(
            TOLERANCE if up.tolerance is None else up.tolerance,
            TOLERANCE if down.tolerance is None else down.tolerance,
        )

    def covers(self, ratio: Fraction) -> bool:
        """Tell whether a ratio of usage to target counts as "on target"."""
        return 1 - self.down <= ratio <= 1 + self.up


def proposal(
    current: int,
    usage: Fraction,
    target: Fraction,
    *,
    tolerance: Fraction | Tolerance = TOLERANCE,
) -> int:
    """Return ceil(current x usage / target), or `current` when usage is within the tolerance.

    Args:
        current: pods that have metrics.
        usage: measured value, in the unit of the target (such as percent of the request).
        target: value to aim at; must be positive.
        tolerance: share that counts as "on target", or one for each direction.
    """
    ratio = usage / target
    if isinstance(tolerance, Fraction):
        tolerance = Tolerance(tolerance, tolerance)
    return current if tolerance.covers(ratio) else math.ceil(current * ratio)


def combined(proposals: Sequence[int | None], current: int) -> int | None:
    """Return what several metrics propose together: the largest number.

    A metric that cannot be read keeps pods from going, since it might have asked for more, but not
    from coming.

    Args:
        proposals: one for each metric; None where it could not be read.
        current: replicas now.

    Returns:
        The number, or None where nothing is changed because metrics are missing.
    """
    known = [one for one in proposals if one is not None]
    if not known:
        return None
    wanted = max(known)
    return None if len(known) < len(proposals) and wanted < current else wanted


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


@dataclass(frozen=True)
class Proposal:
    """A number that the autoscaler found earlier, before it was stabilised.

    Attributes:
        seconds_ago: how long ago it was found.
        replicas: the number.
    """

    seconds_ago: float
    replicas: int


def decided(
    wanted: int,
    current: int,
    *,
    minimum: int,
    maximum: int,
    up: Rules = DEFAULT_SCALE_UP,
    down: Rules = DEFAULT_SCALE_DOWN,
    proposals: Sequence[Proposal] = (),
    changes: Sequence[Change] = (),
) -> int:
    """Return the number an autoscaler with `spec.behavior` sets, from the newest proposal on.

    Args:
        wanted: the newest proposal (see `combined`).
        current: replicas now; 0 switches the autoscaler off, and outside the bounds no metric
            counts.
        minimum: `spec.minReplicas`.
        maximum: `spec.maxReplicas`.
        up: rules for more replicas.
        down: rules for fewer.
        proposals: what was proposed before.
        changes: what the autoscaler changed before.
    """
    if current == 0:
        return 0
    if not minimum <= current <= maximum:
        return max(minimum, min(maximum, current))
    stable = stabilised(
        wanted,
        current,
        up_window=_within(proposals, up.window_seconds),
        down_window=_within(proposals, down.window_seconds),
    )
    return limited(
        stable, current, minimum=minimum, maximum=maximum, up=up, down=down, changes=changes
    )


def _within(proposals: Sequence[Proposal], seconds: int) -> list[int]:
    return [one.replicas for one in proposals if one.seconds_ago < seconds]


def check_rules(rules: Rules) -> list[tuple[str, object, Broken]]:
    """Return what is wrong with one direction: field, value and broken rule."""
    found: list[tuple[str, object, Broken]] = []
    if not rules.policies:
        broken = Broken("hold at least one policy", "add one, or choose 'Disabled' for 'select'")
        found.append(("policies", [], broken))
    for index, policy in enumerate(rules.policies):
        if policy.value < 1:
            broken = Broken("be at least 1", "use select='Disabled' to forbid the direction")
            found.append((f"policies[{index}].value", policy.value, broken))
        if policy.period_seconds not in _PERIODS:
            broken = Broken(f"be from {_PERIODS[0]} to {_PERIODS[-1]}", "choose 15 or 60")
            found.append((f"policies[{index}].period_seconds", policy.period_seconds, broken))
    if rules.window_seconds not in _WINDOWS:
        broken = Broken(
            f"be from {_WINDOWS[0]} to {_WINDOWS[-1]}", "choose 300, the default of Kubernetes"
        )
        found.append(("window_seconds", rules.window_seconds, broken))
    tolerance = rules.tolerance
    if tolerance is not None and not (0 <= tolerance <= 1 and tolerance * 1000 % 1 == 0):
        broken = Broken("be a share from 0 to 1, in whole thousandths", "write 0.1 for 10 %")
        found.append(("tolerance", float(tolerance), broken))
    return found


def tolerance_text(share: Fraction) -> str:
    """Return a tolerance as a Kubernetes quantity in the form the API server keeps: `50m`."""
    thousandths = int(share * 1000)
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


def check_directions(up: Rules, down: Rules) -> Broken | None:
    """Return what is wrong with both directions together, or None."""
    if up.select == down.select == "Disabled":
        return Broken(
            "leave one direction open: with both disabled the autoscaler can never act",
            "choose 'Max' for one of them, or use a fixed number of replicas",
        )
    return None


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
