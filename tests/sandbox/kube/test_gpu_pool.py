"""A GPU pool of a managed cluster, where ACK brings the device plug-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.kube.client import Object
from tests.sandbox.kube.conftest import Lab, eventually


@pytest.fixture
def gpu_node(lab: Lab) -> Iterator[str]:
    """Name of the only node of a pool of T4 cards."""
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
    yield next(
        name
        for name, node in lab.nodes().items()
        if node["metadata"]["labels"].get("alibabacloud.com/nodepool-id") == pool_id
    )
    gone = cs.delete_cluster_nodepool(cluster_id=lab.cluster_id, nodepool_id=pool_id, force=True)
    lab.finished(gone["task_id"])


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
