"""How components judge their arguments: every problem at once, before anything is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network
from typing import TypeVar

import pulumi

from ackb.domain import cidr
from ackb.domain.problems import ArgumentProblem, Broken, InvalidArguments, Refused

T = TypeVar("T")


def refuse(component: str, name: str, problems: Iterable[ArgumentProblem]) -> None:
    """Raise `InvalidArguments` with all problems of one component, if there are any."""
    found = list(problems)
    if found:
        raise InvalidArguments(component, name, found)


def problem(field: str, got: object, broken: Broken | None) -> list[ArgumentProblem]:
    """Return the problem of an argument that breaks a rule; an empty list where it breaks none."""
    return [] if broken is None else [ArgumentProblem.of(field, got, broken)]


def parsed_range(field: str, text: str) -> tuple[IPv4Network | None, list[ArgumentProblem]]:
    """Return the address range that an argument names, or None and what is wrong with it."""
    try:
        return cidr.parse(text), []
    except Refused as refused:
        return None, problem(field, text, refused.broken)


def checked(
    component: str,
    name: str,
    field: str,
    value: pulumi.Input[T],
    check: Callable[[T], Broken | None],
) -> pulumi.Output[T]:
    """Return `value` as an output that fails where the value breaks the rule.

    For what may come from another resource: a plain value is judged in the same way, and a value
    that is not known yet is judged once it is, by the resource that takes it.
    """

    def gate(known: T) -> T:
        refuse(component, name, problem(field, known, check(known)))
        return known

    return pulumi.Output.from_input(value).apply(gate)
