"""All sandbox stacks together: at once, interrupted, repaired, and gone again."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from ackb import toolchain
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.timeout(1200)

STACKS = ["burst-dev", "wordpress-dev"]


@pytest.fixture
def two(sandbox: Sandbox) -> Sandbox:
    """A project with two stacks for the sandbox and one for the real cloud."""
    for file in (sandbox.project / "stacks").glob("Pulumi.*.yaml"):
        if not any(file.name == f"Pulumi.{name}.yaml" for name in (*STACKS, "wordpress-prod")):
            file.unlink()
    return sandbox


def kubectl(sandbox: Sandbox, stack: str, *arguments: str) -> str:
    config = str(sandbox.home.kubeconfigs / f"{stack}.yaml")
    return sandbox.run(str(toolchain.find("kubectl").path), "--kubeconfig", config, *arguments)


def results(document: dict[str, Any]) -> dict[str, str]:
    return {one["stack"]: one["result"] for one in document["stacks"]}


def ports(sandbox: Sandbox) -> list[int]:
    """Each port that a process of this home listens on."""
    return [
        connection.laddr.port
        for process in sandbox.processes()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]


def test_all_stacks_at_once_interrupted_repaired_and_gone(two: Sandbox) -> None:
    """S2-51: one process each, no clash; a Ctrl-C stops all; nothing stays."""
    _interrupt_while_both_create(two)

    up = two.ackb("up", "--all", "--jobs", "2")
    assert results(up) == dict.fromkeys(STACKS, "done")
    assert [one["stack"] for one in up["left_out"]] == ["wordpress-prod"]
    clusters = {one["document"]["outputs"]["cluster_id"] for one in up["stacks"]}
    assert len(clusters) == 2
    for stack in STACKS:
        assert "Ready" in kubectl(two, stack, "get", "nodes")
    listening = ports(two)
    assert len(listening) == len(set(listening))
    again = two.ackb("up", "--all")
    assert [one["document"]["changes"] for one in again["stacks"]] == [[], []]
    for stack in STACKS:
        _each_cluster_is_of_its_stack(two, stack)

    down = two.ackb("down", "--all")
    assert results(down) == dict.fromkeys(STACKS, "done")
    assert down["left"] == []
    status = two.ackb("sandbox", "status")
    assert (status["empty"], status["daemon"]) == (True, None)
    names = [" ".join(p.cmdline()) for p in two.processes() if p.status() != "zombie"]
    assert names == []
    nothing = two.ackb("down", "--all")
    assert nothing["stacks"] == []


def _each_cluster_is_of_its_stack(sandbox: Sandbox, stack: str) -> None:
    namespaces = kubectl(sandbox, stack, "get", "namespaces", "-o", "name").split()
    own = {"burst-dev": "namespace/vk", "wordpress-dev": "namespace/wordpress"}
    assert {name for name in own if own[name] in namespaces} == {stack}


def _interrupt_while_both_create(sandbox: Sandbox) -> None:
    """As Ctrl-C does, once both have made something; what was made is recorded."""
    started = sandbox.start("ackb", "up", "--all", "--jobs", "2")
    logs = [sandbox.home.logs / f"{name}-all-up.log" for name in STACKS]
    while not all(_has_created(log) for log in logs):
        assert started.poll() is None, f"ended early:\n{started.communicate()[0]}"
        time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    said, _ = started.communicate()
    assert started.returncode == 130, said
    rows = [line.split() for line in said.splitlines() if line]
    ends = {row[0]: row[1] for row in rows if row[0] in STACKS and row[1] != "|"}
    assert set(ends) == set(STACKS), said
    # A slow machine may let one of them finish meanwhile.
    assert "interrupted" in ends.values()
    assert set(ends.values()) <= {"interrupted", "done"}, said
    assert not [p for p in sandbox.processes() if "pulumi" in Path(p.name()).name]


def _has_created(log: Path) -> bool:
    return log.exists() and "created " in log.read_text("utf-8")
