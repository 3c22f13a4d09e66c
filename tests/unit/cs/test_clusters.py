from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.faults import Fault, FaultPlan
from sandbox.cloud.store import Store
from tests.unit.cs.conftest import REGION, Account, refusal


def detail(account: Account, cluster_id: str) -> dict[str, Any]:
    return account.cloud.cs.describe_cluster_detail(cluster_id=cluster_id)


def test_a_cluster_is_initial_until_its_control_plane_answers(account: Account) -> None:
    cs = account.cloud.cs
    answer = cs.create_cluster(name="wp", region_id=REGION, vswitch_ids=account.vswitch_ids)
    cluster_id, task_id = answer["cluster_id"], answer["task_id"]
    assert detail(account, cluster_id)["state"] == "initial"
    assert detail(account, cluster_id)["master_url"] == ""
    assert cs.describe_task_info(task_id=task_id)["state"] == "running"

    cs.backend.control_plane_up(cluster_id, 40123)

    assert detail(account, cluster_id)["state"] == "running"
    assert cs.describe_task_info(task_id=task_id)["state"] == "success"
    endpoints = json.loads(detail(account, cluster_id)["master_url"])
    assert endpoints["api_server_endpoint"] == "https://127.0.0.1:40123"


def test_ids_look_like_real_ones(account: Account) -> None:
    cluster_id = account.create_cluster()
    assert cluster_id[0] == "c"
    assert len(cluster_id) == 33
    int(cluster_id[1:], 16)


def test_the_same_call_twice_makes_two_clusters(account: Account) -> None:
    """The hazard HZ1 of the real API: CreateCluster has no ClientToken."""
    assert account.create_cluster() != account.create_cluster()
    assert len(account.cloud.cs.describe_clusters(name="wp")["clusters"]) == 2


def test_a_planned_failure_shows_in_state_and_task(tmp_path: Any) -> None:
    fault = Fault(verb="cs.create_cluster", action="fail")
    clock = ManualClock()
    cloud = Cloud(Store.open(tmp_path / "c"), clock=clock, faults=FaultPlan([fault]))
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    clock.sleep(1)
    vswitch = cloud.vpc.create_vswitch(
        vpc_id=vpc_id, cidr_block="10.1.0.0/16", zone_id="cn-hangzhou-j"
    )
    clock.sleep(1)
    answer = cloud.cs.create_cluster(
        name="wp", region_id=REGION, vswitch_ids=[vswitch["VSwitchId"]]
    )
    (record,) = cloud.cs.backend.clusters()
    assert record.asked_to_fail
    cloud.cs.backend.control_plane_failed(record.cluster_id, "a planned fault")
    task = cloud.cs.describe_task_info(task_id=answer["task_id"])
    assert (task["state"], task["error"]["message"]) == ("fail", "a planned fault")


def test_what_ack_makes_for_a_cluster_goes_with_it(account: Account) -> None:
    before = account.kinds()
    cluster_id = account.create_cluster()
    account.create_pool(cluster_id, size=3)
    resources = account.cloud.cs.describe_cluster_resources(cluster_id=cluster_id)["resources"]
    assert {one["resource_info"] for one in resources} == {"SLB", "SecurityGroup"}

    task_id = account.cloud.cs.delete_cluster(cluster_id=cluster_id)["task_id"]
    assert detail(account, cluster_id)["state"] == "deleting"
    assert account.cloud.cs.backend.control_plane_gone(cluster_id)

    assert account.kinds() == before
    assert account.cloud.cs.describe_task_info(task_id=task_id)["state"] == "success"
    for vswitch_id in account.vswitch_ids:
        account.cloud.vpc.delete_vswitch(vswitch_id=vswitch_id)


def test_subscription_nodes_stay(account: Account) -> None:
    """DeleteCluster does not release what is paid for."""
    cluster_id = account.create_cluster()
    account.create_pool(cluster_id, 1, scaling_group={"instance_charge_type": "PrePaid"})
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)
    account.cloud.cs.backend.control_plane_gone(cluster_id)
    assert account.kinds().count("Instance") == 1
    assert "Cluster" not in account.kinds()


@pytest.mark.parametrize(("mode", "left"), [("delete", 0), ("retain", 1)])
def test_load_balancers_of_services_follow_the_delete_options(
    account: Account, mode: str, left: int
) -> None:
    cluster_id = account.create_cluster()
    account.cloud.slb.create_load_balancer(
        region_id=REGION, load_balancer_name="web", tags={"ack.aliyun.com": cluster_id}
    )
    account.cloud.cs.delete_cluster(
        cluster_id=cluster_id, delete_options=[{"resource_type": "SLB", "delete_mode": mode}]
    )
    account.cloud.cs.backend.control_plane_gone(cluster_id)
    assert account.kinds().count("LoadBalancer") == left


def test_control_plane_logs_stay_unless_told_otherwise(account: Account) -> None:
    """delete_options: SLS_ControlPlane is retained by default (hazard HZ6)."""
    cluster_id = account.create_cluster(controlplane_log_components=["apiserver"])
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)
    account.cloud.cs.backend.control_plane_gone(cluster_id)
    assert account.kinds().count("Project") == 1


def test_deletion_waits_for_eci_pods(account: Account) -> None:
    cluster_id = account.create_cluster()
    group_id = detail(account, cluster_id)["security_group_id"]
    account.cloud.eci.create_container_group(
        region_id=REGION,
        container_group_name="default-web",
        vswitch_id=account.vswitch_ids[0],
        security_group_id=group_id,
        cpu=1,
        memory=2,
        containers=[{"Name": "web", "Image": "nginx"}],
        tags={"ack.aliyun.com": cluster_id},
    )
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)
    assert not account.cloud.cs.backend.control_plane_gone(cluster_id)
    account.clock.sleep(1)
    assert account.cloud.cs.backend.control_plane_gone(cluster_id)
    assert account.kinds() == ["VSwitch", "VSwitch", "Vpc"]


