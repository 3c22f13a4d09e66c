"""`ackb placement`: where pods go, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ackb.cli.arguments import Json, project_of, stack_names

if TYPE_CHECKING:
    from ackb.domain.placement import Needs

app = typer.Typer(
    help="Where pods go: which way suits a workload, and why no other does.", no_args_is_help=True
)


@app.callback()
def group() -> None:
    """Keep `explain` a command of its own while it is the only one."""


@app.command()
def explain(
    context: typer.Context,
    stack: Annotated[
        str | None,
        typer.Argument(
            metavar="[STACK]",
            help="Stack whose workloads to explain. Without it the options tell the needs.",
            autocompletion=stack_names,
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="Kind of the workload, such as CloneSet.")
    ] = "Deployment",
    kubernetes: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Version of Kubernetes. Default: the newest."),
    ] = None,
    basic: Annotated[bool, typer.Option("--basic", help="The cluster is not ACK Pro.")] = False,
    add_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Add-on that may be used, such as ack-kruise; may be given again. Default: any.",
        ),
    ] = None,
    all_on_eci: Annotated[bool, typer.Option("--all-on-eci", help="No pod on ECS nodes.")] = False,
    whole_namespace: Annotated[
        bool, typer.Option("--whole-namespace", help="The same for every pod of the namespace.")
    ] = False,
    workload_unchanged: Annotated[
        bool, typer.Option("--workload-unchanged", help="The workload cannot be edited.")
    ] = False,
    may_change_kind: Annotated[
        bool, typer.Option("--may-change-kind", help="It may become a UnitedDeployment.")
    ] = False,
    strict_order: Annotated[
        bool, typer.Option("--strict-order", help="ECS nodes fill up first, surely.")
    ] = False,
    eci_first_out: Annotated[
        bool, typer.Option("--eci-first-out", help="Scale-in takes ECI pods first.")
    ] = False,
    several_subsets: Annotated[
        bool,
        typer.Option("--several-subsets", help="More than one subset on ECS or on ECI."),
    ] = False,
    on_ecs: Annotated[
        int | None, typer.Option(metavar="PODS", help="So many pods on ECS, the rest on ECI.")
    ] = None,
    ecs_ratio: Annotated[
        float | None,
        typer.Option(metavar="RATIO", help="This share of the pods on ECS, 0 to 1."),
    ] = None,
    cpu: Annotated[
        str | None, typer.Option(metavar="CPU", help="CPU of a pod, such as 500m.")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="MEMORY", help="Memory of a pod, such as 1Gi.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Region, for the sizes of ECI there.")
    ] = None,
    json: Json = False,
) -> None:
    """Explain where the pods of a stack go, or which way suits some needs, and why no other does.

    Exit codes: 0 one way, nothing to say against it; 1 nothing does all of it, or a legacy way or
    a size that is rounded up; 2 ways that exclude each other; 3 could not run.
    """
    from ackb.cli import explaining, output
    from ackb.cli.context import Workplace

    if stack is not None:
        explained = explaining.stack(Workplace.find(project_of(context)).stack(stack))
    else:
        needs = _needs(
            kind=kind,
            kubernetes=kubernetes,
            pro=not basic,
            add_ons=frozenset(add_on) if add_on else None,
            all_on_eci=all_on_eci or whole_namespace,
            whole_namespace=whole_namespace,
            workload_unchanged=workload_unchanged,
            may_change_kind=may_change_kind,
            strict_order=strict_order,
            eci_first_out=eci_first_out,
            several_subsets=several_subsets,
            on_ecs=on_ecs,
            ecs_ratio=ecs_ratio,
        )
        explained = explaining.needs(needs, cpu=cpu, memory=memory, region=region)
    if json:
        fields = explained.fields()
        output.document("placement explain", **fields, exit_code=int(explained.exit_code))
    else:
        print(explained.screen(), end="")
    raise typer.Exit(explained.exit_code)


def _needs(
    *,
    kind: str,
    kubernetes: str | None,
    on_ecs: int | None,
    ecs_ratio: float | None,
    **flags: object,
) -> Needs:
    """Return the needs that the options tell.

    Raises:
        InvalidInput: with everything that is wrong in them.
    """
    from ackb.domain import kubernetes_versions
    from ackb.domain.placement import ByNumber, ByRatio, Needs, Split, WorkloadKind
    from ackb.domain.placement.split import check_number, check_ratio
    from ackb.domain.placement.strategies import version
    from ackb.domain.problems import InvalidInput, Problem, nearest

    found: list[Problem] = []
    if kind not in set(WorkloadKind):
        near = nearest(kind, WorkloadKind)
        found.append(
            Problem(
                "CLI-05",
                "--kind",
                kind,
                f"must be one of {', '.join(WorkloadKind)}",
                f"write {near}" if near else "choose one of them",
            )
        )
    at = kubernetes or kubernetes_versions.DEFAULT
    try:
        version(at)
    except ValueError:
        found.append(
            Problem("CLI-05", "--kubernetes", at, "must be a version such as 1.36", "write it so")
        )
    split: Split | None = None
    if on_ecs is not None and ecs_ratio is not None:
        found.append(
            Problem(
                "CLI-05", "--ecs-ratio", ecs_ratio, "must not stand beside --on-ecs", "remove one"
            )
        )
    elif on_ecs is not None:
        split, broken = ByNumber(pods=on_ecs), check_number(on_ecs)
        if broken is not None:
            found.append(Problem.of("CLI-05", "--on-ecs", on_ecs, broken))
    elif ecs_ratio is not None:
        split, broken = ByRatio(share=ecs_ratio), check_ratio(ecs_ratio)
        if broken is not None:
            found.append(Problem.of("CLI-05", "--ecs-ratio", ecs_ratio, broken))
    if found:
        raise InvalidInput(found)
    return Needs(kind=WorkloadKind(kind), kubernetes=at, split=split, **flags)  # type: ignore[arg-type]
