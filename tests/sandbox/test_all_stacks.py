"""All sandbox stacks together: at once, interrupted, repaired, and gone again."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from ackb import toolchain
from ackb.cli.context import Workplace
from bench.workspace import CLONE
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.timeout(1800)

_PLACE = Workplace.find(CLONE)
STACKS = [name for name in _PLACE.stack_names() if _PLACE.stack(name).simulated]
REAL = [name for name in _PLACE.stack_names() if name not in STACKS]

JOBS = 2


def test_there_are_stacks_of_every_blueprint() -> None:
    assert {"burst-dev", "wordpress-dev"} <= set(STACKS)
    assert "wordpress-prod" in REAL


def test_all_stacks_at_once_interrupted_repaired_and_gone(sandbox: Sandbox) -> None:
    """S2-51 in part: a process for each, no clash; a Ctrl-C stops all; nothing stays."""
    _interrupt_while_some_create(sandbox)

    up = sandbox.ackb("up", "--all", "--jobs", str(JOBS))
    assert results(up) == dict.fromkeys(STACKS, "done")
    assert [one["stack"] for one in up["left_out"]] == REAL
    clusters = {one["document"]["outputs"]["cluster_id"] for one in up["stacks"]}
    assert len(clusters) == len(STACKS)
    listening = ports(sandbox)
    assert len(listening) == len(set(listening))
    assert len(listening) > 2 * len(STACKS)
    for stack in STACKS:
        namespaces = kubectl(sandbox, stack, "get", "namespaces", "-o", "name").split()
        assert ("namespace/vk" in namespaces) == (stack == "burst-dev")
        assert ("namespace/wordpress" in namespaces) == (stack == "wordpress-dev")

    down = sandbox.ackb("down", "--all")
    assert results(down) == dict.fromkeys(STACKS, "done")
    assert down["left"] == []
    status = sandbox.ackb("sandbox", "status")
    assert (status["empty"], status["daemon"]) == (True, None)
    names = [" ".join(p.cmdline()) for p in sandbox.processes() if p.status() != "zombie"]
    assert names == []
    assert sandbox.ackb("down", "--all")["stacks"] == []


def results(document: dict[str, Any]) -> dict[str, str]:
    return {one["stack"]: one["result"] for one in document["stacks"]}


def kubectl(sandbox: Sandbox, stack: str, *arguments: str) -> str:
    config = str(sandbox.home.kubeconfigs / f"{stack}.yaml")
    return sandbox.run(str(toolchain.find("kubectl").path), "--kubeconfig", config, *arguments)


def ports(sandbox: Sandbox) -> list[int]:
    """Each port that a process of this home listens on."""
    return [
        connection.laddr.port
        for process in sandbox.processes()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]


def _interrupt_while_some_create(sandbox: Sandbox) -> None:
    """As Ctrl-C does, once the first two have made something; what was made is recorded."""
    started = sandbox.start("ackb", "up", "--all", "--jobs", str(JOBS))
    logs = [sandbox.home.logs / f"{name}-all-up.log" for name in STACKS[:JOBS]]
    while not all(_has_created(log) for log in logs):
        assert started.poll() is None, f"ended early:\n{started.communicate()[0]}"
        time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    said, _ = started.communicate()
    assert started.returncode == 130, said
    rows = [line.split() for line in said.splitlines() if line]
    ends = {row[0]: row[1] for row in rows if row[0] in STACKS and row[1] != "|"}
    assert set(ends) == set(STACKS), said
    # A slow machine may let one of them finish meanwhile, and others begin.
    assert "interrupted" in ends.values()
    assert set(ends.values()) <= {"interrupted", "done", "not"}, said
    assert not [p for p in sandbox.processes() if "pulumi" in Path(p.name()).name]


def _has_created(log: Path) -> bool:
    return log.exists() and "created " in log.read_text("utf-8")
