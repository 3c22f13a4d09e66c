"""The offline side: what installs its operator, what it may take, and the training itself."""

from __future__ import annotations

from typing import Final

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import pulling
from blueprints.colocation.tiers import TierPlace
from blueprints.foundation import Foundation
from blueprints.settings import ColocationSettings
from blueprints.settings.training import Batch, IndexedJob, TfJob, TrainJob
from components.batch_resources import BatchResources, BatchResourcesArgs
from components.chart import Chart, ChartArgs, ChartRepository
from components.namespace import Namespace, NamespaceArgs
from components.node_pool import Taint
from components.training import DistributedTraining, DistributedTrainingArgs
from components.training.args import Form
from components.workload import Resources

_FORMS: Final[dict[str, Form]] = {
    "indexed_job": "Job",
    "train_job": "TrainJob",
    "tf_job": "TFJob",
}
_CHARTS: Final = {"train_job": "kubeflow-trainer", "tf_job": "training-operator"}
_OPERATORS: Final = "kubeflow-system"
"""Namespace that the documentation of Kubeflow installs its operators in."""


def training(
    settings: ColocationSettings, place: TierPlace, base: Foundation
) -> DistributedTraining:
    """Declare the training with all it needs."""
    wanted = settings.training
    before = [*base.capacity, *_operator(settings, base), *_batch(settings, base)]
    return DistributedTraining(
        "training",
        DistributedTrainingArgs(
            namespace=place.namespace,
            job_name=wanted.name,
            image=images.rewrite(wanted.image, pulling.source(settings.registry)),
            command=wanted.command,
            user_id=wanted.user_id,
            form=_FORMS[wanted.type],
            parameter_servers=wanted.parameter_servers,
            workers=wanted.workers,
            batch=(
                Resources(cpu=wanted.resources.amounts.cpu, memory=wanted.resources.amounts.memory)
                if isinstance(wanted.resources, Batch)
                else None
            ),
            # Only a plain Job has them.
            retries=wanted.retries if isinstance(wanted, IndexedJob) else 0,
            annotations=wanted.annotations,
            priority_class=place.priority_class,
            tolerations=[
                Taint(key=one.key, value=one.value, effect=one.effect)
                for one in settings.offline.tolerates
            ],
            pull_secret=pulling.pull_secret(settings.registry),
        ),
        pulumi.ResourceOptions(providers=[base.cluster.provider], depends_on=before),
    )


def _operator(settings: ColocationSettings, base: Foundation) -> list[pulumi.Resource]:
    wanted = settings.training
    if not isinstance(wanted, TrainJob | TfJob) or wanted.operator is None:
        return []
    inside = pulumi.ResourceOptions(
        providers=[base.cluster.provider], depends_on=list(base.capacity)
    )
    namespace = Namespace(
        "operators",
        NamespaceArgs(namespace=_OPERATORS, tier=Tier.SYSTEM, pod_security="baseline"),
        inside,
    )
    chart = _CHARTS[wanted.type]
    return [
        Chart(
            "operator",
            ChartArgs(
                source=ChartRepository(
                    url=wanted.operator.repository, chart=chart, version=wanted.operator.version
                ),
                release_name=chart,
                namespace=namespace.namespace,
            ),
            inside,
        )
    ]


def _batch(settings: ColocationSettings, base: Foundation) -> list[pulumi.Resource]:
    wanted = settings.training.resources
    if not isinstance(wanted, Batch):
        return []
    return [
        BatchResources(
            "batch",
            BatchResourcesArgs(
                cluster_id=base.cluster.cluster_id,
                cpu_threshold_percent=wanted.cpu_threshold_percent,
                memory_threshold_percent=wanted.memory_threshold_percent,
            ),
            pulumi.ResourceOptions(
                providers=[base.provider, base.cluster.provider], depends_on=list(base.capacity)
            ),
        )
    ]
