"""Autoscaling: bounds, schedules inside them, and autoscalers that fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ackb.domain import autoscaling, hpa, node_scaling
from ackb.domain.autoscaling import Scaler, Target
from ackb.domain.problems import MISSING, Problem
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyCluster, ExistingCluster
from blueprints.settings.registered_gpu import RegisteredCluster
from blueprints.settings.scaling import (
    UPDATE_MODES,
    Fixed,
    Hpa,
    Keda,
    RightSizing,
    Scaling,
    Use,
)
from blueprints.settings.structure import ROOT

_WORKLOAD: Final = Target("apps", "Deployment", "", "")
"""Both settings are about the one workload of the blueprint, whatever its kind is."""


def check_scaling(scaling: Scaling, target: str, *, at: str = ROOT) -> Iterator[Problem]:
    """Yield what is wrong with how many pods there are, of the workload at the path `at`."""
    if isinstance(scaling, Hpa):
        yield from _check_hpa(scaling, at)
    if isinstance(scaling, Keda):
        yield from _check_keda(scaling, target, at)


def _check_hpa(scaling: Hpa, at: str) -> Iterator[Problem]:
    broken = hpa.check_bounds(scaling.min, scaling.max)
    if broken is not None:
        field = "max" if scaling.max < 1 else "min"
        path = f"{at}.scaling.{field}"
        yield Problem.of(Code.HPA_BOUNDS, path, getattr(scaling, field), broken)
        return
    if scaling.cron is None:
        return
    names = [job.name for job in scaling.cron.jobs]
    for index, job in enumerate(scaling.cron.jobs):
        path = f"{at}.scaling.cron.jobs[{index}]"
        if job.name in names[:index]:
            yield Problem(
                Code.DUPLICATE,
                f"{path}.name",
                job.name,
                "must be given once",
                "choose another name",
            )
        broken = autoscaling.check_scheduled_size(job.size, scaling.min, scaling.max)
        if broken is not None:
            yield Problem.of(Code.SCHEDULE, f"{path}.size", job.size, broken)


def _check_keda(scaling: Keda, target: str, at: str) -> Iterator[Problem]:
    if target == "sandbox":
        yield Problem(
            Code.SCALING,
            f"{at}.scaling.type",
            scaling.type,
            "needs the target alibaba-cloud, since the sandbox has no KEDA and nothing would scale",
            "write type: hpa to try the stack here; `ackb check` judges a real one without an "
            "account",
        )
    broken = autoscaling.check_event_bounds(scaling.min, scaling.max)
    if broken is not None:
        yield Problem.of(Code.HPA_BOUNDS, f"{at}.scaling.min", scaling.min, broken)
    for index, trigger in enumerate(scaling.triggers):
        if trigger.type == "cron" and trigger.start == trigger.end:
            yield Problem(
                Code.SCHEDULE,
                f"{at}.scaling.triggers[{index}].end",
                trigger.end,
                "must differ from start",
                "write a later time",
            )


def check_right_sizing(
    sizing: RightSizing | None, scaling: Scaling, target: str, *, at: str = ROOT
) -> Iterator[Problem]:
    """Yield what is wrong with how large pods are, by itself and beside their number."""
    if sizing is None:
        return
    path = f"{at}.right_sizing"
    mode = UPDATE_MODES[sizing.mode]
    bounded = sizing.max_allowed is not None
    if autoscaling.check_vertical_mode(mode, _WORKLOAD.kind, bounded=bounded):
        yield Problem(
            Code.SCALING,
            f"{path}.max_allowed",
            MISSING,
            "must be given where running pods are made again: a recommendation above what nodes or "
            "ECI offer leaves them Pending",
            "write what the smallest node can give, or mode: recommend",
        )
    vertical = Scaler(
        autoscaling.VPA, "right_sizing", _WORKLOAD, resources=frozenset(sizing.resources), mode=mode
    )
    broken = autoscaling.conflict(vertical, _horizontal(scaling))
    if broken is not None:
        rest = sorted({"cpu", "memory"} - _measured(scaling))
        other = f", or resources: [{rest[0]}]" if rest else ""
        yield Problem(
            Code.SCALING,
            f"{path}.mode",
            sizing.mode,
            f"must {broken.rule}",
            f"write mode: recommend{other}",
        )
    if sizing.chart is None and target != "sandbox":
        yield Problem(
            Code.CHART,
            f"{path}.chart",
            MISSING,
            "must be given for the target alibaba-cloud: which versions there are, only the "
            "marketplace says",
            "add chart: {repository: ..., version: ...} of ack-vertical-pod-autoscaler",
        )


def _horizontal(scaling: Scaling) -> Scaler:
    kind = autoscaling.KEDA if isinstance(scaling, Keda) else autoscaling.HPA
    return Scaler(kind, "scaling", _WORKLOAD, resources=_measured(scaling))


def _measured(scaling: Scaling) -> frozenset[str]:
    if isinstance(scaling, Fixed):
        return frozenset()
    if isinstance(scaling, Keda):
        return frozenset({"cpu"} if any(isinstance(one, Use) for one in scaling.triggers) else ())
    return frozenset({"cpu"} if scaling.memory is None else {"cpu", "memory"})


def check_node_autoscaling(cluster: AnyCluster | RegisteredCluster) -> Iterator[Problem]:
    """Yield a problem when the node autoscaler cannot choose among pools as it is told to."""
    if isinstance(cluster, ExistingCluster):
        return  # whoever made it says how its nodes scale
    wanted = cluster.node_autoscaling
    broken = node_scaling.check_expander(wanted.scaler, wanted.expander)
    if broken is not None:
        path = f"{ROOT}.cluster.node_autoscaling.expander"
        yield Problem.of(Code.NODE_SCALING, path, wanted.expander, broken)
