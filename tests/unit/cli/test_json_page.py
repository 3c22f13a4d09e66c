"""docs/reference/json.md names the fields of every JSON document, and no other."""

from __future__ import annotations

import json
import re

import pytest

from ackb.engine import daemon
from sandbox.daemon.record import DaemonRecord
from tests.unit.cli.conftest import CLONE, STACK
from tests.unit.cli.test_all_stacks import calls  # noqa: F401 (a fixture)
from tests.unit.cli.test_report import looked  # noqa: F401 (a fixture)
from tests.unit.cli.test_update import engine  # noqa: F401 (a fixture)

PAGE = (CLONE / "docs" / "reference" / "json.md").read_text("utf-8")
POLICIES = (CLONE / "docs" / "policies.md").read_text("utf-8")

INCLUDED = {
    "ackb up": ("ackb preview", "ackb outputs"),
    "ackb down": ("ackb preview",),
    "ackb down --all": ("ackb up --all",),
}
"""Sections whose fields another one has too, as its text says."""


def section(page: str, title: str) -> set[str]:
    """The first column of the tables under a heading."""
    _, _, rest = page.partition(f"\n## {title}\n")
    assert rest, f"there is no section {title!r}"
    text = rest.split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def documented(command: str) -> set[str]:
    found = section(PAGE, "Every document") | section(PAGE, f"`{command}`")
    for other in INCLUDED.get(command, ()):
        found |= section(PAGE, f"`{other}`")
    if command == "ackb check":
        found |= section(POLICIES, "Reports")
    return found


def fields(ran) -> set[str]:
    return set(json.loads(ran.out))


@pytest.mark.parametrize("command", ["preview", "up", "down", "outputs"])
def test_runs_of_the_engine(ackb, engine, command):  # noqa: F811
    assert fields(ackb(command, STACK, "--json")) == documented(f"ackb {command}")


@pytest.mark.parametrize("command", ["up --all", "down --all"])
def test_runs_of_all_stacks(ackb, calls, command):  # noqa: F811
    found = json.loads(ackb(*command.split(), "--json").out)
    assert set(found) == documented(f"ackb {command}")
    page = set(re.findall(r"`(\w+)`", PAGE.split("## `ackb up --all`")[1].split("\n## ")[0]))
    for one in (*found["stacks"], *found["left_out"]):
        assert set(one) <= page


@pytest.mark.parametrize("command", ["check", "graph", "manifests"])
def test_commands_of_the_design(ackb, command):
    assert fields(ackb(command, STACK, "--json")) == documented(f"ackb {command}")


def test_new_stacks(ackb):
    assert fields(ackb("new", "burst", "b-dev", "--json")) == documented("ackb new")
    assert fields(ackb("new", "--list", "--json")) == documented("ackb new --list")


@pytest.mark.parametrize("command", ["eci-age", "right-sizing", "capacity", "utilisation"])
def test_reports(ackb, looked, command):  # noqa: F811
    found = json.loads(ackb("report", command, STACK, "--json").out)
    assert set(found) == documented(f"ackb report {command}")
    page = set(
        re.findall(r"`(\w+)`", PAGE.split(f"## `ackb report {command}`")[1].split("\n## ")[0])
    )
    for rows in found.values():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            assert set(rows[0]) <= page


def test_where_pods_go(ackb):
    ran = ackb("placement", "explain", STACK, "--json")
    assert fields(ran) == documented("ackb placement explain")
    page = set(re.findall(r"`(\w+)`", PAGE))
    [workload] = json.loads(ran.out)["workloads"]
    assert {*workload, *workload["at_work"][0], *workload["strategies"][0]} <= page


@pytest.mark.parametrize("command", ["doctor", "sandbox status", "sandbox reset", "sandbox stop"])
def test_commands_of_the_machine(ackb, command, monkeypatch):
    monkeypatch.setattr(daemon, "stop", lambda home: False)
    assert fields(ackb(*command.split(), "--json")) == documented(f"ackb {command}")


def test_starting_the_sandbox(ackb, monkeypatch):
    record = DaemonRecord(pid=4711, started=0.0, ports={"alicloud": 5001}, code="x")
    monkeypatch.setattr(daemon, "ensure_running", lambda home: record)
    assert fields(ackb("sandbox", "start", "--json")) == documented("ackb sandbox start")


def test_variables_of_the_sandbox(ackb, engine, monkeypatch):  # noqa: F811
    monkeypatch.setattr(engine, "environment", lambda _: {}, raising=False)
    assert fields(ackb("sandbox", "env", "--json")) == documented("ackb sandbox env")


def test_the_lists_name_the_fields_of_their_items(ackb, engine):  # noqa: F811
    page = " ".join(re.findall(r"`(\w+)`", PAGE))
    [change] = json.loads(ackb("up", STACK, "--json").out)["changes"]
    fact = json.loads(ackb("check", STACK, "--json").out)["capacity"][0]
    finding = json.loads(ackb("doctor", "--json").out)["findings"][0]
    assert {*change, *fact, *finding} <= set(page.split())


def test_a_failure_has_the_common_fields_and_its_problems(ackb):
    ran = ackb("check", "nowhere", "--json")
    assert fields(ran) == section(PAGE, "Every document") | {"problems"}
