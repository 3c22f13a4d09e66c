"""What a plan declares, in the words of the field: vSwitches, node pools, workloads, data stores.

Plain data read from type tokens and wire-form properties; imports neither Pulumi nor the planner.
Pictures and capacity checks are made from it.
"""

from ackb.inventory.model import (
    Autoscaler,
    Cluster,
    Declared,
    Inventory,
    Network,
    NodePool,
    Service,
    Workload,
)
from ackb.inventory.reading import read
from ackb.inventory.values import references

__all__ = [
    "Autoscaler",
    "Cluster",
    "Declared",
    "Inventory",
    "Network",
    "NodePool",
    "Service",
    "Workload",
    "read",
    "references",
]
