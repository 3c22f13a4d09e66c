"""`NodeAutoscaling`, and the controllers that autoscaling needs in a cluster."""

from __future__ import annotations

import json

import pytest

from ackb.domain.problems import InvalidArguments
from components.autoscaling import (
    VERTICAL_CHART,
    NodeAutoscaling,
    NodeAutoscalingArgs,
    cron_controller,
    marketplace_chart,
)

CONFIG = "alicloud:cs/autoscalingConfig:AutoscalingConfig"


def arguments(**changes) -> NodeAutoscalingArgs:
    return NodeAutoscalingArgs(**{"cluster_id": "c-1", **changes})


def refused(**changes) -> list[str]:
    with pytest.raises(InvalidArguments) as caught:
        NodeAutoscaling("nodes", arguments(**changes))
    return str(caught.value).splitlines()


def test_the_defaults_are_those_of_the_cloud(deploy) -> None:
    """S4-12, S4-16: least waste."""
    plan = deploy(lambda opts: NodeAutoscaling("nodes", arguments(), opts))
    assert plan.one(CONFIG, "nodes-config").inputs == {
        "clusterId": "c-1",
        "scalerType": "goatscaler",
        "expander": "least-waste",
        "scaleDownEnabled": True,
        "utilizationThreshold": "0.5",
        "gpuUtilizationThreshold": "0.5",
        "unneededDuration": "10m",
        "coolDownDuration": "10m",
        "scanInterval": "30s",
        "minReplicaCount": 0,
        "maxGracefulTerminationSec": 14400,
        "skipNodesWithLocalStorage": False,
        "skipNodesWithSystemPods": True,
    }
    assert plan.one("ackb:cluster:NodeAutoscaling", "nodes").outputs["config_id"]


def test_cpu_pools_may_come_before_gpu_pools(deploy) -> None:
    """S4-16."""
    wanted = arguments(
        scaler="cluster-autoscaler",
        expander="priority",
        priorities={10: ["asg-gpu"], 20: ["asg-a", "asg-b"]},
    )
    plan = deploy(lambda opts: NodeAutoscaling("nodes", wanted, opts))
    inputs = plan.one(CONFIG, "nodes-config").inputs
    assert inputs["priorities"] == {"20": "asg-a,asg-b", "10": "asg-gpu"}
    assert (inputs["scalerType"], inputs["expander"]) == ("cluster-autoscaler", "priority")


def test_instant_scaling_knows_one_way_only() -> None:
    lines = refused(expander="priority", priorities={1: ["asg"]})
    assert lines == [
        "NodeAutoscaling \"nodes\": 'expander' must be least-waste, the only one that goatscaler "
        'has (got "priority"); write least-waste, or choose cluster-autoscaler'
    ]


@pytest.mark.parametrize(
    "changes", [{"expander": "priority"}, {"expander": "random", "priorities": {1: ["asg"]}}]
)
def test_priorities_and_their_expander_come_together(changes) -> None:
    lines = refused(scaler="cluster-autoscaler", **changes)
    assert [line.split("'")[1] for line in lines] == ["priorities"]


def test_every_wrong_argument_is_named_at_once() -> None:
    lines = refused(
        utilization_threshold=1.0,
        gpu_utilization_threshold=0.0,
        unneeded_minutes=0,
        cool_down_minutes=0,
        scan_seconds=0,
        min_replicas_kept=-1,
        longest_drain_seconds=-1,
    )
    assert [line.split("'")[1] for line in lines] == [
        "utilization_threshold",
        "gpu_utilization_threshold",
        "unneeded_minutes",
        "cool_down_minutes",
        "scan_seconds",
        "min_replicas_kept",
        "longest_drain_seconds",
    ]
    assert lines[0].endswith("must be a share between 0 and 1 (got 1.0); write 0.5 for 50 %")


def test_schedules_follow_one_time_zone(deploy) -> None:
    plan = deploy(
        lambda opts: cron_controller("cron", cluster_id="c-1", time_zone="Asia/Tokyo", opts=opts)
    )
    addon = plan.one("alicloud:cs/kubernetesAddon:KubernetesAddon", "cron-addon").inputs
    assert addon["name"] == "ack-kubernetes-cronhpa-controller"
    assert json.loads(addon["config"]) == {"timezone": "Asia/Tokyo"}


def test_a_chart_of_the_marketplace_is_pinned(deploy) -> None:
    plan = deploy(
        lambda opts: marketplace_chart(
            "vpa", chart=VERTICAL_CHART, repository="https://c.example", version="1.2.3", opts=opts
        )
    )
    release = plan.one("kubernetes:helm.sh/v3:Release", "vpa-release").inputs
    assert (release["chart"], release["version"]) == ("ack-vertical-pod-autoscaler", "1.2.3")
    assert release["namespace"] == "kube-system"
