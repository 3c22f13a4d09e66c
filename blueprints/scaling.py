"""From the settings of autoscaling to its components."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import pulumi

from ackb.domain import hpa
from blueprints.foundation import Foundation
from blueprints.once import once
from blueprints.settings.needed import CRON_HPA, KEDA, VPA
from blueprints.settings.scaling import (
    UPDATE_MODES,
    Cron,
    CronWindow,
    Fixed,
    Hpa,
    Keda,
    MarketplaceChart,
    Prometheus,
    RightSizing,
    Scaling,
    Use,
)
from components.autoscaling import (
    KEDA_CHART,
    SCALE_IN,
    SCALE_OUT,
    VERTICAL_CHART,
    Autoscaler,
    AutoscalerArgs,
    Cpu,
    CpuTrigger,
    CronTrigger,
    Memory,
    PrometheusTrigger,
    ScaledObject,
    ScaledObjectArgs,
    Schedule,
    ScheduledSize,
    Size,
    VerticalAutoscaler,
    VerticalAutoscalerArgs,
    cron_controller,
    marketplace_chart,
)
from components.workload import Workload

_STAND_IN: Final = MarketplaceChart(repository="https://sandbox.invalid", version="0.0.1")
"""What the sandbox installs where no chart is given; checks refuse that for a real target."""


def replicas(scaling: Scaling) -> int | None:
    """Return the number of pods that a workload names itself; None where an autoscaler owns it."""
    return scaling.replicas if isinstance(scaling, Fixed) else None


def scale(
    name: str,
    scaling: Scaling,
    right_sizing: RightSizing | None,
    workload: Workload,
    base: Foundation,
) -> None:
    """Declare what changes the number and the size of the pods of a workload.

    Args:
        name: what the names of the components begin with, such as `site`.
        scaling: how many pods.
        right_sizing: of which size; None to leave it alone.
        workload: the workload.
        base: what it stands on.
    """
    if isinstance(scaling, Hpa):
        _hpa(name, scaling, workload, base)
    if isinstance(scaling, Keda):
        keda = [] if KEDA in base.leaves else [_chart("keda", KEDA_CHART, scaling.chart, base)]
        ScaledObject(
            f"{name}-scaling",
            ScaledObjectArgs(
                target=workload.scale_target(),
                min_replicas=scaling.min,
                max_replicas=scaling.max,
                triggers=[_trigger(one) for one in scaling.triggers],
            ),
            pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=keda),
        )
    if right_sizing is not None:
        _vertical(name, right_sizing, workload, base)


def _hpa(name: str, scaling: Hpa, workload: Workload, base: Foundation) -> None:
    cron = scaling.cron
    wanted = cron is not None and cron.jobs and CRON_HPA not in base.leaves
    controllers = [_cron_controller(cron, base)] if cron and wanted else None
    tolerance = scaling.tolerance
    out, back = SCALE_OUT, replace(SCALE_IN, window_seconds=scaling.scale_in_window_seconds)
    Autoscaler(
        f"{name}-scaling",
        AutoscalerArgs(
            target=workload.scale_target(),
            min_replicas=scaling.min,
            max_replicas=scaling.max,
            metrics=[
                Cpu(percent=scaling.cpu),
                *([] if scaling.memory is None else [Memory(percent=scaling.memory)]),
            ],
            scale_out=_tolerant(out, tolerance.scale_out) if tolerance else out,
            scale_in=_tolerant(back, tolerance.scale_in) if tolerance else back,
            schedule=_schedule(cron) if cron else None,
        ),
        pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=controllers),
    )


def _cron_controller(cron: Cron, base: Foundation) -> pulumi.Resource:
    name = "cron-hpa"
    # Its pods need nodes.
    opts = pulumi.ResourceOptions(providers=[base.provider], depends_on=list(base.capacity))
    return once(
        base.cluster.provider,
        name,
        lambda: cron_controller(
            name, cluster_id=base.cluster.cluster_id, time_zone=cron.time_zone, opts=opts
        ),
    )


def _tolerant(rules: hpa.Rules, share: float) -> hpa.Rules:
    return replace(rules, tolerance=Fraction(str(share)))


def _schedule(cron: Cron) -> Schedule:
    return Schedule(
        jobs=[
            ScheduledSize(
                name=one.name, schedule=one.schedule, size=one.size, run_once=one.run_once
            )
            for one in cron.jobs
        ],
        exclude_dates=cron.exclude_dates,
    )


def _trigger(one: CronWindow | Use | Prometheus) -> CronTrigger | CpuTrigger | PrometheusTrigger:
    if isinstance(one, CronWindow):
        return CronTrigger(
            time_zone=one.time_zone, start=one.start, end=one.end, replicas=one.replicas
        )
    if isinstance(one, Use):
        return CpuTrigger(percent=one.percent)
    return PrometheusTrigger(server=one.server, query=one.query, threshold=one.threshold)


def _vertical(name: str, sizing: RightSizing, workload: Workload, base: Foundation) -> None:
    source = sizing.chart or _STAND_IN
    chart = [] if VPA in base.leaves else [_chart("vpa", VERTICAL_CHART, source, base)]
    target, most = workload.scale_target(), sizing.max_allowed
    VerticalAutoscaler(
        f"{name}-size",
        VerticalAutoscalerArgs(
            # Pods of an ElasticWorkload belong to the Deployment that it clones.
            target=target.clones or target,
            mode=UPDATE_MODES[sizing.mode],
            resources=sizing.resources,
            max_allowed=Size(cpu=most.cpu, memory=most.memory) if most else Size(),
        ),
        pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=chart),
    )


def _chart(name: str, chart: str, wanted: MarketplaceChart, base: Foundation) -> pulumi.Resource:
    opts = pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=list(base.capacity))
    return once(
        base.cluster.provider,
        name,
        lambda: marketplace_chart(
            name, chart=chart, repository=wanted.repository, version=wanted.version, opts=opts
        ),
    )
