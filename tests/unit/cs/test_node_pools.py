from __future__ import annotations

import pytest

from sandbox.cloud.errors import CloudError
from tests.unit.cs.conftest import Account, refusal


def test_a_pool_is_active_when_all_its_nodes_are_ready(account: Account) -> None:
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, size=3)
    status = account.pool(cluster_id, pool_id)["status"]
    assert (status["state"], status["total_nodes"], status["healthy_nodes"]) == ("scaling", 3, 0)
    zones = [node.instance["ZoneId"] for node in account.cloud.cs.backend.nodes(cluster_id)]
    assert sorted(zones) == ["cn-hangzhou-j", "cn-hangzhou-j", "cn-hangzhou-k"]

    account.report_nodes(cluster_id)

    status = account.pool(cluster_id, pool_id)["status"]
    assert (status["state"], status["healthy_nodes"]) == ("active", 3)


def test_an_empty_pool_is_active_at_once(account: Account) -> None:
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, size=0)
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "active"


def test_priority_puts_all_nodes_into_the_first_vswitch(account: Account) -> None:
    cluster_id = account.create_cluster()
    account.create_pool(cluster_id, 3, scaling_group={"multi_az_policy": "PRIORITY"})
    zones = {node.instance["ZoneId"] for node in account.cloud.cs.backend.nodes(cluster_id)}
    assert zones == {"cn-hangzhou-j"}


@pytest.mark.parametrize(("least", "most", "nodes"), [(0, 5, 0), (2, 5, 2), (5, 5, 5)])
def test_an_elastic_pool_begins_with_its_minimum(
    account: Account, least: int, most: int, nodes: int
) -> None:
    cluster_id = account.create_cluster()
    bounds = {"enable": True, "min_instances": least, "max_instances": most}
    pool_id = account.create_pool(cluster_id, size=1, auto_scaling=bounds)
    assert account.pool(cluster_id, pool_id)["status"]["total_nodes"] == nodes


def test_more_nodes_and_fewer(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, size=2)
    account.report_nodes(cluster_id)
    oldest = cs.backend.nodes(cluster_id)[0].instance_id

    cs.modify_cluster_node_pool(
        cluster_id=cluster_id, nodepool_id=pool_id, scaling_group={"desired_size": 3}
    )
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "scaling"
    account.clock.sleep(1)
    account.report_nodes(cluster_id)
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "active"

    cs.modify_cluster_node_pool(
        cluster_id=cluster_id, nodepool_id=pool_id, scaling_group={"desired_size": 2}
    )
    leaving = [node.instance_id for node in cs.backend.nodes(cluster_id) if node.leaving]
    assert leaving == [oldest], "the oldest instance leaves, as ESS does"
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "scaling"
    cs.backend.node_drained(oldest)
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "active"
    assert account.kinds().count("Instance") == 2


def test_a_change_of_other_things_keeps_the_size(account: Account) -> None:
    """The official provider once lost autoscaling or nodes that way (tpa#4230, tpa#4495)."""
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    bounds = {"enable": True, "min_instances": 2, "max_instances": 5}
    pool_id = account.create_pool(cluster_id, size=2, auto_scaling=bounds)
    account.report_nodes(cluster_id)
    cs.modify_cluster_node_pool(
        cluster_id=cluster_id, nodepool_id=pool_id, management={"auto_repair": True}
    )
    pool = account.pool(cluster_id, pool_id)
    assert pool["auto_scaling"] == bounds
    assert pool["management"]["auto_repair"] is True
    assert (pool["status"]["state"], pool["status"]["total_nodes"]) == ("active", 2)


@pytest.mark.parametrize(("update_nodes", "label"), [(True, "b"), (False, "a")])
def test_labels_reach_old_nodes_only_when_asked(
    account: Account, update_nodes: bool, label: str
) -> None:
    """pulumi-alicloud#924."""
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    config = {"labels": [{"key": "team", "value": "a"}]}
    pool_id = account.create_pool(cluster_id, size=1, kubernetes_config=config)
    cs.modify_cluster_node_pool(
        cluster_id=cluster_id,
        nodepool_id=pool_id,
        kubernetes_config={"labels": [{"key": "team", "value": "b"}]},
        update_nodes=update_nodes,
    )
    (node,) = cs.backend.nodes(cluster_id)
    assert node.labels == {"team": label}


