"""Jobs of many tasks, each task an ECI pod."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from ackb.domain import images
from ackb.domain.placement import WorkloadKind
from blueprints import pulling, sizing
from blueprints.burst.pods import dns_policy
from blueprints.foundation import Foundation
from blueprints.settings import BurstSettings
from components.batch import BatchJob, BatchJobArgs
from components.placement import NamespaceLabel, Target, place
from components.workload.component import selector


def task_jobs(
    settings: BurstSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    *,
    after: Sequence[pulumi.Resource],
) -> list[BatchJob]:
    """Declare the jobs; they begin when everything in `after` is there.

    A plain Job with numbered tasks is enough for computing that divides its input beforehand: no
    operator to run, and no driver pod that talks to the API server, whose address in the cluster is
    a ClusterIP.
    """
    inside = pulumi.ResourceOptions(providers=[base.cluster.provider])
    return [
        BatchJob(
            f"job-{name}",
            BatchJobArgs(
                namespace=namespace,
                app=name,
                image=images.rewrite(job.image, pulling.source(settings.registry)),
                command=job.command,
                resources=sizing.resources(job.resources),
                user_id=job.user_id,
                completions=job.tasks,
                parallelism=job.parallelism,
                indexed=True,
                retries=job.retries,
                deadline_seconds=job.deadline_seconds,
                environment=dict(job.environment),
                pull_secret=pulling.pull_secret(settings.registry),
                dns_policy=dns_policy(settings),
                eci=job.eci_pods.options() if job.eci_pods else None,
                placement=place(
                    f"job-{name}-placement",
                    NamespaceLabel(),
                    Target(
                        namespace=namespace,
                        app=name,
                        selector=selector(name),
                        kind=WorkloadKind.JOB,
                    ),
                    inside,
                ),
            ),
            pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=[*after]),
        )
        for name, job in settings.jobs.items()
    ]
