"""The stack `registered-gpu-dev` end to end: a data centre gets a GPU and more nodes of the cloud.

The tests run in their order, on one stack: cut off while it is registered, brought up, used, cut
off while it is taken down, and gone at last.
"""

from __future__ import annotations

import json
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from sandbox.cloud.cloud import Cloud
from tests.sandbox.conftest import Sandbox, copy_of_project, end
from tests.sandbox.pages import Reading, reading

pytestmark = pytest.mark.timeout(900)

STACK = "registered-gpu-dev"
CUT_OFF = ("ros.create_stack", "cs.delete_cluster_nodepool")
MASTER = "iz8vb1xtnuu0ne6b58hvx0z"
LABELS = {
    "aliyun.accelerator/nvidia_count": "1",
    "aliyun.accelerator/nvidia_mem": "16280MiB",
    "aliyun.accelerator/nvidia_name": "Tesla-P100-PCIE-16GB",
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/os": "linux",
}
CAPACITY = {
    "cpu": "4",
    "ephemeral-storage": "123722704Ki",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "30568556Ki",
    "nvidia.com/gpu": "1",
    "pods": "110",
}
ALLOCATABLE = {
    "cpu": "4",
    "ephemeral-storage": "114022843818",
    "memory": "30466156Ki",
    "nvidia.com/gpu": "1",
    "pods": "110",
}
WORK = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "work", "namespace": "default"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "work"}},
        "template": {
            "metadata": {"labels": {"app": "work"}},
            "spec": {
                # Work without GPUs stays off the node that is paid for its GPU.
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {
                                    "matchExpressions": [
                                        {
                                            "key": "aliyun.accelerator/nvidia_count",
                                            "operator": "DoesNotExist",
                                        }
                                    ]
                                }
                            ]
                        }
                    }
                },
                "containers": [
                    {
                        "name": "work",
                        "image": "busybox:1.37.0",
                        "resources": {"requests": {"cpu": "2", "memory": "2Gi"}},
                    }
                ],
            },
        },
    },
}


