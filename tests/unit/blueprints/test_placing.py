"""How the setting `placement` reaches pods, namespace, add-ons and autoscaler."""

import json

import pulumi
import pytest

from tests.unit.blueprints.test_program import plan

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLONE_SET = "kubernetes:apps.kruise.io/v1alpha1:CloneSet"
UNITED = "kubernetes:apps.kruise.io/v1alpha1:UnitedDeployment"
SPREAD = "kubernetes:apps.kruise.io/v1alpha1:WorkloadSpread"
POLICY = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
ELASTIC = "kubernetes:autoscaling.alibabacloud.com/v1beta1:ElasticWorkload"
PATCH = "kubernetes:core/v1:ConfigMapPatch"
NAMESPACE = "kubernetes:core/v1:Namespace"
HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
RELEASE = "kubernetes:helm.sh/v3:Release"
RATIO = {"type": "ratio", "ecs": 0.7}


def add_ons(made) -> set[str]:
    return {one.inputs["name"] for one in made.of(ADDON)}


def scaled(made) -> tuple[str, str, str]:
    target = made.of(HPA)[0].inputs["spec"]["scaleTargetRef"]
    return target["apiVersion"], target["kind"], target["name"]


def test_labels_of_pods_and_of_the_namespace() -> None:
    """S4-21, S4-22, S2-37."""
    by_pod = plan(placement={"type": "eci_label"})
    template = by_pod.of(DEPLOYMENT)[0].inputs["spec"]["template"]["metadata"]
    assert template["labels"]["alibabacloud.com/eci"] == "true"
    assert by_pod.of(POLICY) == []
    by_namespace = plan(placement={"type": "namespace_label"})
    labels = by_namespace.of(NAMESPACE)[0].inputs["metadata"]["labels"]
    assert labels["alibabacloud.com/eci"] == "true"


@pytest.mark.parametrize(("kind", "type_"), [("Deployment", DEPLOYMENT), ("CloneSet", CLONE_SET)])
def test_a_spread_comes_with_its_add_on_and_before_its_workload(kind, type_) -> None:
    """S4-28, S4-29, S4-38."""
    made = plan(workload=kind, placement={"type": "workload_spread", "split": RATIO})
    assert "ack-kruise" in add_ons(made)
    (spread,) = made.of(SPREAD)
    assert spread.inputs["spec"]["targetRef"]["kind"] == kind
    assert (
        "kruise-addon" in spread.dependencies
        or "kruise-addon"
        in made.one("ackb:workload:PlacementObjects", "site-placement").dependencies
    )
    (workload,) = made.of(type_)
    assert {"site-placement-spread", "kruise-addon"} <= set(workload.dependencies)
    assert scaled(made)[1:] == (kind, "wordpress")


def test_several_subsets_one_of_them_spot() -> None:
    """S4-29."""
    subsets = [
        {
            "name": "base",
            "place": "ecs",
            "most": {"type": "number", "pods": 20},
            "node_labels": {"pool": "base"},
        },
        {"name": "eci", "place": "eci", "most": {"type": "number", "pods": 10}},
        {"name": "spot", "place": "eci", "spot": True},
    ]
    made = plan(
        resources={"limits": {"cpu": "2", "memory": "4Gi"}},
        placement={"type": "workload_spread", "subsets": subsets},
    )
    found = made.of(SPREAD)[0].inputs["spec"]["subsets"]
    assert [(one["name"], one.get("maxReplicas")) for one in found] == [
        ("base", 20),
        ("eci", 10),
        ("spot", None),
    ]
    annotations = found[2]["patch"]["metadata"]["annotations"]
    assert annotations["k8s.aliyun.com/eci-spot-strategy"] == "SpotAsPriceGo"
    assert annotations["k8s.aliyun.com/eci-spot-fallback"] == "true"


def test_a_limit_on_the_last_subset_is_one_clear_message() -> None:
    limit = {"type": "number", "pods": 1}
    subsets = [
        {"name": "a", "place": "ecs", "most": limit},
        {"name": "b", "place": "eci", "most": limit},
    ]
    with pytest.raises(pulumi.RunError) as caught:
        plan(placement={"type": "workload_spread", "subsets": subsets})
    assert "'subsets' must end with a subset without a limit" in str(caught.value)


