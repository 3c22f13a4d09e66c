"""`ackb check`: judge a stack by its plan, without engine, credentials or network."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ackb.cli.arguments import Json, StackName, project_of


class Format(StrEnum):
    """Forms of the report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


def check(
    context: typer.Context,
    stack: StackName,
    form: Annotated[Format, typer.Option("--format", help="Form of the report.")] = Format.TEXT,
    json: Json = False,
    to: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the report to this file."),
    ] = None,
) -> None:
    """Validate a stack: settings, plan, policies, capacity. Touches no cloud, takes a second.

    Exit codes: 0 clean, 1 findings that stop nothing, 2 a mandatory rule or
    a capacity limit is broken, 3 could not run, for example wrong settings.
    """
    if json and form not in (Format.TEXT, Format.JSON):
        raise typer.BadParameter(f"not together with --format {form}.", param_hint="'--json'")
    from ackb.cli import output
    from ackb.cli.checking import Checked
    from ackb.cli.context import Workplace
    from ackb.domain.files import write_atomically

    begun = time.monotonic()
    checked = Checked.run(Workplace.find(project_of(context)).stack(stack))
    seconds = time.monotonic() - begun
    if json or form is Format.JSON:
        text = output.as_document("check", **checked.fields(), seconds=round(seconds, 2))
    elif form is Format.TEXT:
        text = checked.screen(seconds)
    else:
        text = checked.report_as(form)
    if to is None:
        print(text, end="")
    else:
        write_atomically(to, text)
        output.note(f"wrote {to}")
    raise typer.Exit(checked.exit_code)
