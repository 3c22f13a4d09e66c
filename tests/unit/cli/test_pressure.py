"""`ackb sandbox pressure` and `confirm-contact`: what is refused, and what is told."""

from __future__ import annotations

import json

import pytest

from ackb.cli import live as live_module
from ackb.cli import pressing
from ackb.cli.exits import Exit
from ackb.domain.problems import InvalidInput
from ackb.engine import daemon
from sandbox.cloud.cloud import Cloud
from sandbox.metrics import pressure
from tests.unit.cli.conftest import STACK
from tests.unit.reports.example import CLUSTER, live, node, pod, virtual_node

NODES = ("cn-hangzhou.10.0.0.1", "cn-hangzhou.10.0.0.2")


def pressed(one):
    """A node that reports MemoryPressure."""
    conditions = [*one["status"]["conditions"], {"type": "MemoryPressure", "status": "True"}]
    return {**one, "status": {**one["status"], "conditions": conditions}}


def look(*names):
    """A stack with two pods on the first machine, and one on ECI."""
    first = pod("mysql-0", NODES[0], space="online")
    first["status"]["qosClass"] = "Guaranteed"
    return live(
        nodes=[*(pressed(node(name)) for name in names), virtual_node()],
        pods=[first, pod("eci-1", "virtual-kubelet-cn-hangzhou-i", space="online")],
    )


EVICTED = {
    "namespace": "offline",
    "pod": "worker-0",
    "qos": "BestEffort",
    "priority": -100000,
    "used_bytes": 3 * 1024**3,
    "requested_bytes": 0,
    "message": "The node was low on resource: memory.",
}


@pytest.fixture
def running(project, monkeypatch):
    """A stack that is up; its node evicts one pod at once and has recovered then."""
    project.home.ensure()
    monkeypatch.setattr(daemon, "ensure_running", lambda home: None)
    monkeypatch.setattr(live_module, "look", lambda stack, parts: look(*NODES))
    cloud = Cloud.open(project.home.cloud_db)

    def save(there, cluster_id, asked, write=pressure.save):
        done = {"over": True, "available": 1024.0**3}
        if asked.share > 0.9:
            done |= {"began": True, "evicted": (EVICTED,)}
        write(there, cluster_id, pressure.replace(asked, **done))

    monkeypatch.setattr(pressure, "save", save)
    return cloud


def test_the_order_is_told_with_who_stays(ackb, running):
    ran = ackb("sandbox", "pressure", STACK, "--node", NODES[0], "--memory", "95%")
    assert ran.code == Exit.CLEAN
    assert ran.out.splitlines() == [
        f"{NODES[0]} reports MemoryPressure; 1 pod was evicted, in this order:",
        "  1. offline/worker-0 (BestEffort, priority -100000): 3072 MiB used, 0 MiB requested",
        "  stays: online/mysql-0 (Guaranteed)",
    ]
    asked = pressure.find(running, CLUSTER, NODES[0])
    assert (asked.share, asked.cause) == (0.95, "pods")


def test_the_node_of_a_pod_is_found(ackb, running):
    ran = ackb("sandbox", "pressure", STACK, "--pod", "online/mysql-0", "--memory", "95%", "--json")
    found = json.loads(ran.out)
    assert (found["node"], found["memory_pressure"], found["finished"]) == (NODES[0], True, True)
    assert (found["available_bytes"], found["threshold_bytes"]) == (1024**3, 300 * 1024**2)
    assert found["evicted"] == [{"order": 1, **EVICTED}]
    assert found["left"] == [{"namespace": "online", "pod": "mysql-0", "qos": "Guaranteed"}]


def test_a_demand_that_fits_says_what_is_left(ackb, running, monkeypatch):
    unpressed = live(nodes=[node(NODES[0])])
    monkeypatch.setattr(live_module, "look", lambda stack, parts: unpressed)
    ran = ackb("sandbox", "pressure", STACK, "--memory", "50%")
    assert ran.out == (
        f"{NODES[0]} has no memory pressure; no pod was evicted: "
        "1024 MiB are available, and pods go below 300 MiB.\n"
    )


def test_clearing_names_the_nodes(ackb, running):
    ran = ackb("sandbox", "pressure", STACK, "--clear")
    assert ran.out == "No node is asked for memory any more (ended: none).\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--node", NODES[0]), "SBX-02 --memory: (missing) – is needed to begin a pressure."),
        (
            ("--memory", "95%"),
            "SBX-03 --node: (missing) – is needed where there are several nodes.",
        ),
        (
            ("--memory", "120%", "--node", NODES[0]),
            'SBX-02 --memory: "120%" – must be above 0% and at most 100%.',
        ),
        (("--memory", "95%", "--node", "other"), 'SBX-03 --node: "other" – is no ECS node'),
        (("--memory", "95%", "--pod", "online/mysql-1"), "did you mean online/mysql-0?"),
        (("--memory", "95%", "--pod", "online/eci-1"), "which is no machine and never short"),
        (
            ("--memory", "95%", "--cause", "disk"),
            'SBX-02 --cause: "disk" – is no cause of pressure.',
        ),
    ],
)
def test_what_is_refused(ackb, running, arguments, told):
    ran = ackb("sandbox", "pressure", STACK, *arguments)
    assert ran.code == Exit.COULD_NOT_RUN
    assert told in ran.err
    assert pressure.all_of(running, CLUSTER) == []


def test_a_stack_of_the_real_cloud_is_refused(ackb, project):
    ran = ackb("sandbox", "pressure", "wordpress-prod", "--memory", "95%")
    assert ran.code == Exit.COULD_NOT_RUN
    assert 'SBX-04 stack wordpress-prod: "alibaba-cloud" – runs on the real cloud' in ran.err


@pytest.mark.parametrize(("text", "value"), [("95%", 0.95), ("0.5", 0.5), ("100%", 1.0), ("1", 1)])
def test_shares(text, value):
    assert pressing.share(text) == value


@pytest.mark.parametrize("text", ["0%", "100.1%", "-5%", "much", ""])
def test_no_shares(text):
    with pytest.raises(InvalidInput):
        pressing.share(text)


def test_a_contact_is_confirmed_once(ackb, project):
    project.home.ensure()
    cms = Cloud.open(project.home.cloud_db).cms
    cms.put_contact(contact_name="anna", describe="on call", channels_mail="anna@example.com")
    assert ackb("sandbox", "confirm-contact", "anna").out == "anna: confirmed Mail.\n"
    again = json.loads(ackb("sandbox", "confirm-contact", "anna", "--json").out)
    assert (again["contact"], again["confirmed"]) == ("anna", [])
    ran = ackb("sandbox", "confirm-contact", "bo")
    assert (ran.code, 'SBX-06 NAME: "bo" – is no alarm contact' in ran.err) == (3, True)
