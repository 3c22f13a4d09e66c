"""ECI instances by age: what is old, what it cost, what can be done (S4-25, S4-40)."""

from __future__ import annotations

import json

import pytest

from ackb.domain.prices import HOURS_A_MONTH, VARIABLE, eci_hourly
from ackb.reports.eci_age import compute
from ackb.reports.moving import Move
from tests.unit.reports.example import (
    CLUSTER,
    VIRTUAL,
    container,
    instance,
    live,
    namespace,
    node,
    pod,
    policy,
    virtual_node,
    whole,
)

HALF = eci_hourly(0.5, 1, "cn-hangzhou")
assert HALF is not None
FULL = "cn-hangzhou.10.0.0.11"


def one_old(days=5.0, *, group=None, nodes=None, policies=(), spaces=(), others=(), **of_pod):
    """The only instance of a stack, and what is said of it."""
    found = live(
        nodes=nodes or [node(FULL), virtual_node()],
        pods=[pod("web-1", VIRTUAL, eci="eci-1", **of_pod), *others],
        namespaces=spaces,
        policies=policies,
        instances=[instance(1, days, **(group or {}))],
    )
    [seen] = compute(found, 3).instances
    return seen


@pytest.mark.parametrize(("days", "old"), [(2.99, False), (3.0, True), (3.01, True)])
def test_three_days_are_old(days, old):
    """S4-40."""
    assert (one_old(days).advice is not None) is old


def test_an_instance_costs_its_size_by_the_hour():
    seen = one_old(2.0)
    assert seen.cost == pytest.approx(HALF.amount * 48)
    assert (seen.days, seen.vcpu, seen.gib, seen.workload) == (2.0, 0.5, 1.0, "Deployment web")


def test_a_pod_that_fits_on_a_node_saves_all_of_its_instance():
    """S4-40: the owner restarts it, and the new pod goes to ECS."""
    seen = one_old()
    assert (seen.advice.move, seen.advice.because) == (Move.FREE_ROOM, FULL)
    assert seen.saving == pytest.approx(HALF.amount * HOURS_A_MONTH)


@pytest.mark.parametrize(
    "spot_taken",
    [
        {"nodes": [node(FULL, cpu="499m"), virtual_node()]},
        {"nodes": [node(FULL, memory="1023Mi"), virtual_node()]},
        {"nodes": [node(FULL, ready=False), virtual_node()]},
        {"nodes": [node(FULL, cpu="900m"), virtual_node()], "others": [pod("other", FULL)]},
        {"nodes": [node(FULL, taints=[{"key": "gpu", "effect": "NoSchedule"}]), virtual_node()]},
        {"nodeSelector": {"disk": "ssd"}},
    ],
    ids=["CPU", "memory", "not ready", "taken", "taint", "selector"],
)
def test_without_room_a_saving_without_a_price_is_unknown(spot_taken):
    """The price of ecs.c7.2xlarge is not known."""
    seen = one_old(**spot_taken)
    assert (seen.advice.move, seen.saving) == (Move.MORE_ECS, None)


def test_taints_that_are_tolerated_and_pods_that_are_over_take_no_room():
    taint = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
    toleration = {"key": "gpu", "operator": "Equal", "value": "yes"}
    nodes = [node(FULL, cpu="500m", memory="1Gi", taints=[taint]), virtual_node()]
    over = pod("over", FULL, phase="Succeeded")
    seen = one_old(nodes=nodes, tolerations=[toleration], others=[over])
    assert seen.advice.move is Move.FREE_ROOM


def test_room_is_given_away_once_and_to_the_oldest_first():
    found = live(
        nodes=[node(FULL, cpu="600m"), virtual_node()],
        pods=[pod(f"web-{n}", VIRTUAL, eci=f"eci-{n}") for n in (1, 2)],
        instances=[instance(1, 5), instance(2, 9)],
    )
    assert [(one.id, one.advice.move) for one in compute(found, 3).old] == [
        ("eci-2", Move.FREE_ROOM),
        ("eci-1", Move.MORE_ECS),
    ]


def test_a_further_node_saves_the_difference_where_its_price_is_known(tmp_path, monkeypatch):
    """S4-25: a machine paid by the month against ECI; the pod fills an eighth of its memory."""
    prices = {
        "as_of": "2026-11-22",
        "ecs": [
            {
                "instance_type": "ecs.c7.2xlarge",
                "regions": ["cn-hangzhou"],
                "charge": charge,
                "currency": "CNY",
                "hour": hour,
                "source": "test",
            }
            for charge, hour in (("PostPaid", 1.6), ("PrePaid", 0.4))
        ],
    }
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(prices))
    monkeypatch.setenv(VARIABLE, str(path))
    full = [node(FULL, cpu="8", memory="8Gi"), virtual_node()]
    other = pod("other", FULL, containers=[container(cpu="7800m")])
    seen = one_old(nodes=full, others=[other])
    assert seen.advice.move is Move.MORE_ECS
    assert seen.saving == pytest.approx((HALF.amount - 0.4 / 8) * HOURS_A_MONTH)


