"""When two values of a field mean the same to Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ackb.domain import quantity
from ackb.domain.problems import Refused


class Place(Enum):
    """What the values around a field are."""

    FIELDS = "fields"
    QUANTITIES = "quantities"
    VERBATIM = "verbatim"

    def below(self, key: str) -> Place:
        """Return the place of what is below `key`."""
        if self is Place.VERBATIM or key in _table()["verbatim"]:
            return Place.VERBATIM
        return Place.QUANTITIES if key in _table()["maps"] else Place.FIELDS

    def same(self, key: str, left: Any, right: Any) -> bool:
        """Tell whether two scalars mean the same as values of `key` in this place."""
        if isinstance(left, bool) or isinstance(right, bool):
            return left is right
        if left == right:
            return True
        is_quantity = self is Place.QUANTITIES or (
            self is Place.FIELDS and key in _table()["values"]
        )
        return is_quantity and _equal_quantities(left, right)


def is_zero(value: Any) -> bool:
    """Tell whether the API server drops the value as if it were not there.

    It does so for most fields: empty strings, lists and maps, `false` and 0.
    """
    if isinstance(value, Mapping):
        return all(is_zero(one) for one in value.values())
    return value in (None, "", 0, False) or value == []


def _equal_quantities(left: Any, right: Any) -> bool:
    if not (isinstance(left, (str, int, float)) and isinstance(right, (str, int, float))):
        return False
    try:
        return quantity.equal(left, right)
    except Refused:
        return False


@cache
def _table() -> Mapping[str, frozenset[str]]:
    text = resources.files(__package__).joinpath("data/quantities.yaml").read_text("utf-8")
    return {group: frozenset(keys) for group, keys in yaml.safe_load(text).items()}
