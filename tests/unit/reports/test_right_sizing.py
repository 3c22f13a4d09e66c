"""Requests against recommendations (S4-41)."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from ackb.domain.prices import HOURS_A_MONTH, eci_hourly
from ackb.domain.quantity import GIB
from ackb.reports.right_sizing import Verdict, compute
from tests.unit.reports.example import (
    VIRTUAL,
    autoscaler,
    container,
    deployment,
    live,
    node,
    pod,
    row,
    virtual_node,
    whole,
)

BOUNDS = (("100m", "300Mi"), ("250m", "512Mi"), ("400m", "700Mi"))
NODE = "cn-hangzhou.10.0.0.11"


def sized(*rows, pods=(), boxes=None, **more):
    """The only application of a stack."""
    boxes = boxes or [container()]
    found = live(
        nodes=[node(NODE), virtual_node()],
        pods=[pod(f"web-{n}", on, containers=boxes) for n, on in enumerate(pods)],
        deployments=[deployment("web", containers=boxes)],
        recommendations=[autoscaler("web", *rows, **more)],
    )
    [one] = compute(found).applications
    return one


def test_requests_are_compared_for_each_container_and_summed_up_for_the_application():
    boxes = [container("web"), container("log", "100m", "128Mi")]
    one = sized(
        row("web", *BOUNDS),
        row("log", ("50m", "64Mi"), ("200m", "128Mi"), ("300m", "200Mi")),
        pods=[NODE] * 3,
        boxes=boxes,
    )
    assert [(box.name, box.cpu, box.memory) for box in one.containers] == [
        ("web", Verdict.OVER, Verdict.OVER),
        ("log", Verdict.FITS, Verdict.FITS),
    ]
    assert one.requested.cpu == Fraction(600, 1000)
    assert one.recommended.cpu == Fraction(450, 1000)
    assert one.freed.cpu == 3 * Fraction(150, 1000)
    assert one.freed.memory == 3 * GIB / 2


@pytest.mark.parametrize(
    ("request_", "verdict"),
    [
        ("99m", Verdict.UNDER),
        ("100m", Verdict.FITS),
        ("400m", Verdict.FITS),
        ("401m", Verdict.OVER),
    ],
)
def test_both_edges_of_the_bounds(request_, verdict):
    one = sized(row("web", *BOUNDS), pods=[NODE], boxes=[container(cpu=request_)])
    assert one.containers[0].cpu is verdict


def test_on_eci_the_saving_is_that_of_the_sizes():
    one = sized(row("web", *BOUNDS), pods=[NODE, VIRTUAL, VIRTUAL])
    assert (one.on_ecs, one.on_eci) == (1, 2)
    assert (str(one.size), str(one.recommended_size)) == ("0.5 vCPU, 1 GiB", "0.25 vCPU, 0.5 GiB")
    now, then = eci_hourly(0.5, 1, "cn-hangzhou"), eci_hourly(0.25, 0.5, "cn-hangzhou")
    assert one.eci_saving == pytest.approx(2 * (now.amount - then.amount) * HOURS_A_MONTH)


def test_a_lower_request_that_eci_rounds_up_again_saves_nothing():
    one = sized(row("web", BOUNDS[0], ("260m", "600Mi"), BOUNDS[2]), pods=[VIRTUAL])
    assert one.freed.cpu > 0
    assert (one.same_size, one.eci_saving) == (True, 0.0)


def test_a_higher_request_costs_more():
    up = (("600m", "1Gi"), ("900m", "2Gi"), ("1200m", "3Gi"))
    one = sized(row("web", *up), pods=[VIRTUAL])
    assert one.freed.cpu == Fraction(-400, 1000)
    assert one.eci_saving < 0


def test_a_resource_that_the_recommender_leaves_alone_stays_as_it_is():
    only_cpu = {
        "containerName": "web",
        **{bound: {"cpu": "250m"} for bound in ("lowerBound", "target", "upperBound")},
    }
    one = sized(only_cpu, pods=[NODE])
    assert (one.freed.cpu, one.freed.memory) == (Fraction(1, 4), 0)
    assert one.containers[0].memory is Verdict.FITS


def test_a_container_that_is_gone_counts_for_nothing():
    one = sized(row("web", *BOUNDS), row("former", *BOUNDS), pods=[NODE])
    assert [box.name for box in one.containers] == ["web"]


def test_without_a_recommendation_the_reason_is_told():
    waiting = {
        "type": "NoPodsMatched",
        "status": "True",
        "message": "No pods match this VPA object",
    }
    one = sized(conditions=[waiting])
    assert (one.waiting, one.freed.cpu) == ("No pods match this VPA object", 0)


def test_the_template_stands_for_pods_that_are_not_there():
    one = sized(row("web", *BOUNDS))
    assert (one.pods, one.requested.cpu, one.freed.cpu) == (0, Fraction(1, 2), 0)


def test_a_cluster_that_does_not_know_the_kind():
    report = compute(live(deployments=[deployment("web")]))
    assert (report.installed, report.applications, report.unobserved) == (False, (), ("shop/web",))


def test_a_price_that_is_not_known_makes_no_saving():
    found = live(
        region="ap-southeast-1",
        nodes=[virtual_node()],
        pods=[pod("web-1", VIRTUAL)],
        recommendations=[autoscaler("web", row("web", *BOUNDS))],
    )
    report = compute(found)
    assert report.eci_saving.whole is None
    assert report.applications[0].eci_saving is None


def test_the_whole_report_as_data():
    fields = compute(whole()).fields()
    names = [(one["namespace"], one["workload"]) for one in fields["applications"]]
    assert names == [
        ("shop", "Deployment web"),
        ("batch", "Deployment report"),
        ("shop", "Deployment api"),
    ]
    assert fields["freed_cpu"] == pytest.approx(25 * 0.32 + 5 * 0.9 - 2 * 0.34)
    assert fields["unobserved"] == ["kube-system/dns"]
    assert [one["mode"] for one in fields["applications"]] == ["Off", "Off", "Initial"]
    assert json.loads(json.dumps(fields)) == fields
