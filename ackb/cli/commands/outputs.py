"""`ackb outputs`: what the last `up` of a stack gave."""

from __future__ import annotations

from typing import Annotated

import typer

from ackb.cli.arguments import Json, StackName, project_of


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

    chosen = Workplace.find(project_of(context)).stack(stack)
    found = chosen.outputs(show_secrets=show_secrets)
    result = results.Result(chosen, found, results.write_kubeconfig(chosen, found), None)
    if json:
        facts = {"stack": stack, "target": chosen.target, "simulated": chosen.simulated}
        output.document("outputs", **facts, **result.fields(), exit_code=0)
        return
    if not found:
        output.note(f"{stack} has no outputs: it is not up. Run `ackb up {stack}`.")
        return
    result.show(output.out())
