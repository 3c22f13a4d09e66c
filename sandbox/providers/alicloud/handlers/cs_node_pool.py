"""alicloud:cs/nodePool:NodePool."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, parts
from sandbox.providers.alicloud.handlers.wire import cameled, snaked
from sandbox.providers.alicloud.values import Values

# Input -> the API's group of parameters and the name in it (CreateClusterNodePool).
_GROUPS: dict[str, dict[str, str]] = {
    "nodepool_info": {
        "nodePoolName": "name",
        "resourceGroupId": "resource_group_id",
        "type": "type",
    },
    "scaling_group": {
        "vswitchIds": "vswitch_ids",
        "instanceTypes": "instance_types",
        "desiredSize": "desired_size",
        "securityGroupIds": "security_group_ids",
        "instanceChargeType": "instance_charge_type",
        "period": "period",
        "periodUnit": "period_unit",
        "autoRenew": "auto_renew",
        "autoRenewPeriod": "auto_renew_period",
        "imageType": "image_type",
        "imageId": "image_id",
        "systemDiskCategory": "system_disk_category",
        "systemDiskSize": "system_disk_size",
        "systemDiskPerformanceLevel": "system_disk_performance_level",
        "systemDiskEncrypted": "system_disk_encrypted",
        "dataDisks": "data_disks",
        "keyName": "key_pair",
        "multiAzPolicy": "multi_az_policy",
        "scalingPolicy": "scaling_policy",
        "onDemandBaseCapacity": "on_demand_base_capacity",
        "onDemandPercentageAboveBaseCapacity": "on_demand_percentage_above_base_capacity",
        "compensateWithOnDemand": "compensate_with_on_demand",
        "spotStrategy": "spot_strategy",
        "spotPriceLimits": "spot_price_limit",
        "spotInstancePools": "spot_instance_pools",
        "spotInstanceRemedy": "spot_instance_remedy",
        "deploymentSetId": "deploymentset_id",
        "instanceMetadataOptions": "instance_metadata_options",
        "ramRoleName": "ram_role_name",
    },
    "kubernetes_config": {
        "labels": "labels",
        "taints": "taints",
        "unschedulable": "unschedulable",
        "userData": "user_data",
        "preUserData": "pre_user_data",
        "installCloudMonitor": "cms_enabled",
        "cpuPolicy": "cpu_policy",
        "nodeNameMode": "node_name_mode",
        "runtimeName": "runtime",
        "runtimeVersion": "runtime_version",
    },
}
_PRIVATE_POOL = {
    "privatePoolOptionsId": "id",
    "privatePoolOptionsMatchCriteria": "match_criteria",
}
_AUTO_SCALING = {
    "enable": "enable",
    "minSize": "min_instances",
    "maxSize": "max_instances",
    "type": "type",
    "isBondEip": "is_bond_eip",
    "eipBandwidth": "eip_bandwidth",
    "eipInternetChargeType": "eip_internet_charge_type",
}


class NodePool(Handler):
    """A node pool; its id is `cluster:pool`."""

    token = "alicloud:cs/nodePool:NodePool"
    label = "node pool"
    outputs: ClassVar = {
        "nodePoolId": "nodepool_info.nodepool_id",
        "nodePoolName": "nodepool_info.name",
        "resourceGroupId": "nodepool_info.resource_group_id",
        "scalingGroupId": "scaling_group.scaling_group_id",
        "securityGroupIds": "scaling_group.security_group_ids",
        "tags": "tags",
    }
    more_outputs = ("clusterId", "scalingConfig", "desiredSize")
    status = "status.state"
    ready_state = "active"
    failed_states = ("failed",)

    def __init__(self) -> None:
        self._task = ""
        self._cluster = ""

    def create(self, call: Call, inputs: Values) -> str:
        """CreateClusterNodePool: without a ClientToken."""
        cluster = inputs["clusterId"]
        given = _groups(inputs, inputs)
        given.setdefault("nodepool_info", {}).setdefault("name", "default-nodepool")
        answer = call.retried(
            lambda: call.cloud.cs.create_cluster_node_pool(
                cluster_id=cluster, tags=inputs.get("tags"), **given
            )
        )
        self._task = answer["task_id"]
        return f"{cluster}:{answer['nodepool_id']}"

    def ready(self, call: Call, id: str) -> None:
        """Wait for the creation's task, then until all nodes are there."""
        if self._task:
            call.wait_for_task(self._task)
        super().ready(call, id)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeClusterNodePoolDetail."""
        self._cluster, pool = parts(id)
        answer: Answer = call.cloud.cs.describe_cluster_node_pool_detail(
            cluster_id=self._cluster, nodepool_id=pool
        )
        return answer

    def output_values(self, answer: Answer) -> Values:
        """All that the pool was given; one that scales by itself has bounds, any other a size."""
        values = {
            wire: cameled(answer[group].get(name))
            for group, members in _GROUPS.items()
            for wire, name in members.items()
        }
        values.update(super().output_values(answer), clusterId=self._cluster)
        private = answer["scaling_group"].get("private_pool_options") or {}
        if private:
            values["privatePoolOptions"] = {
                wire: private[name] for wire, name in _PRIVATE_POOL.items() if name in private
            }
        values["management"] = cameled(answer["management"])
        values["kubeletConfiguration"] = answer["node_config"].get("kubelet_configuration")
        scaling = answer["auto_scaling"]
        if scaling.get("enable"):
            shown = {wire: scaling.get(name) for wire, name in _AUTO_SCALING.items()}
            given = {wire: value for wire, value in shown.items() if value is not None}
            return {**values, "scalingConfig": given, "desiredSize": None}
        return {**values, "desiredSize": str(values["desiredSize"] or 0)}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyClusterNodePool; labels and taints reach present nodes only with `updateNodes`."""
        cluster, pool = parts(id)
        wanted = _groups(new, changed)
        if "tags" in changed:
            wanted["tags"] = new.get("tags") or {}
        if not wanted:
            return
        answer = call.retried(
            lambda: call.cloud.cs.modify_cluster_node_pool(
                cluster_id=cluster,
                nodepool_id=pool,
                update_nodes=bool(new.get("updateNodes")),
                **wanted,
            )
        )
        call.wait_for_task(answer["task_id"])

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteClusterNodepool, always with force, as the official provider does."""
        cluster, pool = parts(id)
        return call.cloud.cs.delete_cluster_nodepool(
            cluster_id=cluster, nodepool_id=pool, force=True
        )


def _groups(inputs: Values, names: Collection[str]) -> dict[str, Any]:
    """The API's groups of parameters for the named inputs; one left out now is emptied."""
    groups: dict[str, Any] = {}
    for group, members in _GROUPS.items():
        values = {
            name: snaked(inputs[wire]) if wire in inputs else None
            for wire, name in members.items()
            if wire in names
        }
        if values:
            groups[group] = values
    if "privatePoolOptions" in names:
        private = inputs.get("privatePoolOptions") or {}
        groups.setdefault("scaling_group", {})["private_pool_options"] = {
            name: private[wire] for wire, name in _PRIVATE_POOL.items() if wire in private
        }
    if "scalingConfig" in names:
        scaling = inputs.get("scalingConfig") or {"enable": False}
        groups["auto_scaling"] = {
            name: scaling[wire] for wire, name in _AUTO_SCALING.items() if wire in scaling
        }
    if "management" in names:
        groups["management"] = snaked(inputs.get("management") or {"enable": False})
    if "kubeletConfiguration" in names:
        # The API takes these keys in camelCase, as the kubelet itself.
        config = inputs.get("kubeletConfiguration") or {}
        groups["node_config"] = {"kubelet_configuration": config}
    return groups
