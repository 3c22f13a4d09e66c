"""The part of a live object that the program has a say in.

The API server adds defaults and other managers add fields: what a program declared is compared with
the live object cut to the shape of the declaration. Spellings that mean the same are the same.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from .kinds import Object
from .spelling import Place, is_zero

_ABSENT: Final = object()


def projected(live: Object, declared: Object, *, before: Object | None = None) -> Object:
    """Return `live` cut to the shape of `declared`.

    Where a live value means the same as the declared one, the declared spelling is kept, so the
    result equals `declared` when nothing has drifted.

    Args:
        live: the object in the cluster.
        declared: what the program wants it to be.
        before: the live object as it was last seen. What was there then and is missing now has been
            removed; what was declared empty and never was there is what the server drops.
    """
    if declared.get("kind") == "Secret" and "stringData" in declared:
        live = live | {"stringData": _readable(live.get("data") or {}, declared["stringData"])}
    return _cut_map(live, declared, before or {}, Place.FIELDS)


def _cut_map(
    live: Mapping[str, Any], declared: Mapping[str, Any], before: Any, place: Place
) -> Object:
    known = before if isinstance(before, Mapping) else {}
    result: Object = {}
    for key, wanted in declared.items():
        if key in live:
            result[key] = _cut(live[key], wanted, known.get(key), place, key)
        elif is_zero(wanted) and key not in known:
            result[key] = wanted
    return result


def _cut(live: Any, declared: Any, before: Any, place: Place, key: str) -> Any:
    if isinstance(live, Mapping) and isinstance(declared, Mapping):
        return _cut_map(live, declared, before, place.below(key))
    if isinstance(live, list) and isinstance(declared, list):
        known = before if isinstance(before, list) else []
        rows = zip(
            _counterparts(live, declared), declared, _counterparts(known, declared), strict=True
        )
        return [
            _cut(mine, wanted, seen, place, key)
            for mine, wanted, seen in rows
            if mine is not _ABSENT
        ]
    return declared if place.same(key, live, declared) else live


def _counterparts(elements: list[Any], declared: list[Any]) -> list[Any]:
    """Return for each declared element the one that stands for it.

    Named elements are found by name, since other managers may have added some of their own, such as
    injected sidecars; others by position.
    """
    by_name = _by_name(elements)
    if by_name and _by_name(declared):
        return [by_name.get(one["name"], _ABSENT) for one in declared]
    missing = [_ABSENT] * (len(declared) - len(elements))
    return [*elements[: len(declared)], *missing]


def _by_name(elements: list[Any]) -> dict[str, Any]:
    if not all(isinstance(one, Mapping) and isinstance(one.get("name"), str) for one in elements):
        return {}
    named = {one["name"]: one for one in elements}
    return named if len(named) == len(elements) else {}


def _readable(data: Mapping[str, Any], declared: Any) -> Object:
    # The server keeps stringData as data, in base64, and never returns it.
    result = {}
    for key in declared if isinstance(declared, Mapping) else ():
        try:
            result[key] = base64.b64decode(data[key]).decode()
        except (KeyError, TypeError, binascii.Error, UnicodeDecodeError):
            continue
    return result
