"""Elastic pools: what the node autoscaler orders, gets and gives back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from sandbox.cloud.faults import Fault, FaultPlan
from tests.unit.cs.conftest import Account

BOUNDS = {"enable": True, "min_instances": 1, "max_instances": 4}


def elastic_pool(account: Account, **more: Any) -> tuple[str, str]:
    """A cluster and its elastic pool, of which one node is Ready."""
    cluster_id = account.create_cluster()
    pool_id = account.create_pool(cluster_id, auto_scaling=BOUNDS, **more)
    account.report_nodes(cluster_id)
    return cluster_id, pool_id


def types(account: Account, cluster_id: str) -> list[str]:
    """Instance type and zone of the nodes, oldest first."""
    found = [node.instance for node in account.cloud.cs.backend.nodes(cluster_id)]
    return [f"{one['InstanceType']} {one['ZoneId']}" for one in found if one]


def sold_out(cloud: Cloud, times: int) -> None:
    """The next instances are not to be had."""
    code = "OperationDenied.NoStock"
    fault = Fault(verb="ecs.run_instances", times=times, action="error", code=code, message="none")
    cloud.faults = FaultPlan([fault])


def test_only_enabled_pools_are_told_with_the_least_of_their_types(account: Account) -> None:
    """S4-14: a pool is an abstract node, the minimum over its instance types."""
    cluster_id, pool_id = elastic_pool(
        account, scaling_group={"instance_types": ["ecs.c7.2xlarge", "ecs.g7.xlarge"]}
    )
    account.create_pool(cluster_id)
    (pool,) = account.cloud.cs.elastic.pools(cluster_id)
    assert pool.node_pool_id == pool_id
    assert (pool.vcpu, pool.memory_mib, pool.gpus) == (4, 16 * 1024, 0)
    assert (pool.least, pool.most, pool.members, pool.on_order) == (1, 4, 1, ())
    assert pool.zones == ("cn-hangzhou-j", "cn-hangzhou-k")


def test_what_was_ordered_is_delivered_one_by_one(account: Account) -> None:
    cluster_id, pool_id = elastic_pool(account)
    elastic = account.cloud.cs.elastic
    elastic.order(pool_id, 2, due=100.0)
    elastic.order(pool_id, 1, due=50.0)
    assert elastic.pools(cluster_id)[0].on_order == (50.0, 100.0, 100.0)
    elastic.deliver(pool_id)
    (pool,) = elastic.pools(cluster_id)
    assert (pool.members, pool.on_order) == (2, (100.0, 100.0))
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "scaling"
    by_pool, by_autoscaler = account.cloud.cs.backend.nodes(cluster_id)
    assert by_autoscaler.labels["k8s.aliyun.com"] == "true"
    assert "k8s.aliyun.com" not in by_pool.labels
    account.report_nodes(cluster_id)
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "active"
    elastic.cancel(pool_id)
    elastic.deliver(pool_id)
    assert elastic.pools(cluster_id)[0].members == 2


def test_a_later_change_of_the_pool_keeps_what_was_added(account: Account) -> None:
    cluster_id, pool_id = elastic_pool(account)
    account.cloud.cs.elastic.order(pool_id, 1, due=0.0)
    account.cloud.cs.elastic.deliver(pool_id)
    account.cloud.cs.modify_cluster_node_pool(
        cluster_id=cluster_id,
        nodepool_id=pool_id,
        kubernetes_config={"labels": [{"key": "team", "value": "b"}]},
        auto_scaling={"max_instances": 3},
        update_nodes=True,
    )
    nodes = account.cloud.cs.backend.nodes(cluster_id)
    assert [node.labels.get("k8s.aliyun.com") for node in nodes] == [None, "true"]
    assert [node.labels["team"] for node in nodes] == ["b", "b"]


def test_another_zone_then_another_type_when_there_is_no_stock(account: Account) -> None:
    """S4-17: sold out, but not everywhere."""
    cluster_id, pool_id = elastic_pool(
        account, scaling_group={"instance_types": ["ecs.g7.xlarge", "ecs.c7.xlarge"]}
    )
    elastic = account.cloud.cs.elastic
    elastic.order(pool_id, 2, due=0.0)
    sold_out(account.cloud, times=1)
    elastic.deliver(pool_id)
    sold_out(account.cloud, times=2)
    elastic.deliver(pool_id)
    assert types(account, cluster_id) == [
        "ecs.g7.xlarge cn-hangzhou-j",
        "ecs.g7.xlarge cn-hangzhou-j",
        "ecs.c7.xlarge cn-hangzhou-j",
    ]


def test_sold_out_everywhere_changes_nothing(account: Account) -> None:
    """S4-17."""
    cluster_id, pool_id = elastic_pool(account)
    elastic = account.cloud.cs.elastic
    elastic.order(pool_id, 1, due=7.0)
    sold_out(account.cloud, times=2)
    with pytest.raises(CloudError, match=r"OperationDenied\.NoStock"):
        elastic.deliver(pool_id)
    (pool,) = elastic.pools(cluster_id)
    assert (pool.members, pool.on_order) == (1, (7.0,))


def test_a_quota_that_is_used_up_is_told_and_no_other_type_tried(account: Account) -> None:
    """S4-17: quota of vCPUs."""
    cluster_id, pool_id = elastic_pool(
        account, scaling_group={"instance_types": ["ecs.g7.16xlarge", "ecs.g7.xlarge"]}
    )
    elastic = account.cloud.cs.elastic
    room = account.cloud.quota("ecs.vcpus") // 64
    elastic.order(pool_id, room, due=0.0)
    for _ in range(room - 1):
        elastic.deliver(pool_id)
    with pytest.raises(CloudError, match=r"QuotaExceed\.ElasticQuota"):
        elastic.deliver(pool_id)
    (pool,) = elastic.pools(cluster_id)
    assert (pool.members, len(pool.on_order)) == (room, 1)


def test_a_node_that_is_let_go_is_drained_and_released(account: Account) -> None:
    cluster_id, pool_id = elastic_pool(account)
    elastic, backend = account.cloud.cs.elastic, account.cloud.cs.backend
    elastic.order(pool_id, 1, due=0.0)
    elastic.deliver(pool_id)
    account.clock.sleep(1)
    account.report_nodes(cluster_id)
    gone = backend.nodes(cluster_id)[1].instance_id
    elastic.release(gone)
    assert [node.leaving for node in backend.nodes(cluster_id)] == [False, True]
    assert elastic.pools(cluster_id)[0].members == 1
    backend.node_drained(gone)
    assert types(account, cluster_id) == ["ecs.g7.xlarge cn-hangzhou-j"]


def test_a_deleted_cluster_takes_its_orders_along(account: Account) -> None:
    cluster_id, pool_id = elastic_pool(account)
    account.cloud.cs.create_autoscaling_config(cluster_id=cluster_id)
    account.cloud.cs.elastic.order(pool_id, 1, due=0.0)
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)
    assert account.cloud.cs.backend.control_plane_gone(cluster_id)
    assert account.cloud.cs.elastic.settings(cluster_id) is None
    assert account.cloud.cs.elastic.pools(cluster_id) == []
    account.cloud.cs.elastic.deliver(pool_id)
