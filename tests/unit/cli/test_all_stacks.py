"""`up --all` and `down --all`: which stacks take part, and what is told of them.

A small program stands for the `ackb` of each stack; tests/sandbox runs the real one.
"""

from __future__ import annotations

import json
import os
import sys

import pytest

from ackb.cli import results, simulated
from ackb.cli.exits import Exit
from ackb.engine import checkpoint
from tests.unit.cli.conftest import CLONE, STACK

SANDBOX = sorted(
    path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    for path in (CLONE / "stacks").glob("Pulumi.*.yaml")
    if "target: sandbox" in path.read_text("utf-8")
)
REAL = sorted(
    path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    for path in (CLONE / "stacks").glob("Pulumi.*.yaml")
    if "target: alibaba-cloud" in path.read_text("utf-8")
)
PROGRAM = """
import json, os, sys
_, project, verb, stack, form = sys.argv[1:]
with open(project + "/ran", "a") as file:
    print(verb, stack, form, os.environ["ACKB_HOME"], file=file)
code = 2 if stack == os.environ.get("FAILS") else 0
print(f"{verb} of {stack}", file=sys.stderr)
document = {"problems": ["WL-01 it is bad"]} if code else {"counts": {"create": 3}}
print(json.dumps(document))
sys.exit(code)
"""


@pytest.fixture
def calls(project, monkeypatch):
    """The stand-in; tells how it was called."""
    command = [sys.executable, "-S", "-c", PROGRAM]
    monkeypatch.setattr(results, "ackb_command", lambda: command)

    def told() -> list[list[str]]:
        file = project.folder / "ran"
        return sorted(line.split() for line in file.read_text().splitlines() if file.exists())

    return told


def state(project, stack, resources):
    """What an earlier run recorded of a stack."""
    file = checkpoint.path(project.home.state, "ackb", stack)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))


def test_there_are_stacks_of_both_targets():
    assert {"wordpress-dev", "burst-dev"} <= set(SANDBOX)
    assert "wordpress-prod" in REAL


def test_up_runs_every_sandbox_stack_in_this_home_and_no_real_one(ackb, calls, project):
    done = ackb("up", "--all")
    assert done.code == Exit.CLEAN
    home = str(project.home.root)
    assert calls() == [["up", name, "--json", home] for name in SANDBOX]
    rows = {line.split()[0]: line for line in done.out.splitlines()}
    for name in SANDBOX:
        assert " done " in rows[name]
        assert "3 created" in rows[name]
        assert str(project.home.logs / f"{name}-all-up.log") in rows[name]
        assert f"| up of {name}\n" in done.err
    for name in REAL:
        assert rows[name].split()[1:3] == ["left", "out"]
        assert "real Alibaba Cloud" in rows[name]
    assert f"{len(SANDBOX)} stacks, {os.cpu_count()} at once" in done.out


def test_one_that_fails_is_named_and_the_others_run(ackb, calls, monkeypatch):
    monkeypatch.setenv("FAILS", STACK)
    done = ackb("up", "--all", "--jobs", "1")
    assert done.code == Exit.FINDINGS
    assert len(calls()) == len(SANDBOX)
    assert f"{STACK}: WL-01 it is bad" in done.out
    row = next(line for line in done.out.splitlines() if line.startswith(f"{STACK} "))
    assert "refused by check" in row
    assert done.out.count(" done ") == len(SANDBOX) - 1
    assert "1 at once" in done.out


def test_the_json_document_has_all_of_it(ackb, calls, monkeypatch, project):
    monkeypatch.setenv("FAILS", STACK)
    found = json.loads(ackb("up", "--all", "--json").out)
    assert (found["command"], found["exit_code"]) == ("up", 1)
    bad = next(one for one in found["stacks"] if one["stack"] == STACK)
    assert (bad["result"], bad["exit_code"]) == ("refused by check", 2)
    assert bad["document"] == {"problems": ["WL-01 it is bad"]}
    assert [one["stack"] for one in found["left_out"]] == REAL
    assert "left" not in found


