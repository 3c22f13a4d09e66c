"""Nested objects between the wire (camelCase) and the CS API (snake_case)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SNAKE = re.compile(r"_([a-z0-9])")
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snaked(value: Any) -> Any:
    """The value with the keys of its objects in snake_case."""
    if isinstance(value, Mapping):
        return {
            _HUMP.sub(r"_\1", key).lower(): snaked(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [snaked(item) for item in value]
    return value


def cameled(value: Any) -> Any:
    """The value with the keys of its objects in camelCase."""
    if isinstance(value, Mapping):
        return {_SNAKE.sub(lambda m: m[1].upper(), key): cameled(v) for key, v in value.items()}
    if isinstance(value, list):
        return [cameled(item) for item in value]
    return value
