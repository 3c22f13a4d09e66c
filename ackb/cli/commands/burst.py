"""`ackb burst`: thousands of ECI pods at once on a stack's cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ackb.cli.arguments import Json, StackName, project_of
from ackb.cli.commands.update import Yes, confirm
from ackb.cli.exits import Exit

if TYPE_CHECKING:
    from ackb.burst.conduct import Burst
    from ackb.burst.course import Row
    from ackb.burst.plan import Design, Plan
    from ackb.burst.pods import Container
    from ackb.cli.context import Stack

_UNLIMITED, _NOT_UP = "BURST-07", "BURST-08"
_NOTE_SECONDS: Final = 15.0
"""Between two lines of progress where there is no terminal."""


def burst(
    context: typer.Context,
    stack: StackName,
    pods: Annotated[int, typer.Option("--pods", metavar="N", help="Number of pods.")],
    unlimited: Annotated[
        bool,
        typer.Option(
            "--unlimited",
            help="Sandbox only: without ECI's creation budget and start times, to see what the "
            "control plane alone can do.",
        ),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the pods; the next burst or `down` removes them.")
    ] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Show the plan and create nothing.")
    ] = False,
    vcpu_quota: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="ECI vCPU quota of the account in the region."),
    ] = None,
    api_connections: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Connections the load balancer of the API server takes."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the report. Default: reports/ in the home."),
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Start thousands of ECI pods at once and report how they come.

    First a plan: virtual nodes, vSwitch addresses, security group, quota, and
    the time that ECI's creation budget allows. More pods than can be held are
    refused before anything is created. Then a Deployment of the smallest pods
    on the stack's cluster, which must be up; every pod is compared with its
    ECI instance in the end, and removed.
    """
    from ackb.burst import report as reports
    from ackb.burst.plan import plan
    from ackb.cli import output
    from ackb.cli.context import Workplace

    chosen = Workplace.find(project_of(context)).stack(stack)
    region = chosen.settings().region
    _refuse_unlimited(chosen, unlimited)
    design, container = _design(chosen, vcpu_quota, api_connections)
    if plan_only:
        planned = plan(pods, design)
        if json:
            fields = _stack_fields(chosen) | reports.plan_fields(planned, region)
            output.document("burst", **fields, exit_code=0)
        else:
            _show(planned, region)
        return
    plan(pods, design)
    with _prepared(chosen, design, container, unlimited) as (now, prepared):
        planned = plan(pods, now)
        if not json:
            _show(planned, region)
        confirm(chosen, yes, _what(pods, chosen, region))
        with _following(planned, quiet=json) as on_row:
            course = prepared.run(pods, keep=keep, on_row=on_row)
    found = reports.document(_stack_fields(chosen), planned, course, unlimited=unlimited, kept=keep)
    files = reports.write(reports.folder(chosen.workplace.home, stack, report), found)
    code = Exit.CLEAN if course.check.passed else Exit.FINDINGS
    if json:
        output.document("burst", **found, report=files, exit_code=code)
    else:
        for line in reports.lines(found, files):
            output.out().print(line)
    if code is not Exit.CLEAN:
        raise typer.Exit(code)


def _refuse_unlimited(stack: Stack, unlimited: bool) -> None:
    from ackb.domain.problems import InvalidInput, Problem

    if unlimited and not stack.simulated:
        why = "only the simulated ECI can do without its creation budget"
        fix = "leave it out, or use a stack with the target sandbox"
        raise InvalidInput([Problem(_UNLIMITED, "--unlimited", True, why, fix)])


def _design(
    stack: Stack, vcpu_quota: int | None, api_connections: int | None
) -> tuple[Design, Container]:
    """What the stack is designed for, and what its pods run."""
    from ackb import inventory
    from ackb.burst import design
    from ackb.planning import plan_stack

    nodes = getattr(stack.settings(), "virtual_nodes", None)
    replicas = getattr(nodes, "replicas", None)
    found = inventory.read(plan_stack(stack.workplace.project, stack.name).resources)
    planned = design.of_inventory(
        found,
        replicas=replicas,
        cluster_ip=bool(getattr(nodes, "cluster_ip", True)),
        vcpu_quota=vcpu_quota,
        api_connections=api_connections,
    )
    return planned, design.container(found)


