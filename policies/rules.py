"""The rules, found by folder: data from `rule.yaml`, the function `check` from `rule.py`."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, HttpUrl
from ruamel.yaml import YAML

from policies.model import Level, Outcome, Resource, Scope, Severity, Stack

ROOT: Final = Path(__file__).parent


@dataclass(frozen=True)
class Context:
    """What a rule may know beside the resource: the stack, the day, the ids of all rules."""

    stack: Stack
    today: date
    rule_ids: frozenset[str]


Check = Callable[[Resource, Context], Iterator[Outcome]]
Applies = Callable[[Resource], bool]


class RuleData(BaseModel):
    """The contents of a `rule.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Z]{2,4}-\d{2}$")
    """For life: suppressions and dashboards refer to it. Never reused, never renamed."""
    title: str = Field(min_length=1)
    """What must hold, as a sentence."""
    severity: Severity
    level: Level
    """Level in production; development stacks are one lower."""
    scopes: tuple[Scope, ...] = Field(min_length=1)
    """`resource`: can be decided while one resource is created. `stack`: needs the others too."""
    reason: str = Field(min_length=1)
    """Why it matters, for someone who has to defend it."""
    remediation: str = Field(min_length=1)
    """What to do about it."""
    serves: tuple[str, ...] = ()
    """Rows of docs/mission.md."""
    url: HttpUrl
    """Where the facts behind the rule are documented."""


@dataclass(frozen=True)
class Rule:
    """One rule: its data, when it applies and what it says.

    Attributes:
        data: contents of `rule.yaml`.
        folder: where the rule and its examples lie.
        applies: tells from the type token whether the rule judges a resource at all.
        check: yields what is wrong, or cannot be decided, about a resource it applies to.
    """

    data: RuleData
    folder: Path
    applies: Applies
    check: Check

    @property
    def id(self) -> str:
        """The permanent id, such as `WL-01`."""
        return self.data.id


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id.

    Raises:
        ValueError: a rule's data is not valid, or two rules have the same id.
    """
    rules = sorted((_load(path.parent) for path in ROOT.glob("*/*/rule.yaml")), key=lambda r: r.id)
    for one, other in itertools.pairwise(rules):
        if one.id == other.id:
            raise ValueError(f"{one.folder} and {other.folder} both have the id {one.id}")
    return tuple(rules)


def _load(folder: Path) -> Rule:
    data = YAML(typ="safe", pure=True).load(folder / "rule.yaml")
    module = importlib.import_module(f"policies.{folder.parent.name}.{folder.name}.rule")
    return Rule(RuleData.model_validate(data), folder, module.applies, module.check)
