"""`ackb virtual-nodes`: what cannot be declared about self-managed virtual nodes."""

from __future__ import annotations

from typing import Annotated

import typer

from ackb.cli.arguments import Json, StackName, project_of
from ackb.cli.commands.update import Yes, confirm

app = typer.Typer(
    help="Self-managed virtual nodes of a stack that is up: take some of them away.",
    no_args_is_help=True,
)


@app.callback()
def virtual_nodes() -> None:
    """Self-managed virtual nodes of a stack that is up: take some of them away."""


@app.command()
def scale_in(
    context: typer.Context,
    stack: StackName,
    to: Annotated[int, typer.Option("--to", metavar="N", help="Virtual nodes that stay.")],
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=1, help="Longest time that a step may not get on."),
    ] = 900,
    delete_emptydir_data: Annotated[
        bool, typer.Option("--delete-emptydir-data", help="Also move pods with emptyDir volumes.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also delete pods that no controller replaces.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take virtual nodes away in an order that loses no ECI pod.

    The nodes with the highest numbers are cordoned and drained (evictions
    heed PodDisruptionBudgets), their controllers taken away, and when they
    are NotReady, deleted. A step that would orphan ECI pods is refused and
    the pods are named. After a kill or a refusal, the same command goes on
    where it was.
    """
    from ackb.cli import cluster_nodes, output
    from ackb.cli.context import Workplace
    from ackb.cli.exits import Exit
    from ackb.virtual_nodes import scale_in as ordered
    from ackb.virtual_nodes.look import Hindrance

    chosen = Workplace.find(project_of(context)).stack(stack)
    confirm(chosen, yes, f"drain virtual nodes of {stack} on the real Alibaba Cloud")
    accepted = {
        Hindrance.LOCAL_DATA: delete_emptydir_data,
        Hindrance.BARE: force,
    }
    limits = ordered.Limits(
        timeout=timeout, accepted=frozenset(one for one, given in accepted.items() if given)
    )
    try:
        result = ordered.run(cluster_nodes.open_cluster(chosen), to, limits, output.note)
    except KeyboardInterrupt:
        output.note("What was done stays; the same command goes on from here.")
        raise typer.Exit(int(Exit.INTERRUPTED)) from None
    written = cluster_nodes.set_replicas(chosen, to)
    if json:
        output.document(
            "virtual-nodes scale-in",
            stack=stack,
            target=chosen.target,
            simulated=chosen.simulated,
            **vars(result),
            setting_changed=written,
            exit_code=0,
        )
        return
    count = "1 virtual node" if result.replicas == 1 else f"{result.replicas} virtual nodes"
    print(
        f"{stack}: {count}; evicted {len(result.evicted)}, deleted "
        f"{', '.join(result.deleted_nodes) or 'no node'}."
    )
    if written:
        print(f"{chosen.source}: virtual_nodes.replicas is {to} now; `ackb up {stack}` records it.")
