"""The plan: resources as plain data, and its rendering as a text that can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ackb.domain.unknown import UNKNOWN


class PlanError(Exception):
    """Everything the providers would refuse in a program, one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Secret:
    """A secret value inside a plan. Its text form hides it; compare `value` where a test must."""

    value: Any = field(repr=False)

    def __repr__(self) -> str:
        return "<secret>"


@dataclass(frozen=True)
class PlannedResource:
    """One resource or component of a plan.

    Attributes:
        type: type token, such as `alicloud:vpc/network:Network`.
        name: logical name in the program.
        urn: the URN the engine would give it.
        custom: False for components.
        parent: logical name of the parent; None directly below the stack.
        provider: logical name of its explicit provider; None for a component or a default provider.
        inputs: properties by wire name; secrets are `Secret`, what is not known yet is `UNKNOWN`.
        outputs: what the program saw after the registration; for a component its own outputs.
        dependencies: logical names of everything it waits for, sorted.
        protect: the engine refuses to delete it.
        options: further resource options that are set, by wire name.
    """

    type: str
    name: str
    urn: str
    custom: bool
    parent: str | None
    provider: str | None
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(repr=False)
    dependencies: tuple[str, ...] = ()
    protect: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """All resources of a program, in the order of their registration, and the stack's outputs."""

    project: str
    stack: str
    resources: Sequence[PlannedResource]
    stack_outputs: Mapping[str, Any]

    def of(self, type_token: str) -> list[PlannedResource]:
        """Return the resources of one type, sorted by name."""
        return sorted(
            (one for one in self.resources if one.type == type_token), key=lambda one: one.name
        )

    def one(self, type_token: str, name: str) -> PlannedResource:
        """Return the resource of this type and name.

        Raises:
            KeyError: there is none; the message lists the names of that type.
        """
        for resource in self.of(type_token):
            if resource.name == name:
                return resource
        names = ", ".join(one.name for one in self.of(type_token)) or "none"
        raise KeyError(f"no {type_token} named {name!r} in the plan (there are: {names})")

    def render(self) -> str:
        """Return the plan as text, sorted by type and name; secrets hidden, equal plans equal."""
        parts = [
            _block(f"{one.type} {one.name}", _row(one))
            for one in sorted(self.resources, key=lambda one: (one.type, one.name))
        ]
        parts.append(_block("stack outputs", dict(sorted(self.stack_outputs.items()))))
        return "\n".join(parts)


def _block(title: str, content: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump({title: shown(content)}, sort_keys=False, width=100, allow_unicode=True)


def _row(one: PlannedResource) -> dict[str, Any]:
    row = {
        "parent": one.parent,
        "provider": one.provider,
        "waits for": list(one.dependencies),
        "protect": one.protect,
        "options": one.options,
        "inputs": one.inputs,
    }
    return {key: value for key, value in row.items() if value}


def shown(value: object) -> Any:
    """Return a value of a plan as plain data that anyone may see: without secrets."""
    if isinstance(value, Secret):
        return "<secret>"
    if value is UNKNOWN:
        return "<unknown>"
    if isinstance(value, Mapping):
        return {str(key): shown(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(one) for one in value]
    return value
