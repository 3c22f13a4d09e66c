"""Which pods stay on ECS nodes, whatever places them."""

from dataclasses import dataclass
from typing import Any

import pytest

from ackb.inventory.workloads import workloads

ECS = {"matchExpressions": [{"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}]}
ECI = {"matchExpressions": [{"key": "type", "operator": "In", "values": ["virtual-kubelet"]}]}
POLICY = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
SPREAD = "kubernetes:apps.kruise.io/v1alpha1:WorkloadSpread"
ELASTIC = "kubernetes:autoscaling.alibabacloud.com/v1beta1:ElasticWorkload"


@dataclass(frozen=True)
class Resource:
    type: str
    name: str
    inputs: dict[str, Any]


def deployment(labels: dict[str, str] | None = None, kind: str = "apps/v1:Deployment") -> Resource:
    pods = {"metadata": {"labels": {"app": "web", **(labels or {})}}, "spec": {}}
    spec = {"replicas": 30, "template": pods}
    metadata = {"name": "web", "namespace": "shop"}
    return Resource(f"kubernetes:{kind}", "web", {"metadata": metadata, "spec": spec})


def united(*subsets: dict[str, Any]) -> Resource:
    pods = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web"}]}}
    spec = {
        "replicas": 30,
        "template": {"deploymentTemplate": {"spec": {"template": pods}}},
        "topology": {"subsets": list(subsets)},
    }
    metadata = {"name": "web", "namespace": "shop"}
    return Resource(
        "kubernetes:apps.kruise.io/v1alpha1:UnitedDeployment",
        "web",
        {"metadata": metadata, "spec": spec},
    )


def other(type: str, spec: dict[str, Any], namespace: str = "shop") -> Resource:
    return Resource(
        type, "other", {"metadata": {"name": "web", "namespace": namespace}, "spec": spec}
    )


def namespace(**labels: str) -> Resource:
    return Resource(
        "kubernetes:core/v1:Namespace", "ns", {"metadata": {"name": "shop", "labels": labels}}
    )


def spread(most: object, kind: str = "Deployment", name: str = "web") -> Resource:
    return other(
        SPREAD,
        {
            "targetRef": {"kind": kind, "name": name},
            "subsets": [
                {"name": "ecs", "requiredNodeSelectorTerm": ECS}
                | ({} if most is None else {"maxReplicas": most}),
                {"name": "eci", "requiredNodeSelectorTerm": ECI},
            ],
        },
    )


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([deployment()], None),
        ([deployment({"alibabacloud.com/eci": "true"})], 0),
        ([deployment(), namespace(**{"alibabacloud.com/eci": "true"})], 0),
        ([deployment(), namespace(**{"virtual-node-affinity-injection": "enabled"})], 0),
        # The label of the pod outranks that of its namespace.
        (
            [
                deployment({"alibabacloud.com/eci": "false"}),
                namespace(**{"alibabacloud.com/eci": "true"}),
            ],
            None,
        ),
        (
            [
                deployment(),
                other(
                    POLICY,
                    {"selector": {"app": "web"}, "units": [{"resource": "ecs", "max": 22}]},
                ),
            ],
            22,
        ),
        (
            [
                deployment(),
                other(
                    POLICY,
                    {"selector": {"app": "web"}, "units": [{"resource": "ecs", "max": 22}]},
                    namespace="elsewhere",
                ),
            ],
            None,
        ),
        ([deployment(), spread(5)], 5),
        ([deployment(), spread("40%")], 12),
        ([deployment(), spread("41%")], 13),
        ([deployment(), spread(50)], 30),
        ([deployment(), spread(None)], None),
        ([deployment(), spread(5, name="api")], None),
        ([deployment(), spread(5, kind="CloneSet")], None),
        (
            [deployment(kind="apps.kruise.io/v1alpha1:CloneSet"), spread(5, kind="CloneSet")],
            5,
        ),
        (
            [
                united(
                    {"name": "ecs", "nodeSelectorTerm": ECS, "maxReplicas": 8},
                    {"name": "eci", "nodeSelectorTerm": ECI},
                )
            ],
            8,
        ),
        (
            [
                deployment(),
                other(ELASTIC, {"sourceTarget": {"kind": "Deployment", "name": "web", "max": 6}}),
            ],
            6,
        ),
    ],
)
def test_most_pods_on_ecs(resources: list[Resource], expected: int | None) -> None:
    (found,) = workloads(resources)
    assert found.most_on_ecs == expected


def test_the_pod_of_a_united_deployment_is_found() -> None:
    """Its size is what `ackb check` compares with the sizes of ECI."""
    (found,) = workloads([united({"name": "ecs", "nodeSelectorTerm": ECS})])
    assert found.pod == {"containers": [{"name": "web"}]}
