"""OpenKruise's own manager on the real API server: which pods go to ECI, and which leave first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from ackb import toolchain
from ackb.domain.placement import ByNumber, ByRatio, WorkloadKind
from ackb.planning import Plan
from components.placement import Subset, Target, UnitedDeployment, WorkloadSpread, place
from components.workload import Workload
from sandbox.kube.client import ApiError, Object
from tests.sandbox.kube.conftest import Lab, eventually, on_eci
from tests.unit.components.test_workload import args

# The first test builds the manager where nobody has done so before.
pytestmark = pytest.mark.timeout(1800)

ADDON = "ack-kruise"
API = "apps.kruise.io/v1alpha1"
KINDS = ("clonesets", "uniteddeployments", "workloadspreads")
#: Two pods fill a node of the lab (3900m): its four nodes hold eight.
SIZE = {"cpu": "1900m", "memory": "2Gi"}
ROOM = 8
ECS = {"matchExpressions": [{"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}]}
ECI = {"matchExpressions": [{"key": "type", "operator": "In", "values": ["virtual-kubelet"]}]}
TOLERATIONS = [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]


@pytest.fixture(scope="module")
def installed(shared_lab: Lab, optional_tools: None) -> Iterator[Lab]:
    """The shared cluster with the add-on, for this module."""
    cs, cluster_id = shared_lab.cloud.cs, shared_lab.cluster_id
    answer = cs.install_cluster_addons(cluster_id=cluster_id, addons=[{"name": ADDON}])
    shared_lab.finished(answer["task_id"])
    assert "kruise-manager" in shared_lab.processes()
    yield shared_lab
    answer = cs.un_install_cluster_addons(cluster_id=cluster_id, addons=[{"name": ADDON}])
    shared_lab.finished(answer["task_id"])
    assert "kruise-manager" not in shared_lab.processes()
    groups = shared_lab.client.get("/apis")["groups"]
    assert API.split("/")[0] not in {group["name"] for group in groups}


@pytest.fixture
def kruise(installed: Lab, lab: Lab) -> Iterator[Lab]:
    """The cluster with the add-on; the workloads of a test go with it."""
    yield lab
    for kind in KINDS:
        for item in lab.client.get(f"/apis/{API}/{kind}")["items"]:
            metadata = item["metadata"]
            path = f"/apis/{API}/namespaces/{metadata['namespace']}/{kind}/{metadata['name']}"
            lab.client.call("DELETE", path)


def post(lab: Lab, namespace: str, kind: str, plural: str, spec: Object, name: str = "web") -> None:
    """Create an object of OpenKruise."""
    metadata = {"name": name, "namespace": namespace}
    body = {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": spec}
    lab.post(f"/apis/{API}/namespaces/{namespace}/{plural}", body)


def spread(
    lab: Lab,
    namespace: str,
    target: tuple[str, str],
    base: int | None,
    name: str = "web",
    **more: Any,
) -> None:
    """A WorkloadSpread of `web`: ECS, up to `base` pods when it is given, and then ECI."""
    first = {"name": "ecs", "requiredNodeSelectorTerm": ECS}
    if base is not None:
        first["maxReplicas"] = base
    last = {"name": "eci", "requiredNodeSelectorTerm": ECI, "tolerations": TOLERATIONS}
    version, kind = target
    spec = {
        "targetRef": {"apiVersion": version, "kind": kind, "name": "web"},
        "subsets": [first, last],
        **more,
    }
    post(lab, namespace, "WorkloadSpread", "workloadspreads", spec, name)


def template(name: str = "web") -> Object:
    """A pod template and its selector."""
    container = {"name": name, "image": "nginx", "resources": {"requests": SIZE, "limits": SIZE}}
    labels = {"app": name, "ackb/tier": "online"}
    return {
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }


def clone_set(lab: Lab, namespace: str, replicas: int) -> None:
    """A CloneSet `web`."""
    post(lab, namespace, "CloneSet", "clonesets", {"replicas": replicas, **template()})


def scale(lab: Lab, namespace: str, plural: str, replicas: int) -> None:
    """Set the replicas of `web`."""
    path = f"/apis/{API}/namespaces/{namespace}/{plural}/web/scale"
    lab.merge(path, {"spec": {"replicas": replicas}})


CLONE_SET = (API, "CloneSet")
#: Where a subset has no maximum, only this strategy ever tries the next one.
ADAPTIVE = {"scheduleStrategy": {"type": "Adaptive", "adaptive": {"rescheduleCriticalSeconds": 2}}}


def test_a_spread_without_maxima_is_made_before_its_cloneset(kruise: Lab) -> None:
    """S4-38, S4-29, S2-08: ECS is filled, then ECI takes the rest; a workload has one spread."""
    namespace = kruise.namespace()
    spread(kruise, namespace, CLONE_SET, None, **ADAPTIVE)
    clone_set(kruise, namespace, ROOM + 2)
    pods = kruise.ready(namespace, ROOM + 2)
    assert len(on_eci(pods)) == 2
    subsets = {
        pod["metadata"]["name"]: pod["metadata"]["annotations"].get(
            "apps.kruise.io/matched-workloadspread", ""
        )
        for pod in kruise.pods(namespace)
    }
    assert {name for name, subset in subsets.items() if '"subset":"eci"' in subset} == on_eci(pods)
    with pytest.raises(ApiError) as refused:
        spread(kruise, namespace, CLONE_SET, 3, name="second")
    assert "spec.targetRef is in conflict with other WorkloadSpread web" in refused.value.message


def test_a_cloneset_made_before_its_spread_is_not_spread(kruise: Lab) -> None:
    """S4-38 the other way round: the webhook places pods when they are created, never later."""
    namespace = kruise.namespace()
    clone_set(kruise, namespace, 2)
    kruise.ready(namespace, 2)
    spread(kruise, namespace, CLONE_SET, 0)
    scale(kruise, namespace, "clonesets", 3)
    pods = kruise.ready(namespace, 3)
    assert len(on_eci(pods)) == 1, "two stay where they were before"


def test_cloneset_without_autoscaler(kruise: Lab) -> None:
    """S4-39: ECS first, ECI kept although ECS has room again, manual scale-in prefers ECI."""
    namespace = kruise.namespace()
    other = kruise.namespace()
    kruise.deploy(other, 1)
    kruise.ready(other, 1)
    spread(kruise, namespace, CLONE_SET, None, **ADAPTIVE)
    clone_set(kruise, namespace, ROOM + 1)
    before = kruise.ready(namespace, ROOM + 1)
    assert len(on_eci(before)) == 2, "the other workload takes room"
    kruise.scale(other, 0)
    eventually(lambda: not kruise.pods(other))
    scale(kruise, namespace, "clonesets", ROOM)
    after = kruise.ready(namespace, ROOM)
    assert after.items() < before.items(), "none has moved"
    assert len(on_eci(after)) == 1, "an ECI pod went first"
    eventually(lambda: len(kruise.eci()) == 1)
    scale(kruise, namespace, "clonesets", 3)
    left = kruise.ready(namespace, 3)
    assert not on_eci(left)
    assert left.items() < after.items()


def test_cloneset_with_autoscaler(kruise: Lab) -> None:
    """S4-39: what the HPA adds runs on ECI, and its scale-in takes exactly that away."""
    namespace = kruise.namespace()
    spread(kruise, namespace, CLONE_SET, 3)
    clone_set(kruise, namespace, 3)
    base = kruise.ready(namespace, 3)
    assert not on_eci(base)
    hpa = kruise.autoscale(namespace, 5, 10, (API, "CloneSet"), window=0)
    more = kruise.ready(namespace, 5, 120)
    assert len(on_eci(more)) == 2
    assert base.items() < more.items()
    kruise.merge(hpa, {"spec": {"minReplicas": 3}})
    assert kruise.ready(namespace, 3, 120) == base


def test_spread_of_a_deployment(kruise: Lab) -> None:
    """S4-29, S4-30: a Deployment is spread too; its ECI pods cost less to delete."""
    namespace = kruise.namespace()
    spread(kruise, namespace, ("apps/v1", "Deployment"), 3)
    kruise.deploy(namespace, 5)
    pods = kruise.ready(namespace, 5)
    assert len(on_eci(pods)) == 2

    def costs() -> dict[bool, set[str]]:
        found: dict[bool, set[str]] = {True: set(), False: set()}
        for pod in kruise.pods(namespace):
            annotations = pod["metadata"].get("annotations") or {}
            cost = annotations.get("controller.kubernetes.io/pod-deletion-cost", "")
            found[pod["metadata"]["name"] in on_eci(pods)].add(cost)
        return found

    eventually(lambda: costs() == {True: {"100"}, False: {"200"}})
    kruise.scale(namespace, 3)
    assert set(kruise.ready(namespace, 3)) == set(pods) - on_eci(pods)


def test_united_deployment(kruise: Lab) -> None:
    """S2-08, S4-28: one Deployment for each subset, filled in order and emptied in reverse."""
    namespace = kruise.namespace()
    labels = {"app": "web"}
    spec = {
        "replicas": 5,
        "selector": {"matchLabels": labels},
        "template": {"deploymentTemplate": {"metadata": {"labels": labels}, "spec": template()}},
        "topology": {
            "subsets": [
                {"name": "ecs", "maxReplicas": 3, "nodeSelectorTerm": ECS},
                {"name": "eci", "nodeSelectorTerm": ECI, "tolerations": TOLERATIONS},
            ]
        },
    }
    post(kruise, namespace, "UnitedDeployment", "uniteddeployments", spec)
    pods = kruise.ready(namespace, 5)
    assert len(on_eci(pods)) == 2
    scale(kruise, namespace, "uniteddeployments", 4)
    fewer = kruise.ready(namespace, 4)
    assert len(on_eci(fewer)) == 1
    assert fewer.items() < pods.items()
    scale(kruise, namespace, "uniteddeployments", 2)
    assert kruise.ready(namespace, 2).items() < pods.items()
    path = f"/apis/{API}/namespaces/{namespace}/uniteddeployments/web"
    eventually(
        lambda: kruise.client.get(path)["status"].get("subsetReplicas") == {"ecs": 2, "eci": 0}
    )


def test_the_manager_is_started_again(kruise: Lab) -> None:
    """A process that is killed comes back, and its webhooks with it."""
    before = kruise.processes()["kruise-manager"]
    before.kill()

    def back() -> bool:
        found = kruise.processes().get("kruise-manager")
        return found is not None and found.pid != before.pid

    eventually(back)
    namespace = kruise.namespace()
    # Until the webhooks answer, the API server refuses what they would have to judge.
    eventually(lambda: spread(kruise, namespace, CLONE_SET, 2) is None)
    with pytest.raises(ApiError, match="in conflict with other WorkloadSpread web"):
        spread(kruise, namespace, CLONE_SET, 2, name="second")


def test_the_versions_that_are_served(kruise: Lab) -> None:
    """docs/decisions/openkruise-versions.md: the components emit what every cluster has."""
    group = kruise.client.get("/apis/apps.kruise.io")
    assert [one["version"] for one in group["versions"]] == ["v1beta1", "v1alpha1"]
    served = {
        version: {
            one["kind"] for one in kruise.client.get(f"/apis/apps.kruise.io/{version}")["resources"]
        }
        for version in ("v1alpha1", "v1beta1")
    }
    assert {"CloneSet", "WorkloadSpread", "UnitedDeployment"} <= served["v1alpha1"]
    assert served["v1beta1"] & {"CloneSet", "WorkloadSpread", "UnitedDeployment"} == set()
    assert toolchain.find("kruise-manager").version == "1.8.0"


@pytest.mark.parametrize(
    ("kind", "way", "kinds"),
    [
        ("CloneSet", "spread", ("WorkloadSpread", "CloneSet")),
        ("Deployment", "subsets", ("WorkloadSpread", "Deployment")),
        ("UnitedDeployment", "united", ("UnitedDeployment",)),
    ],
)
def test_what_the_components_write_is_what_its_webhooks_take(
    kruise: Lab, deploy: Callable[..., Plan], kind: str, way: str, kinds: tuple[str, ...]
) -> None:
    """S2-05, S2-08, S4-29: in a trial run of the API server, so that no pod is made."""
    spot = {"k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"}
    ways: dict[str, WorkloadSpread | UnitedDeployment] = {
        "spread": WorkloadSpread(split=ByNumber(pods=22)),
        "subsets": WorkloadSpread(
            subsets=[
                Subset(name="ecs", place="ecs", most=ByRatio(share=0.6)),
                Subset(name="eci", place="eci", most=ByRatio(share=0.3)),
                Subset(name="spot", place="eci", pod_annotations=spot),
            ],
            wait_seconds=147,
        ),
        "united": UnitedDeployment(split=ByRatio(share=0.7)),
    }
    namespace = kruise.namespace()
    target = Target(
        namespace=namespace, app="web", selector={"app": "web"}, kind=WorkloadKind(kind)
    )

    def build(opts: pulumi.ResourceOptions) -> None:
        placed = place("site-placement", ways[way], target, opts)
        workload = args(namespace=namespace, app="web", kind=kind, placement=placed)
        Workload("site", workload, opts)

    objects = {
        one.inputs["kind"]: one.inputs
        for one in deploy(build).resources
        if one.type.startswith("kubernetes:") and "kind" in one.inputs
    }
    for name in kinds:
        found = objects[name]
        path = f"/apis/{found['apiVersion']}/namespaces/{namespace}/{name.lower()}s"
        trial = {"dryRun": "All", "fieldValidation": "Strict"}
        made = kruise.client.call("POST", path, query=trial, body=found)
        assert made["spec"], name
