"""`Network`: what it creates, what it waits for, and every message about its arguments."""

import pytest

from ackb.domain.problems import InvalidArguments
from components.network import Nat, Network, NetworkArgs, Zone

VPC = "alicloud:vpc/network:Network"
SWITCH = "alicloud:vpc/switch:Switch"
SNAT = "alicloud:vpc/snatEntry:SnatEntry"

I = Zone(zone_id="cn-hangzhou-i", node_cidr="10.0.0.0/20", pod_cidr="10.1.0.0/16")  # noqa: E741
J = Zone(zone_id="cn-hangzhou-j", node_cidr="10.0.16.0/20", pod_cidr="10.2.0.0/16")


def args(**changes) -> NetworkArgs:
    return NetworkArgs(**{"vpc_cidr": "10.0.0.0/8", "zones": [I, J], **changes})


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        Network("net", args(**changes))
    return str(caught.value)


def test_each_zone_gets_a_node_and_a_pod_vswitch(deploy) -> None:
    plan = deploy(lambda opts: Network("net", args(), opts))
    assert plan.one(VPC, "net-vpc").inputs["cidrBlock"] == "10.0.0.0/8"
    assert {
        one.name: (one.inputs["zoneId"], one.inputs["cidrBlock"], one.parent)
        for one in plan.of(SWITCH)
    } == {
        "net-nodes-i": ("cn-hangzhou-i", "10.0.0.0/20", "net"),
        "net-nodes-j": ("cn-hangzhou-j", "10.0.16.0/20", "net"),
        "net-pods-i": ("cn-hangzhou-i", "10.1.0.0/16", "net"),
        "net-pods-j": ("cn-hangzhou-j", "10.2.0.0/16", "net"),
    }


def test_names_in_the_cloud_carry_the_stack(deploy) -> None:
    plan = deploy(lambda opts: Network("net", args(), opts), stack="shop-prod")
    assert plan.one(VPC, "net-vpc").inputs["vpcName"] == "shop-prod-net-vpc"


def test_every_vswitch_gets_out_through_one_address(deploy) -> None:
    """The cloud refuses an entry whose address is not bound to the gateway yet."""
    plan = deploy(lambda opts: Network("net", args(), opts))
    entries = plan.of(SNAT)
    assert {one.inputs["sourceVswitchId"] for one in entries} == {
        f"<id of {one.name}>" for one in plan.of(SWITCH)
    }
    assert {one.inputs["snatIp"] for one in entries} == {"<address of net-eip>"}
    assert all("net-eip-nat" in one.dependencies for one in entries)
    nat = plan.one("alicloud:vpc/natGateway:NatGateway", "net-nat").inputs
    assert (nat["natType"], nat["internetChargeType"]) == ("Enhanced", "PayByLcu")
    assert nat["vswitchId"] == "<id of net-nodes-i>"


def test_the_bandwidth_reaches_the_address(deploy) -> None:
    plan = deploy(lambda opts: Network("net", args(nat=Nat(eip_bandwidth_mbps=7)), opts))
    address = plan.one("alicloud:ecs/eipAddress:EipAddress", "net-eip").inputs
    assert (address["bandwidth"], address["internetChargeType"]) == ("7", "PayByTraffic")


def test_without_nat_nothing_leads_out(deploy) -> None:
    networks = []
    plan = deploy(lambda opts: networks.append(Network("net", args(nat=None), opts)))
    created = {one.type for one in plan.resources if one.custom and one.provider}
    assert created == {VPC, SWITCH}
    assert networks[0].egress_address is None


def test_a_zone_without_pods_has_one_vswitch(deploy) -> None:
    alone = Zone(zone_id="cn-hangzhou-i", node_cidr="10.0.0.0/20")
    plan = deploy(lambda opts: Network("net", args(zones=[alone]), opts))
    assert [one.name for one in plan.of(SWITCH)] == ["net-nodes-i"]
    assert [one.name for one in plan.of(SNAT)] == ["net-snat-nodes-i"]


def test_outputs_are_by_zone(deploy) -> None:
    plan = deploy(lambda opts: Network("net", args(), opts))
    outputs = plan.one("ackb:network:Network", "net").outputs
    assert outputs["vpc_id"] == "<id of net-vpc>"
    assert outputs["node_vswitch_ids"]["cn-hangzhou-j"] == "<id of net-nodes-j>"
    assert outputs["pod_vswitch_ids"]["cn-hangzhou-i"] == "<id of net-pods-i>"
    assert outputs["egress_address"] == "<address of net-eip>"


def test_every_wrong_range_is_named_at_once() -> None:
    bad = Zone(zone_id="cn-hangzhou-j", node_cidr="10.0.8.0/21", pod_cidr="192.168.0.0/16")
    assert refused(zones=[I, bad]).splitlines() == [
        "Network \"net\": 'zones[1].pod_cidr' must lie inside the VPC range 10.0.0.0/8 "
        '(got "192.168.0.0/16"); choose a part of 10.0.0.0/8',
        "Network \"net\": 'zones[1].node_cidr' must not overlap 'zones[0].node_cidr', "
        '10.0.0.0/20 (got "10.0.8.0/21"); choose ranges that do not share 10.0.8.0-10.0.15.255',
    ]


def test_bits_behind_the_prefix_name_the_range_that_was_meant() -> None:
    assert refused(vpc_cidr="10.1.0.0/8") == (
        "Network \"net\": 'vpc_cidr' must have no bits set behind its prefix length of 8 "
        '(got "10.1.0.0/8"); write 10.0.0.0/8, if that is the range you mean'
    )


def test_a_zone_is_given_once_and_at_least_one_is() -> None:
    assert "'zones[1].zone_id' must be given once (got \"cn-hangzhou-i\")" in refused(
        zones=[I, Zone(zone_id="cn-hangzhou-i", node_cidr="10.0.16.0/20")]
    )
    assert refused(zones=[]) == (
        "Network \"net\": 'zones' must hold at least one zone (got []); add a zone"
    )


def test_ranges_side_by_side_are_fine(deploy) -> None:
    touching = Zone(zone_id="cn-hangzhou-j", node_cidr="10.0.16.0/20", pod_cidr="10.0.32.0/19")
    deploy(lambda opts: Network("net", args(zones=[I, touching]), opts))


def test_nothing_is_registered_where_arguments_are_wrong(deploy) -> None:
    def program(opts) -> None:
        with pytest.raises(InvalidArguments):
            Network("net", args(zones=[]), opts)

    assert deploy(program).of("ackb:network:Network") == []
