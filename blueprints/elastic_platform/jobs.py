"""A job of a team: all its pods on ECI, gone when it is done."""

from __future__ import annotations

import pulumi

from ackb.domain import images
from ackb.domain.placement import WorkloadKind
from blueprints import pulling, sizing
from blueprints.foundation import Foundation
from blueprints.settings import ElasticPlatformSettings
from blueprints.settings.elastic_platform import TeamJob
from components.batch import BatchJobArgs
from components.cron_job import CronBatchJob, CronBatchJobArgs
from components.placement import EciLabel, Target, place
from components.workload.component import selector


def deploy_job(
    settings: ElasticPlatformSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    team: str,
    app: str,
    wanted: TeamJob,
) -> None:
    """Declare a job; its pods have the label that sends them to ECI (S4-34).

    Args:
        settings: of the stack.
        base: what it stands on.
        namespace: of the team, known once it exists.
        team: name of the team.
        app: name of the job.
        wanted: the job with everything it takes over.
    """
    name = f"{team}.{app}"
    inside = pulumi.ResourceOptions(
        providers=[base.cluster.provider], depends_on=list(base.capacity)
    )
    target = Target(
        namespace=namespace, app=app, selector=selector(app), kind=WorkloadKind.CRON_JOB
    )
    CronBatchJob(
        name,
        CronBatchJobArgs(
            job=BatchJobArgs(
                namespace=namespace,
                app=app,
                image=images.rewrite(wanted.image, pulling.source(settings.registry)),
                command=wanted.command,
                resources=sizing.resources(wanted.resources),
                user_id=wanted.user_id,
                completions=wanted.completions,
                parallelism=wanted.parallelism,
                retries=wanted.retries,
                deadline_seconds=wanted.deadline_seconds,
                environment=wanted.environment,
                pull_secret=pulling.pull_secret(settings.registry),
                placement=place(f"{name}-placement", EciLabel(), target, inside),
                eci=wanted.eci_pods.options() if wanted.eci_pods else None,
            ),
            schedule=wanted.schedule,
            time_zone=wanted.time_zone,
        ),
        inside,
    )
