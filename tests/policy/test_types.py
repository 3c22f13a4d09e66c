"""The types and properties that rules read exist: a typing error would make a silent rule."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pulumi_kubernetes
import pytest
from pulumi_kubernetes import apps, batch, core, meta

from policies.autoscaling import scalers
from policies.model import Resource
from policies.workloads import pods
from tests.policy.examples import all_examples

# Kinds of custom resources, which no SDK lists.
# Source: https://github.com/openkruise/kruise/tree/v1.8.0/apis/apps
CUSTOM = {
    ("apps.kruise.io", "CloneSet"),
    ("apps.kruise.io", "StatefulSet"),
    ("apps.kruise.io", "DaemonSet"),
    ("apps.kruise.io", "BroadcastJob"),
    ("apps.kruise.io", "UnitedDeployment"),
}

SDK_TOKENS = set(
    re.findall(r'"(kubernetes:[^"]+)": "', Path(pulumi_kubernetes.__file__).read_text("utf-8"))
)


def fields(input_type: type) -> set[str]:
    return set(inspect.signature(input_type.__init__).parameters)


@pytest.mark.parametrize("kind", sorted(pods.KINDS - CUSTOM), ids=lambda kind: "/".join(kind))
def test_a_built_in_kind_is_one_of_the_sdk(kind: tuple[str, str]) -> None:
    group, name = kind
    assert f"kubernetes:{group}/v1:{name}" in SDK_TOKENS


def test_types_that_rules_look_up_are_in_the_sdk() -> None:
    assert {pods.NAMESPACE, pods.LIMIT_RANGE} <= SDK_TOKENS


def test_every_kind_with_pods_has_an_example_in_which_the_rule_fires() -> None:
    (example,) = (one for one in all_examples() if one.path.stem == "bad_every_kind")
    assert {pods.kind_of(one) for one in example.resources} == pods.KINDS
    assert len(example.expect) == len(example.resources)


def test_properties_that_rules_read_are_in_the_sdk() -> None:
    for with_template in (
        apps.v1.DeploymentSpecArgs,
        apps.v1.StatefulSetSpecArgs,
        apps.v1.ReplicaSetSpecArgs,
        apps.v1.DaemonSetSpecArgs,
        batch.v1.JobSpecArgs,
        core.v1.ReplicationControllerSpecArgs,
    ):
        assert "template" in fields(with_template)
    assert "job_template" in fields(batch.v1.CronJobSpecArgs)
    assert "spec" in fields(batch.v1.JobTemplateSpecArgs)
    assert {"metadata", "spec"} <= fields(core.v1.PodTemplateSpecArgs)
    assert {"containers", "init_containers", "resources"} <= fields(core.v1.PodSpecArgs)
    assert {"name", "resources", "restart_policy"} <= fields(core.v1.ContainerArgs)
    assert {"limits", "requests"} <= fields(core.v1.ResourceRequirementsArgs)
    assert "limits" in fields(core.v1.LimitRangeSpecArgs)
    assert {"type", "default", "max"} <= fields(core.v1.LimitRangeItemArgs)
    assert {"name", "namespace", "labels", "annotations"} <= fields(meta.v1.ObjectMetaArgs)


def test_autoscalers_that_rules_look_up_are_told_by_their_kind() -> None:
    """Those of others are custom resources; every kind of them is in an example that fires."""
    assert "kubernetes:autoscaling/v2:HorizontalPodAutoscaler" in SDK_TOKENS
    fired = {
        pods.kind_of(resource)
        for example in all_examples()
        if example.rule.startswith("HPA-") and example.expect
        for resource in example.resources
    }
    assert fired >= scalers.KINDS
    v2 = pulumi_kubernetes.autoscaling.v2
    spec = fields(v2.HorizontalPodAutoscalerSpecArgs)
    assert {"scale_target_ref", "min_replicas", "max_replicas", "metrics"} <= spec
    assert {"resource", "container_resource"} <= fields(v2.MetricSpecArgs)
    assert {"name", "container", "target"} <= fields(v2.ContainerResourceMetricSourceArgs)
    assert {"type", "average_utilization"} <= fields(v2.MetricTargetArgs)


@pytest.mark.parametrize(
    "token",
    [
        "alicloud:ecs/instance:Instance",
        "kubernetes:core/v1:Service",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:apps/v1:DeploymentPatch",
        "pulumi:providers:kubernetes",
        "Deployment",
    ],
)
def test_other_types_have_no_pods(token: str) -> None:
    assert not pods.has_pods(Resource(token, "n", "", {}))