@contextmanager
def _prepared(
    stack: Stack, planned: Design, container: Container, unlimited: bool
) -> Iterator[tuple[Design, Burst]]:
    """The design as it is now, and a burst to run; leftovers of an earlier one are gone.

    Of the real cloud only the design is known.
    """
    from ackb.burst.access import KubeconfigApi
    from ackb.burst.conduct import Burst
    from ackb.cli import output, results
    from ackb.engine import daemon, locks

    home = stack.workplace.home.ensure()
    with locks.stack_lock(home, f"burst on {stack.name}"):
        outputs = _outputs(stack)
        cluster_id, namespace = str(outputs["cluster_id"]), str(outputs["namespace"])
        api = KubeconfigApi(str(results.write_kubeconfig(stack, outputs)))
        if not stack.simulated:
            burst = Burst(api, namespace, container)
        else:
            from ackb.burst import design
            from ackb.burst.sandboxed import Sandboxed
            from sandbox.cloud.cloud import Cloud

            daemon.ensure_running(home)
            cloud = Cloud.open(home.cloud_db)
            around = Sandboxed(home, cloud, cluster_id, unlimited=unlimited)
            burst = Burst(api, namespace, container, around)
        if burst.clear():
            output.note("removed the pods of an earlier burst")
        if stack.simulated:
            planned = design.as_it_is(planned, cloud, cluster_id, design.switch_ids(api))
        yield planned, burst


def _outputs(stack: Stack) -> dict[str, Any]:
    """Outputs of a stack that is up.

    Raises:
        InvalidInput: it is not, or it has no cluster.
    """
    from ackb.domain.problems import MISSING, InvalidInput, Problem

    found = stack.outputs()
    if any(not found.get(key) for key in ("cluster_id", "namespace", "kubeconfig")):
        why, fix = "is not up, or has no cluster", f"run `ackb up {stack.name}` first"
        raise InvalidInput([Problem(_NOT_UP, f"stack {stack.name}", MISSING, why, fix)])
    return found


def _what(pods: int, stack: Stack, region: str) -> str:
    from ackb.burst import report as reports

    cost = reports.hourly_cost(pods, region)
    price = (
        "at a price that is not known"
        if cost is None
        else f"which cost {cost['amount']:,.2f} {cost['currency']} an hour at list prices"
    )
    return f"start {pods} ECI pods on {stack.name} on the real Alibaba Cloud, {price}"


def _show(planned: Plan, region: str) -> None:
    from ackb.burst import report as reports
    from ackb.cli import output

    rows = {}
    for one in planned.facts:
        limit = "" if one.limit is None else f" of {one.limit:.0f}"
        note = f"; {one.note}" if one.note else ""
        rows[one.subject] = f"{one.needed:.0f}{limit} {one.unit}{note}"
    cost = reports.hourly_cost(planned.pods, region)
    known = "unknown" if cost is None else f"{cost['amount']:,.2f} {cost['currency']}"
    rows[f"an hour of {planned.pods} pods"] = f"{known} at list prices"
    width = max(map(len, rows)) + 2
    for label, text in rows.items():
        output.out().print(f"{label:<{width}}{text}")


@contextmanager
def _following(planned: Plan, *, quiet: bool) -> Iterator[Callable[[Row], None]]:
    """Shows how the pods come, on standard error."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ackb.burst.plan import allowed_after
    from ackb.cli import output

    console = output.err()
    if quiet or not console.is_terminal:
        last = [-_NOTE_SECONDS]

        def note(row: Row) -> None:
            if not quiet and row.seconds - last[0] >= _NOTE_SECONDS:
                last[0] = row.seconds
                output.note(f"{row.seconds:5.0f} s  {row.ready} of {planned.pods} ready")

        yield note
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        tasks = [bars.add_task(one, total=planned.pods) for one in ("created", "budget", "ready")]

        def show(row: Row) -> None:
            allowed = min(planned.pods, allowed_after(row.seconds))
            for task, done in zip(tasks, (row.created, allowed, row.ready), strict=True):
                bars.update(task, completed=done)

        yield show


def _stack_fields(stack: Stack) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "region": stack.settings().region,
        "target": stack.target,
        "simulated": stack.simulated,
    }
