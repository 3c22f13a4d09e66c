"""Node pools and virtual nodes, as Kubernetes sees them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from ackb import toolchain
from ackb.domain.quantity import parse
from sandbox.kube.client import Object
from tests.sandbox.kube.conftest import Lab, eventually, on_eci


def test_the_nodes_of_the_architecture(lab: Lab) -> None:
    """S1-14, S2-41: ECS nodes by address, one virtual node a zone, schedulable."""
    nodes = lab.nodes()
    virtual = {name for name in nodes if name.startswith("virtual-kubelet-")}
    assert virtual == {"virtual-kubelet-cn-hangzhou-i", "virtual-kubelet-cn-hangzhou-j"}
    instances = lab.cloud.ecs.describe_instances()["Instances"]["Instance"]
    expected = {f"cn-hangzhou.{one['PrivateIpAddress']}" for one in instances}
    assert set(nodes) - virtual == expected
    assert len(expected) == 4
    for node in nodes.values():
        assert not node["spec"].get("unschedulable")
        assert node["status"]["nodeInfo"]["kubeletVersion"] == "v1.36.1-aliyun.1"
        assert parse(node["status"]["allocatable"]["cpu"]) > 3


def test_the_user_works_with_a_fresh_credential(lab: Lab) -> None:
    answer = lab.cloud.cs.describe_cluster_user_kubeconfig(
        cluster_id=lab.cluster_id, temporary_duration_minutes=15
    )
    config = lab.home.kubeconfigs / "test.json"
    config.write_text(answer["config"])
    kubectl = str(toolchain.find("kubectl").path)
    answers = [
        subprocess.run(
            [kubectl, "--kubeconfig", config, *command], capture_output=True, text=True, check=True
        ).stdout
        for command in (
            ["auth", "can-i", "*", "*", "--all-namespaces"],
            ["auth", "whoami", "-o", "json"],
            ["top", "nodes"],
        )
    ]
    assert answers[0].strip() == "yes"
    who = json.loads(answers[1])["status"]["userInfo"]
    assert who["username"] == lab.cloud.account_id
    assert "system:masters" not in who["groups"]
    assert "virtual-kubelet-cn-hangzhou-i" in answers[2]


def test_a_pool_grows_and_drains_a_node_that_leaves(lab: Lab) -> None:
    """A PodDisruptionBudget holds a node up until its pods may go."""
    cs = lab.cloud.cs
    answer = cs.create_cluster_node_pool(
        cluster_id=lab.cluster_id,
        nodepool_info={"name": "drained"},
        scaling_group={
            "vswitch_ids": lab.vswitch_ids,
            "instance_types": ["ecs.g7.xlarge"],
            "desired_size": 1,
        },
        kubernetes_config={
            "labels": [{"key": "drained", "value": "yes"}],
            "taints": [{"key": "drained", "value": "yes", "effect": "NoSchedule"}],
        },
    )
    pool = {"cluster_id": lab.cluster_id, "nodepool_id": answer["nodepool_id"]}
    lab.finished(answer["task_id"])
    (node,) = [one for one in lab.nodes().values() if "drained" in one["metadata"]["labels"]]
    assert {"key": "drained", "value": "yes", "effect": "NoSchedule"} in node["spec"]["taints"]

    namespace = lab.namespace()
    lab.post(
        f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets",
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}},
        },
    )
    lab.deploy(
        namespace,
        2,
        nodeSelector={"drained": "yes"},
        tolerations=[{"key": "drained", "operator": "Exists"}],
    )
    before = lab.ready(namespace, 2)

    task_id = cs.delete_cluster_nodepool(**pool, force=True)["task_id"]
    name = node["metadata"]["name"]
    eventually(lambda: lab.nodes()[name]["spec"].get("unschedulable"))
    assert lab.ready(namespace, 2) == before, "the budget forbids to evict any of them"
    assert cs.describe_task_info(task_id=task_id)["state"] == "running"

    lab.merge(
        f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets/web",
        {"spec": {"minAvailable": 0}},
    )
    lab.finished(task_id)
    eventually(lambda: name not in lab.nodes())
    instances = lab.cloud.ecs.describe_instances()["Instances"]["Instance"]
    assert len(instances) == 4


def test_an_instance_deleted_in_the_console_is_no_node_any_more(lab: Lab) -> None:
    cs = lab.cloud.cs
    answer = cs.create_cluster_node_pool(
        cluster_id=lab.cluster_id,
        nodepool_info={"name": "fragile"},
        scaling_group={
            "vswitch_ids": lab.vswitch_ids,
            "instance_types": ["ecs.g7.xlarge"],
            "desired_size": 1,
        },
    )
    lab.finished(answer["task_id"])
    (node,) = cs.describe_cluster_nodes(
        cluster_id=lab.cluster_id, nodepool_id=answer["nodepool_id"]
    )["nodes"]
    lab.cloud.ecs.delete_instance(instance_id=node["instance_id"], force=True)
    eventually(lambda: node["node_name"] not in lab.nodes())
    cs.delete_cluster_nodepool(cluster_id=lab.cluster_id, nodepool_id=answer["nodepool_id"])


def test_labels_of_the_pool_reach_the_nodes_when_asked(lab: Lab) -> None:
    """pulumi-alicloud#924."""

    def teams() -> set[str]:
        nodes = [
            one
            for one in lab.nodes().values()
            if "alibabacloud.com/nodepool-id" in one["metadata"]["labels"]
        ]
        return {node["metadata"]["labels"].get("team", "") for node in nodes}

    assert teams() == {"a"}
    change = {"kubernetes_config": {"labels": [{"key": "team", "value": "b"}]}}
    pool = {"cluster_id": lab.cluster_id, "nodepool_id": lab.pool_id}
    answer = lab.cloud.cs.modify_cluster_node_pool(**pool, **change, update_nodes=True)
    lab.finished(answer["task_id"])
    eventually(lambda: teams() == {"b"})


