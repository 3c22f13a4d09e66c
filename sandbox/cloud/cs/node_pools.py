"""Node pools."""

from __future__ import annotations

from typing import Any

from ackb.domain.quotas import quota
from sandbox.cloud.cs import errors
from sandbox.cloud.cs.addon_records import NODE_CONTROLLER
from sandbox.cloud.cs.deletion import ClusterDeletion
from sandbox.cloud.cs.kinds import ADDON, CLUSTER_TAG, NODE, NODE_POOL, REGISTERED
from sandbox.cloud.ecs.errors import NO_STOCK
from sandbox.cloud.errors import CloudError
from sandbox.cloud.service import Response, verb
from sandbox.cloud.store import Data


class NodePools(ClusterDeletion):
    """Node pool actions. Groups of parameters are those of the real API."""

    @verb()
    def create_cluster_node_pool(
        self,
        *,
        cluster_id: str,
        nodepool_info: dict[str, Any],
        scaling_group: dict[str, Any],
        auto_scaling: dict[str, Any] | None = None,
        kubernetes_config: dict[str, Any] | None = None,
        management: dict[str, Any] | None = None,
        node_config: dict[str, Any] | None = None,
        tee_config: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """CreateClusterNodePool: asynchronous, `scaling` until all nodes are ready, then `active`.

        With `auto_scaling` the pool begins with `min_instances`, otherwise with
        `scaling_group.desired_size`.
        """
        cluster = self.running_cluster(cluster_id)
        self._check_registered(cluster)
        limit = quota("cs.node_pools_per_cluster").value
        if self.store.count(NODE_POOL, ClusterId=cluster_id) >= limit:
            raise errors.NODE_POOL_QUOTA(quota=limit)
        group = {
            **scaling_group,
            "security_group_ids": scaling_group.get("security_group_ids")
            or [cluster["api"]["security_group_id"]],
        }
        self._check_group(cluster, group)
        pool_id = self.new_hex_id("np")
        pool: Data = {
            "NodePoolId": pool_id,
            "ClusterId": cluster_id,
            "Name": nodepool_info["name"],
            "Status": "scaling",
            "tags": tags or {},
            "Desired": _desired(group, auto_scaling or {}),
            "api": {
                "nodepool_info": {
                    **nodepool_info,
                    "nodepool_id": pool_id,
                    "region_id": cluster["api"]["region_id"],
                    "resource_group_id": nodepool_info.get("resource_group_id")
                    or cluster["api"]["resource_group_id"],
                    "type": nodepool_info.get("type", "ess"),
                    "is_default": False,
                    "created": self.timestamp(),
                },
                "scaling_group": {**group, "scaling_group_id": self.new_id("asg")},
                "auto_scaling": auto_scaling or {"enable": False},
                "kubernetes_config": kubernetes_config or {},
                "management": management or {"enable": False},
                "node_config": node_config or {},
                "tee_config": tee_config or {"tee_enable": False},
            },
        }
        self.add(NODE_POOL, pool_id, pool)
        self._scale(pool)
        target = (NODE_POOL, "nodepool", pool_id)
        return {
            "nodepool_id": pool_id,
            "task_id": self.new_task("nodepool_create", cluster_id, target, "active"),
        }

    @verb(reads=True)
    def describe_cluster_node_pools(self, *, cluster_id: str, name: str | None = None) -> Response:
        """DescribeClusterNodePools."""
        self.cluster(cluster_id)
        pools = self.find(NODE_POOL, ClusterId=cluster_id)
        return {"nodepools": [self._pool(pool) for pool in pools if name in (None, pool["Name"])]}

    @verb(reads=True)
    def describe_cluster_node_pool_detail(self, *, cluster_id: str, nodepool_id: str) -> Response:
        """DescribeClusterNodePoolDetail."""
        return self._pool(self.node_pool(cluster_id, nodepool_id))

    @verb()
    def modify_cluster_node_pool(
        self,
        *,
        cluster_id: str,
        nodepool_id: str,
        nodepool_info: dict[str, Any] | None = None,
        scaling_group: dict[str, Any] | None = None,
        auto_scaling: dict[str, Any] | None = None,
        kubernetes_config: dict[str, Any] | None = None,
        management: dict[str, Any] | None = None,
        node_config: dict[str, Any] | None = None,
        update_nodes: bool = False,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """ModifyClusterNodePool: only the given fields change; asynchronous when nodes come or go.

        Labels and taints reach the nodes that exist only with `update_nodes`.
        """
        cluster = self.running_cluster(cluster_id)
        self._check_registered(cluster)
        pool = self.node_pool(cluster_id, nodepool_id)
        if pool["Status"] == "deleting":
            raise errors.NODE_POOL_NOT_FOUND(node_pool=nodepool_id)
        api = pool["api"]
        changes = {
            "nodepool_info": nodepool_info,
            "scaling_group": scaling_group,
            "auto_scaling": auto_scaling,
            "kubernetes_config": kubernetes_config,
            "management": management,
            "node_config": node_config,
        }
        for group, change in changes.items():
            api[group] = {**api[group], **(change or {})}
        self._check_group(cluster, api["scaling_group"])
        pool["Name"] = api["nodepool_info"]["name"]
        pool["tags"] = pool["tags"] if tags is None else tags
        if scaling_group is not None or auto_scaling is not None:
            current = len(self._members(nodepool_id))
            pool["Desired"] = _desired(api["scaling_group"], api["auto_scaling"], current)
        if update_nodes:
            for node in self._members(nodepool_id):
                self.save(NODE, node["InstanceId"], {**node, **_node_settings(api)})
        pool["Status"] = "scaling"
        self.save(NODE_POOL, nodepool_id, pool)
        self._scale(pool)
        target = (NODE_POOL, "nodepool", nodepool_id)
        return {
            "nodepool_id": nodepool_id,
            "task_id": self.new_task("nodepool_update", cluster_id, target, "active"),
        }

    @verb()
    def delete_cluster_nodepool(
        self, *, cluster_id: str, nodepool_id: str, force: bool = False
    ) -> Response:
        """DeleteClusterNodepool: asynchronous.

        Its nodes are drained first, also with `force`, so a PodDisruptionBudget can hold it up.
        """
        pool = self.node_pool(cluster_id, nodepool_id)
        members = self._members(nodepool_id)
        if members and not force:
            raise errors.NODE_POOL_NOT_EMPTY(node_pool=nodepool_id)
        target = (NODE_POOL, "nodepool", nodepool_id)
        task_id = self.new_task("nodepool_delete", cluster_id, target, "")
        for node in members:
            self.save(NODE, node["InstanceId"], {**node, "Leaving": True})
        if members:
            self.save(NODE_POOL, nodepool_id, {**pool, "Status": "deleting"})
        else:
            self.remove(NODE_POOL, nodepool_id)
        return {"task_id": task_id}

    @verb(reads=True)
    def describe_cluster_nodes(
        self, *, cluster_id: str, nodepool_id: str | None = None
    ) -> Response:
        """DescribeClusterNodes, one page with all of them."""
        self.cluster(cluster_id)
        members = self.store.find(NODE, ClusterId=cluster_id)
        chosen = [node for node in members if nodepool_id in (None, node["NodePoolId"])]
        instances = self._instances([node["InstanceId"] for node in chosen])
        nodes = [
            {
                "instance_id": node["InstanceId"],
                "instance_name": instances[node["InstanceId"]].get("InstanceName", ""),
                "instance_type": instances[node["InstanceId"]]["InstanceType"],
                "instance_charge_type": instances[node["InstanceId"]].get("InstanceChargeType"),
                "ip_address": [instances[node["InstanceId"]]["PrivateIpAddress"]],
                "node_name": node["NodeName"],
                "node_status": "Ready" if node["Ready"] else "NotReady",
                "state": "removing" if node["Leaving"] else "running",
                "nodepool_id": node["NodePoolId"],
                "is_aliyun_node": True,
            }
            for node in chosen
            if node["InstanceId"] in instances
        ]
        return {"nodes": nodes, "page": {"total_count": len(nodes)}}

    def node_pool(self, cluster_id: str, nodepool_id: str) -> Data:
        """The node pool. Raises ErrorClusterNotFound, ErrorNodePoolNotFound."""
        self.cluster(cluster_id)
        pool = self.get(NODE_POOL, nodepool_id)
        if pool is None or pool["ClusterId"] != cluster_id:
            raise errors.NODE_POOL_NOT_FOUND(node_pool=nodepool_id)
        return pool

    def remove_node(self, instance_id: str) -> None:
        """Take an instance out of its pool and release it: not an API action.

        A pool that is being deleted goes with its last node.
        """
        with self.store.transaction():
            node = self.store.get(NODE, instance_id)
            if node is None:
                return
            instance = self._instances([instance_id]).get(instance_id)
            if instance is not None and instance.get("InstanceChargeType") != "PrePaid":
                self.cloud.ecs.delete_instance(instance_id=instance_id, force=True)
            self.remove(NODE, instance_id)
            self.settle_pool(node["NodePoolId"])

    def settle_pool(self, nodepool_id: str) -> None:
        """Bring a pool's status in line with its nodes: not an API action."""
        pool = self.get(NODE_POOL, nodepool_id)
        if pool is None:
            return
        members = self.store.find(NODE, NodePoolId=nodepool_id)
        if pool["Status"] == "deleting":
            if not members:
                self.remove(NODE_POOL, nodepool_id)
        elif pool["Status"] == "scaling" and all(
            node["Ready"] and not node["Leaving"] for node in members
        ):
            self.save(NODE_POOL, nodepool_id, {**pool, "Status": "active"})

    def _scale(self, pool: Data) -> None:
        """Start the instances that lack, or mark those that leave: the oldest, as ESS does."""
        members = self._members(pool["NodePoolId"])
        lacking = pool["Desired"] - len(members)
        for node in members[: max(0, -lacking)]:
            self.save(NODE, node["InstanceId"], {**node, "Leaving": True})
        if lacking > 0:
            self._add_nodes(pool, lacking)
        self.settle_pool(pool["NodePoolId"])

    def _add_nodes(self, pool: Data, count: int) -> None:
        self._check_node_quota(pool["ClusterId"], count)
        present = len(self._members(pool["NodePoolId"]))
        for number in range(present, present + count):
            self._add_where_sold(pool, number)

    def add_autoscaled_node(self, pool: Data, number: int) -> None:
        """Start one node that the autoscaler may take away again: not an API action.

        `number` is its place among the nodes of the pool.
        """
        self._check_node_quota(pool["ClusterId"], 1)
        self._add_where_sold(pool, number, Autoscaled=True)

    def _add_where_sold(self, pool: Data, number: int, **marks: bool) -> None:
        """Start one instance: the types in their order, each in all zones, until one is sold."""
        group = pool["api"]["scaling_group"]
        vswitches = group["vswitch_ids"]
        # With one instance type, all values of multi_az_policy but PRIORITY spread.
        first = 0 if group.get("multi_az_policy") == "PRIORITY" else number % len(vswitches)
        sold_out: CloudError = NO_STOCK()
        for instance_type in group["instance_types"]:
            for vswitch_id in [*vswitches[first:], *vswitches[:first]]:
                try:
                    self._add_node(pool, instance_type, vswitch_id, **marks)
                except CloudError as error:
                    if error.code != sold_out.code:
                        raise
                    sold_out = error
                else:
                    return
        raise sold_out

    def _check_node_quota(self, cluster_id: str, more: int) -> None:
        limit = quota("cs.nodes_per_cluster").value
        if self.store.count(NODE, ClusterId=cluster_id) + more > limit:
            raise errors.NODE_QUOTA(quota=limit)

    def _add_node(self, pool: Data, instance_type: str, vswitch_id: str, **marks: bool) -> None:
        api = pool["api"]
        group = api["scaling_group"]
        answer = self.cloud.ecs.run_instances(
            region_id=api["nodepool_info"]["region_id"],
            instance_type=instance_type,
            vswitch_id=vswitch_id,
            security_group_ids=group["security_group_ids"],
            amount=1,
            instance_name=f"worker-k8s-for-cs-{pool['ClusterId']}",
            instance_charge_type=group.get("instance_charge_type", "PostPaid"),
            tags={**pool["tags"], CLUSTER_TAG: pool["ClusterId"]},
        )
        instance_id = answer["InstanceIdSets"]["InstanceIdSet"][0]
        node: Data = {
            "InstanceId": instance_id,
            "ClusterId": pool["ClusterId"],
            "NodePoolId": pool["NodePoolId"],
            "NodeName": "",
            "Ready": False,
            "Leaving": False,
            **_node_settings(api),
            **marks,
        }
        self.add(NODE, instance_id, node)

    def _members(self, nodepool_id: str) -> list[Data]:
        members = self.store.find(NODE, NodePoolId=nodepool_id)
        return [node for node in members if not node["Leaving"]]

    def _instances(self, instance_ids: list[str]) -> dict[str, Response]:
        if not instance_ids:
            return {}
        answer = self.cloud.ecs.describe_instances(instance_ids=instance_ids)
        return {one["InstanceId"]: one for one in answer["Instances"]["Instance"]}

    def _pool(self, pool: Data) -> Response:
        members = self.store.find(NODE, NodePoolId=pool["NodePoolId"])
        ready = sum(node["Ready"] for node in members)
        return {
            **pool["api"],
            "tags": pool["tags"],
            "status": {
                "state": pool["Status"],
                "total_nodes": len(members),
                "healthy_nodes": ready,
                "serving_nodes": ready,
                "initial_nodes": len(members) - ready,
                "removing_nodes": sum(node["Leaving"] for node in members),
                "failed_nodes": 0,
                "offline_nodes": 0,
            },
        }

    def _check_registered(self, cluster: Data) -> None:
        """Prerequisite of node pools of a registered cluster; raises AddonNotFound."""
        addon = self.get(ADDON, f"{cluster['ClusterId']}:{NODE_CONTROLLER}")
        if cluster["api"]["cluster_type"] == REGISTERED and addon is None:
            raise errors.ADDON_NOT_FOUND(addon=NODE_CONTROLLER)

    def _check_group(self, cluster: Data, group: Data) -> None:
        if not group.get("instance_types"):
            raise errors.INVALID_PARAMETER(name="instance_types", why="at least one is needed")
        for vswitch_id in group.get("vswitch_ids") or []:
            if self.cloud.vpc.vswitch(vswitch_id)["VpcId"] != cluster["VpcId"]:
                why = f"{vswitch_id} is not in the cluster's VPC"
                raise errors.INVALID_PARAMETER(name="vswitch_ids", why=why)
        if not group.get("vswitch_ids"):
            raise errors.INVALID_PARAMETER(name="vswitch_ids", why="at least one is needed")


def _desired(group: Data, auto_scaling: Data, current: int = 0) -> int:
    if auto_scaling.get("enable"):
        least, most = auto_scaling.get("min_instances", 0), auto_scaling.get("max_instances", 0)
        return int(min(max(current, least), most))
    return int(group.get("desired_size") or 0)


def _node_settings(api: Data) -> Data:
    """What a node takes from its pool when it joins."""
    config = api["kubernetes_config"]
    labels = {label["key"]: label.get("value", "") for label in config.get("labels") or []}
    return {
        "Labels": labels,
        "Taints": config.get("taints") or [],
        "Unschedulable": bool(config.get("unschedulable")),
    }
