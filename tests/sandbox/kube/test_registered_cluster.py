"""A data centre joins, gets a machine with a card from the cloud, and computes on it (S0)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.controllers.manager import Manager
from sandbox.kube.client import Object, path_of
from tests.sandbox.kube.conftest import REGION, Lab, eventually, kill_all, open_lab

MASTER = "iz8vb1xtnuu0ne6b58hvx0z"
PLUGIN: Object = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "nvidia-device-plugin", "namespace": "kube-system"},
    "spec": {
        "selector": {"matchLabels": {"name": "nvidia-device-plugin"}},
        "template": {
            "metadata": {"labels": {"name": "nvidia-device-plugin"}},
            "spec": {
                "nodeSelector": {"aliyun.accelerator/nvidia_count": "1"},
                "containers": [
                    {"name": "plugin", "image": "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"}
                ],
            },
        },
    },
}
JOB: Object = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "gpu-smoke", "namespace": "default"},
    "spec": {
        "template": {
            "spec": {
                "restartPolicy": "Never",
                "containers": [
                    {
                        "name": "cuda",
                        "image": "nvidia/cuda",
                        "resources": {"limits": {"nvidia.com/gpu": "1"}},
                    }
                ],
            }
        }
    },
}


@dataclass
class Registration:
    """A lab whose cluster is a data centre's, made by a stack."""

    lab: Lab
    stack_id: str
    manager: Manager

    def restart(self) -> None:
        """What a stop of the daemon and its next start do."""
        self.manager.stop()
        self.manager = Manager(self.lab.cloud, self.lab.home)
        self.manager.start()

    def stack(self) -> dict[str, Any]:
        return self.lab.cloud.ros.get_stack(stack_id=self.stack_id)

    def address(self) -> str:
        cs = self.lab.cloud.cs
        return str(cs.describe_cluster_detail(cluster_id=self.lab.cluster_id)["master_url"])

    def state(self) -> str:
        cs = self.lab.cloud.cs
        return str(cs.describe_cluster_detail(cluster_id=self.lab.cluster_id)["state"])


@pytest.fixture(scope="module")
def registration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registration]:
    lab = open_lab(tmp_path_factory.mktemp("registered"))
    manager = Manager(lab.cloud, lab.home)
    manager.start()
    made: Registration | None = None
    try:
        config = {
            "name": "ACKOneRegisterCluster1",
            "cluster_type": "ExternalKubernetes",
            "region_id": {"Ref": "ALIYUN::Region"},
            "vswitch_ids": lab.vswitch_ids,
        }
        properties = {"ClusterConfig": config}
        template = {
            "ROSTemplateFormatVersion": "2015-09-01",
            "Resources": {"Cluster": {"Type": "ALIYUN::CS::AnyCluster", "Properties": properties}},
            "Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Cluster", "ClusterId"]}}},
        }
        stack_id = lab.cloud.ros.create_stack(
            region_id=REGION, stack_name="registered", template_body=json.dumps(template)
        )["StackId"]
        made = Registration(lab, stack_id, manager)
        eventually(lambda: made.stack()["Status"] == "CREATE_COMPLETE", 180)
        lab.cluster_id = made.stack()["Outputs"][0]["OutputValue"]
        yield made
    finally:
        (made.manager if made else manager).stop()
        kill_all(lab.home)


def test_the_data_centre_joins_with_its_only_master(registration: Registration) -> None:
    """S0-08, S0-09: the agent runs, the cloud knows the version and reaches the cluster."""
    lab = registration.lab
    assert registration.state() == "running"
    assert list(lab.nodes()) == [MASTER]
    version = lab.nodes()[MASTER]["status"]["nodeInfo"]["kubeletVersion"]
    detail = lab.cloud.cs.describe_cluster_detail(cluster_id=lab.cluster_id)
    assert detail["current_version"] == version.removeprefix("v")
    agent = lab.client.find("Deployment", "ack-cluster-agent", "kube-system")
    assert agent is not None
    assert agent["status"]["readyReplicas"] >= 1