def test_the_eci_label_outranks_everything(lab: Lab) -> None:
    """alibabacloud.com/eci on the pod or on its namespace; the pod's own label wins."""
    elsewhere = {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "team", "operator": "Exists"}]}]
            }
        }
    }
    plain = lab.namespace()
    lab.deploy(plain, 2, labels={"alibabacloud.com/eci": "true"}, affinity=elsewhere)
    assert len(on_eci(lab.ready(plain, 2))) == 2

    labelled = lab.namespace({"alibabacloud.com/eci": "true"})
    lab.deploy(labelled, 2)
    assert len(on_eci(lab.ready(labelled, 2))) == 2
    lab.deploy(labelled, 1, name="stays", labels={"alibabacloud.com/eci": "false"})
    eventually(lambda: len(lab.pods(labelled)) == 3)
    stays = {name for name in lab.ready(labelled, 3) if name.startswith("stays")}
    assert not stays & on_eci(lab.ready(labelled, 3))


@pytest.fixture
def gpu_node(lab: Lab) -> Iterator[str]:
    """Name of the only node of a pool of T4 cards, which goes with the test."""
    cs = lab.cloud.cs
    answer = cs.create_cluster_node_pool(
        cluster_id=lab.cluster_id,
        nodepool_info={"name": "gpu-t4"},
        scaling_group={
            "vswitch_ids": lab.vswitch_ids[:1],
            "instance_types": ["ecs.gn6i-c4g1.xlarge"],
            "desired_size": 1,
        },
    )
    pool_id = answer["nodepool_id"]
    lab.finished(answer["task_id"])
    name = next(
        name
        for name, node in lab.nodes().items()
        if node["metadata"]["labels"].get("alibabacloud.com/nodepool-id") == pool_id
    )
    yield name
    gone = cs.delete_cluster_nodepool(cluster_id=lab.cluster_id, nodepool_id=pool_id, force=True)
    lab.finished(gone["task_id"])
    eventually(lambda: name not in lab.nodes())


def test_a_job_gets_the_card_that_it_asks_for(lab: Lab, gpu_node: str) -> None:
    """S0-07 on a managed cluster: nothing but the pool is needed."""
    eventually(lambda: "nvidia.com/gpu" in lab.nodes()[gpu_node]["status"]["allocatable"])
    labels = lab.nodes()[gpu_node]["metadata"]["labels"]
    assert labels["aliyun.accelerator/nvidia_name"] == "Tesla-T4"
    assert labels["ack.node.gpu.schedule"] == "default"
    namespace = lab.namespace()
    container = {
        "name": "cuda",
        "image": "nvidia/cuda",
        "resources": {"limits": {"nvidia.com/gpu": "1"}},
    }
    job: Object = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "smoke", "namespace": namespace},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
    }
    path = f"/apis/batch/v1/namespaces/{namespace}/jobs"
    lab.post(path, job)
    eventually(lambda: lab.client.get(f"{path}/smoke")["status"].get("succeeded") == 1)
    assert [pod["spec"]["nodeName"] for pod in lab.pods(namespace)] == [gpu_node]
    lab.client.call("DELETE", f"{path}/smoke", body={"propagationPolicy": "Background"})
