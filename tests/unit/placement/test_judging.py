"""What a plan says about where its pods go: read from its objects, and judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ackb import inventory, placement
from ackb.domain.placement import ByNumber, ByRatio, StrategyName
from tests.unit.capacity.designs import cluster

ECI = {"alibabacloud.com/eci": "true"}


@dataclass(frozen=True)
class Ordered:
    type: str
    name: str
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...] = ()


def obj(kind: str, api: str = "apps/v1", name: str = "web", waits=(), **inputs: Any) -> Ordered:
    namespace = inputs.pop("namespace", "shop")
    labels = inputs.pop("labels", None)
    metadata = {"name": name, "namespace": namespace}
    if kind == "Namespace":
        metadata = {"name": name}
    if labels:
        metadata["labels"] = labels
    return Ordered(
        f"kubernetes:{api}:{kind}", f"{kind}-{name}", {"metadata": metadata, **inputs}, waits
    )


def workload(kind="Deployment", labels=None, annotations=None, waits=(), **pod: Any) -> Ordered:
    template = {
        "metadata": {"labels": {"app": "web", **(labels or {})}, "annotations": annotations or {}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}], **pod},
    }
    return obj(kind, waits=waits, spec={"replicas": 30, "template": template})


def policy(**more: Any) -> Ordered:
    units = [{"resource": "ecs", "max": 22}, {"resource": "eci"}]
    spec = {"selector": {"app": "web"}, "units": units, **more}
    return obj("ResourcePolicy", "scheduling.alibabacloud.com/v1alpha1", spec=spec)


def spread(name="web", kind="Deployment", limit: Any = "70%") -> Ordered:
    term = {"matchExpressions": [{"key": "type", "operator": "In", "values": ["virtual-kubelet"]}]}
    subsets = [
        {"name": "ecs", "maxReplicas": limit},
        {"name": "eci", "requiredNodeSelectorTerm": term},
    ]
    spec = {"targetRef": {"kind": kind, "name": "web"}, "subsets": subsets}
    return obj("WorkloadSpread", "apps.kruise.io/v1alpha1", name=name, spec=spec)


def profile(**selector: Any) -> Ordered:
    entry = {"name": "web", "effect": {"labels": ECI}, **selector}
    return obj(
        "ConfigMapPatch",
        "core/v1",
        name="eci-profile",
        namespace="kube-system",
        data={"selectors": json.dumps([entry])},
    )


def read(*objects: Ordered) -> inventory.Inventory:
    return inventory.read([cluster(["pods"]), *objects])


def found(*objects: Ordered) -> list[tuple[str, str]]:
    (only,) = read(*objects).workloads
    return [(one.strategy.value, one.where) for one in only.mechanisms]


def judged(*objects: Ordered) -> list[str]:
    return [one.problem.render() for one in placement.judge(read(*objects))]


ON_ECI = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {"key": "type", "operator": "In", "values": ["virtual-kubelet"]}
                        ]
                    }
                ]
            }
        }
    }
}


@pytest.mark.parametrize(
    ("objects", "want"),
    [
        ([workload()], []),
        (
            [workload(labels=ECI)],
            [("eci_label", "the pod label alibabacloud.com/eci=true")],
        ),
        (
            [workload(), obj("Namespace", "core/v1", name="shop", labels=ECI)],
            [
                (
                    "namespace_label",
                    "the label alibabacloud.com/eci=true of the namespace shop",
                )
            ],
        ),
        # A pod's own label outranks that of its namespace.
        (
            [
                workload(labels={"alibabacloud.com/eci": "false"}),
                obj("Namespace", "core/v1", name="shop", labels=ECI),
            ],
            [],
        ),
        ([workload(), policy()], [("ecs_first", "ResourcePolicy shop/web")]),
        ([workload(), policy(selector={"app": "other"})], []),
        ([workload(), spread()], [("workload_spread", "WorkloadSpread shop/web")]),
        ([workload(), spread(kind="CloneSet")], []),
        (
            [workload(annotations={"alibabacloud.com/burst-resource": "eci"})],
            [("burst_resource", "the pod annotation alibabacloud.com/burst-resource=eci")],
        ),
        ([workload(**ON_ECI)], [("node_affinity", "the node affinity of the pods")]),
        (
            [workload(nodeSelector={"type": "virtual-kubelet"})],
            [("node_affinity", "the node affinity of the pods")],
        ),
        (
            [workload(), profile()],
            [("eci_profile", "the selector web of kube-system/eci-profile")],
        ),
        ([workload(), profile(objectSelector={"matchLabels": {"app": "other"}})], []),
        (
            [
                workload(),
                profile(
                    namespaceSelector={"matchLabels": {"kubernetes.io/metadata.name": "shop"}},
                    objectSelector={"matchLabels": {"app": "web"}},
                ),
            ],
            [("eci_profile", "the selector web of kube-system/eci-profile")],
        ),
        (
            [
                workload(),
                obj(
                    "ElasticWorkload",
                    "autoscaling.alibabacloud.com/v1beta1",
                    spec={"sourceTarget": {"kind": "Deployment", "name": "web", "max": 22}},
                ),
            ],
            [("elastic_workload", "ElasticWorkload shop/web")],
        ),
    ],
)
def test_ways_are_read_from_whatever_says_them(objects, want) -> None:
    assert found(*objects) == want


@pytest.mark.parametrize(
    ("object_", "split"),
    [
        (policy(), ByNumber(pods=22)),
        (policy(units=[{"resource": "ecs"}, {"resource": "eci"}]), None),
        (spread(), ByRatio(share=0.7)),
        (spread(limit=22), ByNumber(pods=22)),
    ],
)
def test_splits_are_read_too(object_, split) -> None:
    """S2-05."""
    (only,) = read(workload(), object_).workloads
    assert [one.split for one in only.mechanisms] == [split]


def test_one_way_is_no_finding() -> None:
    assert judged(workload(), policy()) == []
    assert judged(workload(waits=("WorkloadSpread-web",)), spread()) == []


@pytest.mark.parametrize(
    ("objects", "want"),
    [
        (
            [workload(labels=ECI), policy()],
            'PLC-01 Deployment shop/web: ["the pod label alibabacloud.com/eci=true", '
            '"ResourcePolicy shop/web"] – the pod label alibabacloud.com/eci=true sends every pod '
            "to ECI and overrides ResourcePolicy shop/web. Fix: keep one of them: the pod label "
            "alibabacloud.com/eci=true for ECI only, ResourcePolicy shop/web for both.",
        ),
        (
            [workload(waits=("WorkloadSpread-web",)), policy(), spread()],
            'PLC-01 Deployment shop/web: ["ResourcePolicy shop/web", "WorkloadSpread shop/web"] – '
            "ResourcePolicy shop/web and WorkloadSpread shop/web both set "
            "controller.kubernetes.io/pod-deletion-cost and undo each other's order of scale-in. "
            "Fix: keep one of them.",
        ),
        (
            [
                workload(waits=("WorkloadSpread-web", "WorkloadSpread-two")),
                spread(),
                spread(name="two"),
            ],
            'PLC-01 Deployment shop/web: ["WorkloadSpread shop/web", "WorkloadSpread shop/two"] – '
            "a workload has one WorkloadSpread; the webhook of OpenKruise refuses a second. "
            "Fix: remove WorkloadSpread shop/two, or add its subsets to WorkloadSpread shop/web.",
        ),
        (
            [workload(), spread()],
            'PLC-01 Deployment shop/web: ["WorkloadSpread shop/web"] – it must be there before its '
            "workload: pods made before it are in no subset. "
            "Fix: let the workload wait for it.",
        ),
        (
            [workload(annotations={"alibabacloud.com/burst-resource": "eci"})],
            'PLC-02 Deployment shop/web: "the pod annotation alibabacloud.com/burst-resource=eci" '
            "– pod annotation alibabacloud.com/burst-resource is legacy: maintenance for "
            "Kubernetes 1.24 and later stopped in May 2023. "
            "Fix: use ecs_first (ResourcePolicy (scheduling.alibabacloud.com/v1alpha1)).",
        ),
        (
            [workload(labels=ECI, hostNetwork=True)],
            'PLC-03 Deployment shop/web: "Deployment" – must not use the network of its node to '
            "run on ECI. Fix: leave out hostNetwork.",
        ),
        (
            [workload("DaemonSet", labels=ECI)],
            'PLC-03 DaemonSet shop/web: "DaemonSet" – must not be a DaemonSet to run on ECI, where '
            "no pod has a node to itself. "
            "Fix: put it into the pods as a sidecar, or keep it on ECS nodes.",
        ),
        (
            [
                workload(labels=ECI),
                obj("Service", "core/v1", spec={"selector": {"app": "web"}, "type": "NodePort"}),
            ],
            'PLC-03 Deployment shop/web: "Deployment" – must not be a NodePort for pods on ECI, '
            "which no port of a node leads to. "
            "Fix: use LoadBalancer, or ClusterIP behind an Ingress.",
        ),
    ],
)
def test_what_cannot_stand(objects, want) -> None:
    """S4-26, S4-29, S4-38: refused, with both names."""
    assert judged(*objects) == [want]


def test_what_only_grew_old_stops_nothing() -> None:
    legacy = workload(annotations={"alibabacloud.com/burst-resource": "eci"})
    assert [one.stops for one in placement.judge(read(legacy))] == [False]
    assert [one.stops for one in placement.judge(read(workload(labels=ECI), policy()))] == [True]


def test_a_pod_that_stays_on_ecs_may_use_its_node() -> None:
    assert judged(workload(hostNetwork=True)) == []


def test_what_would_be_chosen_today_for_the_same() -> None:
    """S4-31."""
    design = read(workload(waits=("WorkloadSpread-web",)), spread(limit=22))
    (only,) = design.workloads
    needs = placement.needs_of(only, design)
    assert (needs.strict_order, needs.eci_first_out, needs.split) == (True, True, ByNumber(pods=22))
    assert placement.choice_of(only, design).strategy is StrategyName.ECS_FIRST
