"""Which level a finding has in which stack.

A stack tells its environment by the last word of its name: `wordpress-prod` is `prod`. The name is
the one thing that every resource shows in every place where rules run (see
docs/decisions/policy-levels.md). A name that says nothing is treated like production.
"""

from __future__ import annotations

from typing import Final

from ackb.domain.tiers import Environment
from policies.model import Level

LOWERED: Final = frozenset({Environment.DEV, Environment.TEST})
"""Environments where a mistake costs little and a person tries things out."""


def level_in(stack: str, default: Level) -> Level:
    """Return the level of a rule in `stack`: its default, one lower in `LOWERED` environments."""
    return Level.ADVISORY if stack.rsplit("-", 1)[-1] in LOWERED else default
