"""A job that is started by a timetable, or by whoever needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling, naming
from ackb.domain.placement import WorkloadKind
from ackb.domain.problems import ArgumentProblem
from components.batch import BatchJobArgs, content_of, job_spec, labels_of, problems
from components.checks import problem, refuse

_NEVER: Final = "0 0 1 1 *"
"""A CronJob must have a schedule; suspended, it does not heed it."""
_KEPT_RUNS: Final = 3
"""Runs whose Jobs stay to be looked at: what Kubernetes keeps of those that succeeded."""


@dataclass(frozen=True, kw_only=True)
class CronBatchJobArgs:
    """Arguments of `CronBatchJob`."""

    job: BatchJobArgs
    """The Job of a run; its `app` is the name of the CronJob, its placement is for the kind
    CronJob."""
    schedule: str | None
    """When it runs, in the five fields of crontab. None: when somebody starts it."""
    time_zone: str = autoscaling.TIME_ZONE
    """Time zone of the schedule. Default: Asia/Shanghai."""


class CronBatchJob(pulumi.ComponentResource):
    """Jobs by a timetable; without one, the pattern of jobs that a pipeline starts (S4-34).

    Creates: a CronJob (at most one run at a time by the timetable), and a ConfigMap and a Secret
    where its Job has files and secrets. Without a schedule it is suspended, and each run is started
    by whoever needs it, such as a pipeline of Jenkins:

        kubectl create job build-1234 --from=cronjob/build

    In a program:

        CronBatchJob(
            "build",
            CronBatchJobArgs(
                job=BatchJobArgs(
                    namespace=namespace.namespace,
                    app="build",
                    image="registry.example.com/build:1.2.3",
                    command=["build"],
                    resources=Resources(cpu="2", memory="4Gi"),
                    user_id=1000,
                ),
                schedule=None,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )

    A change is that of the next run; runs that are under way end as they began.
    """

    cron_job_name: pulumi.Output[str]
    """Name of the CronJob, known once it exists."""

    def __init__(
        self, name: str, args: CronBatchJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("CronBatchJob", name, _problems(args))
        super().__init__("ackb:workload:CronBatchJob", name, None, opts)
        job = args.job
        metadata = kubernetes.meta.v1.ObjectMetaArgs(
            name=job.app, namespace=job.namespace, labels=labels_of(job)
        )
        content = content_of(job).objects(name, metadata, pulumi.ResourceOptions(parent=self))
        made = kubernetes.batch.v1.CronJob(
            f"{name}-cron-job",
            metadata=metadata,
            spec=kubernetes.batch.v1.CronJobSpecArgs(
                schedule=args.schedule or _NEVER,
                suspend=args.schedule is None,
                time_zone=args.time_zone,
                concurrency_policy="Forbid",
                successful_jobs_history_limit=_KEPT_RUNS,
                failed_jobs_history_limit=_KEPT_RUNS,
                job_template=kubernetes.batch.v1.JobTemplateSpecArgs(
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=labels_of(job)),
                    spec=job_spec(job),
                ),
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*content, *(job.placement.before if job.placement else ())],
            ),
        )
        self.cron_job_name = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"cron_job_name": self.cron_job_name})


def _problems(args: CronBatchJobArgs) -> Iterator[ArgumentProblem]:
    yield from problems(args.job, WorkloadKind.CRON_JOB)
    yield from problem("job.app", args.job.app, naming.check("cron_job", args.job.app))
    if args.schedule is not None:
        broken = autoscaling.check_crontab(args.schedule)
        yield from problem("schedule", args.schedule, broken)
    yield from problem("time_zone", args.time_zone, autoscaling.check_time_zone(args.time_zone))
