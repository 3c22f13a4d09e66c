"""From the settings of node pools and their autoscaler to its component."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from ackb.domain import node_scaling
from blueprints.foundation.nodes import AnyPool
from blueprints.settings.cluster import NodePool as PoolSettings
from blueprints.settings.scaling import NodeAutoscaling as NodeSettings
from components.autoscaling import NodeAutoscaling, NodeAutoscalingArgs


def scale_nodes(
    wanted: NodeSettings,
    pools: Sequence[tuple[PoolSettings, AnyPool]],
    cluster_id: pulumi.Input[str],
    cloud: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Declare how node pools with bounds grow and shrink; nothing where none has bounds."""
    elastic = {one.name: (one, pool) for one, pool in pools if one.autoscaling is not None}
    if not elastic:
        return []
    names = node_scaling.preferred(
        [(name, one.instance_types) for name, (one, _) in elastic.items()]
    )
    priorities = {
        len(names) - index: [elastic[name][1].scaling_group_id] for index, name in enumerate(names)
    }
    return [
        NodeAutoscaling(
            "nodes",
            NodeAutoscalingArgs(
                cluster_id=cluster_id,
                scaler=wanted.scaler,
                expander=wanted.expander,
                priorities=priorities if wanted.expander == "priority" else {},
                scale_in=wanted.scale_in,
                utilization_threshold=wanted.utilization_threshold,
                gpu_utilization_threshold=wanted.gpu_utilization_threshold,
                unneeded_minutes=wanted.unneeded_minutes,
                cool_down_minutes=wanted.cool_down_minutes,
            ),
            cloud,
        )
    ]
