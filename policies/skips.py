"""Skips: how a person silences one rule on one resource, with a reason and a last day.

    metadata:
      annotations:
        policy.ackb/skip: "WL-01: batch sidecar, measured in March; expires=2027-03-31"

On a cloud resource the same key and value are a tag. Several entries are separated by ` | `.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ackb.domain.unknown import UNKNOWN
from policies.model import Resource

KEY: Final = "policy.ackb/skip"
SEPARATOR: Final = " | "
FORM: Final = "WL-01: reason; expires=YYYY-MM-DD"

_ENTRY: Final = re.compile(
    r"(?P<rule>[A-Z]{2,4}-\d{2}): *(?P<reason>[^;|\r\n]*[^;|\s]) *; *expires=(?P<expires>[\d-]+)"
)


@dataclass(frozen=True)
class Skip:
    """One valid entry: the rule, why it is skipped here, and the last day on which it holds."""

    rule: str
    reason: str
    expires: date

    def holds(self, today: date) -> bool:
        """Tell whether the skip still silences its rule; the day of expiry is the last one."""
        return today <= self.expires


@dataclass(frozen=True)
class Malformed:
    """An entry that cannot be read, and so silences nothing."""

    text: str
    why: str


def value_on(resource: Resource) -> tuple[str, Any]:
    """Return the path and the value of the skip key: `None` if there is none, or `UNKNOWN`."""
    base = ("metadata", "annotations") if resource.type.startswith("kubernetes:") else ("tags",)
    return ".".join((*base, KEY)), resource.read(*base, KEY)


def on(resource: Resource) -> list[Skip | Malformed]:
    """Return the entries on this resource; an unknown value has none."""
    _, value = value_on(resource)
    if value is None or value is UNKNOWN:
        return []
    return parse(value)


def parse(value: object) -> list[Skip | Malformed]:
    """Return the entries of one annotation or tag value, in the order written."""
    if not isinstance(value, str):
        return [Malformed(repr(value), "must be text")]
    return [_entry(text.strip()) for text in value.split(SEPARATOR.strip())]


def _entry(text: str) -> Skip | Malformed:
    found = _ENTRY.fullmatch(text)
    if not found:
        return Malformed(text, f"must have the form '{FORM}'")
    try:
        expires = date.fromisoformat(found["expires"])
    except ValueError:
        return Malformed(text, "must expire on a day of the calendar")
    return Skip(found["rule"], found["reason"], expires)
