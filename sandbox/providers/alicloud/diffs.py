"""Diff: which properties changed, and which of the changes need a new object."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from ackb.domain.provider_types import provider_type
from ackb.domain.unknown import UNKNOWN
from sandbox.providers.alicloud import data
from sandbox.providers.alicloud.values import Values

Kind = Literal["add", "update", "delete"]


@dataclass(frozen=True)
class Difference:
    """Changed properties by name, and those of them that make a new object."""

    changed: dict[str, Kind]
    replaces: tuple[str, ...]


def diff(
    token: str,
    state: Values,
    inputs: Values,
    recorded: Values | None = None,
    ignored: Collection[str] = (),
) -> Difference:
    """Compare the inputs with the object's last known state.

    What the program does not give (any more) is a difference only where it gave it before
    (`recorded`; without it, where the state holds it) and the cloud would not choose a value.
    """
    plan = data.replacement(token)
    changed: dict[str, Kind] = {}
    for name in sorted(provider_type(token).inputs):
        if name in plan.write_only or name in ignored:
            continue
        before = state.get(name)
        if name not in inputs and recorded is not None and name not in recorded:
            before = None
        kind = _difference(name, before, inputs.get(name), plan)
        if kind:
            changed[name] = kind
    return Difference(changed, tuple(name for name in changed if name in plan.replace))


def same(name: str, old: object, new: object, plan: data.Replacement) -> bool:
    """Whether two values of a property mean the same."""
    return bool(_normal(name, old, plan) == _normal(name, new, plan))


def _difference(name: str, old: object, new: object, plan: data.Replacement) -> Kind | None:
    if new is None:
        removed = old not in EMPTY and name not in plan.computed
        return "delete" if removed else None
    if old is None:
        return "add" if new not in EMPTY else None
    return None if same(name, old, new, plan) else "update"


EMPTY: tuple[Any, ...] = (None, "", False, [], {})
"""Values that mean the same as leaving a property out."""


def _normal(name: str, value: Any, plan: data.Replacement) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if name in plan.json and isinstance(value, str):
        return _parsed(value)
    if isinstance(value, list):
        items = [_normal("", item, plan) for item in value]
        return sorted(items, key=repr) if name in plan.sets else items
    if isinstance(value, dict):
        filled = {**plan.defaults.get(name, {}), **value}
        return {key: _normal("", item, plan) for key, item in filled.items()}
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return f"{value:g}" if value != int(value) else str(int(value))
    if isinstance(value, str):
        return _as_network(value)
    return value


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _as_network(text: str) -> str:
    """A network in its canonical form, so that 10.0.0.1 and 10.0.0.1/32 are the same."""
    if text[:1].isdigit() and text.count(".") == 3:
        try:
            return str(ipaddress.ip_network(text))
        except ValueError:
            return text
    return text
