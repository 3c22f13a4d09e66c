"""Room for growth, at both edges of each limit, and the sentences when there is none (S2-21)."""

from __future__ import annotations

import pytest

from ackb.capacity import ADDRESSES, LIMITS, MEMBERS, ROUTES, SIZES, assess
from ackb.inventory import read
from tests.unit.capacity import designs
from tests.unit.capacity.designs import Declared, ref, shop

REGION = "cn-hangzhou"


def facts(resources, code):
    return {one.subject: one for one in assess(read(resources), REGION).facts if one.code == code}


def messages(resources):
    return [one.problem.render() for one in assess(read(resources), REGION).shortages]


def test_pods_on_ecs_and_eci_and_the_surge_of_a_rollout_need_addresses():
    """100 pods at most, 25 more during a rollout; 2 nodes; a /24 has 252 usable addresses."""
    found = facts(shop(), ADDRESSES)
    assert (found["pods"].needed, found["pods"].limit, found["pods"].fits) == (125, 252, True)
    assert found["pods"].because == "22 pods of web on ECS, 103 pods of web on ECI"
    assert (found["nodes"].needed, found["nodes"].because) == (2, "2 nodes")


@pytest.mark.parametrize(("highest", "needed", "fits"), [(201, 252, True), (202, 253, False)])
def test_the_last_address_of_a_vswitch(highest, needed, fits):
    fact = facts(shop(highest=highest), ADDRESSES)["pods"]
    assert (fact.needed, fact.fits) == (needed, fits)
    assert bool(messages(shop(highest=highest))) is not fits


def test_a_vswitch_that_is_too_small_is_named_with_the_size_that_fits():
    """Bad input 8: /24 and 1,000 pods."""
    assert messages(shop(highest=1000)) == [
        "CAP-01 vSwitches pods: 252 – 1250 addresses are needed (22 pods of web on ECS, 1228 pods "
        "of web on ECI), 998 more than there are. Fix: give each of them a /21 or larger, or add a "
        "vSwitch."
    ]


def test_vswitches_that_serve_together_count_together():
    """Nodes use two vSwitches, a database one of them: each alone is full, both together are."""
    base = [
        designs.switch("a", "10.0.0.0/29"),
        designs.switch("b", "10.0.0.8/29"),
        designs.pool(["a", "b"], nodes=7),
    ]
    one = Declared("alicloud:rds/instance:Instance", "db", {"vswitchId": ref("a")})
    found = facts([*base, one], ADDRESSES)
    assert (found["a, b"].needed, found["a, b"].limit) == (8, 8)
    assert (found["a"].needed, found["a"].limit) == (1, 4)
    another = Declared("alicloud:nas/mountTarget:MountTarget", "nas", {"vswitchId": ref("b")})
    assert not facts([*base, one, another], ADDRESSES)["a, b"].fits


def test_overlapping_groups_are_checked_together_too():
    """Two pools share the middle vSwitch: 4 + 4 + 4 addresses hold 12 nodes, not 13."""
    base = [
        designs.switch("a", "10.0.0.0/29"),
        designs.switch("b", "10.0.0.8/29"),
        designs.switch("c", "10.0.0.16/29"),
        designs.pool(["a", "b"], nodes=6),
    ]
    second = designs.pool(["b", "c"], nodes=6)
    assert facts([*base, second], ADDRESSES)["a, b, c"].fits
    third = designs.pool(["b", "c"], nodes=7)
    found = facts([*base, third], ADDRESSES)
    assert (found["a, b, c"].needed, found["a, b, c"].fits) == (13, False)


def test_flannel_pods_on_ecs_need_no_address_of_the_vpc():
    resources = [
        *(one for one in shop() if "managedKubernetes" not in one.type),
        designs.cluster([]),
    ]
    assert facts(resources, ADDRESSES)["pods"].because == "103 pods of web on ECI"


def test_without_a_virtual_node_all_pods_stay_on_ecs():
    resources = [one for one in shop() if "kubernetesAddon" not in one.type]
    assert facts(resources, ADDRESSES)["pods"].because == "125 pods of web on ECS"


def test_without_a_resource_policy_pods_may_be_anywhere():
    resources = [one for one in shop() if "ResourcePolicy" not in one.type]
    assert facts(resources, ADDRESSES)["pods"].because == "125 pods of web"


@pytest.mark.parametrize(
    ("kind", "highest", "members", "fits"),
    [
        ("normal", 4798, 6000, True),
        ("normal", 4799, 6001, False),
        ("enterprise", 52427, 65536, True),
        ("enterprise", 52428, 65537, False),
    ],
)
def test_the_last_member_of_a_security_group(kind, highest, members, fits):
    fact = next(
        iter(facts(shop(pods="10.128.0.0/9", kind=kind, highest=highest), MEMBERS).values())
    )
    assert (fact.needed, fact.fits) == (members, fits)


def test_a_full_basic_group_names_its_quota_and_the_enterprise_one():
    """Bad input 9."""
    assert messages(shop(pods="10.128.0.0/9", kind="normal", highest=8000)) == [
        "CAP-02 security group group (basic): 10002 – a security group of this kind takes 6000 "
        "private IP addresses (quota q_vpc-normal-security-group-ip-count); the design may need 2 "
        "nodes, 10000 pods. Fix: use an enterprise security group."
    ]


def sized(cpu, memory, **keys):
    kept = [one for one in shop() if "Deployment" not in one.type]
    return [*kept, designs.deployment(cpu, memory, replicas=None, **keys)]


@pytest.mark.parametrize(("cpu", "memory"), [("500m", "1Gi"), ("2", "4Gi"), ("64", "512Gi")])
def test_a_size_that_eci_sells_is_no_finding(cpu, memory):
    assert messages(sized(cpu, memory)) == []


