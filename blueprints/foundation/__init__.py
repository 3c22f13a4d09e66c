"""What blueprints on a managed ACK cluster stand on: network, security group, cluster, nodes.

Each part is created, or is there already: `AnyNetwork`, `AnySecurityGroup` and `AnyCluster` have
the same outputs in both cases.
"""

from blueprints.foundation.building import Foundation, foundation
from blueprints.foundation.cluster import AnyCluster
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup, eci_vswitch_ids

__all__ = [
    "AnyCluster",
    "AnyNetwork",
    "AnySecurityGroup",
    "Foundation",
    "eci_vswitch_ids",
    "foundation",
]
