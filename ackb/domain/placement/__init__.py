"""Where pods go: the ways there are, which one suits, which exclude each other, how pods divide."""

from ackb.domain.placement.choose import Choice, Needs, choose_placement, rule_of_2021, unsuitable
from ackb.domain.placement.conflicts import Conflict, Mechanism, conflicts
from ackb.domain.placement.split import ByNumber, ByRatio, Split, divide
from ackb.domain.placement.strategies import (
    StrategyFacts,
    StrategyName,
    WorkloadKind,
    facts,
    strategies,
)

__all__ = [
    "ByNumber",
    "ByRatio",
    "Choice",
    "Conflict",
    "Mechanism",
    "Needs",
    "Split",
    "StrategyFacts",
    "StrategyName",
    "WorkloadKind",
    "choose_placement",
    "conflicts",
    "divide",
    "facts",
    "rule_of_2021",
    "strategies",
    "unsuitable",
]
