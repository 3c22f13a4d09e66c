"""Settings of every blueprint that stands on a managed ACK cluster."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from blueprints.settings.addons import Addons
from blueprints.settings.cluster import Cluster, NodePool
from blueprints.settings.existing import AnyCluster, AnyNetwork
from blueprints.settings.stack import StackSettings

NetworkForm = Annotated[AnyNetwork, Field(discriminator="type")]
"""A network of the stack's own, or one that is there."""

ClusterForm = Annotated[AnyCluster, Field(discriminator="type")]
"""A cluster of the stack's own, or one that is there."""


class PlatformSettings(StackSettings):
    """Network, cluster and ECS nodes."""

    network: NetworkForm = Field(description="The VPC and its zones: new, or existing.")
    cluster: ClusterForm = Field(
        default=Cluster(), description="The ACK cluster: new, or existing."
    )
    node_pools: tuple[NodePool, ...] = Field(
        description="The ECS nodes, which carry the base load; only an existing cluster needs none."
    )
    addons: Addons = Field(
        default=Addons(),
        examples=["{blackbox_exporter: {}}"],
        description="Components of your own (docs/addons.md): the name of a file in the folder "
        "`addons` of the project, with its settings. Default: none.",
    )
