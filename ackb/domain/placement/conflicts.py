"""Which ways of placing pods cannot stand together on one workload."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from ackb.domain.placement.split import Split
from ackb.domain.placement.strategies import StrategyName, facts


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """One way at work on one workload."""

    strategy: StrategyName
    where: str
    """What it is called, such as `ResourcePolicy shop/web`."""
    split: Split | None = None
    """How it divides the pods, where it does."""
    made_before: bool | None = None
    """Whether it is there before its workload; None where that does not matter or is not known."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Two ways that cannot stand together, or one that comes too late."""

    first: Mechanism
    second: Mechanism | None
    why: str
    fix: str


_LABELS: Final = (
    StrategyName.ECI_LABEL,
    StrategyName.NAMESPACE_LABEL,
    StrategyName.ECI_PROFILE,
)
_TOGETHER: Final = frozenset({StrategyName.ELASTIC_WORKLOAD, StrategyName.BURST_RESOURCE})
"""The one pair that was meant to work together (S4-35)."""


def conflicts(mechanisms: Iterable[Mechanism]) -> Iterator[Conflict]:
    """Yield each pair of ways on one workload that exclude each other, and each that is too late.

    Args:
        mechanisms: the ways at work on one workload.
    """
    found = list(mechanisms)
    for first, second in combinations(found, 2):
        if {first.strategy, second.strategy} == _TOGETHER:
            continue
        why, fix = _why(first, second)
        yield Conflict(first=first, second=second, why=why, fix=fix)
    for one in found:
        if one.strategy is StrategyName.WORKLOAD_SPREAD and one.made_before is False:
            yield Conflict(
                first=one,
                second=None,
                why="it must be there before its workload: pods made before it are in no subset",
                fix="let the workload wait for it",
            )


def _why(first: Mechanism, second: Mechanism) -> tuple[str, str]:
    spread = StrategyName.WORKLOAD_SPREAD
    if first.strategy is second.strategy is spread:
        return (
            "a workload has one WorkloadSpread; the webhook of OpenKruise refuses a second",
            f"remove {second.where}, or add its subsets to {first.where}",
        )
    label = next((one for one in (first, second) if one.strategy in _LABELS), None)
    if label is not None:
        other = second if label is first else first
        return (
            f"{label.where} sends every pod to ECI and overrides {other.where}",
            f"keep one of them: {label.where} for ECI only, {other.where} for both",
        )
    if facts(first.strategy).deletion_cost and facts(second.strategy).deletion_cost:
        return (
            f"{first.where} and {second.where} both set controller.kubernetes.io/pod-deletion-cost "
            "and undo each other's order of scale-in",
            "keep one of them",
        )
    return (
        f"{first.where} and {second.where} both decide where the pods go; a workload has one way",
        "keep one of them",
    )
