"""A Job that proves that a GPU of the cloud can be used in the cluster."""

from __future__ import annotations

from typing import Final

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import pulling, sizing
from blueprints.registered_gpu.connected import Capacity
from blueprints.settings import RegisteredGpuSettings
from components.batch import BatchJob, BatchJobArgs
from components.namespace import Namespace, NamespaceArgs
from components.registered_cluster import RegisteredCluster

_APP: Final = "gpu-smoke-test"
_USER: Final = 65534
"""Nobody: the test needs no user of the image."""
_LONGEST_SECONDS: Final = 900
"""Time for a node of an empty pool to come, and for the image."""


def smoke_test(
    settings: RegisteredGpuSettings, cluster: RegisteredCluster, grown: Capacity
) -> None:
    """Declare the Job that asks for one GPU (S0-16); nothing where the settings have none."""
    wanted = settings.smoke_test
    if wanted is None:
        return
    inside = pulumi.ResourceOptions(providers=[cluster.provider])
    namespace = Namespace(
        "smoke-test",
        NamespaceArgs(namespace=wanted.namespace, tier=Tier.OFFLINE),
        inside,
    ).namespace
    BatchJob(
        "gpu-smoke-test",
        BatchJobArgs(
            namespace=namespace,
            app=_APP,
            image=images.rewrite(wanted.image, pulling.source(settings.registry)),
            command=wanted.command,
            resources=sizing.resources(wanted.resources),
            gpus=1,
            user_id=_USER,
            deadline_seconds=_LONGEST_SECONDS,
            pull_secret=pulling.pull_secret(settings.registry),
        ),
        pulumi.ResourceOptions(providers=[cluster.provider], depends_on=list(grown.resources)),
    )
