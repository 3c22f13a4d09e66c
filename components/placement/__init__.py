"""Where pods go: one module for each way of sending them to ECS nodes and ECI."""

from components.placement.affinity_injection import AffinityInjection
from components.placement.burst_resource import BurstResource
from components.placement.eci_label import EciLabel
from components.placement.eci_profile import (
    EciProfile,
    ProfileSelector,
    ProfileSelectors,
    ProfileSelectorsArgs,
)
from components.placement.elastic_workload import ElasticWorkload
from components.placement.namespace_label import NamespaceLabel
from components.placement.node_affinity import NodeAffinity
from components.placement.objects import PlacementObjects, PlacementObjectsArgs
from components.placement.placing import Placed, Placement, place
from components.placement.resource_policy import EcsFirst, EcsFirstArgs, ResourcePolicy
from components.placement.strategy import Manifest, Target
from components.placement.subsets import Subset
from components.placement.united_deployment import UnitedDeployment
from components.placement.workload_spread import WorkloadSpread

__all__ = [
    "AffinityInjection",
    "BurstResource",
    "EciLabel",
    "EciProfile",
    "EcsFirst",
    "EcsFirstArgs",
    "ElasticWorkload",
    "Manifest",
    "NamespaceLabel",
    "NodeAffinity",
    "Placed",
    "Placement",
    "PlacementObjects",
    "PlacementObjectsArgs",
    "ProfileSelector",
    "ProfileSelectors",
    "ProfileSelectorsArgs",
    "ResourcePolicy",
    "Subset",
    "Target",
    "UnitedDeployment",
    "WorkloadSpread",
    "place",
]
