"""How components judge their arguments: every problem at once, before anything is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from ipaddress import IPv4Network
from typing import Any

import pulumi

from ackb.domain import cidr, eci_annotations, eci_sizes, quantity
from ackb.domain.problems import ArgumentProblem, Broken, InvalidArguments, Refused


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


def eci_problems(
    options: eci_annotations.EciOptions | None, cpu: str, memory: str
) -> Iterator[ArgumentProblem]:
    """Yield what ECI would refuse of a pod of this size.

    A component does not know its region: sizes that only some regions sell pass here, and settings,
    which know it, judge them.
    """
    if options is None:
        return
    try:
        vcpu, gib = quantity.parse(cpu), quantity.gib(memory)
    except Refused:
        return  # an amount that cannot be read is a problem of its own
    found = eci_annotations.problems(
        options, vcpu=vcpu, memory_gib=gib, region=eci_sizes.FINER_REGION
    )
    for field, value, broken in found:
        yield ArgumentProblem.of(f"eci.{field}", value, broken)


def checked_secret(
    component: str,
    name: str,
    field: str,
    value: pulumi.Input[str],
    check: Callable[[str], Broken | None],
) -> pulumi.Output[str]:
    """Return a secret as an output that fails where the secret breaks the rule; never shows it.

    Secrets reach components as outputs, which cannot be looked into before they are registered: the
    resource that takes the secret fails instead, before it is sent anywhere.
    """

    def gate(known: str) -> str:
        broken = check(known)
        if broken is not None:
            found = ArgumentProblem(field, broken.rule, known, broken.fix, secret=True)
            # Any other error inside an apply reaches people as a traceback.
            raise pulumi.RunError(found.render(component, name))
        return known

    return pulumi.Output.secret(value).apply(gate)


def not_empty(args: Any) -> Iterator[ArgumentProblem]:
    """Yield a problem for each text that is empty in some arguments, a data class."""
    for one in fields(args):
        if getattr(args, one.name) == "":
            yield ArgumentProblem(one.name, "not be empty", "", "name what is there")
