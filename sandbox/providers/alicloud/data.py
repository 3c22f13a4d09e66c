"""The tables beside this file: how the official provider plans, validates, retries and waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """How changes of one type's properties are planned; a row of replacement.yaml."""

    replace: frozenset[str] = frozenset()
    """A change makes a new object."""
    computed: frozenset[str] = frozenset()
    """The cloud chooses a value when the program gives none; leaving it out later is no change."""
    sets: frozenset[str] = frozenset()
    """Lists whose order means nothing."""
    json: frozenset[str] = frozenset()
    """Strings that hold JSON and are compared as such."""
    write_only: frozenset[str] = frozenset()
    """Never stored in the outputs, and a change alone is no difference."""
    defaults: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the official provider fills in inside of an object, by name of the property."""
    delete_before_replace: bool = False
    """The new object cannot exist beside the old one."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the official provider refuses at preview besides wrong types; a row of rules.yaml."""

    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    """Exactly one of each group must be given."""
    conflicts: tuple[tuple[str, ...], ...] = ()
    """At most one of each group may be given."""
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Retries:
    """Which answers the official provider waits out, and how long; a row of retries.yaml."""

    create_minutes: float = 5
    update_minutes: float = 5
    delete_minutes: float = 5
    least_seconds: float = 0
    """What the sandbox allows at least, however busy the machine is."""
    create: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    """Codes that are retried besides throttling, network errors and 5xx answers."""
    gone: tuple[str, ...] = ()
    """Codes that mean that the object does not exist."""


def replacement(token: str) -> Replacement:
    """The row of a resource type."""
    row = _rows("replacement")[token]
    names = {key: frozenset(row.get(key, ())) for key in _NAME_SETS}
    return Replacement(
        delete_before_replace=row.get("delete_before_replace", False),
        defaults=row.get("defaults", {}),
        **names,
    )


def rules(token: str) -> Rules:
    """The row of a resource type; empty when it has none."""
    row = _rows("rules").get(token, {})
    return Rules(
        required=tuple(row.get("required", ())),
        one_of=tuple(tuple(group) for group in row.get("one_of", ())),
        conflicts=tuple(tuple(group) for group in row.get("conflicts", ())),
        values={path: tuple(allowed) for path, allowed in row.get("values", {}).items()},
        ranges={path: (low, high) for path, (low, high) in row.get("ranges", {}).items()},
    )


def retries(token: str) -> Retries:
    """The row of a resource type."""
    row = _rows("retries")[token]
    create, update, delete = row["minutes"]
    return Retries(
        create_minutes=create,
        update_minutes=update,
        delete_minutes=delete,
        least_seconds=row.get("least_seconds", 0),
        create=tuple(row.get("create", ())),
        update=tuple(row.get("update", ())),
        delete=tuple(row.get("delete", ())),
        gone=tuple(row.get("gone", ())),
    )


@dataclass(frozen=True)
class Pace:
    """How the official provider's waits are shortened in the sandbox."""

    seconds_per_minute: float
    first_wait: float
    further_wait: float
    poll: float


def pace() -> Pace:
    """The waits of the sandbox, from retries.yaml."""
    return Pace(**_table("retries")["pace"])


def next_step(code: str) -> str:
    """What to do about an error code, from next_steps.yaml; the first pattern that fits wins."""
    import fnmatch

    steps = _table("next_steps")["steps"]
    return str(next(step for pattern, step in steps.items() if fnmatch.fnmatchcase(code, pattern)))


_NAME_SETS = ("replace", "computed", "sets", "json", "write_only")


def _rows(name: str) -> dict[str, Any]:
    rows: dict[str, Any] = _table(name)["types"]
    return rows


@cache
def _table(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text("utf-8")
    table: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return table