def test_a_gpu_node_of_the_cloud_computes_for_the_data_centre(registration: Registration) -> None:
    """S0-10..S0-16: pool GPU-P100 of one node, its labels and sizes, and a Job on its card."""
    lab = registration.lab
    lab.finished(
        lab.cloud.cs.install_cluster_addons(
            cluster_id=lab.cluster_id, addons=[{"name": "cloud-node-controller"}]
        )["task_id"]
    )
    answer = lab.cloud.cs.create_cluster_node_pool(
        cluster_id=lab.cluster_id,
        nodepool_info={"name": "GPU-P100"},
        scaling_group={
            "vswitch_ids": lab.vswitch_ids[:1],
            "instance_types": ["ecs.gn5-c4g1.xlarge"],
            "desired_size": 1,
        },
    )
    lab.finished(answer["task_id"])
    name = next(one for one in lab.nodes() if one != MASTER)
    node = lab.nodes()[name]
    assert name.startswith(f"cn-hangzhou.{'10.1.'}")
    labels = node["metadata"]["labels"]
    instance_id = labels["alibabacloud.com/instance-id"]
    assert labels == {
        "aliyun.accelerator/nvidia_count": "1",
        "aliyun.accelerator/nvidia_mem": "16280MiB",
        "aliyun.accelerator/nvidia_name": "Tesla-P100-PCIE-16GB",
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "ack.aliyun.com": lab.cluster_id,
        "alibabacloud.com/nodepool-id": answer["nodepool_id"],
        "alibabacloud.com/instance-id": instance_id,
        "alibabacloud.com/external": "true",
    }
    master = lab.nodes()[MASTER]["status"]["nodeInfo"]["kubeletVersion"]
    assert node["status"]["nodeInfo"]["kubeletVersion"] == master
    assert "nvidia.com/gpu" not in node["status"]["capacity"], "no device plug-in yet"

    lab.client.create(PLUGIN)
    eventually(lambda: "nvidia.com/gpu" in lab.nodes()[name]["status"]["allocatable"])
    status = lab.nodes()[name]["status"]
    assert status["capacity"] == {
        "cpu": "4",
        "ephemeral-storage": "123722704Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "30568556Ki",
        "nvidia.com/gpu": "1",
        "pods": "110",
    }
    assert status["allocatable"] == status["capacity"] | {
        "ephemeral-storage": "114022843818",
        "memory": "30466156Ki",
    }

    jobs = "/apis/batch/v1/namespaces/default/jobs"
    eventually(lambda: lab.client.get("/api/v1/namespaces/default/serviceaccounts/default"))
    lab.post(jobs, JOB)
    eventually(lambda: lab.client.get(f"{jobs}/gpu-smoke")["status"].get("succeeded") == 1)
    pods = lab.client.get(path_of("Pod", namespace="default"))["items"]
    assert [pod["spec"]["nodeName"] for pod in pods] == [name]


def test_the_data_centre_survives_a_stop_of_the_daemon(registration: Registration) -> None:
    """Same address, same nodes, still connected; the manifest is not applied a second time."""
    lab = registration.lab
    settings = {"kind": "ConfigMap", "metadata": {"name": "ack-agent-config"}}
    settings["metadata"]["namespace"] = "kube-system"
    script = {"addNodeScriptPath": "https://files.idc.example/join.sh"}
    lab.client.patch(settings, {"data": script})
    address, nodes = registration.address(), set(lab.nodes())
    registration.restart()
    eventually(lambda: set(lab.nodes()) == nodes, 180)
    assert registration.address() == address
    eventually(lambda: registration.state() == "running")
    kept = lab.client.find("ConfigMap", "ack-agent-config", "kube-system")
    assert kept is not None
    assert kept["data"] == script, "what the user has set stays"


def test_without_its_agent_the_cluster_is_disconnected(registration: Registration) -> None:
    """What needs the tunnel is refused until the agent is back."""
    lab = registration.lab
    agent = {"kind": "Deployment", "metadata": {"name": "ack-cluster-agent"}}
    agent["metadata"]["namespace"] = "kube-system"
    lab.client.patch(agent, {"spec": {"replicas": 0}})
    eventually(lambda: registration.state() == "disconnected")
    lab.client.patch(agent, {"spec": {"replicas": 2}})
    eventually(lambda: registration.state() == "running")


def test_the_stack_goes_once_its_pools_are_empty(registration: Registration) -> None:
    """Nodes first, then the registration; nothing is left of either."""
    lab = registration.lab
    ros, cs = lab.cloud.ros, lab.cloud.cs
    ros.delete_stack(stack_id=registration.stack_id)
    refused = registration.stack()
    assert refused["Status"] == "DELETE_FAILED"
    assert "still has 1 nodes in its pools" in refused["StatusReason"]
    pools = cs.describe_cluster_node_pools(cluster_id=lab.cluster_id)["nodepools"]
    for pool in pools:
        answer = cs.delete_cluster_nodepool(
            cluster_id=lab.cluster_id, nodepool_id=pool["nodepool_info"]["nodepool_id"], force=True
        )
        lab.finished(answer["task_id"])
    eventually(lambda: list(lab.nodes()) == [MASTER])
    ros.delete_stack(stack_id=registration.stack_id)
    eventually(lambda: registration.stack()["Status"] == "DELETE_COMPLETE")
    kinds = {one["kind"] for one in lab.cloud.inventory()}
    assert kinds == {"Vpc", "VSwitch"}
    assert not list((lab.home.kwok / "clusters").glob("*"))
