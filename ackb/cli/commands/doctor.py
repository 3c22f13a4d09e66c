"""`ackb doctor`: whether this machine has what the project needs."""

from __future__ import annotations

import typer

from ackb.cli.arguments import Json, project_of


def doctor(context: typer.Context, json: Json = False) -> None:
    """Examine this machine: tools, Python, home, daemon, variables, disk.

    Exit codes: 0 everything needed is there, 1 something is missing; its
    line says what to do.
    """
    from ackb.cli import output
    from ackb.cli.context import Workplace
    from ackb.cli.exits import Exit
    from ackb.cli.health import examine

    place = Workplace.find(project_of(context))
    findings = examine(place)
    code = Exit.FINDINGS if any(one.state == "missing" for one in findings) else Exit.CLEAN
    if json:
        output.document("doctor", findings=[vars(one) for one in findings], exit_code=int(code))
    else:
        console = output.out()
        styles = {"ok": "green", "note": "yellow", "missing": "red"}
        for one in findings:
            console.print(f"{one.state:<8}", style=styles[one.state], end="")
            console.print(f"{one.subject:<26}{one.what}")
            if one.fix:
                console.print(f"{'':<34}{one.fix}")
    raise typer.Exit(int(code))
