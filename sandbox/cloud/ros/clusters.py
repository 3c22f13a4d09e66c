"""ALIYUN::CS::AnyCluster: a cluster of any type, from the body of CreateCluster."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from sandbox.cloud.cs.kinds import CLUSTER, NODE
from sandbox.cloud.cs.verbs import Cs
from sandbox.cloud.ros import errors
from sandbox.cloud.service import Response

if TYPE_CHECKING:
    from sandbox.cloud.cloud import Cloud


def create(cloud: Cloud, config: dict[str, Any]) -> Response:
    """Create the cluster of a ClusterConfig; its id and its task's.

    Raises:
        CloudError: what CreateCluster refuses; StackValidationFailed for a config without what it
            needs; Sandbox.NotSimulated for settings that the simulated action does not know.
    """
    known = inspect.signature(Cs.create_cluster).parameters
    for name in ("name", "cluster_type", "region_id"):
        if name not in config:
            raise errors.VALIDATION_FAILED(reason=f"ClusterConfig has no {name}")
    unknown = sorted(set(config) - set(known))
    if unknown:
        raise errors.NOT_SIMULATED(
            what=f"'{unknown[0]}' of ClusterConfig", instead="Leave it out in the sandbox."
        )
    tags = {tag["key"]: tag["value"] for tag in config.get("tags") or []}
    given = {"vswitch_ids": [], **config, "tags": tags}
    if "node_cidr_mask" in given:
        given["node_cidr_mask"] = int(given["node_cidr_mask"])
    answer = cloud.cs.create_cluster(**given)
    return {"cluster_id": answer["cluster_id"], "task_id": answer["task_id"]}


def status(cloud: Cloud, action: str, cluster_id: str) -> tuple[str, str]:
    """State of the resource under an action of its stack, and the reason while it is not complete.

    A registered cluster is complete once its agent has called. Whether ROS waits for that is not
    documented; it makes one run enough where the agent comes by itself.
    """
    cluster = cloud.cs.get(CLUSTER, cluster_id)
    if action == "DELETE":
        goes = "" if cluster is None else f"cluster {cluster_id} is {cluster['Status']}"
        return ("DELETE_IN_PROGRESS" if goes else "DELETE_COMPLETE"), goes
    if cluster is None or action == "UPDATE":
        return f"{action}_COMPLETE", ""
    if cluster["Status"] == "failed":
        return "CREATE_FAILED", f"cluster {cluster_id} failed: {cluster.get('Reason', '')}"
    if cluster["Status"] == "waiting":
        return "CREATE_IN_PROGRESS", f"cluster {cluster_id} waits for its agent"
    if cluster["Status"] == "initial":
        return "CREATE_IN_PROGRESS", f"cluster {cluster_id} is being made"
    return "CREATE_COMPLETE", ""


def attribute(cloud: Cloud, made: Response, name: str) -> Any:
    """An attribute of the resource; empty where this type of cluster has none."""
    cluster_id = made["cluster_id"]
    cluster = cloud.cs.get(CLUSTER, cluster_id) or {"api": {}, "own": {}}
    if name in ("DefaultUserKubeConfig", "PrivateUserKubConfig"):
        private = name == "PrivateUserKubConfig"
        answer = cloud.cs.describe_cluster_user_kubeconfig(
            cluster_id=cluster_id, private_ip_address=private
        )
        return answer["config"]
    values = {
        "ClusterId": cluster_id,
        "TaskId": made["task_id"],
        "WorkerRamRoleName": cluster["api"].get("worker_ram_role_name", ""),
        "APIServerSLBId": cluster["own"].get("balancer", ""),
        "Nodes": [node["InstanceId"] for node in cloud.store.find(NODE, ClusterId=cluster_id)],
    }
    return values.get(name, "")
