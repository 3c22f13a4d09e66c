"""`GpuPool` and `AgentConfig`: nodes with GPUs, and how they join a cluster elsewhere."""

import pytest

from ackb.domain.gpu import Placement, Schedule
from ackb.domain.problems import InvalidArguments
from components.agent_config import AgentConfig, AgentConfigArgs
from components.device_plugin import DevicePlugin, DevicePluginArgs
from components.gpu_pool import GpuPool, GpuPoolArgs
from components.node_pool import Bounds, NodePoolArgs

POOL = "alicloud:cs/nodePool:NodePool"
PATCH = "kubernetes:core/v1:ConfigMapPatch"


def args(nodes: dict | None = None, **changes) -> GpuPoolArgs:
    return GpuPoolArgs(
        nodes=NodePoolArgs(
            **{
                "cluster_id": "c1",
                "pool_name": "GPU-P100",
                "vswitch_ids": ["vsw-1"],
                "instance_types": ["ecs.gn5-c4g1.xlarge"],
                "size": 1,
                **(nodes or {}),
            }
        ),
        **changes,
    )


def inputs(deploy, nodes: dict | None = None, **changes) -> dict:
    plan = deploy(lambda opts: GpuPool("gpu", args(nodes, **changes), opts))
    return plan.one(POOL, "gpu-nodes-pool").inputs


def refused(nodes: dict | None = None, **changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        GpuPool("gpu", args(nodes, **changes))
    return str(caught.value)


def test_a_pool_scaled_by_hand(deploy) -> None:
    """S0-10: GPU-P100, one node, no autoscaling."""
    got = inputs(deploy)
    assert (got["nodePoolName"], got["desiredSize"]) == ("GPU-P100", "1")
    assert not {"scalingConfig", "labels", "taints"} & set(got)


def test_a_pool_of_a_registered_cluster_is_not_managed(deploy) -> None:
    assert "management" not in inputs(deploy, {"managed": False})
    assert inputs(deploy)["management"]["enable"] is True


@pytest.mark.parametrize(
    ("schedule", "kind"), [(Schedule.DEFAULT, "gpu"), (Schedule.CGPU, "gpushare")]
)
def test_the_autoscaler_is_told_what_to_count(deploy, schedule: Schedule, kind: str) -> None:
    got = inputs(deploy, {"size": Bounds(min=0, max=4)}, schedule=schedule)
    assert got["scalingConfig"] == {"enable": True, "minSize": 0, "maxSize": 4, "type": kind}


def test_sharing_and_driver_are_labels_beside_those_of_the_pool(deploy) -> None:
    got = inputs(
        deploy,
        {"labels": {"team": "vision"}},
        schedule=Schedule.SHARE,
        placement=Placement.BINPACK,
        driver_version="550.144.03",
    )
    assert {one["key"]: one["value"] for one in got["labels"]} == {
        "ack.aliyun.com/nvidia-driver-version": "550.144.03",
        "ack.node.gpu.placement": "binpack",
        "ack.node.gpu.schedule": "share",
        "team": "vision",
    }


def test_nodes_can_be_kept_for_pods_with_gpus(deploy) -> None:
    assert inputs(deploy, reserved=True)["taints"] == [
        {"key": "nvidia.com/gpu", "value": "", "effect": "NoSchedule"}
    ]


def test_instance_types_without_gpus_are_refused() -> None:
    text = refused({"instance_types": ["ecs.gn7i-c8g1.2xlarge", "ecs.c7.xlarge"]})
    assert "'nodes.instance_types' must name instance types with GPUs only (ecs.c7.xlarge" in text


def test_a_placement_without_sharing_is_refused() -> None:
    assert "'placement' must be left out" in refused(placement=Placement.SPREAD)
    assert "'placement'" in refused(placement=Placement.SPREAD, schedule=Schedule.TOPOLOGY)


def test_the_agent_learns_one_key_and_keeps_the_others(deploy) -> None:
    script = AgentConfigArgs(node_script_url="https://scripts.example.com/join.sh")
    patch = deploy(lambda opts: AgentConfig("idc-agent", script, opts)).one(
        PATCH, "idc-agent-patch"
    )
    assert patch.inputs["data"] == {"addNodeScriptPath": "https://scripts.example.com/join.sh"}
    metadata = patch.inputs["metadata"]
    assert (metadata["namespace"], metadata["name"]) == ("kube-system", "ack-agent-config")
    assert metadata["annotations"] == {"pulumi.com/patchForce": "true"}


@pytest.mark.parametrize("address", ["", "join.sh", "oss://bucket/join.sh", "https://"])
def test_an_address_that_nodes_cannot_fetch_from_is_refused(address: str) -> None:
    with pytest.raises(InvalidArguments, match="'node_script_url' must be an address"):
        AgentConfig("idc-agent", AgentConfigArgs(node_script_url=address))


def test_the_device_plug_in_runs_where_there_are_gpus(deploy) -> None:
    """S0-13: without it a node offers no `nvidia.com/gpu`."""
    plan = deploy(lambda opts: DevicePlugin("gpus", DevicePluginArgs(pull_secret="registry"), opts))
    (made,) = plan.of("kubernetes:apps/v1:DaemonSet")
    assert made.inputs["metadata"]["namespace"] == "kube-system"
    pod = made.inputs["spec"]["template"]["spec"]
    nodes = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert nodes["nodeSelectorTerms"][0]["matchExpressions"] == [
        {"key": "aliyun.accelerator/nvidia_count", "operator": "Exists"}
    ]
    assert pod["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["volumes"][0]["hostPath"] == {"path": "/var/lib/kubelet/device-plugins"}
    (container,) = pod["containers"]
    assert container["image"] == "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"
    assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_an_image_of_the_plug_in_that_moves_is_refused() -> None:
    with pytest.raises(InvalidArguments, match="'image' must be pinned"):
        DevicePlugin("gpus", DevicePluginArgs(image="nvcr.io/nvidia/k8s-device-plugin:latest"))