def eventually(probe: Callable[[], Any], seconds: float = 240.0) -> Any:
    """Wait until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s; last answer: {answer!r}"
        time.sleep(0.2)
    return answer


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    started = copy_of_project(tmp_path_factory.mktemp("registered"))
    started.stack = STACK
    # The daemon dies when the stack of ROS is made, and when the first pool is gone, unanswered.
    plan = [{"verb": verb, "phase": "after", "action": "crash"} for verb in CUT_OFF]
    (started.home.ensure().root / "faults.json").write_text(json.dumps(plan))
    try:
        yield started
    finally:
        end(started)


@pytest.fixture(scope="module")
def page(stack: Sandbox) -> Iterator[Reading]:
    """The page of the blueprint, whose commands bring the stack up and down."""
    with reading(stack, "docs/blueprints/registered-gpu.md") as follows:
        yield follows


def kinds(stack: Sandbox) -> Counter[tuple[str, str]]:
    """What the simulated cloud holds: service and kind."""
    database = stack.home.cloud_db
    objects = Cloud.open(database).inventory() if database.exists() else []
    return Counter((one["service"], one["kind"]) for one in objects)


def cut_off(stack: Sandbox, *command: str) -> str:
    """Run a command that a planned fault cuts off; returns what it told."""
    run = stack.start(*command)
    told = run.communicate()[0]
    assert run.returncode == 3, told
    return told


def nodes(stack: Sandbox) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in stack.objects("nodes")}


def is_ready(node: dict[str, Any]) -> bool:
    found = [(one["type"], one["status"]) for one in node["status"]["conditions"]]
    return ("Ready", "True") in found


def with_gpu(stack: Sandbox) -> dict[str, Any]:
    (node,) = (one for name, one in nodes(stack).items() if name != MASTER)
    return node


def test_it_can_be_judged_before_anything_is_there(stack: Sandbox) -> None:
    found = stack.ackb("check", STACK)
    assert (found["blueprint"], found["exit_code"]) == ("registered-gpu", 0)
    assert found["resources"]["alicloud:ros/stack:Stack"] == 1


def test_a_registration_that_was_cut_off_is_found_again(stack: Sandbox) -> None:
    """S0-01: one stack of ROS, one registered cluster; nothing else before it is connected."""
    stack.set("cluster.connected", False)
    cut_off(stack, "ackb", "up", STACK)
    told = stack.shell(f"ackb up {STACK} 2>&1")
    assert "the creation of idc-registration was not answered: found as" in told
    found = stack.ackb("outputs", STACK)
    assert found["kubeconfig"] is None
    assert found["outputs"]["next_step"].startswith(f"connect the cluster: `ackb agent {STACK} |")
    assert kinds(stack)["cs", "NodePool"] == 0


def test_a_connected_cluster_gets_its_pools(stack: Sandbox, page: Reading) -> None:
    """S0-08: what `ackb up` adds once somebody says that the agent runs."""
    stack.set("cluster.connected", True)
    page.past("ackb up registered-gpu-dev")
    found = kinds(stack)
    assert (found["ros", "Stack"], found["cs", "Cluster"]) == (1, 1)
    outputs = stack.ackb("outputs", STACK)["outputs"]
    assert outputs["cluster_id"].startswith("c")
    assert set(outputs["node_pools"]) == {"burst", "GPU-P100"}


def test_the_listing_of_the_article(stack: Sandbox, page: Reading) -> None:
    """S0-09, S0-11, S0-18: one machine of the data centre, one of the cloud, one version."""
    found = nodes(stack)
    listing = page.past("kubectl get nodes")
    print(listing)
    assert [line.split()[1] for line in listing.splitlines()] == ["STATUS", "Ready", "Ready"]
    assert len(found) == 2
    assert MASTER in found
    (other,) = found.keys() - {MASTER}
    assert other.startswith("cn-zhangjiakou.172.16.2")
    assert all(is_ready(one) for one in found.values())
    versions = {one["status"]["nodeInfo"]["kubeletVersion"] for one in found.values()}
    assert len(versions) == 1


def test_the_node_tells_of_its_gpu(stack: Sandbox) -> None:
    """S0-12, S0-13, S0-14."""
    node = with_gpu(stack)
    assert node["metadata"]["labels"].items() >= LABELS.items()
    assert node["metadata"]["labels"]["kubernetes.io/hostname"] == node["metadata"]["name"]
    assert node["status"]["capacity"] == CAPACITY
    assert node["status"]["allocatable"].items() >= ALLOCATABLE.items()


def test_a_job_has_computed_with_it(stack: Sandbox) -> None:
    """S0-16."""
    (job,) = stack.objects("jobs", "-n", "gpu-test")
    assert job["status"]["succeeded"] == 1
    (pod,) = stack.objects("pods", "-n", "gpu-test")
    assert pod["spec"]["nodeName"] == with_gpu(stack)["metadata"]["name"]


def test_a_second_up_changes_nothing(stack: Sandbox) -> None:
    assert stack.ackb("up", STACK)["changes"] == []


def test_the_agent_s_manifest_is_for_one_reader(stack: Sandbox) -> None:
    """S0-08: what a person applies where the cluster does not connect by itself."""
    file = stack.project / "agent.yaml"
    stack.run("ackb", "agent", STACK, "-o", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    objects = {(one["kind"], one["metadata"]["name"]) for one in yaml.safe_load_all(file.open())}
    assert ("Deployment", "ack-cluster-agent") in objects
    assert ("ConfigMap", "ack-agent-config") in objects
    stack.kubectl("apply", "--dry-run=server", "-f", str(file))


def test_nodes_of_another_kind_learn_how_to_join(stack: Sandbox) -> None:
    """The agent's ConfigMap gets the one key, and keeps the others; taken back with the setting."""

    def config() -> dict[str, str]:
        text = stack.kubectl("get", "cm", "-n", "kube-system", "ack-agent-config", "-o", "json")
        data: dict[str, str] = json.loads(text)["data"]
        return data

    before = config()
    url = "https://scripts.example.com/join-ecs-node.sh"
    stack.set("cluster.node_script_url", url)
    stack.ackb("up", STACK)
    assert config() == {**before, "addNodeScriptPath": url}


def test_work_that_finds_no_room_gets_a_node_of_the_cloud(stack: Sandbox) -> None:
    """S0-03 to S0-06: the data centre is full, and its cluster grows in the cloud."""
    manifest = stack.project / "work.json"
    manifest.write_text(json.dumps(WORK))
    stack.kubectl("apply", "-f", str(manifest))
    (pod,) = eventually(
        lambda: [
            one
            for one in stack.objects("pods", "-n", "default", "-l", "app=work")
            if one["status"]["phase"] == "Running"
        ]
    )
    found = nodes(stack)
    assert len(found) == 3
    host = found[pod["spec"]["nodeName"]]
    assert "aliyun.accelerator/nvidia_count" not in host["metadata"]["labels"]
    assert host["metadata"]["labels"]["alibabacloud.com/external"] == "true"
    stack.kubectl("delete", "-f", str(manifest))


def test_a_teardown_that_was_cut_off_goes_on_and_leaves_nothing(
    stack: Sandbox, page: Reading
) -> None:
    """Pools are emptied first: when the first is gone, the registration is still there."""
    page.until("ackb down registered-gpu-dev")
    cut_off(stack, "ackb", "down", STACK, "--yes")
    assert kinds(stack)["ros", "Stack"] == 1
    assert "The simulated cloud is empty." in page.past("ackb down registered-gpu-dev")
