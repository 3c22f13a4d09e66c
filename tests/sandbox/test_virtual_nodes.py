"""The stack `burst-dev` end to end: its nodes, its name, a job, a thousand pods at once, fewer
virtual nodes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ackb import toolchain
from sandbox.cloud.cloud import Cloud
from tests.sandbox.conftest import Sandbox
from tests.sandbox.kube.conftest import eventually
from tests.sandbox.pages import reading

pytestmark = pytest.mark.timeout(900)

STACK = "burst-dev"
TASKS = 4
NODES = [f"virtual-node-eci-{number}" for number in range(4)]


def homes(sandbox: Sandbox) -> dict[str, str]:
    """The virtual node of each ECI instance that runs."""
    objects = sandbox.ackb("sandbox", "status")["objects"]
    groups = [one for one in objects if one["service"] == "eci" and one["status"] == "Running"]
    return {one["name"]: one["tags"]["virtual-node"] for one in groups}


def listed(sandbox: Sandbox, *what: str) -> list[dict[str, Any]]:
    """What `kubectl get` lists."""
    config = sandbox.home.kubeconfigs / f"{STACK}.yaml"
    kubectl = str(toolchain.find("kubectl").path)
    text = sandbox.run(kubectl, "--kubeconfig", str(config), "get", *what, "-o", "json")
    items: list[dict[str, Any]] = json.loads(text)["items"]
    return items


def is_ready(node: dict[str, Any]) -> bool:
    """What `kubectl get nodes` shows as Ready."""
    states = {one["type"]: one["status"] for one in node["status"]["conditions"]}
    return states.get("Ready") == "True"


def check_nodes(sandbox: Sandbox) -> None:
    """S1-14: the listing of the article, with the versions of today."""
    nodes = {one["metadata"]["name"]: one for one in listed(sandbox, "nodes")}
    agents = [
        name
        for name, one in nodes.items()
        if "node-role.kubernetes.io/agent" in one["metadata"]["labels"]
    ]
    assert agents == NODES
    assert len(nodes) == 6, "two ECS nodes beside the four"
    # A heartbeat may come late while others have the machine.
    eventually(lambda: all(map(is_ready, listed(sandbox, "nodes"))), 120)
    (version,) = {one["status"]["nodeInfo"]["kubeletVersion"] for one in nodes.values()}
    assert version.startswith("v1.36.")


def check_name(sandbox: Sandbox, outputs: dict[str, Any]) -> None:
    """S1-20: the VPC resolves the name to the intranet load balancer, without any ClusterIP."""
    cloud = Cloud.open(sandbox.home.cloud_db)
    (zone,) = cloud.pvtz.describe_zones(keyword="class.private", search_mode="EXACT")["Zones"][
        "Zone"
    ]
    assert [one["VpcId"] for one in zone["BindVpcs"]["Vpc"]] == [outputs["vpc_id"]]
    (record,) = cloud.pvtz.describe_zone_records(zone_id=zone["ZoneId"])["Records"]["Record"]
    assert f"{record['Rr']}.{zone['ZoneName']}" == outputs["private_name"] == "www.class.private"
    balancers = cloud.slb.describe_load_balancers()["LoadBalancers"]["LoadBalancer"]
    (behind,) = [one for one in balancers if one["Address"] == record["Value"]]
    assert (behind["AddressType"], behind["VpcId"]) == ("intranet", outputs["vpc_id"])
    assert outputs["service_address"] == record["Value"]
    assert outputs["service_url"] == f"http://{record['Value']}/"


def check_job(sandbox: Sandbox) -> None:
    """S1-04, S1-05: every task ran once, on ECI, and none is paid for afterwards."""
    (job,) = listed(sandbox, "jobs", "-n", "vk")
    assert (job["status"]["succeeded"], job["spec"]["completionMode"]) == (TASKS, "Indexed")
    pods = listed(sandbox, "pods", "-n", "vk", "-l", "app=scan")
    key = "batch.kubernetes.io/job-completion-index"
    numbers = [pod["metadata"]["annotations"][key] for pod in pods]
    assert sorted(numbers) == [str(number) for number in range(TASKS)]
    assert {pod["spec"]["nodeName"] for pod in pods} <= set(NODES)
    assert {pod["spec"]["dnsPolicy"] for pod in pods} == {"Default"}
    eventually(lambda: not any("-scan-" in name for name in homes(sandbox)), 120)


def check_running(sandbox: Sandbox) -> None:
    """Nodes, name, job, and the spread of S1-16."""
    outputs = sandbox.ackb("outputs", STACK)["outputs"]
    check_nodes(sandbox)
    check_name(sandbox, outputs)
    check_job(sandbox)
    spread = Counter(homes(sandbox).values())
    assert sum(spread.values()) == 10
    assert set(spread) == set(NODES), spread


def check_burst(sandbox: Sandbox) -> None:
    """S1-17: a thousand pods; more than the nodes hold are refused."""
    spread = Counter(homes(sandbox).values())
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


def check_scale_in(sandbox: Sandbox) -> None:
    """S1-22 to S1-24: from four nodes to one, without an orphan."""
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


def test_a_burst_and_fewer_virtual_nodes_afterwards(sandbox: Sandbox) -> None:
    """S1-08, S1-12 to S1-14, S1-16, S1-17, S1-20, S1-22 to S1-24."""
    scan = {"image": "busybox:1.37.0", "command": ["scan"], "tasks": TASKS, "parallelism": 2}
    sandbox.set("jobs.scan", scan, stack=STACK)
    # The pages bring it up, and take it down in the end.
    with (
        reading(sandbox, "docs/burst.md") as command,
        reading(sandbox, "docs/blueprints/burst.md") as page,
    ):
        command.until("ackb down burst-dev")
        page.until("ackb down burst-dev")
        assert "burst-dev: no change in " in page.said["ackb up burst-dev"]
        check_running(sandbox)
        check_burst(sandbox)
        check_scale_in(sandbox)
        assert "The simulated cloud is empty." in page.past("ackb down burst-dev")
