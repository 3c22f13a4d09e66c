"""A HorizontalPodAutoscaler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling, hpa
from ackb.domain.problems import ArgumentProblem
from components.autoscaling import metrics
from components.autoscaling.metrics import Cpu, ExternalMetric, Memory, PodsMetric
from components.autoscaling.schedule import Schedule, ScheduledSize, problems, schedule_spec
from components.autoscaling.target import (
    ScaleTarget,
    conflicts,
    declare,
    scaler,
    target_problems,
)
from components.checks import problem, refuse

v2 = kubernetes.autoscaling.v2

SCALE_OUT: Final = hpa.DEFAULT_SCALE_UP
"""Doubles the pods every 15 seconds, or adds four where that is more."""

SCALE_IN: Final = hpa.Rules((hpa.Policy("Percent", 50, 60),), window_seconds=300)
"""Halves the pods at most once a minute, after five quiet minutes."""

_TAKE_OVER: Final = {"pulumi.com/patchForce": "true"}
"""Lets a change of the bounds through although the schedule has moved them in the meantime."""

_MOVED: Final = {"ackb/bounds-moved-by": autoscaling.CRON}
"""Tells whoever looks at the object. That it goes with the last job is a change of the object, and
so the bounds come back."""


@dataclass(frozen=True, kw_only=True)
class AutoscalerArgs:
    """Arguments of `Autoscaler`."""

    target: ScaleTarget
    """What it scales."""
    min_replicas: int
    """Least number of pods."""
    max_replicas: int
    """Greatest number of pods."""
    metrics: Sequence[Cpu | Memory | PodsMetric | ExternalMetric] = (Cpu(),)
    """What it measures: of several, the one that asks for most pods wins. Default: CPU at 60 %."""
    scale_out: hpa.Rules = SCALE_OUT
    """How fast pods come: policies, how they combine, stabilisation window, tolerance (from
    Kubernetes 1.35). Default: twice as many, or four more, in 15 seconds."""
    scale_in: hpa.Rules = SCALE_IN
    """How fast pods go. Default: half of them in a minute, after 300 seconds of lower load."""
    schedule: Schedule | None = None
    """Times at which the least number of pods changes, between the bounds; needs the add-on
    ack-kubernetes-cronhpa-controller. To end a schedule, deploy one without jobs first: it takes
    the bounds back. Default: none."""


class Autoscaler(pulumi.ComponentResource):
    """As many pods as the load asks for: quickly up, slowly down.

    Creates: one HorizontalPodAutoscaler (autoscaling/v2), and with a schedule one
    CronHorizontalPodAutoscaler that points at it. Nothing else may scale the target: what would is
    refused, and named.

        Autoscaler(
            "site-scaling",
            AutoscalerArgs(
                target=workload.scale_target(),
                min_replicas=22,
                max_replicas=100,
                metrics=[Cpu(percent=60)],
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    autoscaler_name: pulumi.Output[str]
    """Name of the HorizontalPodAutoscaler."""

    def __init__(
        self, name: str, args: AutoscalerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Autoscaler", name, _problems(name, args))
        super().__init__("ackb:workload:Autoscaler", name, None, opts)
        declare(_scaler(name, args))
        target = args.target
        created = v2.HorizontalPodAutoscaler(
            f"{name}-hpa",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=target.name,
                namespace=target.namespace,
                annotations=_annotations(args.schedule),
            ),
            spec=v2.HorizontalPodAutoscalerSpecArgs(
                scale_target_ref=v2.CrossVersionObjectReferenceArgs(
                    api_version=target.api_version, kind=target.kind, name=target.name
                ),
                min_replicas=args.min_replicas,
                max_replicas=args.max_replicas,
                metrics=[metrics.spec(one) for one in args.metrics],
                behavior=v2.HorizontalPodAutoscalerBehaviorArgs(
                    scale_up=_rules(args.scale_out), scale_down=_rules(args.scale_in)
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.autoscaler_name = created.metadata.apply(lambda metadata: str(metadata.name))
        if args.schedule is not None and args.schedule.jobs:
            kubernetes.apiextensions.CustomResource(
                f"{name}-schedule",
                api_version="autoscaling.alibabacloud.com/v1beta1",
                kind=autoscaling.CRON,
                metadata=kubernetes.meta.v1.ObjectMetaArgs(
                    name=target.name, namespace=target.namespace
                ),
                spec=schedule_spec(
                    args.schedule,
                    {
                        "apiVersion": "autoscaling/v1",
                        "kind": autoscaling.HPA,
                        "name": self.autoscaler_name,
                    },
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"autoscaler_name": self.autoscaler_name})


def _annotations(schedule: Schedule | None) -> dict[str, str] | None:
    if schedule is None:
        return None
    return {**_TAKE_OVER, **_MOVED} if schedule.jobs else _TAKE_OVER


def _rules(rules: hpa.Rules) -> v2.HPAScalingRulesArgs:
    return v2.HPAScalingRulesArgs(
        stabilization_window_seconds=rules.window_seconds,
        select_policy=rules.select,
        policies=[
            v2.HPAScalingPolicyArgs(
                type=one.type, value=one.value, period_seconds=one.period_seconds
            )
            for one in rules.policies
        ],
        tolerance=None if rules.tolerance is None else hpa.tolerance_text(rules.tolerance),
    )


def _scaler(name: str, args: AutoscalerArgs) -> autoscaling.Scaler:
    measured = metrics.resources(args.metrics)
    return scaler(autoscaling.HPA, f'of Autoscaler "{name}"', args.target, resources=measured)


def _problems(name: str, args: AutoscalerArgs) -> Iterator[ArgumentProblem]:
    yield from target_problems(args.target)
    bounds = hpa.check_bounds(args.min_replicas, args.max_replicas)
    yield from problem("min_replicas", args.min_replicas, bounds)
    yield from metrics.problems(args.metrics, args.target)
    for direction in ("scale_out", "scale_in"):
        for field, got, broken in hpa.check_rules(getattr(args, direction)):
            yield from problem(f"{direction}.{field}", got, broken)
    shut = hpa.check_directions(args.scale_out, args.scale_in)
    yield from problem("scale_out.select", args.scale_out.select, shut)
    if args.schedule is not None:
        yield from problems(args.schedule, "schedule.")
        yield from _size_problems(args.schedule.jobs, args)
    yield from conflicts(_scaler(name, args))


def _size_problems(
    jobs: Sequence[ScheduledSize], args: AutoscalerArgs
) -> Iterator[ArgumentProblem]:
    for index, job in enumerate(jobs):
        broken = autoscaling.check_scheduled_size(job.size, args.min_replicas, args.max_replicas)
        yield from problem(f"schedule.jobs[{index}].size", job.size, broken)
