"""From the settings of autoscaling to what is declared."""

from __future__ import annotations

import json

import pytest

from ackb.planning import Plan, plan_program
from blueprints.program import main
from tests.unit.settings.examples import changed

HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
CRON = "kubernetes:autoscaling.alibabacloud.com/v1beta1:CronHorizontalPodAutoscaler"
VPA = "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler"
KEDA = "kubernetes:keda.sh/v1alpha1:ScaledObject"
RELEASE = "kubernetes:helm.sh/v3:Release"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
NODES = "alicloud:cs/autoscalingConfig:AutoscalingConfig"
CHART = {"repository": "https://charts.example.com", "version": "1.0.0"}


def plan(changes: dict) -> Plan:
    return plan_program(
        main,
        stack="wordpress-dev",
        config={
            "ackb:settings": json.dumps(changed(changes)),
            "pulumi:disable-default-providers": ["*"],
            "ackb:databasePassword": "Placeholder_0",
            "ackb:cachePassword": "Placeholder_0",
            "ackb:sessionKey": "Placeholder_0",
        },
    )


def waits(made: Plan, kind: str, name: str) -> tuple[str, ...]:
    """Return what a component waits for, and with it everything inside."""
    (found,) = (one for one in made.resources if one.name == name and one.type.endswith(f":{kind}"))
    return found.dependencies


def test_nothing_of_it_is_there_unless_asked_for() -> None:
    made = plan({})
    assert len(made.of(HPA)) == 1
    assert made.of(CRON) == made.of(VPA) == made.of(RELEASE) == made.of(NODES) == []


def test_a_schedule_brings_its_add_on_and_waits_for_it() -> None:
    """S2-14."""
    job = {"name": "morning", "schedule": "0 30 8 * * MON-FRI", "size": 50}
    made = plan(
        {
            "scaling": {
                "type": "hpa",
                "memory": 80,
                "tolerance": {"scale_out": 0.05},
                "cron": {"jobs": [job], "time_zone": "Asia/Tokyo"},
            }
        }
    )
    add_on = made.one(ADDON, "cron-hpa-addon")
    assert json.loads(add_on.inputs["config"]) == {"timezone": "Asia/Tokyo"}
    assert "pool-base-pool" in waits(made, "Addon", "cron-hpa")
    schedule = made.one(CRON, "site-scaling-schedule")
    assert schedule.inputs["spec"]["scaleTargetRef"]["kind"] == "HorizontalPodAutoscaler"
    assert "site-scaling-hpa" in schedule.dependencies
    assert "cron-hpa-addon" in waits(made, "Autoscaler", "site-scaling")
    spec = made.one(HPA, "site-scaling-hpa").inputs["spec"]
    assert [one["resource"]["name"] for one in spec["metrics"]] == ["cpu", "memory"]
    assert spec["behavior"]["scaleUp"]["tolerance"] == "50m"
    assert spec["behavior"]["scaleDown"]["tolerance"] == "100m"


def test_right_sizing_brings_its_chart_and_recommends() -> None:
    """S4-41."""
    made = plan({"right_sizing": {}})
    release = made.one(RELEASE, "vpa-release")
    assert release.inputs["chart"] == "ack-vertical-pod-autoscaler"
    vpa = made.one(VPA, "site-size-vpa")
    assert vpa.inputs["spec"]["updatePolicy"] == {"updateMode": "Off"}
    assert vpa.inputs["spec"]["targetRef"]["kind"] == "Deployment"
    assert "vpa-release" in waits(made, "VerticalAutoscaler", "site-size")
    assert "pool-base-pool" in waits(made, "Chart", "vpa")
    assert len(made.of(HPA)) == 1, "it may stand beside the autoscaler, since it changes nothing"


