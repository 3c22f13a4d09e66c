"""A ScaledJob of KEDA."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling, naming
from ackb.domain.problems import ArgumentProblem
from components.autoscaling import triggers
from components.autoscaling.triggers import (
    CronTrigger,
    ExternalTrigger,
    OtherTrigger,
    PrometheusTrigger,
)
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class ScaledJobArgs:
    """Arguments of `ScaledJob`."""

    namespace: pulumi.Input[str]
    """Namespace of the Jobs."""
    job_name: str
    """Name of the ScaledJob; Jobs are called after it."""
    job: pulumi.Input[kubernetes.batch.v1.JobSpecArgs]
    """What each Job runs."""
    triggers: Sequence[CronTrigger | PrometheusTrigger | ExternalTrigger | OtherTrigger]
    """What starts Jobs. CPU and memory start none: KEDA measures them on what runs already."""
    max_replicas: int
    """Greatest number of Jobs at once."""
    min_replicas: int = 0
    """Jobs that always run. Default: 0."""
    polling_seconds: int = 30
    """Seconds between two looks at the triggers. Default: 30."""
    strategy: Literal["default", "accurate", "eager"] = "default"
    """How running Jobs count against what waits: `accurate` where a Job takes its message off the
    queue at once, `eager` to fill up to the most. Default: default."""
    successful_kept: int = 10
    """Finished Jobs that are kept. Default: 10."""
    failed_kept: int = 10
    """Failed Jobs that are kept. Default: 10."""


class ScaledJob(pulumi.ComponentResource):
    """A Job for each piece of work, which runs to its end.

    Creates: one ScaledJob (`keda.sh/v1alpha1`); the chart ack-keda must be there before. Unlike a
    Deployment, no pod is stopped in the middle of its work when less is to do.

        ScaledJob(
            "encoder",
            ScaledJobArgs(
                namespace=namespace.namespace,
                job_name="encoder",
                job=kubernetes.batch.v1.JobSpecArgs(template=template, backoff_limit=2),
                triggers=[OtherTrigger(type="rabbitmq", metadata={"queueName": "videos"})],
                max_replicas=100,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[chart]),
        )
    """

    scaled_job_name: pulumi.Output[str]
    """Name of the ScaledJob."""

    def __init__(
        self, name: str, args: ScaledJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ScaledJob", name, _problems(args))
        super().__init__("ackb:workload:ScaledJob", name, None, opts)
        created = kubernetes.apiextensions.CustomResource(
            f"{name}-scaled-job",
            api_version="keda.sh/v1alpha1",
            kind="ScaledJob",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.job_name, namespace=args.namespace
            ),
            spec={
                "jobTargetRef": args.job,
                "minReplicaCount": args.min_replicas,
                "maxReplicaCount": args.max_replicas,
                "pollingInterval": args.polling_seconds,
                "scalingStrategy": {"strategy": args.strategy},
                "successfulJobsHistoryLimit": args.successful_kept,
                "failedJobsHistoryLimit": args.failed_kept,
                # Jobs that run are left to end when the definition changes.
                "rollout": {"strategy": "gradual"},
                "triggers": [triggers.spec(one) for one in args.triggers],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.scaled_job_name = created.id.apply(lambda _: args.job_name)
        self.register_outputs({"scaled_job_name": self.scaled_job_name})


def _problems(args: ScaledJobArgs) -> Iterator[ArgumentProblem]:
    yield from problem("job_name", args.job_name, naming.check("dns_label", args.job_name))
    bounds = autoscaling.check_event_bounds(args.min_replicas, args.max_replicas)
    yield from problem("min_replicas", args.min_replicas, bounds)
    yield from triggers.problems(args.triggers)
    if args.polling_seconds < 1:
        yield ArgumentProblem(
            "polling_seconds", "be 1 or more", args.polling_seconds, "leave it out"
        )
    for field in ("successful_kept", "failed_kept"):
        if getattr(args, field) < 0:
            yield ArgumentProblem(field, "be 0 or more", getattr(args, field), "leave it out")
