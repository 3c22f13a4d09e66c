"""Check: what is wrong with a resource's inputs, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ackb.domain import provider_types
from ackb.domain.problems import shown
from ackb.domain.unknown import UNKNOWN
from sandbox.providers.alicloud import data
from sandbox.providers.alicloud.values import Values

Failure = tuple[str, str]
"""Property path and the whole sentence about it."""


def check(token: str, inputs: Values, secrets: Collection[str] = ()) -> list[Failure]:
    """Everything that the type table and the official provider's own validation refuse.

    Values of the inputs named in `secrets` are not told.
    """
    found: list[Failure] = [
        (fault.path, str(fault))
        for fault in provider_types.faults(token, inputs, opaque=lambda value: value is UNKNOWN)
    ]
    return found + list(_broken_rules(data.rules(token), inputs, secrets))


def _broken_rules(rules: data.Rules, inputs: Values, secrets: Collection[str]) -> Iterator[Failure]:
    for name in rules.required:
        if name not in inputs:
            yield name, f"'{name}' is required"
    for group in rules.one_of:
        given = [name for name in group if name in inputs]
        names = ", ".join(f"'{name}'" for name in group)
        if not given:
            yield group[0], f"one of {names} must be given"
        elif len(given) > 1:
            yield given[1], f"only one of {names} may be given"
    for group in rules.conflicts:
        given = [name for name in group if name in inputs]
        if len(given) > 1:
            yield given[1], f"'{given[1]}' conflicts with '{given[0]}': give one of them"
    for path, allowed in rules.values.items():
        for place, value in _at(inputs, path):
            if value not in allowed:
                choices = ", ".join(map(str, allowed))
                got = shown(value, secret=path.split(".")[0] in secrets)
                yield place, f"'{place}' must be one of {choices} (got {got})"
    for path, (low, high) in rules.ranges.items():
        for place, value in _at(inputs, path):
            if not isinstance(value, int | float) or not low <= value <= high:
                got = shown(value, secret=path.split(".")[0] in secrets)
                yield place, f"'{place}' must be from {low:g} to {high:g} (got {got})"


def _at(inputs: Values, path: str) -> Iterator[tuple[str, Any]]:
    """Known values at a dotted path, `[]` meaning every element; with the place of each."""
    yield from _inside(inputs, path.split("."), "")


def _inside(value: object, names: list[str], place: str) -> Iterator[tuple[str, Any]]:
    if value is None or value is UNKNOWN:
        return
    if not names:
        yield place, value
        return
    name, rest = names[0], names[1:]
    if name == "[]" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, rest, f"{place}[{index}]")
    elif isinstance(value, dict):
        yield from _inside(value.get(name), rest, f"{place}.{name}" if place else name)