def test_all_settings_are_validated_before_anything_starts(ackb, calls, project):
    project.edit(lambda settings: settings.update(regoin="cn-hangzhou"))
    project.edit(lambda settings: settings.update(regionn="cn-hangzhou"), "burst-dev")
    broken = project.folder / "stacks" / "Pulumi.broken-dev.yaml"
    broken.write_text("config: [")
    done = ackb("up", "--all")
    assert done.code == Exit.COULD_NOT_RUN
    assert "stacks/Pulumi.wordpress-dev.yaml ackb:settings.regoin: " in done.err
    assert "stacks/Pulumi.burst-dev.yaml ackb:settings.regionn: " in done.err
    assert "stacks/Pulumi.broken-dev.yaml:" in done.err
    assert "stacks/Pulumi.broken-dev.yaml stacks/" not in done.err
    assert not (project.folder / "ran").exists()


def test_without_any_sandbox_stack_it_says_so(ackb, calls, project):
    for name in SANDBOX:
        (project.folder / "stacks" / f"Pulumi.{name}.yaml").unlink()
    done = ackb("up", "--all")
    assert done.code == Exit.COULD_NOT_RUN
    assert "CLI-07 --all: " in done.err
    assert "finds no stack with the target sandbox in stacks/" in done.err


def test_down_runs_what_exists_also_with_settings_wrong_by_now(ackb, calls, project):
    state(project, "burst-dev", [{"urn": "urn:x", "type": "t"}])
    state(project, "wordpress-prod", [{"urn": "urn:x", "type": "t"}])
    state(project, STACK, [])
    project.edit(lambda settings: settings.update(regoin="cn-hangzhou"), "burst-dev")
    done = ackb("down", "--all")
    assert done.code == Exit.CLEAN
    assert [call[:2] for call in calls()] == [["down", "burst-dev"]]
    assert "The simulated cloud is empty." in done.out
    rows = {line.split()[0]: line for line in done.out.splitlines()}
    assert "nothing of it exists" in rows[STACK]
    assert "real Alibaba Cloud" in rows["wordpress-prod"]


@pytest.mark.parametrize("trace", ["torn", "pending", "secret"])
def test_down_runs_what_a_kill_left(ackb, calls, project, trace):
    state(project, STACK, [])
    file = checkpoint.path(project.home.state, "ackb", STACK)
    if trace == "torn":
        file.write_text('{"check')
    elif trace == "pending":
        latest = {"pending_operations": [{"type": "creating"}]}
        file.write_text(json.dumps({"checkpoint": {"latest": latest}}))
    else:
        path = project.folder / "stacks" / f"Pulumi.{STACK}.yaml"
        path.write_text(path.read_text() + "  ackb:databasePassword:\n    secure: v1:abc\n")
    ackb("down", "--all")
    assert [call[:2] for call in calls()] == [["down", STACK]]


def test_down_tells_what_stays(ackb, calls, monkeypatch):
    row = {"service": "slb", "kind": "LB", "id": "lb-1", "name": "x", "status": "active"}
    monkeypatch.setattr(simulated, "inventory", lambda _: [row])
    assert "lb-1" in ackb("down", "--all").out
    found = json.loads(ackb("down", "--all", "--json").out)
    assert (found["stacks"], found["left"]) == ([], [row])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["up"], "CLI-07 STACK: (missing) – must name a stack."),
        (["down"], "CLI-07 STACK: (missing) – must name a stack."),
        (["up", STACK, "--all"], f'CLI-07 STACK: "{STACK}" – must not stand beside --all'),
        (["down", STACK, "--all"], f'CLI-07 STACK: "{STACK}" – must not stand beside --all'),
        (["up", STACK, "--jobs", "2"], "CLI-07 --jobs: 2 – must stand beside --all"),
        (["up", "--all", "--jobs", "0"], "ackb up: "),
    ],
)
def test_what_does_not_go_together_is_refused(ackb, calls, project, words, why):
    done = ackb(*words)
    assert done.code == Exit.COULD_NOT_RUN
    assert done.err.startswith(why)
    assert not (project.folder / "ran").exists()
