"""Property values of the engine as plain Python, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

from ackb.domain.unknown import UNKNOWN

Values = dict[str, Any]
"""Properties by wire name: str, bool, int, float, list, dict, or UNKNOWN in a preview."""


def plain(properties: Mapping[str, PropertyValue]) -> Values:
    """Properties without their wrapping; whole numbers become int, null properties are left out."""
    values = {name: _plain(value) for name, value in properties.items()}
    return {name: value for name, value in values.items() if value is not None}


def secret_names(properties: Mapping[str, PropertyValue]) -> frozenset[str]:
    """Properties that are secret, or hold a secret somewhere inside."""
    return frozenset(name for name, value in properties.items() if value.contains_secret())


def wired(values: Mapping[str, Any], secrets: Collection[str] = ()) -> dict[str, PropertyValue]:
    """Properties for the engine; those named in `secrets` are marked secret, None is left out."""
    return {
        name: _wired(value).with_secret(name in secrets)
        for name, value in values.items()
        if value is not None
    }


def _plain(value: PropertyValue) -> Any:
    content = value.value
    if isinstance(content, float) and content.is_integer():
        return int(content)
    if isinstance(content, str):
        # The experimental SDK leaves the engine's mark for "unknown" as a string.
        return UNKNOWN if content == rpc.UNKNOWN else content
    if isinstance(content, Mapping):
        return plain(content)
    if isinstance(content, tuple):
        return [_plain(item) for item in content]
    return content


def _wired(value: object) -> PropertyValue:
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN)
    if isinstance(value, bool) or value is None:
        return PropertyValue(value)
    if isinstance(value, int | float):
        return PropertyValue(float(value))
    if isinstance(value, str):
        return PropertyValue(value)
    if isinstance(value, Mapping):
        items = {key: _wired(item) for key, item in value.items() if item is not None}
        return PropertyValue(items)
    if isinstance(value, Sequence):
        return PropertyValue([_wired(item) for item in value])
    raise TypeError(f"not a property value: {type(value).__name__}")
