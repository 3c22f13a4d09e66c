"""A CronHorizontalPodAutoscaler of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling
from ackb.domain.problems import ArgumentProblem
from components.autoscaling.schedule import Schedule, problems, schedule_spec
from components.autoscaling.target import (
    ScaleTarget,
    conflicts,
    declare,
    scaler,
    target_problems,
)
from components.checks import refuse


@dataclass(frozen=True, kw_only=True)
class CronAutoscalerArgs:
    """Arguments of `CronAutoscaler`."""

    target: ScaleTarget
    """What it scales."""
    schedule: Schedule
    """When it has how many pods."""


class CronAutoscaler(pulumi.ComponentResource):
    """As many pods as the hour asks for, whatever the load is.

    Creates: one CronHorizontalPodAutoscaler (`autoscaling.alibabacloud.com/v1beta1`); the add-on
    ack-kubernetes-cronhpa-controller must be there before. Where the load counts too, give the
    schedule to the `Autoscaler` instead: two that scale the same thing are refused.

        CronAutoscaler(
            "site-hours",
            CronAutoscalerArgs(
                target=workload.scale_target(),
                schedule=Schedule(
                    jobs=[
                        ScheduledSize(name="day", schedule="0 0 8 * * MON-FRI", size=40),
                        ScheduledSize(name="night", schedule="0 0 20 * * *", size=5),
                    ],
                    exclude_dates=["* * * 1 10 *"],
                ),
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[add_on]),
        )
    """

    schedule_name: pulumi.Output[str]
    """Name of the CronHorizontalPodAutoscaler."""

    def __init__(
        self, name: str, args: CronAutoscalerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("CronAutoscaler", name, _problems(name, args))
        super().__init__("ackb:workload:CronAutoscaler", name, None, opts)
        declare(_scaler(name, args))
        created = kubernetes.apiextensions.CustomResource(
            f"{name}-schedule",
            api_version="autoscaling.alibabacloud.com/v1beta1",
            kind=autoscaling.CRON,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.target.name, namespace=args.target.namespace
            ),
            spec=schedule_spec(args.schedule, args.target.reference()),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.schedule_name = pulumi.Output.all(created.id, args.target.name).apply(
            lambda known: str(known[1])
        )
        self.register_outputs({"schedule_name": self.schedule_name})


def _scaler(name: str, args: CronAutoscalerArgs) -> autoscaling.Scaler:
    return scaler(autoscaling.CRON, f'of CronAutoscaler "{name}"', args.target)


def _problems(name: str, args: CronAutoscalerArgs) -> Iterator[ArgumentProblem]:
    yield from target_problems(args.target)
    if not args.schedule.jobs:
        yield ArgumentProblem("schedule.jobs", "hold at least one job", [], "add one")
    yield from problems(args.schedule, "schedule.")
    yield from conflicts(_scaler(name, args))
