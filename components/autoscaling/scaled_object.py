"""A ScaledObject of KEDA."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling
from ackb.domain.problems import ArgumentProblem, Broken
from components.autoscaling import triggers
from components.autoscaling.target import (
    ScaleTarget,
    conflicts,
    declare,
    request_problems,
    scaler,
    target_problems,
)
from components.autoscaling.triggers import (
    CpuTrigger,
    CronTrigger,
    ExternalTrigger,
    MemoryTrigger,
    OtherTrigger,
    PrometheusTrigger,
)
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class ScaledObjectArgs:
    """Arguments of `ScaledObject`."""

    target: ScaleTarget
    """What it scales."""
    triggers: Sequence[
        CronTrigger
        | CpuTrigger
        | MemoryTrigger
        | PrometheusTrigger
        | ExternalTrigger
        | OtherTrigger
    ]
    """What it scales by; of several, the one that asks for most pods wins."""
    max_replicas: int
    """Greatest number of pods."""
    min_replicas: int = 0
    """Least number of pods; 0 needs a trigger that sees work without a pod. Default: 0."""
    polling_seconds: int = 30
    """Seconds between two looks at the triggers while there is no pod. Default: 30."""
    cooldown_seconds: int = 300
    """Seconds after the last work before the last pod goes. Default: 300."""


class ScaledObject(pulumi.ComponentResource):
    """As many pods as events ask for, none where there is nothing to do.

    Creates: one ScaledObject (`keda.sh/v1alpha1`), from which KEDA makes a HorizontalPodAutoscaler;
    the chart ack-keda must be there before.

        ScaledObject(
            "mailer-scaling",
            ScaledObjectArgs(
                target=workload.scale_target(),
                max_replicas=50,
                triggers=[
                    PrometheusTrigger(
                        server="http://prometheus.monitoring:9090",
                        query="sum(mails_waiting)",
                        threshold=20,
                    ),
                ],
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[chart]),
        )
    """

    scaled_object_name: pulumi.Output[str]
    """Name of the ScaledObject."""

    def __init__(
        self, name: str, args: ScaledObjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ScaledObject", name, _problems(name, args))
        super().__init__("ackb:workload:ScaledObject", name, None, opts)
        declare(_scaler(name, args))
        target = args.target
        created = kubernetes.apiextensions.CustomResource(
            f"{name}-scaled-object",
            api_version="keda.sh/v1alpha1",
            kind=autoscaling.KEDA,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=target.name, namespace=target.namespace
            ),
            spec=_spec(args),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.scaled_object_name = pulumi.Output.all(created.id, target.name).apply(
            lambda known: str(known[1])
        )
        self.register_outputs({"scaled_object_name": self.scaled_object_name})


def _spec(args: ScaledObjectArgs) -> dict[str, Any]:
    return {
        "scaleTargetRef": args.target.reference(),
        "minReplicaCount": args.min_replicas,
        "maxReplicaCount": args.max_replicas,
        "pollingInterval": args.polling_seconds,
        "cooldownPeriod": args.cooldown_seconds,
        "triggers": [triggers.spec(one) for one in args.triggers],
    }


def _scaler(name: str, args: ScaledObjectArgs) -> autoscaling.Scaler:
    measured = triggers.resources(args.triggers)
    return scaler(autoscaling.KEDA, f'of ScaledObject "{name}"', args.target, resources=measured)


def _problems(name: str, args: ScaledObjectArgs) -> Iterator[ArgumentProblem]:
    yield from target_problems(args.target)
    bounds = autoscaling.check_event_bounds(args.min_replicas, args.max_replicas)
    yield from problem("min_replicas", args.min_replicas, bounds)
    yield from triggers.problems(args.triggers)
    yield from problem("min_replicas", args.min_replicas, _check_start(args))
    for one in args.triggers:
        if isinstance(one, CpuTrigger | MemoryTrigger):
            yield from request_problems(args.target, triggers.resources([one]), one.container)
    for field in ("polling_seconds", "cooldown_seconds"):
        if getattr(args, field) < 1:
            yield ArgumentProblem(field, "be 1 or more", getattr(args, field), "leave it out")
    yield from conflicts(_scaler(name, args))


def _check_start(args: ScaledObjectArgs) -> Broken | None:
    blind = [isinstance(one, CpuTrigger | MemoryTrigger) for one in args.triggers]
    if args.min_replicas == 0 and blind and all(blind):
        return Broken(
            "be 1 or more where only CPU and memory are measured: without a pod there is no use to "
            "measure",
            "raise it to 1, or add a trigger that sees the work",
        )
    return None
