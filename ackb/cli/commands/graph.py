"""`ackb graph`: the architecture of a stack as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ackb.cli.arguments import Json, StackName, project_of


def graph(
    context: typer.Context,
    stack: StackName,
    to: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder. Default: .ackb/pictures."),
    ] = None,
    json: Json = False,
) -> None:
    """Draw a stack as SVG and PNG, from its plan: zones, vSwitches, cluster, data, traffic."""
    from ackb.cli import output, pictures
    from ackb.cli.context import Workplace

    paths = pictures.draw_stack(Workplace.find(project_of(context)).stack(stack), to)
    if json:
        output.document("graph", stack=stack, svg=str(paths.svg), png=str(paths.png), exit_code=0)
        return
    print(paths.svg)
    print(paths.png)