def test_a_clone_set_needs_the_add_on_whatever_places_it() -> None:
    made = plan(workload="CloneSet", placement={"type": "eci_label"})
    assert "ack-kruise" in add_ons(made)
    assert "kruise-addon" in made.of(CLONE_SET)[0].dependencies


def test_a_united_deployment_is_what_the_autoscaler_scales() -> None:
    """S2-08."""
    made = plan(
        workload="UnitedDeployment", placement={"type": "united_deployment", "split": RATIO}
    )
    (workload,) = made.of(UNITED)
    assert workload.inputs["spec"]["topology"]["subsets"][0]["maxReplicas"] == "70%"
    assert scaled(made) == ("apps.kruise.io/v1alpha1", "UnitedDeployment", "wordpress")
    assert made.of(DEPLOYMENT) == []


def test_an_elastic_workload_is_scaled_instead_of_its_deployment() -> None:
    """S4-35, S4-37."""
    chart = {"repository": "https://charts.example.com", "version": "0.1.0"}
    made = plan(placement={"type": "elastic_workload", "burst_resource": True, "chart": chart})
    assert scaled(made) == (
        "autoscaling.alibabacloud.com/v1beta1",
        "ElasticWorkload",
        "wordpress",
    )
    (release,) = made.of(RELEASE)
    assert release.inputs["chart"] == "ack-kubernetes-elastic-workload"
    (elastic,) = made.of(ELASTIC)
    assert elastic.inputs["spec"]["sourceTarget"]["max"] == 22
    bare = plan(placement={"type": "elastic_workload"})
    assert bare.of(RELEASE) == []


def test_the_profile_waits_for_the_virtual_node() -> None:
    """S4-24."""
    made = plan("wordpress-prod", placement={"type": "eci_profile"})
    (patch,) = made.of(PATCH)
    (entry,) = json.loads(patch.inputs["data"]["selectors"])
    assert entry["namespaceSelector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "wordpress"}
    }
    waits = {
        *patch.dependencies,
        *made.one("ackb:cluster:ProfileSelectors", "site-placement").dependencies,
    }
    assert "eci-virtual-node-addon" in waits


@pytest.mark.parametrize(
    ("placement", "where"),
    [
        ({"type": "burst_resource"}, "annotations"),
        ({"type": "affinity_injection"}, "namespace"),
        ({"type": "node_affinity", "side": "eci", "required": True}, "affinity"),
    ],
)
def test_the_others(placement, where) -> None:
    """S4-23, S1-15, S2-09."""
    made = plan(placement=placement)
    template = made.of(DEPLOYMENT)[0].inputs["spec"]["template"]
    found = {
        "annotations": "alibabacloud.com/burst-resource" in template["metadata"]["annotations"],
        "namespace": "virtual-node-affinity-injection"
        in made.of(NAMESPACE)[0].inputs["metadata"]["labels"],
        "affinity": "affinity" in template["spec"],
    }
    assert [name for name, there in found.items() if there] == [where]
    assert made.of(POLICY) == []


def test_needs_become_the_way_that_suits_them() -> None:
    """S4-31."""
    made = plan(placement={"type": "auto", "split": {"type": "number", "ecs": 7}})
    assert made.of(POLICY)[0].inputs["spec"]["units"][0] == {"resource": "ecs", "max": 7}
    spread = plan(placement={"type": "auto", "split": RATIO}).of(SPREAD)[0]
    assert spread.inputs["spec"]["subsets"][0]["maxReplicas"] == "70%"


def test_what_the_pods_ask_of_eci_stands_on_them() -> None:
    made = plan(
        resources={"limits": {"cpu": "2", "memory": "4Gi"}},
        eci_pods={"spot": {"price_limit": 0.5, "fall_back": True}, "use_specs": ["2-4Gi"]},
    )
    annotations = made.of(DEPLOYMENT)[0].inputs["spec"]["template"]["metadata"]["annotations"]
    assert annotations["k8s.aliyun.com/eci-spot-strategy"] == "SpotWithPriceLimit"
    assert annotations["k8s.aliyun.com/eci-use-specs"] == "2-4Gi"
