"""Self-managed virtual nodes end to end: a Helm release by the real engine, and its scale-in."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.timeout(600)

STACK = "burst-dev"


def homes(sandbox: Sandbox) -> dict[str, str]:
    """The virtual node of each ECI instance that runs."""
    objects = sandbox.ackb("sandbox", "status")["objects"]
    groups = [one for one in objects if one["service"] == "eci" and one["status"] == "Running"]
    return {one["name"]: one["tags"]["virtual-node"] for one in groups}


def test_fewer_virtual_nodes_and_no_orphan(sandbox: Sandbox) -> None:
    """S1-08, S1-13, S1-22 to S1-24."""
    zero, one = "virtual-node-eci-0", "virtual-node-eci-1"
    sandbox.set("virtual_nodes.replicas", 2, STACK)
    sandbox.set("replicas", 4, STACK)
    sandbox.ackb("up", STACK)
    before = homes(sandbox)
    assert (len(before), set(before.values())) == (4, {zero, one})

    scale_in = ("virtual-nodes", "scale-in", STACK, "--to", "1", "--delete-emptydir-data")
    done = sandbox.ackb(*scale_in)
    assert (done["replicas_before"], done["replicas"]) == (2, 1)
    assert (done["deleted_nodes"], done["setting_changed"]) == ([one], True)
    assert one not in homes(sandbox).values()
    assert sandbox.ackb("sandbox", "status")["orphans"] == []

    changes = sandbox.ackb("up", STACK)["changes"]
    assert [(change["name"], change["op"]) for change in changes] == [
        ("eci-virtual-node-release", "update")
    ], "the setting is recorded, and nothing else"
    assert sandbox.ackb("down", STACK)["left"] == []
