"""Capacity, requests, limits and use by node and namespace (S2-44, S3-02, S3-20)."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from ackb.reports.capacity import compute, percent
from tests.unit.reports.example import (
    VIRTUAL,
    container,
    deployment,
    live,
    namespace,
    node,
    pod,
    pod_usage,
    replica_set,
    usage,
    virtual_node,
    whole,
)


def test_the_requests_of_the_two_nodes_of_the_best_practice():
    """S2-44: 28.13 % and 35.63 %, here of nodes with 16 cores."""
    found = live(
        nodes=[node("one", cpu="16"), node("two", cpu="16")],
        pods=[
            pod("a", "one", containers=[container(cpu="4501m")]),
            pod("b", "two", containers=[container(cpu="5701m")]),
        ],
    )
    nodes = compute(found).nodes
    assert [percent(one.share(one.requested).cpu) for one in nodes] == [28.13, 35.63]


@pytest.mark.parametrize(
    ("cpu", "idle", "busy"),
    [
        ("399m", True, False),
        ("400m", False, False),
        ("4800m", False, False),
        ("4801m", False, True),
    ],
)
def test_use_below_5_percent_is_waste_and_above_60_too_much(cpu, idle, busy):
    """S3-02, S2-45."""
    found = live(nodes=[node("one", cpu="8")], node_usage=[usage("one", cpu, "1Gi")])
    [one] = compute(found).nodes
    assert (one.idle, one.busy) == (idle, busy)


def test_without_metrics_use_is_unknown_and_nothing_is_waste():
    report = compute(live(nodes=[node("one")], pods=[pod("a", "one")]))
    assert not report.measured
    assert report.used.cpu is None
    assert not report.nodes[0].idle
    assert report.fields()["nodes"][0]["used"] is None
    assert report.fields()["namespaces"][0]["used"] is None


def test_a_node_that_metrics_do_not_tell_of_makes_the_total_unknown():
    found = live(nodes=[node("one"), node("two")], node_usage=[usage("one", "1", "1Gi")])
    report = compute(found)
    assert report.measured
    assert report.used.cpu is None


def test_a_virtual_node_has_no_shares_and_is_no_part_of_the_totals():
    found = live(
        nodes=[virtual_node(), node("one", cpu="10")],
        pods=[pod("a", VIRTUAL), pod("b", "one", containers=[container(cpu="1")])],
        node_usage=[usage(VIRTUAL, "1m", "1Mi"), usage("one", "2", "1Gi")],
    )
    report = compute(found)
    assert [one.name for one in report.nodes] == ["one", VIRTUAL]
    machine, virtual = report.nodes
    assert (virtual.pods, virtual.idle) == (1, False)
    assert virtual.share(virtual.requested).cpu is None
    assert (report.requested.cpu, report.used.cpu) == (Fraction(1, 10), Fraction(1, 5))
    assert machine.most_pods == 64


def test_pods_that_are_over_hold_nothing():
    found = live(
        nodes=[node("one")],
        pods=[pod("a", "one", phase="Succeeded"), pod("b", "one", phase="Failed")],
    )
    report = compute(found)
    assert (report.nodes[0].pods, report.nodes[0].requested.cpu) == (0, 0)
    [space] = report.namespaces
    assert (space.pods, space.phases, space.requested.cpu) == (2, {"Failed": 1, "Succeeded": 1}, 0)


def test_objects_of_each_namespace():
    """S3-20: pods, ReplicaSets and Deployments."""
    found = live(
        nodes=[node("one"), virtual_node()],
        namespaces=[namespace("empty", owner="nobody"), namespace("shop")],
        pods=[pod("a", "one"), pod("b", VIRTUAL), pod("waiting", phase="Pending")],
        deployments=[deployment("web"), deployment("api")],
        replica_sets=[replica_set("web-1", 2), replica_set("web-0", 0), replica_set("api-1", 1)],
        pod_usage=[pod_usage("shop", "600m", "1Gi")],
    )
    empty, shop = compute(found).namespaces
    assert (empty.name, empty.owner, empty.pods, empty.deployments) == ("empty", "nobody", 0, 0)
    assert (shop.pods, shop.on_ecs, shop.on_eci) == (3, 1, 1)
    assert (shop.deployments, shop.replica_sets, shop.old_replica_sets) == (2, 2, 1)
    assert shop.use.cpu == Fraction(600, 1500)
    assert empty.use.cpu is None
    assert empty.used is not None


def test_the_whole_report_as_data():
    fields = compute(whole()).fields()
    assert [node["idle"] for node in fields["nodes"]] == [False, False, True, False]
    assert [node["busy"] for node in fields["nodes"]] == [False, True, False, False]
    assert [space["name"] for space in fields["namespaces"]] == ["batch", "kube-system", "shop"]
    assert json.loads(json.dumps(fields)) == fields
