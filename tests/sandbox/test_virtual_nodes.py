"""The stack `burst-dev` end to end: its nodes, a thousand pods at once, fewer virtual nodes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ackb import toolchain
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.timeout(900)

STACK = "burst-dev"
NODES = [f"virtual-node-eci-{number}" for number in range(4)]


def homes(sandbox: Sandbox) -> dict[str, str]:
    """The virtual node of each ECI instance that runs."""
    objects = sandbox.ackb("sandbox", "status")["objects"]
    groups = [one for one in objects if one["service"] == "eci" and one["status"] == "Running"]
    return {one["name"]: one["tags"]["virtual-node"] for one in groups}


def nodes(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What `kubectl get nodes` lists."""
    config = sandbox.home.kubeconfigs / f"{STACK}.yaml"
    kubectl = str(toolchain.find("kubectl").path)
    listed = sandbox.run(kubectl, "--kubeconfig", str(config), "get", "nodes", "-o", "json")
    items: list[dict[str, Any]] = json.loads(listed)["items"]
    return items


def test_a_burst_and_fewer_virtual_nodes_afterwards(sandbox: Sandbox) -> None:
    """S1-08, S1-12 to S1-14, S1-16, S1-17, S1-22 to S1-24."""
    sandbox.ackb("up", STACK)
    roles = {
        one["metadata"]["name"]: "node-role.kubernetes.io/agent" in one["metadata"]["labels"]
        for one in nodes(sandbox)
    }
    assert [name for name, agent in roles.items() if agent] == NODES
    assert len(roles) == 6, "two ECS nodes beside the four"
    spread = Counter(homes(sandbox).values())
    assert sum(spread.values()) == 10
    assert set(spread) == set(NODES), spread
    assert sandbox.ackb("up", STACK)["changes"] == []

    sandbox.ackb("burst", STACK, "--pods", "12000", code=3)
    burst = sandbox.ackb("burst", STACK, "--pods", "1000", "--unlimited")
    assert burst["check"] == {
        "pods": 1000,
        "instances": 1000,
        "lost": [],
        "double": [],
        "passed": True,
    }
    assert Counter(homes(sandbox).values()) == spread, "only the stack's own pods are left"

    scale_in = ("virtual-nodes", "scale-in", STACK, "--to", "1", "--delete-emptydir-data")
    done = sandbox.ackb(*scale_in)
    assert (done["replicas_before"], done["replicas"]) == (4, 1)
    assert (sorted(done["deleted_nodes"]), done["setting_changed"]) == (NODES[1:], True)
    assert set(homes(sandbox).values()) == {NODES[0]}
    assert sandbox.ackb("sandbox", "status")["orphans"] == []

    changes = sandbox.ackb("up", STACK)["changes"]
    assert [(change["name"], change["op"]) for change in changes] == [
        ("eci-virtual-node-release", "update")
    ], "the setting is recorded, and nothing else"
    assert sandbox.ackb("down", STACK)["left"] == []
