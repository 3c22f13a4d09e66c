"""`ackb report`: what it reads of a running stack, and what it gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from ackb import alibaba
from ackb.cli import live as live_module
from ackb.cli.context import Workplace
from ackb.cli.exits import Exit
from ackb.engine.errors import EngineError
from ackb.reports.live import CLUSTER_TAG
from sandbox.cloud.cloud import Cloud
from sandbox.providers.kubernetes import rest as rest_module
from sandbox.providers.kubernetes.rest import ApiError, Unreachable
from tests.unit.cli.conftest import STACK
from tests.unit.cli.test_update import OUTPUTS, engine  # noqa: F401 (a fixture)
from tests.unit.reports.example import whole

COMMANDS = ("eci-age", "right-sizing", "capacity", "shortage", "utilisation")


@pytest.fixture
def looked(monkeypatch):
    """A look at a stack is the one of the example; notes which parts were asked for."""
    asked = []

    def look(stack, parts):
        asked.append((stack.name, parts))
        return whole()

    monkeypatch.setattr(live_module, "look", look)
    return asked


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("language", "word"), [("en", "Summary"), ("zh", "摘要")])
def test_every_report_in_every_language(ackb, looked, command, language, word):
    ran = ackb("report", command, STACK, "--lang", language)
    assert word in ran.out.splitlines()
    assert (ran.err, looked[0][0]) == ("", STACK)
    assert ran.code == (Exit.FINDINGS if command == "eci-age" else Exit.CLEAN)


def test_no_old_instance_is_a_clean_end(ackb, looked):
    ran = ackb("report", "eci-age", STACK, "--days", "42", "--json")
    assert (ran.code, json.loads(ran.out)["old"]) == (Exit.CLEAN, [])


def test_a_page_is_written_beside_the_report(ackb, looked, tmp_path):
    path = tmp_path / "age.html"
    ran = ackb("report", "eci-age", STACK, "--html", str(path), "--lang", "zh", "--json")
    assert path.read_text("utf-8").startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert ran.err == f"wrote {path}\n"
    found = json.loads(ran.out)
    assert (found["command"], found["html"]) == ("report eci-age", str(path))
    assert (found["stack"], found["region"], found["simulated"]) == (
        "shop-dev",
        "cn-hangzhou",
        True,
    )
    assert found["read_at"] == "2026-11-22T12:00:00+00:00"


def test_a_folder_that_is_not_there_is_named(ackb, looked, tmp_path):
    ran = ackb("report", "capacity", STACK, "--html", str(tmp_path / "none" / "x.html"))
    assert ran.code == Exit.COULD_NOT_RUN
    assert "No such file or directory" in ran.err
    assert str(tmp_path / "none") in ran.err


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            ("--days", "-1"),
            "Invalid value for '--days': Input should be greater than or equal to 0",
        ),
        (
            ("--days", "three"),
            "Invalid value for '--days': Input should be a valid number, unable to parse string as "
            "a number",
        ),
        (("--lang", "de"), "Invalid value for '--lang': 'de' is not one of 'en', 'zh'"),
    ],
)
def test_wrong_options_are_told_in_one_line(ackb, looked, option, message):
    ran = ackb("report", "eci-age", STACK, *option)
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err == f"ackb report eci-age: {message}. See `ackb report eci-age --help`.\n"
    assert looked == []


class FakeRest:
    """An API server with lists by path; a list may be an error."""

    lists: ClassVar[dict] = {}

    def __init__(self, access):
        self.access = access
        self.asked = []
        FakeRest.last = self

    def call(self, method, path, *, query=None):
        assert method == "GET"
        self.asked.append((path, query.get("continue")))
        found = self.lists.get(path, [])
        if isinstance(found, Exception):
            raise found
        half = len(found) // 2
        if found and "continue" not in query:
            return {"items": found[:half], "metadata": {"continue": "more"}}
        return {"items": found[half:], "metadata": {}}


@pytest.fixture
def cluster(monkeypatch, engine):  # noqa: F811
    """A stack that is up, with a cluster that can be asked."""
    monkeypatch.setattr(rest_module, "Rest", FakeRest)
    monkeypatch.setattr(FakeRest, "lists", {})
    return FakeRest


def look(project, *parts):
    return live_module.look(Workplace.find(project.folder).stack(STACK), parts)


def missing(status=404):
    return ApiError(status, {"message": "the server could not find the requested resource"})


def test_lists_are_read_to_their_last_page(project, cluster):
    nodes = [{"metadata": {"name": f"n{number}"}} for number in range(5)]
    cluster.lists["/api/v1/nodes"] = nodes
    found = look(project, "nodes")
    assert list(found.nodes) == nodes
    assert cluster.last.asked == [("/api/v1/nodes", None), ("/api/v1/nodes", "more")]
    assert cluster.last.access.server == "https://127.0.0.1:6443"
    assert (found.stack, found.cluster_id, found.region) == (
        STACK,
        OUTPUTS["cluster_id"],
        "cn-hangzhou",
    )
    assert (found.owner, found.simulated) == ("platform", True)


def test_kinds_that_a_cluster_does_not_know_are_none(project, cluster):
    cluster.lists["/apis/autoscaling.k8s.io/v1/verticalpodautoscalers"] = missing()
    cluster.lists["/apis/metrics.k8s.io/v1beta1/nodes"] = missing(503)
    policies = "/apis/scheduling.alibabacloud.com/v1alpha1/resourcepolicies"
    cluster.lists[policies] = missing()
    found = look(project, "recommendations", "node_usage", "pod_usage", "policies")
    assert (found.recommendations, found.node_usage) == (None, None)
    assert (found.pod_usage, found.policies) == ([], [])


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (
            missing(403),
            "does not show its nodes (the server could not find the requested resource). "
            "Fix: give the account behind the kubeconfig the right to list them.",
        ),
        (
            Unreachable("the API server https://127.0.0.1:6443 does not answer: refused"),
            "has a cluster that cannot be asked: the API server https://127.0.0.1:6443 does not "
            "answer: refused. Fix: run `ackb sandbox start`.",
        ),
    ],
)
def test_a_cluster_that_cannot_be_asked_is_told(ackb, cluster, failure, line):
    cluster.lists["/api/v1/nodes"] = failure
    ran = ackb("report", "capacity", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.splitlines()[-1] == f'REP-01 STACK: "{STACK}" – {line}'


def test_a_stack_that_is_not_up_is_told(ackb, cluster, engine, monkeypatch):  # noqa: F811
    def never(self, stack, *, show_secrets=False):
        from ackb.domain.problems import Problem

        raise EngineError(Problem("ENG-01", "stack", stack, "no stack named it", "make it"))

    monkeypatch.setattr(engine, "outputs", never)
    ran = ackb("report", "capacity", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.splitlines()[-1] == (
        f'REP-01 STACK: "{STACK}" – is not up. Fix: run `ackb up {STACK}` first.'
    )


def test_instances_of_the_sandbox_with_the_age_that_its_cloud_says(project, cluster):
    """S4-40: an instance of four days, made so in the file of the simulated cloud."""
    project.home.ensure()
    cloud = Cloud.open(project.home.cloud_db)
    created = (datetime.now(UTC) - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    group = {
        "ContainerGroupId": "eci-1",
        "ContainerGroupName": "shop-web-1",
        "RegionId": "cn-hangzhou",
        "VSwitchId": "vsw-1",
        "CreationTime": created,
        "Cpu": 0.5,
        "Memory": 1.0,
        "Status": "Running",
        "tags": {CLUSTER_TAG: OUTPUTS["cluster_id"]},
    }
    with cloud.store.transaction():
        cloud.store.insert("eci.ContainerGroup", "eci-1", group)
    from ackb.reports import eci_age

    report = eci_age.compute(look(project, *eci_age.PARTS), 3)
    [old] = report.old
    assert (old.id, round(old.days, 1), report.currency) == ("eci-1", 4.0, "CNY")


def test_instances_of_a_real_account_are_listed_page_by_page(project, cluster, monkeypatch):
    asked = []

    class Account:
        def __init__(self, region):
            asked.append(region)

        def pages(self, product, action, key, **parameters):
            asked.append((product, action, key, parameters))
            yield {"ContainerGroupId": "eci-1"}

    monkeypatch.setattr(alibaba, "Account", Account)
    stack = Workplace.find(project.folder).stack("wordpress-prod")
    found = live_module.look(stack, ("instances",))
    assert found.instances == [{"ContainerGroupId": "eci-1"}]
    assert not found.simulated
    assert asked == [
        "cn-hangzhou",
        ("eci", "DescribeContainerGroups", "ContainerGroups", {"limit": 20}),
    ]