def test_deletion_drains_first(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, size=2)
    names = {"cluster_id": cluster_id, "nodepool_id": pool_id}
    assert refusal(cs.delete_cluster_nodepool, **names) == (
        f"ErrorNodePoolNotEmpty: The node pool {pool_id} still has nodes; remove them or use force."
    )
    task_id = cs.delete_cluster_nodepool(**names, force=True)["task_id"]
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "deleting"
    nodes = cs.backend.nodes(cluster_id)
    assert all(node.leaving for node in nodes)
    for node in nodes:
        assert cs.describe_task_info(task_id=task_id)["state"] == "running"
        cs.backend.node_drained(node.instance_id)
    assert cs.describe_task_info(task_id=task_id)["state"] == "success"
    assert "Instance" not in account.kinds()
    assert refusal(cs.describe_cluster_node_pool_detail, **names) == (
        f"ErrorNodePoolNotFound: The node pool {pool_id} does not exist or has been deleted."
    )


def test_limits(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    assert refusal(account.create_pool, cluster_id=cluster_id, size=101) == (
        "QuotaExceeded.Node: The quota of nodes in a cluster (100) is used up."
    )
    assert "Instance" not in account.kinds(), "all of a call or nothing"
    for _ in range(20):
        account.create_pool(cluster_id, size=0)
    assert refusal(account.create_pool, cluster_id=cluster_id, size=0) == (
        "QuotaExceeded.NodePool: The quota of node pools in a cluster (20) is used up."
    )
    assert len(cs.describe_cluster_node_pools(cluster_id=cluster_id)["nodepools"]) == 20


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ({"instance_types": []}, "instance_types is invalid: at least one is needed."),
        ({"vswitch_ids": []}, "vswitch_ids is invalid: at least one is needed."),
    ],
)
def test_wrong_pools_are_refused(account: Account, group: dict[str, object], text: str) -> None:
    cluster_id = account.create_cluster()
    said = refusal(account.create_pool, cluster_id=cluster_id, scaling_group=group)
    assert said == f"InvalidParameter: The parameter {text}"


def test_nodes_as_the_api_lists_them(account: Account) -> None:
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, size=1)
    (before,) = account.cloud.cs.describe_cluster_nodes(cluster_id=cluster_id)["nodes"]
    assert (before["node_status"], before["nodepool_id"]) == ("NotReady", pool_id)
    account.report_nodes(cluster_id)
    (after,) = account.cloud.cs.describe_cluster_nodes(cluster_id=cluster_id)["nodes"]
    assert (after["node_status"], after["node_name"]) == ("Ready", "node")


def test_the_next_zone_and_then_the_next_type_are_tried_where_one_is_sold_out(
    account: Account,
) -> None:
    """ESS does so with every pool; the catalogue sells ecs.gn7i everywhere but in zone h."""
    card, cs = "ecs.gn7i-c8g1.2xlarge", account.cloud.cs
    vswitch = account.cloud.vpc.create_vswitch(
        vpc_id=account.vpc_id, cidr_block="10.3.0.0/16", zone_id="cn-hangzhou-h"
    )["VSwitchId"]
    account.clock.sleep(1)
    cluster_id = account.create_cluster()

    def started(vswitches: list[str], *types: str) -> list[tuple[str, str]]:
        before = {node.instance_id for node in cs.backend.nodes(cluster_id)}
        group = {"vswitch_ids": vswitches, "instance_types": list(types)}
        account.create_pool(cluster_id, 2, scaling_group=group)
        return [
            (node.instance["ZoneId"], node.instance["InstanceType"])
            for node in cs.backend.nodes(cluster_id)
            if node.instance_id not in before
        ]

    two = [vswitch, account.vswitch_ids[0]]
    assert started(two, card, "ecs.g7.xlarge") == [("cn-hangzhou-j", card)] * 2
    assert started([vswitch], card, "ecs.g7.xlarge") == [("cn-hangzhou-h", "ecs.g7.xlarge")] * 2
    with pytest.raises(CloudError, match=r"OperationDenied\.NoStock"):
        started([vswitch], card)
