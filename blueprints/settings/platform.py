"""Settings of every blueprint that stands on a managed ACK cluster of its own."""

from __future__ import annotations

from pydantic import Field

from blueprints.settings.addons import Addons
from blueprints.settings.cluster import Cluster, NodePool
from blueprints.settings.network import Network
from blueprints.settings.stack import StackSettings


class PlatformSettings(StackSettings):
    """Network, cluster and ECS nodes."""

    network: Network = Field(description="The VPC and its zones.")
    cluster: Cluster = Field(default=Cluster(), description="The ACK cluster.")
    node_pools: tuple[NodePool, ...] = Field(
        min_length=1, description="The ECS nodes, which carry the base load."
    )
    addons: Addons = Field(
        default=Addons(),
        examples=["{blackbox_exporter: {}}"],
        description="Components of your own (docs/addons.md): the name of a file in the folder "
        "`addons` of the project, with its settings. Default: none.",
    )
