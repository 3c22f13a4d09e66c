"""`ackb outputs`: what the last `up` of a stack gave."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ackb.cli.arguments import Json, StackName, project_of

NEVER_UP: Final = "no stack named"
"""What the engine says about a stack that its backend does not hold."""


def outputs(
    context: typer.Context,
    stack: StackName,
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Show secret values in clear.")
    ] = False,
    json: Json = False,
) -> None:
    """Show addresses, kubeconfig and console links of a stack, as its last `up` left them."""
    from ackb.cli import output, results
    from ackb.cli.context import Workplace
    from ackb.engine.engine import Engine
    from ackb.engine.errors import EngineError

    chosen = Workplace.find(project_of(context)).stack(stack)
    place = chosen.workplace
    engine = Engine(place.project, place.home, chosen.target, report=output.note)
    try:
        found = engine.outputs(stack, show_secrets=show_secrets)
    except EngineError as error:
        if NEVER_UP not in error.problem.why:
            raise
        found = {}
    result = results.Result(chosen, found, results.write_kubeconfig(chosen, found), None)
    if json:
        facts = {"stack": stack, "target": chosen.target, "simulated": chosen.simulated}
        output.document("outputs", **facts, **result.fields(), exit_code=0)
        return
    if not found:
        output.note(f"{stack} has no outputs: it is not up. Run `ackb up {stack}`.")
        return
    result.show(output.out())
