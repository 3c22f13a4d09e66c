"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def stack_names(incomplete: str) -> list[str]:
    """Names of the project's stacks, for the completion of a shell."""
    from ackb.domain.home import find_project
    from blueprints.settings.stackfile import known_stacks

    return [name for name in known_stacks(find_project(Path.cwd())) if name.startswith(incomplete)]


StackName = Annotated[
    str,
    typer.Argument(
        metavar="STACK", help="Stack, such as wordpress-dev.", autocompletion=stack_names
    ),
]
StackOrAll = Annotated[
    str | None,
    typer.Argument(
        metavar="[STACK]",
        help="Stack, such as wordpress-dev.",
        autocompletion=stack_names,
        show_default=False,
    ),
]
All = Annotated[
    bool,
    typer.Option("--all", help="Every sandbox stack of the project, several at once; no real one."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="With --all: stacks at once. Default: the number of cores.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def project_of(context: typer.Context) -> Path | None:
    """The value of `--project`, which stands before the command."""
    found: Any = context.obj
    return found if isinstance(found, Path) else None
