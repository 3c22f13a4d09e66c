"""`ackb burst`: the plan, and what is refused before anything exists."""

from __future__ import annotations

import json

import pytest

from ackb.burst import report
from ackb.burst.course import Check, Course, Row
from ackb.burst.plan import plan
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.eci.kinds import SOLD_OUT
from tests.unit.burst.test_plan import DESIGN
from tests.unit.cli.test_json_page import documented, fields

STACK = "burst-dev"


def test_the_plan_creates_nothing(ackb, project):
    ran = ackb("burst", STACK, "--pods", "10000", "--plan")
    assert ran.code == 0
    assert "4 self-managed virtual nodes" in ran.out
    assert "10000 of 12000 pods" in ran.out
    assert "495 seconds; 100 at once, then 20 a second" in ran.out
    assert "CNY at list prices" in ran.out
    assert not project.home.cloud_db.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--pods", "12001"],
            "BURST-01 --pods: 12001 – 4 virtual nodes hold 12000 pods; 5 are needed. Fix: set"
            " `virtual_nodes.replicas` to 5 and run `ackb up`.",
        ),
        (["--pods", "0"], "BURST-05 --pods: 0 – must be 1 or more. Fix: give the number of pods."),
        (
            ["--pods", "10000", "--vcpu-quota", "2000"],
            "BURST-04 --pods: 10000 – 2500 vCPU are needed, and the quota of ECI in the region is"
            " 2000. Fix: have the quota raised in the Quota Center.",
        ),
        (
            ["--pods", "10"],
            "BURST-08 stack burst-dev: (missing) – is not up, or has no cluster. Fix: run"
            " `ackb up burst-dev` first.",
        ),
    ],
)
def test_what_cannot_be_is_one_clear_line(ackb, project, options, said):
    ran = ackb("burst", STACK, *options)
    assert ran.code == 3
    assert ran.err.strip() == said
    assert not project.home.cloud_db.exists()


def test_a_basic_group_is_too_small_for_ten_thousand(ackb, project):
    """S1-09."""

    def basic(settings):
        settings["network"]["security_group"] = "basic"
        settings["virtual_nodes"] = {"type": "managed"}

    project.edit(basic, STACK)
    ran = ackb("burst", STACK, "--pods", "10000", "--plan")
    assert ran.code == 3
    assert ran.err.startswith("BURST-03 --pods: 10000 – a basic security group takes 6000 members")


def test_only_the_sandbox_can_do_without_the_budget(ackb):
    ran = ackb("burst", "wordpress-prod", "--pods", "10", "--unlimited")
    assert ran.code == 3
    assert ran.err.startswith("BURST-07 --unlimited: true – only the simulated ECI")


def test_the_documents_are_those_of_the_page(ackb):
    planned = fields(ackb("burst", STACK, "--pods", "100", "--plan", "--json"))
    rows = [Row(seconds=1.0, created=1, ready=1)]
    check = Check(pods=1, instances=1, lost=[], double=[])
    course = Course(begun=0.0, rows=rows, check=check, removed_seconds=None)
    stack = {"stack": STACK, "region": "cn-hangzhou", "target": "sandbox", "simulated": True}
    found = report.document(stack, plan(1, DESIGN), course, unlimited=False, kept=True)
    whole = {"schema", "command", "exit_code", "report", *found}
    assert whole | {"problems"} == documented("ackb burst") | {"problems"}
    assert planned < whole


def test_zones_are_sold_out_and_filled_again(ackb, project):
    ran = ackb("sandbox", "stock", "cn-hangzhou-j", "--sold-out", "--json")
    assert fields(ran) == documented("ackb sandbox stock")
    assert not json.loads(ran.out)["in_stock"]
    store = Cloud.open(project.home.cloud_db).store
    assert store.get(SOLD_OUT, "cn-hangzhou-j") == {}
    assert ackb("sandbox", "stock", "cn-hangzhou-j").out == "cn-hangzhou-j: ECI is in stock.\n"
    assert store.get(SOLD_OUT, "cn-hangzhou-j") is None
    ran = ackb("sandbox", "stock", "cn-hangzou-j")
    assert ran.code == 3
    assert "did you mean cn-hangzhou-j?" in ran.err


def test_spot_instances_are_taken_back(ackb):
    ran = ackb("sandbox", "reclaim-spot", "--json")
    assert fields(ran) == documented("ackb sandbox reclaim-spot")
    assert json.loads(ran.out)["instances"] == []
