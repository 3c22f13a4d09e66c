"""`ackb secret`: keep a secret that exists elsewhere in the stack file, encrypted."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ackb.cli.arguments import StackName, project_of


def secret(
    context: typer.Context,
    stack: StackName,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Such as databasePassword.")],
) -> None:
    """Keep a secret that exists already: the password of a data store that is there.

    Asks for the value without showing it, or reads it from standard input.
    `up` makes up all other secrets itself.
    """
    from ackb.cli import output
    from ackb.cli.context import PROJECT, Workplace
    from ackb.domain.problems import InvalidInput, Problem, nearest
    from ackb.engine.engine import Engine

    chosen = Workplace.find(project_of(context)).stack(stack)
    wanted = [one.key for one in chosen.secrets()]
    if key not in wanted:
        near = nearest(key, wanted)
        fix = f"write {near}" if near else f"write one of {', '.join(wanted) or 'none'}"
        why = f"must be a secret that the stack needs ({', '.join(wanted) or 'it needs none'})"
        raise InvalidInput([Problem("CLI-08", "KEY", key, why, fix)])
    if sys.stdin.isatty():
        value = str(typer.prompt(f"Value of {PROJECT}:{key}", hide_input=True, err=True))
    else:
        value = sys.stdin.read().rstrip("\n")
    if not value:
        fix = "give it on standard input, or run the command in a terminal"
        raise InvalidInput([Problem("CLI-08", "value", None, "must not be empty", fix)])
    place = chosen.workplace
    engine = Engine(place.project, place.home, chosen.target, report=output.note)
    engine.set_secret(stack, key, value)
    output.note(f"kept {PROJECT}:{key} encrypted in {chosen.source}")
