"""Where the pods go: that the way suits workload and cluster, and that ECI has what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import eci_annotations, quantity
from ackb.domain.placement import StrategyName, WorkloadKind, facts, unsuitable
from ackb.domain.problems import MISSING, Problem
from blueprints.settings.chosen import choice_of, needs_of
from blueprints.settings.codes import Code
from blueprints.settings.eci import EciPods, Spot
from blueprints.settings.existing import AnyCluster
from blueprints.settings.placement import Auto, Chosen, UnitedDeployment, WorkloadSpread
from blueprints.settings.structure import ROOT
from blueprints.settings.workload import Resources


def check_placement(
    wanted: Chosen | Auto, kind: str, cluster: AnyCluster, *, at: str = ROOT
) -> Iterator[Problem]:
    """Yield a problem when the way does not suit the workload or the cluster.

    Args:
        wanted: the way.
        kind: of the workload.
        cluster: where it runs.
        at: path of what `placement` belongs to.
    """
    path = f"{at}.placement.type"
    if isinstance(wanted, Auto):
        choice = choice_of(wanted, kind, cluster)
        if choice.strategy is None:
            yield Problem(
                Code.PLACEMENT,
                path,
                wanted.type,
                f"must have needs that one way can meet: {choice.reason}",
                "ask for less; 'ackb placement explain' tells why each way is none",
            )
        return
    name = StrategyName(wanted.type)
    for reason in unsuitable(name, needs_of(wanted, kind, cluster)):
        yield Problem(
            Code.PLACEMENT,
            path,
            wanted.type,
            f"must suit workload and cluster: {reason}",
            _fix(name, kind),
        )


def check_subsets(
    wanted: Chosen | Auto, resources: Resources, region: str, *, at: str = ROOT
) -> Iterator[Problem]:
    """Yield a problem for pods that would wait for ever, and for spot where ECI sells none."""
    if not isinstance(wanted, WorkloadSpread | UnitedDeployment):
        return
    if not wanted.spill and wanted.split is None and not wanted.subsets:
        yield Problem(
            Code.SPLIT,
            f"{at}.placement.split",
            MISSING,
            "must be given where pods do not spill over, or all of them wait on ECS for ever",
            "add split: {type: number, ecs: ...}, or write spill: true",
        )
    spot = EciPods(spot=Spot())
    for index, one in enumerate(wanted.subsets):
        path = f"{at}.placement.subsets[{index}].spot"
        if one.spot and one.place == "ecs":
            yield Problem(
                Code.ECI_PODS, path, one.spot, "must be on ECI", "write place: eci, or leave it out"
            )
        elif one.spot:
            for problem in check_eci_pods(spot, resources, region):
                yield Problem(Code.ECI_PODS, path, problem.value, problem.why, problem.fix)


def check_eci_pods(
    pods: EciPods | None, resources: Resources, region: str, *, at: str = ROOT
) -> Iterator[Problem]:
    """Yield a problem for each thing the pods ask for that ECI does not have."""
    if pods is None:
        return
    limits = resources.limits
    found = eci_annotations.problems(
        pods.options(),
        vcpu=quantity.parse(limits.cpu),
        memory_gib=quantity.gib(limits.memory),
        region=region,
    )
    for field, value, broken in found:
        yield Problem.of(Code.ECI_PODS, f"{at}.eci_pods.{field}", value, broken)


def _fix(name: StrategyName, kind: str) -> str:
    kinds = facts(name).kinds
    if kind == WorkloadKind.UNITED_DEPLOYMENT and kind not in kinds:
        return "write type: united_deployment, or workload: Deployment"
    if kind not in kinds and len(kinds) == 1:
        return f"write workload: {next(iter(kinds))}, or choose another way"
    return "choose another way; 'ackb placement explain' shows which"
