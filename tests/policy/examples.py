"""The examples beside each rule, found by directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from ackb.domain.unknown import UNKNOWN
from ackb.domain.urns import child_urn
from policies.model import Resource, from_plain
from policies.rules import all_rules

TODAY = date(2026, 11, 22)
KINDS = ("good", "bad", "boundary", "unknown", "fixed")


class _Constructor(SafeConstructor):
    """Reads `!unknown` as the value that only the deployment will tell."""


_Constructor.add_constructor("!unknown", lambda loader, node: UNKNOWN)


@dataclass(frozen=True)
class Example:
    """One file: resources, and the messages that the rule must give for them, no more, no less."""

    rule: str
    path: Path
    kind: str
    case: str
    resources: tuple[Resource, ...]
    today: date
    expect: tuple[str, ...]
    expect_undecided: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}-{self.path.stem}"


def read(rule: str, path: Path) -> Example:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    data: dict[str, Any] = yaml.load(path)
    assert set(data) <= {"stack", "today", "resources", "expect", "expect_undecided"}, path
    kind, _, case = path.stem.partition("_")
    stack = data.get("stack", "wordpress-prod")
    rows = [
        {**row, "urn": child_urn(stack, "ackb", None, row["type"], row["name"])}
        for row in data["resources"]
    ]
    return Example(
        rule=rule,
        path=path,
        kind=kind,
        case=case,
        resources=tuple(from_plain(rows)),
        today=data.get("today", TODAY),
        expect=tuple(data.get("expect", ())),
        expect_undecided=tuple(data.get("expect_undecided", ())),
    )


def all_examples() -> list[Example]:
    return [
        read(rule.id, path)
        for rule in all_rules()
        for path in sorted(rule.folder.glob("*.yaml"))
        if path.name != "rule.yaml"
    ]
