"""The Alibaba Cloud types this project uses: wire names, types, required and deprecated properties.

The data is `data/provider_types.json`, written by `tools/generate_types.py` from the installed SDK.
The planner (`ackb.planning`) and the simulated provider judge inputs with the same `faults`, so
both refuse the same programs.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ackb.domain.data import load
from ackb.domain.problems import nearest

Kind = Literal["string", "integer", "number", "boolean", "array", "object"]


@dataclass(frozen=True)
class Field:
    """One property of a type, by its wire name."""

    type: Kind
    """Wire type; `integer` is a number without a fraction."""
    required: bool = False
    deprecated: str | None = None
    """The SDK's message, or None."""
    secret: bool = False
    items: "Field | None" = None
    """Shape of the elements of an array, or of the values of a map."""
    properties: Mapping[str, "Field"] | None = None
    """Fields of an object; None for a map."""


@dataclass(frozen=True)
class ProviderType:
    """Inputs and outputs of one resource type or function."""

    token: str
    inputs: Mapping[str, Field] = field(repr=False)
    outputs: Mapping[str, Field] = field(repr=False)


@dataclass(frozen=True)
class Fault:
    """One way in which inputs break their type."""

    path: str
    """Property path in wire names, such as `management.autoRepair` or `addons[0].name`."""
    kind: Literal["unknown", "missing", "type", "deprecated"]
    message: str
    """A clause that follows the path; never contains the value."""

    def __str__(self) -> str:
        return f"'{self.path}' {self.message}"


def _field(data: dict[str, Any]) -> Field:
    nested = data.get("properties")
    return Field(
        type=data["type"],
        required=data.get("required", False),
        deprecated=data.get("deprecated"),
        secret=data.get("secret", False),
        items=_field(data["items"]) if "items" in data else None,
        properties={name: _field(one) for name, one in nested.items()} if nested else None,
    )


def _table() -> dict[str, Any]:
    table: dict[str, Any] = load("provider_types")
    return table


def tokens() -> frozenset[str]:
    """Every known token: resources, functions and the provider itself."""
    return frozenset(_table()["types"])


@functools.cache
def provider_type(token: str) -> ProviderType:
    """The entry of a token.

    Raises:
        KeyError: the project does not use this type; `tools/generate_types.py` lists those it does.
    """
    entry = _table()["types"][token]
    return ProviderType(
        token=token,
        inputs={name: _field(one) for name, one in entry["inputs"].items()},
        outputs={name: _field(one) for name, one in entry["outputs"].items()},
    )


def faults(
    token: str, inputs: Mapping[str, Any], *, opaque: Callable[[Any], bool] = lambda _: False
) -> list[Fault]:
    """Everything wrong with the inputs of a resource or function, in property order.

    `opaque` says which values cannot be looked into (not known yet); they fit every type. Secrets
    must be unwrapped by the caller. Keys that start with `__` belong to the engine and are skipped.
    """
    return list(_object_faults("", inputs, provider_type(token).inputs, opaque))


def _object_faults(
    path: str, value: Mapping[str, Any], known: Mapping[str, Field], opaque: Callable[[Any], bool]
) -> list[Fault]:
    found = []
    for name in sorted({*value, *known}):
        here = f"{path}.{name}" if path else name
        given = value.get(name)
        if name not in known:
            if not name.startswith("__"):
                found.append(Fault(here, "unknown", _unknown(name, known)))
        elif given is None:
            if known[name].required:
                found.append(Fault(here, "missing", "is required"))
        else:
            if (message := known[name].deprecated) is not None:
                found.append(Fault(here, "deprecated", f"is deprecated: {message}"))
            found += _value_faults(here, given, known[name], opaque)
    return found


def _unknown(name: str, known: Mapping[str, Field]) -> str:
    near = nearest(name, known)
    return "is not a property of this type" + (f"; did you mean '{near}'?" if near else "")


def _value_faults(
    path: str, value: object, wanted: Field, opaque: Callable[[Any], bool]
) -> list[Fault]:
    if opaque(value):
        return []
    got = wire_type(value)
    if got != wanted.type and not (got == "integer" and wanted.type == "number"):
        return [Fault(path, "type", f"must be {_article(wanted.type)} (got {_article(got)})")]
    found: list[Fault] = []
    if isinstance(value, Mapping) and wanted.properties is not None:
        found += _object_faults(path, value, wanted.properties, opaque)
    elif isinstance(value, Mapping) and wanted.items:
        for key in sorted(value):
            found += _value_faults(f'{path}["{key}"]', value[key], wanted.items, opaque)
    elif isinstance(value, (list, tuple)) and wanted.items:
        for index, item in enumerate(value):
            found += _value_faults(f"{path}[{index}]", item, wanted.items, opaque)
    return found


def wire_type(value: object) -> str:
    """The wire type of a plain value; the engine sends every number as a float."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, float)):
        return "integer" if float(value).is_integer() else "number"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, (list, tuple)):
        return "array"
    return type(value).__name__


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
