"""How many pods run on ECS nodes and how many on ECI: by number, or by ratio."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ackb.domain.problems import Broken


@dataclass(frozen=True, kw_only=True)
class ByNumber:
    """So many pods in the first place, whatever their number; the rest in the next."""

    pods: int

    @property
    def limit(self) -> int:
        """As it stands in `maxReplicas` of a subset."""
        return self.pods

    def __str__(self) -> str:
        return f"{self.pods} pods on ECS, the rest on ECI"


@dataclass(frozen=True, kw_only=True)
class ByRatio:
    """A share of all pods in the first place, which grows with them; the rest in the next."""

    share: float
    """From 0 to 1, in whole percents: OpenKruise takes no finer ones."""

    @property
    def percent(self) -> int:
        """The share in percent."""
        return round(self.share * 100)

    @property
    def limit(self) -> str:
        """As it stands in `maxReplicas` of a subset."""
        return f"{self.percent}%"

    def __str__(self) -> str:
        return f"{self.percent} % of the pods on ECS, the rest on ECI"


Split = ByNumber | ByRatio

Rounding = Literal["up", "nearest"]
"""What becomes of a share that is no whole pod: WorkloadSpread rounds up, UnitedDeployment to the
nearest, halves up (kruise 1.8.0: workloadspread_controller.go, uniteddeployment/allocator.go)."""


def check_number(pods: int) -> Broken | None:
    """Return what is wrong with a number of pods, or None."""
    return Broken("be 0 or more", "choose 0 for ECI only") if pods < 0 else None


def check_ratio(share: float) -> Broken | None:
    """Return what is wrong with a share of pods, or None."""
    if not 0 <= share <= 1:
        fix = f"write {share / 100:g}" if 1 < share <= 100 else "write 0.7 for 70 %"
        return Broken("be from 0 to 1", fix)
    if abs(share * 100 - round(share * 100)) > 1e-9:
        return Broken("be a whole number of percents", f"write {round(share, 2):g}")
    return None


def divide(split: Split, replicas: int, rounding: Rounding = "up") -> tuple[int, int]:
    """Return how many of `replicas` pods run on ECS nodes and on ECI."""
    if isinstance(split, ByNumber):
        ecs = min(split.pods, replicas)
    else:
        part = Fraction(replicas * split.percent, 100)
        ecs = -(-part.numerator // part.denominator)
        if rounding == "nearest":
            ecs = int(part + Fraction(1, 2))
    return ecs, replicas - ecs
