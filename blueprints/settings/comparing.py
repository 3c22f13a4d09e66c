"""Running the checks that compare settings with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ackb.domain.problems import Problem
from blueprints.settings.base import NotKnown

Check = Callable[[], Iterable[Problem]]


def compared(checks: Iterable[Check]) -> list[Problem]:
    """Return what the checks find; one that reads a refused value ends, and no other does."""
    problems: list[Problem] = []
    for check in checks:
        try:
            for problem in check():
                problems.append(problem)
        except NotKnown:
            continue  # it compares with a field whose problem is reported already
    return problems