def test_keda_takes_the_place_of_the_autoscaler() -> None:
    """S4-04."""
    made = plan(
        {
            "target": "alibaba-cloud",
            "expected_account_id": "1234567890123456",
            "registry": {
                "type": "acr",
                "endpoint": "shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
                "namespace": "web",
            },
            "scaling": {
                "type": "keda",
                "chart": CHART,
                "triggers": [
                    {"type": "cpu"},
                    {
                        "type": "cron",
                        "start": "0 8 * * *",
                        "end": "0 20 * * *",
                        "replicas": 40,
                    },
                    {
                        "type": "prometheus",
                        "server": "http://p:9090",
                        "query": "sum(waiting)",
                        "threshold": 20.0,
                    },
                ],
            },
        }
    )
    assert made.of(HPA) == []
    scaled = made.one(KEDA, "site-scaling-scaled-object")
    assert [one["type"] for one in scaled.inputs["spec"]["triggers"]] == [
        "cpu",
        "cron",
        "prometheus",
    ]
    assert "keda-release" in waits(made, "ScaledObject", "site-scaling")
    release = made.one(RELEASE, "keda-release").inputs
    assert (release["version"], release["repositoryOpts"]) == (
        "1.0.0",
        {"repo": "https://charts.example.com"},
    )


POOLS = [
    {"name": "gpu", "instance_types": ["ecs.gn7i-c8g1.2xlarge"], "nodes": 1}
    | {"autoscaling": {"min": 0, "max": 2}},
    {"name": "base", "instance_types": ["ecs.c7.2xlarge"], "nodes": 2},
    {"name": "web", "instance_types": ["ecs.c7.2xlarge"], "nodes": 2}
    | {"autoscaling": {"min": 1, "max": 9}},
]


@pytest.mark.parametrize(
    ("wanted", "priorities"),
    [
        ({}, None),
        (
            {"scaler": "cluster-autoscaler", "expander": "priority"},
            {"2": "<scalingGroupId of pool-web-pool>", "1": "<scalingGroupId of pool-gpu-pool>"},
        ),
    ],
)
def test_pools_with_bounds_are_scaled_cpu_before_gpu(wanted: dict, priorities: dict | None) -> None:
    """S4-12, S4-16."""
    made = plan({"node_pools": POOLS, "cluster.node_autoscaling": wanted})
    (config,) = made.of(NODES)
    assert config.inputs["clusterId"] == "<id of ack-cluster>"
    assert config.inputs.get("priorities") == priorities
    assert "nodes-config" in waits(made, "Workload", "site")


def test_nodes_are_paid_and_found_as_the_settings_say() -> None:
    """S2-13."""
    made = plan(
        {
            "node_pools.0.subscription": {"months": 12},
            "node_pools.0.private_pool": {"match": "Target", "pool_id": "eap-1"},
        }
    )
    pool = made.one("alicloud:cs/nodePool:NodePool", "pool-base-pool").inputs
    assert (pool["instanceChargeType"], pool["period"]) == ("PrePaid", 12)
    assert pool["privatePoolOptions"]["privatePoolOptionsId"] == "eap-1"


def test_the_blueprint_stays_clean_under_its_own_policies() -> None:
    """Every autoscaler of the settings keeps the rules HPA-01 to HPA-11."""
    from datetime import date

    from policies.engine import evaluate
    from policies.model import from_plain

    job = {"name": "morning", "schedule": "0 30 8 * * MON-FRI", "size": 50}
    made = plan(
        {
            "node_pools": POOLS,
            "scaling": {"type": "hpa", "cron": {"jobs": [job]}},
            "right_sizing": {"mode": "initial", "resources": ["memory"]},
        }
    )
    report = evaluate(from_plain(vars(one) for one in made.resources), today=date(2026, 11, 22))
    assert [one.message for one in (*report.findings, *report.undecided)] == []
    assert {"HPA-01", "HPA-02", "HPA-03", "HPA-04", "HPA-05", "HPA-06", "HPA-11"} <= {
        rule for rule, _ in report.checked
    }
