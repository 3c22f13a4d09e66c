"""`ackb sandbox pressure`: a node of a simulated cluster runs short of memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ackb.cli.arguments import Json, StackName, project_of
from ackb.cli.exits import Exit


def pressure(
    context: typer.Context,
    stack: StackName,
    node: Annotated[
        str | None, typer.Option("--node", metavar="NODE", help="ECS node, as kubectl names it.")
    ] = None,
    pod: Annotated[
        str | None,
        typer.Option("--pod", metavar="NAMESPACE/NAME", help="The node that this pod runs on."),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SHARE", help="Memory asked for, such as 95%."),
    ] = None,
    cause: Annotated[
        str,
        typer.Option(
            "--cause",
            metavar="pods|system",
            help="Who asks for it: the pods, as far as their limits allow, or daemons beside them.",
        ),
    ] = "pods",
    clear: Annotated[
        bool, typer.Option("--clear", help="End the pressure on all nodes of the stack.")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait at most for the evictions.")
    ] = 60,
    json: Json = False,
) -> None:
    """Let a node of the simulated cluster run short of memory, and see which pods must go.

    Pods that use more than they request go first, those of a low priority
    before others, as a kubelet does it: BestEffort, then Burstable.
    Guaranteed pods stay, since they never use more than they request.
    The pressure ends when the node has recovered.
    """
    from ackb.cli import output, pressing
    from ackb.cli.context import Workplace
    from ackb.cli.live import look
    from ackb.domain.problems import MISSING, InvalidInput, Problem
    from ackb.engine import daemon
    from sandbox.cloud.cloud import Cloud

    chosen = Workplace.find(project_of(context)).stack(stack)
    pressing.refuse_real(chosen)
    if cause not in pressing.CAUSES:
        fix = f"give {' or '.join(pressing.CAUSES)}"
        raise InvalidInput([Problem("SBX-02", "--cause", cause, "is no cause of pressure", fix)])
    if memory is None and not clear:
        why, fix = "is needed to begin a pressure", "add --memory 95%, or --clear to end one"
        raise InvalidInput([Problem("SBX-02", "--memory", MISSING, why, fix)])
    share = pressing.share(memory) if memory is not None else 0.0
    daemon.ensure_running(chosen.workplace.home)
    live = look(chosen, pressing.PARTS)
    cloud = Cloud.open(chosen.workplace.home.cloud_db)
    if clear:
        from sandbox.metrics.pressure import clear as end

        ended = end(cloud, live.cluster_id)
        if json:
            output.document("sandbox pressure", cleared=ended, exit_code=0)
        else:
            print(f"No node is asked for memory any more (ended: {', '.join(ended) or 'none'}).")
        return
    name = pressing.node_for(live, node, pod)
    pressing.press(cloud, live, name, share, cause)

    def told(one: Mapping[str, Any]) -> None:
        if not json:
            output.note(f"evicted {pressing.line(one)}")

    in_time = pressing.wait(cloud, live.cluster_id, name, seconds, told)
    found = pressing.outcome(cloud, look(chosen, pressing.PARTS), name)
    code = Exit.CLEAN if in_time else Exit.FINDINGS
    if json:
        output.document("sandbox pressure", **found.fields(), finished=in_time, exit_code=int(code))
    else:
        pressing.show(found, output.out())
        if not in_time:
            output.note(f"pods were still going after {seconds:g} s; run it again with --wait")
    raise typer.Exit(code)
