"""Between the property values of the engine and plain JSON.

Plain values carry neither secretness nor dependencies; an unknown one is `UNKNOWN`. Going back,
secrets are marked again from a reference: the property values that the plain ones came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ON_THE_WIRE

from ackb.domain.unknown import UNKNOWN

from .kinds import Object

Properties = Mapping[str, PropertyValue]

# The engine sends a sentinel for each type of an unknown value; Python's SDK knows the string only.
# Source: pulumi sdk/go/common/resource/plugin/rpc.go, constants Unknown*Value.
_UNKNOWNS = frozenset(
    {
        UNKNOWN_ON_THE_WIRE,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

# Property names cannot hold dashes in every language, so the SDKs spell these with underscores.
# Source: pulumi-kubernetes provider/pkg/provider/provider.go, underscoreToDashMap.
_DASHED = {
    name.replace("-", "_"): name
    for name in (
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    )
}
_UNDERSCORED = {dashed: underscored for underscored, dashed in _DASHED.items()}


_SHORTEST_HIDDEN = 3


def plain(value: PropertyValue) -> Any:
    """Return the JSON value behind a property value; absent entries of maps are left out."""
    raw = value.value
    if isinstance(raw, Computed):
        return UNKNOWN
    if isinstance(raw, str):
        return UNKNOWN if raw in _UNKNOWNS else raw
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, float):
        # Numbers arrive as floats; the API wants integers where a fraction makes no sense.
        return int(raw) if raw.is_integer() else raw
    if isinstance(raw, tuple):
        return [plain(one) for one in raw]
    if isinstance(raw, Mapping):
        return plain_map(raw)
    raise ValueError(f"a {type(raw).__name__} has no place in a Kubernetes object")


def plain_map(properties: Properties) -> Object:
    """Return the JSON object behind properties."""
    pairs = ((_DASHED.get(key, key), plain(value)) for key, value in properties.items())
    return {key: value for key, value in pairs if value is not None}


def properties(obj: Object, like: Properties) -> dict[str, PropertyValue]:
    """Return `obj` as properties, with everything secret that is secret in `like`.

    The contents of a Secret are secret always. A list that holds a secret in `like` becomes secret
    as a whole, since its elements may have moved.
    """
    result = {_UNDERSCORED.get(key, key): _property(value) for key, value in obj.items()}
    if obj.get("kind") == "Secret":
        for key in ("data", "stringData"):
            if key in result:
                result[key] = result[key].with_secret(True)
        return result
    return _marked(result, like)


def contains_unknown(value: Any) -> bool:
    """Tell whether anything in a plain value is unknown."""
    return any(leaf is UNKNOWN for leaf in _leaves(value))


def hide_secrets(text: str, like: Properties) -> str:
    """Return a message without any secret of `like` that an API server may have quoted in it."""
    for secret in sorted(_secret_texts(PropertyValue(like), False), key=len, reverse=True):
        text = text.replace(secret, "(hidden)")
    return text


def _secret_texts(value: PropertyValue, inside: bool) -> set[str]:
    inside = inside or value.is_secret
    raw = value.value
    if isinstance(raw, str):
        # One or two characters are everywhere; hiding them would garble the message, not protect.
        return {raw} if inside and len(raw) >= _SHORTEST_HIDDEN else set()
    if isinstance(raw, Mapping):
        return set[str]().union(*(_secret_texts(one, inside) for one in raw.values()))
    if isinstance(raw, tuple):
        return set[str]().union(*(_secret_texts(one, inside) for one in raw))
    return set()


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def _marked(values: dict[str, PropertyValue], like: Properties) -> dict[str, PropertyValue]:
    for key, reference in like.items():
        value = values.get(key)
        if value is None:
            continue
        if _is_open_map(value) and _is_open_map(reference):
            inner = _marked(dict(_as_map(value)), _as_map(reference))
            values[key] = PropertyValue(inner)
        elif reference.contains_secret():
            values[key] = value.with_secret(True)
    return values


def _is_open_map(value: PropertyValue) -> bool:
    return isinstance(value.value, Mapping) and not value.is_secret


def _as_map(value: PropertyValue) -> Properties:
    return value.value if isinstance(value.value, Mapping) else {}


def _property(value: Any) -> PropertyValue:
    if value is UNKNOWN:
        return PropertyValue(UNKNOWN_ON_THE_WIRE)
    if value is None or isinstance(value, (bool, str)):
        return PropertyValue(value)
    if isinstance(value, (int, float)):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue(
            {_UNDERSCORED.get(str(key), str(key)): _property(one) for key, one in value.items()}
        )
    return PropertyValue([_property(one) for one in value])
