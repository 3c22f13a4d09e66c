"""Who uses the machines: online and offline pods (S3-01, S3-02, S3-20)."""

from __future__ import annotations

from fractions import Fraction

from ackb.reports.utilisation import compute
from tests.unit.reports.example import (
    VIRTUAL,
    colocated,
    container,
    live,
    namespace,
    node,
    pod,
    usage,
    virtual_node,
)


def test_tiers_and_classes_share_the_machines():
    report = compute(colocated())
    tiers = {one.name: one for one in report.tiers}
    assert [one.name for one in report.tiers] == ["online", "offline", "system", "other"]
    assert (tiers["online"].pods, tiers["offline"].pods, tiers["other"].pods) == (2, 2, 1)
    assert tiers["online"].used.cpu == Fraction(180, 1000)
    assert tiers["offline"].used.cpu == Fraction(3600, 1000)
    classes = {one.name: one for one in report.qos}
    assert (classes["Guaranteed"].pods, classes["BestEffort"].pods) == (2, 1)
    assert classes["BestEffort"].requested.cpu == 0
    assert report.share("offline").cpu == Fraction(36, 120)
    assert report.fields()["offline_percent"]["cpu"] == 30.0


def test_machines_below_5_percent_are_named_as_waste():
    """S3-02: of three machines with 4 cores, 90m is used of the last."""
    report = compute(colocated())
    assert report.idle == ("cn-hangzhou.10.0.0.23",)
    assert report.fields()["idle"] == ["cn-hangzhou.10.0.0.23"]


def test_what_online_pods_leave_is_what_offline_ones_could_have():
    assert compute(colocated()).unused.cpu == Fraction(2 * 500 - 180, 1000)


def test_use_by_tier_of_one_machine():
    first = compute(colocated()).machines[0]
    assert first.share("online").cpu == Fraction(120, 4000)
    assert first.share("offline").cpu == Fraction(1600, 4000)


def test_the_label_of_a_pod_comes_before_that_of_its_namespace():
    found = live(
        nodes=[node("one")],
        namespaces=[namespace("shop", **{"ackb/tier": "online"})],
        pods=[pod("a", "one"), pod("b", "one", labels={"ackb/tier": "offline"})],
    )
    assert [one.pods for one in compute(found).tiers] == [1, 1, 0, 0]


def test_pods_on_eci_use_no_machine():
    found = live(
        nodes=[node("one"), virtual_node()],
        pods=[pod("a", VIRTUAL, containers=[container(cpu="2")])],
        node_usage=[usage("one", "1", "1Gi")],
        pod_usage=[],
    )
    report = compute(found)
    assert sum(one.pods for one in report.tiers) == 0
    assert [one.node.name for one in report.machines] == ["one"]


def test_without_metrics_use_is_unknown():
    report = compute(live(nodes=[node("one")], pods=[pod("a", "one")]))
    assert report.tiers[-1].used is None
    assert report.unused is None
    assert report.idle == ()
    assert report.machines[0].share("online").cpu is None
    assert report.fields()["online_percent"] == {"cpu": None, "memory": None}