def test_deletion_protection(account: Account) -> None:
    cluster_id = account.create_cluster(deletion_protection=True)
    assert refusal(account.cloud.cs.delete_cluster, cluster_id=cluster_id) == (
        "ErrorClusterDeletionProtection: Deletion protection is enabled for the cluster"
        f" {cluster_id}. Disable it first."
    )
    account.cloud.cs.modify_cluster(cluster_id=cluster_id, deletion_protection=False)
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)


def test_modification_is_a_state_of_its_own(account: Account) -> None:
    cluster_id = account.create_cluster()
    cs = account.cloud.cs
    cs.modify_cluster(cluster_id=cluster_id, enable_rrsa=True)
    assert detail(account, cluster_id)["state"] == "updating"
    assert refusal(cs.modify_cluster, cluster_id=cluster_id, timezone="UTC") == (
        f"ErrorClusterState: The cluster {cluster_id} is updating; the operation needs it to be"
        " running."
    )
    account.clock.sleep(1)
    assert detail(account, cluster_id)["state"] == "running"
    assert detail(account, cluster_id)["rrsa_config"]["issuer"].endswith(cluster_id)
    assert refusal(cs.modify_cluster, cluster_id=cluster_id, enable_rrsa=False) == (
        "InvalidParameter: The parameter enable_rrsa is invalid: it cannot be turned off."
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"service_cidr": "10.9.0.0/16"},
            "InvalidParameter: The parameter service_cidr is invalid: it overlaps the VPC's CIDR.",
        ),
        (
            {"container_cidr": "172.21.8.0/21"},
            "InvalidParameter: The parameter service_cidr is invalid: it overlaps container_cidr.",
        ),
        (
            {"service_cidr": "172.21.0.1/20"},
            "InvalidParameter: The parameter service_cidr is invalid: 172.21.0.1/20 has host bits"
            " set.",
        ),
        (
            {"kubernetes_version": "1.30"},
            "InvalidParameter: The parameter kubernetes_version is invalid: 1.30 is not offered.",
        ),
        (
            {"vswitch_ids": []},
            "InvalidParameter: The parameter vswitch_ids is invalid: at least one is needed.",
        ),
        (
            {"snat_entry": True},
            "Sandbox.NotSimulated: The sandbox does not simulate a NAT gateway made by the cluster."
            " Set newNatGateway to false and declare the NAT gateway yourself.",
        ),
        (
            {"profile": "Edge"},
            "Sandbox.NotSimulated: The sandbox does not simulate clusters of type"
            " ManagedKubernetes, profile Edge. Use ManagedKubernetes or ExternalKubernetes, profile"
            " Default.",
        ),
    ],
)
def test_wrong_clusters_are_refused(account: Account, given: dict[str, Any], text: str) -> None:
    wanted = {"name": "wp", "region_id": REGION, "vswitch_ids": account.vswitch_ids} | given
    before = account.kinds()
    assert refusal(account.cloud.cs.create_cluster, **wanted) == text
    assert account.kinds() == before, "a refused call leaves nothing"


def test_vswitches_of_two_vpcs_are_refused(account: Account) -> None:
    other = account.cloud.vpc.create_vpc(region_id=REGION, cidr_block="192.168.0.0/16")["VpcId"]
    account.clock.sleep(1)
    stranger = account.cloud.vpc.create_vswitch(
        vpc_id=other, cidr_block="192.168.0.0/24", zone_id="cn-hangzhou-j"
    )["VSwitchId"]
    account.clock.sleep(1)
    text = refusal(
        account.cloud.cs.create_cluster,
        name="wp",
        region_id=REGION,
        vswitch_ids=[account.vswitch_ids[0], stranger],
    )
    assert f"{stranger} is in {other}, not in {account.vpc_id}" in text


def test_pods_of_two_clusters_in_a_vpc_must_differ(account: Account) -> None:
    first = account.create_cluster(container_cidr="172.20.0.0/16")
    wanted = {"name": "b", "region_id": REGION, "vswitch_ids": account.vswitch_ids}
    text = refusal(account.cloud.cs.create_cluster, **wanted, container_cidr="172.20.128.0/17")
    assert text.endswith(f"container_cidr is invalid: it overlaps the pod CIDR of {first}.")
    text = refusal(account.cloud.cs.create_cluster, **wanted, service_cidr="172.20.0.0/20")
    assert text.endswith(f"service_cidr is invalid: it overlaps the pod CIDR of {first}.")
    account.cloud.cs.create_cluster(**wanted, container_cidr="172.22.0.0/16")


def test_the_quota_of_clusters(account: Account) -> None:
    for _ in range(20):
        account.create_cluster()
    wanted = {"name": "b", "region_id": REGION, "vswitch_ids": account.vswitch_ids}
    assert refusal(account.cloud.cs.create_cluster, **wanted) == (
        "QuotaExceeded.Cluster: The quota of managed clusters (20) is used up."
    )


def test_an_unknown_cluster(account: Account) -> None:
    assert refusal(account.cloud.cs.describe_cluster_detail, cluster_id="c1") == (
        "ErrorClusterNotFound: The cluster c1 does not exist or has been deleted."
    )
    assert refusal(account.cloud.cs.describe_task_info, task_id="T-1") == (
        "TaskNotFound: The task T-1 does not exist."
    )
