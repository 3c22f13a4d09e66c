"""Pods without room: who waits, who is on ECI for want of it, how many nodes would take them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from ackb.cli.pages import show
from ackb.domain.pod_resources import amounts
from ackb.reports.eci_age import compute as ages
from ackb.reports.moving import Move
from ackb.reports.pages.shortage import page
from ackb.reports.shortage import Machine, compute, machines_for
from tests.unit.reports.example import (
    NOW,
    VIRTUAL,
    container,
    instance,
    live,
    namespace,
    node,
    pod,
    policy,
    virtual_node,
)

FULL = "0/3 nodes are available: 2 Insufficient memory, 1 node(s) had untolerated taint(s)."
BIG = [container(cpu="4", memory="8Gi")]
SMALL = amounts({"cpu": "500m", "memory": "1Gi"})


def waiting(name: str, message: str = FULL, *, minutes: float = 5, **more: Any) -> Any:
    made = pod(name, phase="Pending", **more)
    made["metadata"]["creationTimestamp"] = NOW.isoformat()
    made["status"]["conditions"] = [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
            "lastTransitionTime": (NOW - timedelta(minutes=minutes)).isoformat(),
        }
    ]
    return made


def in_spread(name: str, number: int) -> Any:
    made = pod(name, VIRTUAL, eci=f"eci-{number}")
    given = {"name": "web", "subset": "eci"}
    made["metadata"]["annotations"]["apps.kruise.io/matched-workloadspread"] = json.dumps(given)
    return made


def spread(missing: int) -> Any:
    return {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"subsets": [{"name": "ecs", "maxReplicas": 2}, {"name": "eci"}]},
        "status": {
            "subsetStatuses": [
                {"name": "ecs", "missingReplicas": missing},
                {"name": "eci", "missingReplicas": -1},
            ]
        },
    }


def text(report: Any) -> str:
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    show(page(report, "en"), Console(file=out, width=200))
    return out.getvalue()


def test_pods_that_wait_name_their_team_and_the_nodes_that_are_missing():
    """S4-40."""
    space = namespace("shop", owner="shop-team")
    space["metadata"]["annotations"] = {"ackb/contact": "shop@example.com"}
    found = live(
        nodes=[node("one", cpu="4", memory="5Gi"), virtual_node()],
        namespaces=[space],
        pods=[
            *(pod(f"web-{n}", "one") for n in range(5)),
            *(waiting(f"job-{n}", minutes=n, app="job") for n in range(6)),
        ],
    )
    report = compute(found)
    assert [one.pod for one in report.waiting] == [f"job-{n}" for n in (5, 4, 3, 2, 1, 0)]
    first = report.waiting[0]
    assert (first.owner, first.contact, first.workload) == (
        "shop-team",
        "shop@example.com",
        "Deployment job",
    )
    # Five pods of 1 GiB in 5 GiB: two machines for six.
    assert (report.machines_for_waiting, report.machines_for_overflow) == (2, 0)
    said = text(report)
    assert "shop-team (shop@example.com)" in said
    assert "Pods wait: add nodes (node_pools[].nodes)" in said


@pytest.mark.parametrize(
    "message",
    [
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
        "0/2 nodes are available: 2 node(s) had untolerated taint {gpu: }.",
    ],
)
def test_a_pod_that_no_node_suits_waits_for_something_else(message):
    assert compute(live(nodes=[node("one")], pods=[waiting("web-1", message)])).waiting == ()


def test_a_full_number_of_pods_is_want_of_room_too():
    report = compute(live(nodes=[node("one")], pods=[waiting("web-1", "0/1: 1 Too many pods.")]))
    assert len(report.waiting) == 1


def test_a_pod_larger_than_a_node_cannot_be_counted_in_nodes():
    found = live(nodes=[node("one", cpu="4", memory="5Gi")], pods=[waiting("w", containers=BIG)])
    assert compute(found).machines_for_waiting is None
    assert "unknown" in text(compute(found))


def test_without_any_node_nothing_can_be_counted():
    report = compute(live(pods=[waiting("web-1")]))
    assert (report.machine, report.machines_for_waiting) == (None, None)


def test_nobody_waits():
    report = compute(live(nodes=[node("one")], pods=[pod("web-1", "one")]))
    assert (report.waiting, report.overflow) == ((), ())
    assert (report.machines_for_waiting, report.machines_for_overflow) == (0, 0)


def test_on_eci_for_want_of_room_is_what_nothing_else_keeps_there():
    """S4-36: pods of a release that found the nodes full; those of an HPA are there on purpose."""
    ecs = {"resource": "ecs", "max": 1}
    found = live(
        nodes=[node("one", cpu="1", memory="2Gi"), virtual_node()],
        policies=[policy("web", {"app": "web"}, ecs, {"resource": "eci"})],
        pods=[
            pod("web-0", "one"),
            pod("api-0", "one", app="api"),
            pod("web-1", VIRTUAL, eci="eci-1"),
            pod("api-1", VIRTUAL, eci="eci-2", app="api"),
            pod("api-2", VIRTUAL, eci="eci-3", app="api"),
            pod("job", VIRTUAL, eci="eci-4", app="job", labels={"alibabacloud.com/eci": "true"}),
        ],
    )
    report = compute(found)
    (only,) = report.overflow
    assert (only.workload, only.pods, float(only.requested.cpu)) == ("Deployment api", 2, 1.0)
    assert report.machines_for_overflow == 1


@pytest.mark.parametrize(("missing", "move"), [(0, Move.BOUND), (1, Move.FREE_ROOM)])
def test_a_full_subset_of_a_spread_keeps_its_pods_on_eci(missing, move):
    """S4-39: a restart would bring them back there."""
    found = live(
        nodes=[node("one"), virtual_node()],
        spreads=[spread(missing)],
        pods=[in_spread("web-1", 1)],
        instances=[instance(1, 9)],
    )
    (old,) = ages(found, 3).old
    assert old.advice.move is move
    assert compute(found).overflow == ()


@pytest.mark.parametrize(
    ("pods", "machines"), [([], 0), ([SMALL] * 5, 1), ([SMALL] * 6, 2), ([SMALL] * 11, 3)]
)
def test_machines_are_filled_one_after_the_other(pods, machines):
    machine = Machine(instance_type="ecs.c7.xlarge", room=amounts({"cpu": "4", "memory": "5Gi"}))
    assert machines_for(pods, machine) == machines
