"""Pulumi URNs as the engine makes them: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`."""

from __future__ import annotations

from typing import Final

STACK_TYPE: Final = "pulumi:pulumi:Stack"


def child_urn(stack: str, project: str, parent: str | None, type_token: str, name: str) -> str:
    """Return the URN of a resource below `parent` (the URN of a component, of the stack, or None).

    The types of all components above are part of it; the stack itself is not.
    """
    above = qualified_type(parent) if parent else STACK_TYPE
    chain = type_token if above == STACK_TYPE else f"{above}${type_token}"
    return f"urn:pulumi:{stack}::{project}::{chain}::{name}"


def qualified_type(urn: str) -> str:
    """Return the chain of types in a URN, joined by `$`."""
    return urn.split("::", 3)[2]


def name_of(urn: str) -> str:
    """Return the logical name in a URN."""
    return urn.split("::", 3)[3]