@pytest.mark.parametrize(
    ("bound", "because"),
    [
        ({"labels": {"alibabacloud.com/eci": "true"}}, "alibabacloud.com/eci=true"),
        (
            {"spaces": [namespace("shop", **{"alibabacloud.com/eci": "true"})]},
            "Namespace shop alibabacloud.com/eci=true",
        ),
        ({"nodeSelector": {"type": "virtual-kubelet"}}, "nodeSelector type=virtual-kubelet"),
        (
            {"policies": [policy("web", {"app": "web"}, {"resource": "eci"})]},
            "ResourcePolicy web",
        ),
        (
            {
                "policies": [policy("web", {"app": "web"}, {"resource": "ecs", "max": 1})],
                "others": [pod("other", FULL)],
            },
            "ResourcePolicy web",
        ),
    ],
    ids=["label", "namespace", "selector", "policy without ECS", "policy that is full"],
)
def test_what_is_declared_to_run_on_eci_comes_back_there(bound, because):
    seen = one_old(**bound)
    assert (seen.advice.move, seen.advice.because, seen.saving) == (Move.BOUND, because, None)


@pytest.mark.parametrize(
    "open_policy",
    [
        policy("web", {"app": "web"}, {"resource": "ecs", "max": 2}, {"resource": "eci"}),
        policy("web", {"app": "web"}, {"resource": "ecs"}, {"resource": "eci"}),
        policy("web", {"app": "other"}, {"resource": "eci"}),
        policy("web", {"app": "web"}, {"resource": "eci"}, space="elsewhere"),
    ],
    ids=["room left", "no upper bound", "other pods", "other namespace"],
)
def test_a_policy_that_lets_it_onto_nodes_binds_nothing(open_policy):
    seen = one_old(policies=[open_policy], others=[pod("other", FULL)])
    assert seen.advice.move is Move.FREE_ROOM


def test_an_instance_without_a_pod_is_to_be_deleted():
    """S1-25: what stays when a virtual node went before its pods."""
    [seen] = compute(live(instances=[instance(7, 4)]), 3).old
    assert (seen.advice.move, seen.pod, seen.owner) == (Move.ORPHAN, "shop-7", "platform")
    assert seen.saving == pytest.approx(HALF.amount * HOURS_A_MONTH)


@pytest.mark.parametrize(
    "group",
    [
        {"Tags": [{"Key": "ack.aliyun.com", "Value": "another"}]},
        {"Tags": []},
        {"Status": "Succeeded"},
        {"Status": "Terminating"},
    ],
)
def test_what_is_of_another_cluster_or_not_billed_is_left_out(group):
    assert compute(live(instances=[instance(7, 4, **group)]), 3).instances == ()


def test_a_spot_instance_has_no_known_price():
    seen = one_old(group={"SpotStrategy": "SpotAsPriceGo"})
    assert (seen.spot, seen.price, seen.cost, seen.saving) == (True, None, None, None)


def test_an_instance_by_type_has_the_price_of_the_type():
    seen = one_old(2, group={"InstanceType": "ecs.c5.large", "Cpu": 2.0, "Memory": 4.0})
    assert seen.price.amount == 0.622
    assert one_old(2, group={"InstanceType": "ecs.gn7i-c8g1.2xlarge"}).price is None


def test_owners_in_their_order():
    tag = {
        "Tags": [{"Key": "ack.aliyun.com", "Value": CLUSTER}, {"Key": "owner", "Value": "of-tag"}]
    }
    space = [namespace("shop", owner="of-space")]
    assert one_old(labels={"owner": "of-pod"}, spaces=space, group=tag).owner == "of-pod"
    assert one_old(spaces=space, group=tag).owner == "of-space"
    assert one_old(group=tag).owner == "of-tag"
    assert one_old().owner == "platform"


def test_whom_to_tell_stands_at_the_namespace():
    """S4-40: a team is told of its instances."""
    annotated = namespace("shop", owner="of-space")
    annotated["metadata"]["annotations"] = {"ackb/contact": "shop@example.com"}
    seen = one_old(spaces=[annotated])
    assert (seen.owner, seen.contact) == ("of-space", "shop@example.com")
    assert one_old().contact == ""


def test_a_pod_whose_instance_is_not_listed_is_counted():
    found = live(pods=[pod("web-1", VIRTUAL, eci="eci-1")], nodes=[virtual_node()])
    report = compute(found, 3)
    assert (report.unlisted, report.instances) == (1, ())


def test_another_region_has_no_price_and_no_sum_that_reads_as_whole():
    found = live(region="ap-southeast-1", instances=[instance(7, 4)])
    report = compute(found, 3)
    assert (report.cost.whole, report.saving.whole, report.currency) == (None, None, "")
    assert report.fields()["cost"] is None


def test_the_whole_report_as_data():
    fields = compute(whole(), 3).fields()
    assert (fields["count"], len(fields["old"]), fields["currency"]) == (10, 8, "CNY")
    assert [one["age_days"] for one in fields["old"]] == [41.0, 12.3, 11.6, 9.5, 8.5, 7.4, 5.3, 3.2]
    moves = [one["move"] for one in fields["old"]]
    assert moves.count("free_room") == 3
    assert moves.count("more_ecs") == moves.count("bound") == 2
    assert fields["monthly_saving"] is None, "two savings are unknown"
    two_four = eci_hourly(2, 4, "cn-hangzhou").amount
    one_two = eci_hourly(1, 2, "cn-hangzhou").amount
    assert fields["known_monthly_saving"] == pytest.approx((3 * two_four + one_two) * 730)
    assert json.loads(json.dumps(fields)) == fields
