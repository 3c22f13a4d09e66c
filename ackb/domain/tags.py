"""The tags every resource carries: who owns it, what it is part of, who pays."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken, nearest


class Tag(StrEnum):
    """Keys that a stack must give a value; the vocabulary of cost and ownership reports."""

    OWNER = "owner"
    ENV = "env"
    TIER = "tier"
    COST_CENTER = "cost-center"


REQUIRED: Final[frozenset[str]] = frozenset(Tag)

URN_TAG: Final = "ackb:urn"
"""Key of the tag that ties a cloud resource to its place in the stack; set by the program."""

_LIMITS: Final[dict[str, int]] = {
    name: limit["value"] for name, limit in load("tag_limits")["limits"].items()
}
_RESERVED_PREFIXES: Final = ("aliyun", "acs:", "ackb:")


def merged(*layers: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of all layers in one new dict, sorted by key; a later layer wins."""
    together: dict[str, str] = {}
    for layer in layers:
        together.update(layer)
    return dict(sorted(together.items()))


def missing(tags: Mapping[str, str]) -> list[str]:
    """Return the required keys that have no value, sorted."""
    return sorted(key for key in REQUIRED if not tags.get(key, "").strip())


def check(tags: Mapping[str, str]) -> list[tuple[str, Broken]]:
    """Return each key with what is wrong with it or its value; an empty list when all is well."""
    broken: list[tuple[str, Broken]] = []
    for key in missing(tags):
        near = nearest(key, [tag for tag in tags if tag not in REQUIRED])
        fix = f"rename '{near}' to '{key}'" if near else f"add the tag '{key}'"
        if key in tags:
            fix = f"give '{key}' a value"
        broken.append((key, Broken("be given, since cost and ownership reports need it", fix)))
    for key, value in tags.items():
        if not value.strip() and key in REQUIRED:
            continue  # already reported as missing
        broken += [(key, one) for one in _check_one(key, value)]
    if len(tags) + 1 > _LIMITS["tags_per_resource"]:
        limit = _LIMITS["tags_per_resource"] - 1
        broken.append(
            (
                "",
                Broken(
                    f"be at most {limit} tags (one of {limit + 1} is kept for {URN_TAG})",
                    f"remove {len(tags) - limit} of the {len(tags)}",
                ),
            )
        )
    return broken


def _check_one(key: str, value: str) -> list[Broken]:
    broken = []
    if not 1 <= len(key) <= _LIMITS["key_characters"]:
        broken.append(
            Broken(f"have a key of 1 to {_LIMITS['key_characters']} characters", "change the key")
        )
    if key.lower().startswith(_RESERVED_PREFIXES):
        broken.append(
            Broken(
                f"have a key that does not start with {', '.join(_RESERVED_PREFIXES)}, "
                "which are reserved",
                "choose another key",
            )
        )
    if len(value) > _LIMITS["value_characters"]:
        broken.append(
            Broken(
                f"have a value of at most {_LIMITS['value_characters']} characters",
                f"shorten it from {len(value)}",
            )
        )
    if any("http://" in text or "https://" in text for text in (key, value)):
        broken.append(Broken("not hold http:// or https://", "write the address without it"))
    return broken
