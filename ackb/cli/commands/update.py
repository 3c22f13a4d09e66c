"""`ackb preview`, `ackb up`, `ackb down`: the Pulumi engine on one stack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ackb.cli.arguments import All, Jobs, Json, StackName, StackOrAll, project_of

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.cli.progress import Change, Record
    from ackb.engine.engine import Engine
    from ackb.engine.events import Event

Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask before changing the real cloud.")
]


def preview(context: typer.Context, stack: StackName, json: Json = False) -> None:
    """Show what `up` would create, change or remove. Touches no resource.

    Secrets that the stack file lacks are generated and kept in it, as `up`
    does: the program needs them.
    """
    from ackb.cli import foreign_secrets, output, progress

    chosen = foreign_secrets.without(_stack(context, stack), output.note)
    secrets = chosen.missing_secrets()
    record = progress.Record()
    begun = time.monotonic()
    with progress.shown(record, quiet=True) as on_event:
        _engine(chosen).preview(stack, on_event, secrets_wanted=secrets)
    seconds = time.monotonic() - begun
    if json:
        output.document("preview", **_facts(chosen, record, seconds), exit_code=0)
        return
    console = output.out()
    for change in record.changes:
        console.print(_planned(change))
    words = ", ".join(f"{count} to {op}" for op, count in record.counts().items()) or "no change"
    console.print(f"{stack}: {words}. {_where(chosen)} Took {output.duration(seconds)}.")


def up(
    context: typer.Context,
    stack: StackOrAll = None,
    every: All = False,
    jobs: Jobs = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Create or change a stack so that it is what its settings say.

    First the stack is judged as by `ackb check`: mandatory findings stop it
    before anything exists. What a killed run left half done is repaired.
    A second run changes nothing.

    With --all: all settings are validated, then each sandbox stack has a
    process of its own; one that fails does not stop the others.
    """
    if stack is None or every or jobs is not None:
        _all(context, "up", stack, every, jobs, json)
    else:
        _up(context, stack, yes, json)


def _up(context: typer.Context, stack: str, yes: bool, json: bool) -> None:
    from ackb.cli import (
        checking,
        cluster_nodes,
        foreign_secrets,
        output,
        pictures,
        progress,
        results,
        stack_tools,
    )

    chosen = foreign_secrets.without(_stack(context, stack), output.note)
    secrets = chosen.missing_secrets()
    confirm(chosen, yes, f"create or change {stack} on the real Alibaba Cloud, which costs money")
    record = progress.Record()
    begun = time.monotonic()
    plan = checking.refuse_bad_design(chosen)
    cluster_nodes.refuse_orphans(chosen, plan)
    if chosen.simulated:
        stack_tools.ensure_for(plan)
    engine = _engine(chosen)
    with pictures.Drawing(chosen, output.note) as drawing:
        with progress.shown(record) as show:

            def on_event(event: Event) -> None:
                show(event)
                if record.changes:
                    drawing.start()

            engine.up(stack, on_event, secrets_wanted=secrets)
        outputs = engine.outputs(stack)
        picture = drawing.result()
    seconds = time.monotonic() - begun
    kubeconfig = results.write_kubeconfig(chosen, outputs)
    result = results.Result(chosen, outputs, kubeconfig, picture)
    if json:
        output.document("up", **_facts(chosen, record, seconds), **result.fields(), exit_code=0)
        return
    console = output.out()
    console.print(f"{stack}: {record.summary()} in {output.duration(seconds)}. {_where(chosen)}")
    result.show(console)


def down(
    context: typer.Context,
    stack: StackOrAll = None,
    every: All = False,
    jobs: Jobs = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove everything a stack made.

    The stack file stays. In the sandbox the secrets that `up` generated
    leave it again. With --all: every sandbox stack of which anything exists.
    """
    if stack is None or every or jobs is not None:
        _all(context, "down", stack, every, jobs, json)
    else:
        _down(context, stack, yes, json)


def _down(context: typer.Context, stack: str, yes: bool, json: bool) -> None:
    from ackb.cli import cluster_nodes, output, progress, results, stack_secrets

    chosen = _stack(context, stack)
    confirm(chosen, yes, f"delete everything of {stack} on the real Alibaba Cloud")
    record = progress.Record()
    begun = time.monotonic()
    cluster_nodes.refuse_stranded(chosen)
    with progress.shown(record) as on_event:
        _engine(chosen).destroy(stack, on_event)
    seconds = time.monotonic() - begun
    results.remove_kubeconfig(chosen)
    left = results.leftovers(chosen)
    if chosen.simulated:
        stack_secrets.forget(chosen)
    if json:
        output.document("down", **_facts(chosen, record, seconds), left=left, exit_code=0)
        return
    console = output.out()
    console.print(f"{stack}: {record.summary()} in {output.duration(seconds)}. {_where(chosen)}")
    if left is not None:
        results.show_leftovers(console, left)


def _all(
    context: typer.Context, verb: str, stack: str | None, every: bool, jobs: int | None, json: bool
) -> None:
    from ackb.cli import all_stacks, output
    from ackb.cli.context import Workplace

    all_stacks.require_one_of(stack, every, jobs)
    place = Workplace.find(project_of(context))
    choose = all_stacks.chosen_for_up if verb == "up" else all_stacks.chosen_for_down
    together = all_stacks.run(place, verb, choose(place), jobs)
    if json:
        output.document(verb, **together.fields(), exit_code=together.exit_code)
    else:
        together.show(output.out())
    raise typer.Exit(together.exit_code)


def _stack(context: typer.Context, name: str) -> Stack:
    from ackb.cli.context import Workplace

    return Workplace.find(project_of(context)).stack(name)


def _engine(stack: Stack) -> Engine:
    from ackb.cli import output
    from ackb.engine.engine import Engine

    place = stack.workplace
    return Engine(place.project, place.home, stack.target, report=output.note)


def confirm(stack: Stack, yes: bool, what: str) -> None:
    """Ask before the real cloud is changed; the sandbox never asks."""
    import sys

    from ackb.domain.problems import MISSING, InvalidInput, Problem

    if yes or stack.simulated:
        return
    if not sys.stdin.isatty():
        why = f"must be given where nobody can be asked: this would {what}"
        fix = "add --yes once a preview looks right"
        raise InvalidInput([Problem("CLI-02", "--yes", MISSING, why, fix)])
    typer.confirm(f"This will {what}. Go on?", abort=True, err=True)


def _where(stack: Stack) -> str:
    return "Simulated: the sandbox on this machine." if stack.simulated else "Real Alibaba Cloud."


def _planned(change: Change) -> str:
    signs = {"create": "+", "update": "~", "delete": "-"}
    changed = f"  [{', '.join(change.changed)}]" if change.changed else ""
    return f"{signs.get(change.op, '±')} {change.op:<18} {change.label}{changed}"


def _facts(stack: Stack, record: Record, seconds: float) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "target": stack.target,
        "simulated": stack.simulated,
        "changes": [vars(change) for change in record.changes],
        "counts": record.counts(),
        "policies": [{"level": level, "message": message} for level, message in record.policies],
        "warnings": record.warnings,
        "seconds": round(seconds, 1),
    }