def test_a_size_between_two_is_billed_as_the_larger():
    """Bad input 36: 7 vCPU and 13 GiB become 8 and 14 in Hangzhou."""
    shortages = assess(read(sized("7", "13Gi")), REGION).shortages
    assert [(one.problem.code, one.stops, one.resource) for one in shortages] == [
        (SIZES, False, "web-deployment")
    ]
    assert messages(sized("7", "13Gi")) == [
        'CAP-03 Deployment web spec.template.spec: "7 vCPU, 13 GiB" – ECI has no such size and '
        "bills 8 vCPU, 14 GiB: 1 vCPU and 1 GiB more than asked for. Fix: request 8 vCPU, 14 GiB, "
        "or less of what is rounded up."
    ]


def test_the_limit_counts_where_it_differs_from_the_request():
    resource = designs.deployment(replicas=None)
    container = resource.inputs["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {
        "requests": {"cpu": "2", "memory": "4Gi"},
        "limits": {"cpu": "7", "memory": "13Gi"},
    }
    kept = [one for one in shop() if "Deployment" not in one.type]
    assert [one.problem.code for one in assess(read([*kept, resource]), REGION).shortages] == [
        SIZES
    ]


def test_more_than_eci_can_give_stops():
    """Bad input 35: 65 vCPU."""
    shortages = assess(read(sized("65", "128Gi")), REGION).shortages
    assert {(one.problem.code, one.stops) for one in shortages} == {(LIMITS, True)}
    assert "at most 64 vCPUs" in messages(sized("65", "128Gi"))[0]


@pytest.mark.parametrize(("count", "found"), [(20, []), (21, [LIMITS])])
def test_containers_of_an_eci_pod(count, found):
    resource = designs.deployment("100m", "128Mi", replicas=None)
    spec = resource.inputs["spec"]["template"]["spec"]
    spec["containers"] = spec["containers"] * count
    kept = [one for one in shop() if "Deployment" not in one.type]
    shortages = assess(read([*kept, resource]), REGION).shortages
    assert [one.problem.code for one in shortages if one.stops] == found


def test_sizes_do_not_matter_without_a_virtual_node():
    resources = [one for one in sized("7", "13Gi") if "kubernetesAddon" not in one.type]
    assert messages(resources) == []


def test_a_network_alone_has_nothing_to_compare():
    room = assess(read([designs.switch("a", "10.0.0.0/24")]), REGION)
    assert (room.facts, room.shortages) == ((), ())


def flannel(nodes: int, pods: int, cluster_ip: str = "false") -> list[Declared]:
    """A Flannel cluster whose pods all run on ECI, in two vSwitches of their own."""
    return [
        designs.switch("nodes", "10.0.0.0/20"),
        designs.switch("eci-h", "10.1.0.0/16"),
        designs.switch("eci-i", "10.2.0.0/16", "cn-hangzhou-i"),
        designs.cluster([]),
        designs.pool(["nodes"], nodes=nodes),
        designs.virtual_node(["eci-h", "eci-i"], enableClusterIp=cluster_ip),
        designs.deployment(replicas=pods, surge=0),
    ]


@pytest.mark.parametrize(("nodes", "fits"), [(200, True), (201, False)])
def test_flannel_takes_a_route_entry_for_each_node(nodes, fits):
    """S1-03."""
    (fact,) = facts(flannel(nodes, 10), ROUTES).values()
    assert (fact.needed, fact.limit, fact.fits) == (nodes, 200, fits)
    assert bool(messages(flannel(nodes, 10))) is not fits


def test_a_full_route_table_is_said_with_what_needs_no_entry():
    """S1-03."""
    assert messages(flannel(201, 10)) == [
        "CAP-05 route table of the VPC: 201 – a route table takes 200 custom entries, and Flannel "
        "needs one for each node, beside other routes of the VPC. Fix: let virtual nodes take the "
        "rest, use Terway, or have the quota raised in the Quota Center."
    ]


def test_pods_on_virtual_nodes_need_neither_a_route_entry_nor_an_address_of_the_nodes():
    """S1-03: what keeps a Flannel cluster from another node keeps no ECI pod away."""
    resources = flannel(200, 10_000)
    assert facts(resources, ROUTES)["route table of the VPC"].needed == 200
    addresses = facts(resources, ADDRESSES)
    assert addresses["nodes"].needed == 200
    assert (addresses["eci-h, eci-i"].needed, addresses["eci-h, eci-i"].fits) == (10_000, True)
    assert messages(resources) == []


def test_terway_takes_no_route_entries():
    assert facts(shop(), ROUTES) == {}


@pytest.mark.parametrize(
    ("pods", "cluster_ip", "said"),
    [(9_999, "true", False), (10_000, "true", True), (10_000, "false", False)],
)
def test_many_connections_to_the_api_server_are_said(pods, cluster_ip, said):
    """S1-18: each ECI pod that reaches ClusterIP watches the API server."""
    shortages = assess(read(flannel(2, pods, cluster_ip)), REGION).shortages
    assert [(one.problem.code, one.resource, one.stops) for one in shortages] == (
        [("CAP-06", "eci-addon", False)] if said else []
    )


def test_the_limit_of_connections_is_said_to_be_unknown():
    """S1-18."""
    assert messages(flannel(2, 12_000, "true")) == [
        "CAP-06 ack-virtual-node: 12000 – that many ECI pods may each keep a connection to the API "
        "server, and from 10000 pods on its load balancer is to be watched: how many the load "
        "balancer of the API server takes is not documented where it is paid by use; fixed "
        "specifications take 50000 (slb.s2.small) and 200000 (slb.s3.small). Fix: write "
        "virtual_nodes.cluster_ip: false where pods call no ClusterIP Service, or watch the "
        "connections."
    ]
