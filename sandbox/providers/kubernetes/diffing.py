"""What changes between the recorded state of an object and the new declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ackb.domain.unknown import UNKNOWN

from .access import DEFAULT_NAMESPACE
from .annotations import AUTONAMED, is_set
from .kinds import Kind, Object
from .projection import projected
from .spelling import Place

Path = tuple[str | int, ...]


class Change(Enum):
    """What happens to one field."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Difference:
    """One changed field."""

    path: Path
    change: Change
    replaces: bool

    @property
    def shown_path(self) -> str:
        """The path as the engine writes it: `spec.ports[0].port`, `data["app.conf"]`."""
        text = ""
        for part in self.path:
            if isinstance(part, int):
                text += f"[{part}]"
            elif re.search(r'[."\[\]]', part):
                text += '["' + part.replace('"', '\\"') + '"]'
            else:
                text += f".{part}" if text else part
        return text


@dataclass(frozen=True)
class Mutability:
    """Which contents the provider inputs allow to be changed in place."""

    config_maps: bool = False
    secrets: bool = False


def differences(
    kind: Kind,
    live: Object,
    old: Object,
    new: Object,
    *,
    ignored: list[str],
    mutability: Mutability,
    patch: bool = False,
) -> list[Difference]:
    """Return the changed fields between the live object of the state and the new inputs.

    Args:
        kind: of the object.
        live: the object as last read from the server.
        old: the inputs it was last made from; they say which part of `live` counts.
        new: the new inputs.
        ignored: paths of fields whose changes do not count.
        mutability: what the provider inputs allow.
        patch: whether only some fields of the object are declared; it is never replaced for them.
    """
    before, new = _identified(projected(live, old), live, new)
    fields = _table()["every_kind"] if patch else replacing_fields(kind, new, mutability)
    replacing = [parsed_path(one) for one in fields]
    unseen = [parsed_path(one) for one in ignored]
    found = []
    for path, change, value in _changed((), before, new, Place.FIELDS):
        if any(_covers(one, path) for one in unseen):
            continue
        replaces = any(_covers(one, path) or _holds(one, path, value) for one in replacing)
        found.append(Difference(path, change, replaces))
    return found


def must_delete_first(found: list[Difference], new: Object) -> bool:
    """Tell whether a replaced object has to go before the new one can be made.

    So it is when the program gave the name and keeps it: two objects cannot share it.
    """
    if not any(one.replaces for one in found) or is_set(new, AUTONAMED):
        return False
    moved = {("metadata", "name"), ("metadata", "namespace")}
    return not any(one.path in moved for one in found)


def replacing_fields(kind: Kind, new: Object, mutability: Mutability) -> list[str]:
    """Return the paths whose change replaces an object of `kind`."""
    table = _table()
    key = f"{kind.group}/{kind.name}"
    paths = [*table["every_kind"], *table["kinds"].get(key, [])]
    may_change = {"/ConfigMap": mutability.config_maps, "/Secret": mutability.secrets}
    if not may_change.get(key, True) or new.get("immutable") is True:
        paths += table["contents"].get(key, [])
    return paths


def _identified(before: Object, live: Object, new: Object) -> tuple[Object, Object]:
    """Compare names with what the object is called, whether or not the old inputs told it."""
    actual = live["metadata"]
    old_metadata = dict(before.get("metadata") or {})
    metadata = new.get("metadata")
    if not isinstance(metadata, Mapping):
        return before, new
    new_metadata = dict(metadata)
    if "name" in new_metadata:
        old_metadata["name"] = actual["name"]
    for one in (old_metadata, new_metadata):
        if "namespace" not in actual:
            one.pop("namespace", None)
    if "namespace" in actual:
        old_metadata["namespace"] = actual["namespace"]
        new_metadata.setdefault("namespace", DEFAULT_NAMESPACE)
    return before | {"metadata": old_metadata}, new | {"metadata": new_metadata}


def _changed(
    path: Path, before: Any, after: Any, place: Place
) -> Iterator[tuple[Path, Change, Any]]:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        inside = place.below(key) if path else place
        for name in (*before, *(one for one in after if one not in before)):
            below = (*path, name)
            if name not in after:
                yield below, Change.DELETE, before[name]
            elif name not in before:
                yield below, Change.ADD, after[name]
            else:
                yield from _changed(below, before[name], after[name], inside)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            below = (*path, index)
            if index >= len(after):
                yield below, Change.DELETE, before[index]
            elif index >= len(before):
                yield below, Change.ADD, after[index]
            else:
                yield from _changed(below, before[index], after[index], place)
    elif after is UNKNOWN or not place.same(key, before, after):
        yield path, Change.UPDATE, after


def _covers(pattern: Path, path: Path) -> bool:
    return len(pattern) <= len(path) and _matches(pattern, path)


def _holds(pattern: Path, path: Path, value: Any) -> bool:
    # The change is above the pattern: it counts when what was added or removed reaches down to it.
    if len(pattern) <= len(path) or not _matches(pattern, path):
        return False
    inner = value
    for part in pattern[len(path) :]:
        if part == "*":
            return bool(isinstance(inner, list) and inner)
        if not isinstance(inner, Mapping) or part not in inner:
            return False
        inner = inner[part]
    return True


def _matches(pattern: Path, path: Path) -> bool:
    return all(
        mine == its or (mine == "*" and isinstance(its, int))
        for mine, its in zip(pattern, path, strict=False)
    )


_STEP = re.compile(r'\.?([^.\["]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')


def parsed_path(path: str) -> Path:
    """Return the steps of a path as the engine writes it; `*` stands for every element."""
    steps: list[str | int] = []
    for name, index, quoted in _STEP.findall(path):
        if index:
            steps.append("*" if index == "*" else int(index))
        else:
            steps.append(name or quoted.replace('\\"', '"'))
    return tuple(steps)


@cache
def _table() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("data/replacements.yaml").read_text("utf-8")
    table: Mapping[str, Any] = yaml.safe_load(text)
    return table
