"""S1-09..S1-11, S1-17, S1-18, S2-16, S2-40: what a burst needs beside what there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ackb.burst import design as designs
from ackb.burst.plan import Design, allowed_after, budget_seconds, plan
from ackb.domain.problems import InvalidInput
from ackb.inventory.model import Cluster, Inventory, NodePool, SecurityGroup, VirtualNode, VSwitch

DESIGN = Design(
    virtual_nodes=4,
    cluster_ip=False,
    free_addresses=131_000,
    switches=("pods-i", "pods-j"),
    group_kind="enterprise",
    group_members=15,
    eci_pods=0,
    vcpu=0.25,
    gib=0.5,
    vcpu_quota=None,
)


def refused(pods: int, **change: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        plan(pods, replace(DESIGN, **change))  # type: ignore[arg-type]
    return str(caught.value).splitlines()


def test_four_virtual_nodes_hold_twelve_thousand() -> None:
    """S1-17: enough for the 10,000 of the article."""
    assert plan(10_000, DESIGN).budget_seconds == 495
    plan(12_000, DESIGN)
    (said,) = refused(12_001)
    assert said == (
        "BURST-01 --pods: 12001 – 4 virtual nodes hold 12000 pods; 5 are needed."
        " Fix: set `virtual_nodes.replicas` to 5 and run `ackb up`."
    )


@pytest.mark.parametrize(("pods", "nodes"), [(3_000, 1), (9_000, 3), (30_000, 10)])
def test_each_virtual_node_holds_three_thousand(pods: int, nodes: int) -> None:
    """S1-10, S1-11, S2-40."""
    plan(pods, replace(DESIGN, virtual_nodes=nodes))
    (said,) = refused(pods + 1, virtual_nodes=nodes)
    assert f"{nodes + 1} are needed" in said


def test_pods_that_run_there_already_take_room() -> None:
    plan(11_990, replace(DESIGN, eci_pods=10))
    assert "10 others run there" in refused(11_991, eci_pods=10)[0]


def test_the_managed_virtual_node_holds_fifty_thousand() -> None:
    managed = {"virtual_nodes": None}
    found = plan(50_000, replace(DESIGN, virtual_nodes=None))
    assert "20000 where the cluster has many Services" in found.facts[0].note
    assert "holds 50000 ECI pods" in refused(50_001, **managed)[0]


def test_all_that_is_too_small_is_said_at_once() -> None:
    """S1-09: addresses and security group, both at their edges."""
    basic = {"group_kind": "basic", "group_members": 0, "free_addresses": 6_000}
    plan(6_000, replace(DESIGN, **basic))  # type: ignore[arg-type]
    addresses, group = refused(6_001, **basic)
    assert addresses.startswith("BURST-02 --pods: 6001 – each ECI pod takes an address")
    assert "have 6000 free" in addresses
    assert group.startswith("BURST-03 --pods: 6001 – a basic security group takes 6000 members")
    assert "enterprise" in group


def test_the_vcpu_quota_counts_only_where_it_is_known() -> None:
    assert "--vcpu-quota" in plan(10_000, DESIGN).facts[3].note
    plan(10_000, replace(DESIGN, vcpu_quota=2_500))
    (said,) = refused(10_000, vcpu_quota=2_499)
    assert said.startswith("BURST-04 --pods: 10000 – 2500 vCPU are needed")


def test_each_pod_with_cluster_ip_keeps_a_connection() -> None:
    """S1-18."""
    (with_ip,) = [
        fact for fact in plan(500, replace(DESIGN, cluster_ip=True)).facts if fact.unit == "watches"
    ]
    (without,) = [fact for fact in plan(500, DESIGN).facts if fact.unit == "watches"]
    assert (with_ip.needed, without.needed) == (500, 0)


def test_connections_are_compared_where_their_limit_is_known() -> None:
    """S1-18: of the load balancer that the API server has, at both edges."""
    watching = {"cluster_ip": True, "api_connections": 5_000, "eci_pods": 10}
    plan(4_990, replace(DESIGN, **watching))  # type: ignore[arg-type]
    (said,) = refused(4_991, **watching)
    assert said == (
        "BURST-09 --pods: 4991 – 5001 ECI pods that reach ClusterIP Services each keep a connection"
        " to the API server, whose load balancer takes 5000. Fix: set `virtual_nodes.cluster_ip` to"
        " false, or give the API server a larger load balancer."
    )
    plan(4_991, replace(DESIGN, **{**watching, "cluster_ip": False}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("pods", "told"), [(9_999, False), (10_000, True)])
def test_an_unknown_limit_is_said_to_be_unknown_where_it_matters(pods: int, told: bool) -> None:
    """S1-18: from 10,000 pods on, ACK asks to watch the connections of the API server."""
    facts = plan(pods, replace(DESIGN, cluster_ip=True)).facts
    (note,) = [fact.note for fact in facts if fact.unit == "watches"]
    assert ("is not documented where it is paid by use" in note) is told
    assert ("50000 (slb.s2.small) and 200000 (slb.s3.small)" in note) is told
    assert ("--api-connections" in note) is told


@pytest.mark.parametrize("pods", [0, -1])
def test_a_burst_has_pods(pods: int) -> None:
    assert refused(pods)[0].startswith(f"BURST-05 --pods: {pods} – must be 1 or more")


@pytest.mark.parametrize(
    ("pods", "seconds"), [(1, 0), (100, 0), (101, 0.05), (1_000, 45), (10_000, 495)]
)
def test_the_budget_allows_a_hundred_and_then_twenty_a_second(pods: int, seconds: float) -> None:
    """S2-16: 1,000 a minute in 2018; today's budget is more, and limits a burst as well."""
    assert budget_seconds(pods) == pytest.approx(seconds)
    assert allowed_after(seconds) >= pods


def inventory(**change: object) -> Inventory:
    cluster = Cluster(
        resource="ack",
        spec="ack.pro.small",
        version="1.36",
        network_plugin="terway",
        add_ons=(),
        switches=("nodes-i",),
        pod_switches=("pods-i",),
        security_group="group",
    )
    pool = NodePool(
        resource="base",
        name="base",
        instance_types=("ecs.c7.xlarge",),
        lowest=2,
        highest=3,
        spot=False,
        switches=("nodes-i",),
    )
    made = Inventory(
        network=None,
        switches=(
            VSwitch(name="nodes-i", cidr="10.0.0.0/24", zone="cn-hangzhou-i"),
            VSwitch(name="pods-i", cidr="10.1.0.0/24", zone="cn-hangzhou-i"),
        ),
        security_groups=(SecurityGroup(name="group", kind="enterprise"),),
        cluster=cluster,
        pools=(pool,),
        virtual_node=VirtualNode(resource="eci-addon", name="eci", switches=("nodes-i", "pods-i")),
        workloads=(),
        endpoints=(),
    )
    return replace(made, **change)  # type: ignore[arg-type]


def read(found: Inventory) -> Design:
    return designs.of_inventory(found, replicas=4, cluster_ip=False, vcpu_quota=None)


def test_a_design_gives_what_its_nodes_leave() -> None:
    """Alibaba Cloud keeps four addresses of each vSwitch; the nodes take three here."""
    found = read(inventory())
    assert found.free_addresses == 2 * 252 - 3
    assert (found.group_kind, found.group_members) == ("enterprise", 3)
    assert (found.vcpu, found.gib) == (0.25, 0.5)


def test_a_stack_without_virtual_nodes_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"BURST-06 STACK: .* has no virtual nodes"):
        read(inventory(virtual_node=None))
