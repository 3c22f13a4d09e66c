"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def stack_names(incomplete: str) -> list[str]:
    """Names of the project's stacks, for the completion of a shell."""
    from ackb.domain.home import find_project
    from blueprints.settings.stackfile import FOLDER

    files = (find_project(Path.cwd()) / FOLDER).glob("Pulumi.*.yaml")
    names = (file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)
    return sorted(name for name in names if name.startswith(incomplete))


StackName = Annotated[
    str,
    typer.Argument(
        metavar="STACK", help="Stack, such as wordpress-dev.", autocompletion=stack_names
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def project_of(context: typer.Context) -> Path | None:
    """The value of `--project`, which stands before the command."""
    found: Any = context.obj
    return found if isinstance(found, Path) else None
