"""alicloud:cs/autoscalingConfig:AutoscalingConfig."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values

_SETTINGS = {
    "coolDownDuration": "cool_down_duration",
    "daemonsetEvictionForNodes": "daemonset_eviction_for_nodes",
    "expander": "expander",
    "gpuUtilizationThreshold": "gpu_utilization_threshold",
    "maxGracefulTerminationSec": "max_graceful_termination_sec",
    "minReplicaCount": "min_replica_count",
    "priorities": "priorities",
    "recycleNodeDeletionEnabled": "recycle_node_deletion_enabled",
    "scaleDownEnabled": "scale_down_enabled",
    "scaleUpFromZero": "scale_up_from_zero",
    "scalerType": "scaler_type",
    "scanInterval": "scan_interval",
    "skipNodesWithLocalStorage": "skip_nodes_with_local_storage",
    "skipNodesWithSystemPods": "skip_nodes_with_system_pods",
    "unneededDuration": "unneeded_duration",
    "utilizationThreshold": "utilization_threshold",
}


class AutoscalingConfig(Handler):
    """The node autoscaling of a cluster; its id is the cluster's.

    The official provider reads nothing back, and a deletion only forgets: the cluster goes on
    scaling its elastic node pools.
    """

    token = "alicloud:cs/autoscalingConfig:AutoscalingConfig"
    label = "node autoscaling configuration"
    arguments: ClassVar = _SETTINGS
    outputs: ClassVar = {"clusterId": "cluster_id"}

    def create(self, call: Call, inputs: Values) -> str:
        """CreateAutoscalingConfig."""
        cluster: str = inputs["clusterId"]
        self._set(call, cluster, inputs)
        return cluster

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeClusterDetail: whether the cluster is there."""
        answer: Answer = call.cloud.cs.describe_cluster_detail(cluster_id=id)
        return answer

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """CreateAutoscalingConfig again, with everything."""
        self._set(call, id, new)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """No action does this."""
        return {}

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Only forgotten."""

    def _set(self, call: Call, cluster: str, inputs: Values) -> None:
        settings = self.given(inputs)
        call.retried(
            lambda: call.cloud.cs.create_autoscaling_config(cluster_id=cluster, **settings)
        )
