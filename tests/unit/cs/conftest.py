from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from sandbox.cloud.store import Store

REGION = "cn-hangzhou"
INSTANCE_TYPE = "ecs.g7.xlarge"


@dataclass(frozen=True)
class Account:
    """A cloud with a VPC of two zones, and what the control planes would report."""

    cloud: Cloud
    clock: ManualClock
    vpc_id: str
    vswitch_ids: list[str]

    def create_cluster(self, **more: Any) -> str:
        """A running cluster."""
        given = {"name": "wp", "region_id": REGION, "vswitch_ids": self.vswitch_ids} | more
        cluster_id: str = self.cloud.cs.create_cluster(**given)["cluster_id"]
        self.cloud.cs.backend.control_plane_up(cluster_id, 6443)
        return cluster_id

    def create_pool(self, cluster_id: str, size: int = 2, **more: Any) -> str:
        """A node pool, its instances running, its nodes not yet reported."""
        group = {
            "vswitch_ids": self.vswitch_ids,
            "instance_types": [INSTANCE_TYPE],
            "desired_size": size,
        }
        answer = self.cloud.cs.create_cluster_node_pool(
            cluster_id=cluster_id,
            nodepool_info={"name": "pool"},
            scaling_group=group | more.pop("scaling_group", {}),
            **more,
        )
        self.clock.sleep(1)
        pool_id: str = answer["nodepool_id"]
        return pool_id

    def report_nodes(self, cluster_id: str) -> None:
        """What the controller does when Kubernetes says that all nodes are Ready."""
        for node in self.cloud.cs.backend.nodes(cluster_id):
            self.cloud.cs.backend.node_state(node.instance_id, "node", ready=True)

    def pool(self, cluster_id: str, pool_id: str) -> dict[str, Any]:
        """DescribeClusterNodePoolDetail."""
        return self.cloud.cs.describe_cluster_node_pool_detail(
            cluster_id=cluster_id, nodepool_id=pool_id
        )

    def kinds(self) -> list[str]:
        """Kinds of the objects that a user sees, sorted."""
        return sorted(one["kind"] for one in self.cloud.inventory())


@pytest.fixture
def account(tmp_path: Path) -> Account:
    clock = ManualClock()
    cloud = Cloud(Store.open(tmp_path / "cloud.sqlite"), clock=clock)
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    clock.sleep(1)
    vswitches = [
        cloud.vpc.create_vswitch(vpc_id=vpc_id, cidr_block=cidr, zone_id=zone)["VSwitchId"]
        for cidr, zone in (("10.1.0.0/16", "cn-hangzhou-j"), ("10.2.0.0/16", "cn-hangzhou-k"))
    ]
    clock.sleep(1)
    return Account(cloud, clock, vpc_id, vswitches)


def refusal(call: Callable[..., object], **parameters: object) -> str:
    """The error as a person reads it, without the request id."""
    with pytest.raises(CloudError) as caught:
        call(**parameters)
    return f"{caught.value.code}: {caught.value.message}"
