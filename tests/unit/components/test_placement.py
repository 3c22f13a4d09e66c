"""Every way of placing pods: what it changes on pods and namespace, what it creates and when."""

from __future__ import annotations

import json

import pulumi
import pytest

from ackb.domain.eci_annotations import EciOptions, Spot
from ackb.domain.placement import ByNumber, ByRatio, StrategyName, WorkloadKind
from ackb.domain.problems import InvalidArguments
from ackb.domain.tiers import Tier
from ackb.planning import Plan
from components.namespace import Namespace, NamespaceArgs
from components.placement import (
    AffinityInjection,
    BurstResource,
    EciLabel,
    EciProfile,
    ElasticWorkload,
    Manifest,
    NamespaceLabel,
    NodeAffinity,
    PlacementObjects,
    PlacementObjectsArgs,
    ProfileSelector,
    ProfileSelectors,
    ProfileSelectorsArgs,
    ResourcePolicy,
    Subset,
    Target,
    UnitedDeployment,
    WorkloadSpread,
    place,
)
from components.placement.placing import Placement
from components.workload import Resources, Workload
from components.workload.component import selector
from tests.unit.components.test_workload import args

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLONE_SET = "kubernetes:apps.kruise.io/v1alpha1:CloneSet"
UNITED = "kubernetes:apps.kruise.io/v1alpha1:UnitedDeployment"
SPREAD = "kubernetes:apps.kruise.io/v1alpha1:WorkloadSpread"
POLICY = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
ELASTIC = "kubernetes:autoscaling.alibabacloud.com/v1beta1:ElasticWorkload"
PATCH = "kubernetes:core/v1:ConfigMapPatch"
TOLERATION = {
    "key": "virtual-kubelet.io/provider",
    "operator": "Equal",
    "value": "alibabacloud",
    "effect": "NoSchedule",
}
ON_ECI = {"key": "type", "operator": "In", "values": ["virtual-kubelet"]}
ON_ECS = {"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}


def target(kind: str = "Deployment") -> Target:
    return Target(namespace="shop", app="shop", selector=selector("shop"), kind=WorkloadKind(kind))


def planned(deploy, strategy: Placement, kind: str = "Deployment", **changes) -> Plan:
    """A namespace and a workload that is placed so."""

    def build(opts: pulumi.ResourceOptions) -> None:
        labels = strategy.namespace_labels()
        Namespace("shop", NamespaceArgs(namespace="shop", tier=Tier.ONLINE, labels=labels), opts)
        placed = place("site-placement", strategy, target(kind), opts)
        Workload("site", args(kind=kind, placement=placed, **changes), opts)

    return deploy(build)


def refused(strategy: Placement, kind: str = "Deployment") -> list[str]:
    with pytest.raises(InvalidArguments) as caught:
        place("site", strategy, target(kind))
    return str(caught.value).splitlines()


def template(plan: Plan, kind: str = DEPLOYMENT) -> dict:
    (only,) = plan.of(kind)
    return only.inputs["spec"]["template"]


def plain(deploy) -> Plan:
    return deploy(lambda opts: Workload("site", args(), opts))


class TestLabels:
    def test_a_label_of_the_pods(self, deploy) -> None:
        """S4-21; the selector of a Deployment cannot change, so the label is no part of it."""
        plan = planned(deploy, EciLabel())
        assert template(plan)["metadata"]["labels"] == {
            "app": "shop",
            "ackb/tier": "online",
            "alibabacloud.com/eci": "true",
        }
        spec = plan.of(DEPLOYMENT)[0].inputs["spec"]
        assert spec["selector"] == {"matchLabels": {"app": "shop"}}
        assert "tolerations" not in spec["template"]["spec"]

    @pytest.mark.parametrize(
        ("strategy", "label"),
        [
            (NamespaceLabel(), ("alibabacloud.com/eci", "true")),
            (AffinityInjection(), ("virtual-node-affinity-injection", "enabled")),
        ],
    )
    def test_a_label_of_the_namespace(self, deploy, strategy, label) -> None:
        """S4-22, S2-07, S2-37, S1-15: the workload itself stays as it is."""
        plan = planned(deploy, strategy)
        namespace = plan.one("kubernetes:core/v1:Namespace", "shop-namespace")
        assert namespace.inputs["metadata"]["labels"] == {
            "ackb/tier": "online",
            "pod-security.kubernetes.io/enforce": "restricted",
            **dict([label]),
        }
        assert template(plan) == template(plain(deploy))

    @pytest.mark.parametrize(("eci_only", "value"), [(False, "eci"), (True, "eci_only")])
    def test_the_old_annotation(self, deploy, eci_only, value) -> None:
        """S4-23."""
        made = template(planned(deploy, BurstResource(eci_only=eci_only)))["metadata"]
        assert made["annotations"]["alibabacloud.com/burst-resource"] == value
        assert made["labels"] == {"app": "shop", "ackb/tier": "online"}


class TestNodeAffinity:
    @pytest.mark.parametrize(("side", "expression"), [("eci", ON_ECI), ("ecs", ON_ECS)])
    def test_a_preference_tolerates_both_sides(self, deploy, side, expression) -> None:
        """S2-09."""
        spec = template(planned(deploy, NodeAffinity(side=side, weight=7)))["spec"]
        assert spec["affinity"]["nodeAffinity"] == {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 7, "preference": {"matchExpressions": [expression]}}
            ]
        }
        assert spec["tolerations"] == [TOLERATION]

    def test_a_must_for_eci(self, deploy) -> None:
        spec = template(planned(deploy, NodeAffinity(side="eci", required=True)))["spec"]
        assert spec["affinity"]["nodeAffinity"] == {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [ON_ECI]}]
            }
        }
        assert spec["tolerations"] == [TOLERATION]

    def test_a_must_for_ecs_tolerates_nothing(self, deploy) -> None:
        spec = template(planned(deploy, NodeAffinity(required=True)))["spec"]
        assert "tolerations" not in spec

    @pytest.mark.parametrize("weight", [0, 101])
    def test_a_weight_outside_its_range(self, weight) -> None:
        assert refused(NodeAffinity(weight=weight)) == [
            f"NodeAffinity \"site\": 'weight' must be from 1 to 100 (got {weight}); "
            "leave it out for 100"
        ]


class TestResourcePolicy:
    def test_it_is_there_before_the_workload(self, deploy) -> None:
        """S2-05, S2-11: 22 on ECS, the rest on ECI."""
        plan = planned(deploy, ResourcePolicy(max_on_ecs=22))
        policy = plan.one(POLICY, "site-placement-policy")
        assert policy.parent == "site-placement"
        units = [{"resource": "ecs", "max": 22}, {"resource": "eci"}]
        assert policy.inputs["spec"]["units"] == units
        assert policy.inputs["spec"]["selector"] == {"app": "shop"}
        assert "site-placement-policy" in plan.of(DEPLOYMENT)[0].dependencies
        assert template(plan) == template(plain(deploy))

    def test_without_a_number_ecs_nodes_are_filled(self, deploy) -> None:
        """S2-06: what the old autoscaler did."""
        policy = planned(deploy, ResourcePolicy(max_on_ecs=None)).of(POLICY)[0]
        assert policy.inputs["spec"]["units"] == [{"resource": "ecs"}, {"resource": "eci"}]

    def test_a_clone_set_has_no_pod_template_hash(self) -> None:
        assert refused(ResourcePolicy(max_on_ecs=-1), "CloneSet") == [
            "ResourcePolicy \"site\": 'target.kind' must be one of Deployment; its pods of one "
            "version are told apart by pod-template-hash, which only a Deployment sets (got "
            '"CloneSet"); choose another strategy, or another kind',
            "ResourcePolicy \"site\": 'max_on_ecs' must be 0 or more (got -1); "
            "choose 0 for ECI only",
        ]


class TestWorkloadSpread:
    @pytest.mark.parametrize("kind", ["Deployment", "CloneSet"])
    def test_it_is_there_before_its_workload(self, deploy, kind) -> None:
        """S4-29, S4-38, S2-08."""
        plan = planned(deploy, WorkloadSpread(split=ByNumber(pods=22)), kind)
        spread = plan.one(SPREAD, "site-placement-spread")
        version = "apps/v1" if kind == "Deployment" else "apps.kruise.io/v1alpha1"
        assert spread.inputs["metadata"] == {"name": "shop", "namespace": "shop"}
        assert spread.inputs["spec"] == {
            "targetRef": {"apiVersion": version, "kind": kind, "name": "shop"},
            "subsets": [
                {
                    "name": "ecs",
                    "maxReplicas": 22,
                    "requiredNodeSelectorTerm": {"matchExpressions": [ON_ECS]},
                },
                {
                    "name": "eci",
                    "tolerations": [TOLERATION],
                    "requiredNodeSelectorTerm": {"matchExpressions": [ON_ECI]},
                },
            ],
            "scheduleStrategy": {"type": "Adaptive", "adaptive": {"rescheduleCriticalSeconds": 30}},
        }
        (workload,) = [
            one
            for one in plan.resources
            if one.name.startswith("site-") and one.type in (DEPLOYMENT, CLONE_SET)
        ]
        assert "site-placement-spread" in workload.dependencies

    def test_a_ratio(self, deploy) -> None:
        """S2-05: 70 % and 30 %."""
        spread = planned(deploy, WorkloadSpread(split=ByRatio(share=0.7), spill=False)).of(SPREAD)[
            0
        ]
        assert [one.get("maxReplicas") for one in spread.inputs["spec"]["subsets"]] == ["70%", None]
        assert spread.inputs["spec"]["scheduleStrategy"] == {"type": "Fixed"}

    def test_three_subsets_one_of_them_spot(self, deploy) -> None:
        spot = {"k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"}
        subsets = [
            Subset(
                name="base",
                place="ecs",
                most=ByNumber(pods=20),
                node_labels={"alibabacloud.com/nodepool-id": "np1"},
            ),
            Subset(name="eci", place="eci", most=ByNumber(pods=10)),
            Subset(name="spot", place="eci", pod_annotations=spot, pod_labels={"spot": "yes"}),
        ]
        spread = planned(deploy, WorkloadSpread(subsets=subsets)).of(SPREAD)[0]
        base, _, last = spread.inputs["spec"]["subsets"]
        assert base["requiredNodeSelectorTerm"]["matchExpressions"] == [
            ON_ECS,
            {"key": "alibabacloud.com/nodepool-id", "operator": "In", "values": ["np1"]},
        ]
        assert last["patch"] == {"metadata": {"annotations": spot, "labels": {"spot": "yes"}}}

    @pytest.mark.parametrize(
        ("strategy", "want"),
        [
            (
                WorkloadSpread(split=ByRatio(share=1.2)),
                "'split' must be from 0 to 1 (got 1.2); write 0.012",
            ),
            (
                WorkloadSpread(spill=False),
                "'subsets' must have a limit before the last one, or pods wait in the first for "
                "ever (got [\"ecs\"]); give them 'most', or let pods spill over",
            ),
            (
                WorkloadSpread(subsets=[Subset(name="eci", place="eci")]),
                "'subsets' must be two or more (got 1); add one, or leave them out for ECS and ECI",
            ),
            (
                WorkloadSpread(wait_seconds=296),
                "'wait_seconds' must be from 1 to 295 with 2 subsets (got 296); "
                "leave it out for 30",
            ),
            (
                WorkloadSpread(
                    subsets=[
                        Subset(name="a", place="ecs", most=ByNumber(pods=1)),
                        Subset(name="a", place="eci"),
                    ]
                ),
                "'subsets[].name' must be given once (got \"a\"); choose another name",
            ),
            (
                WorkloadSpread(
                    subsets=[
                        Subset(name="a", place="ecs", most=ByNumber(pods=1)),
                        Subset(name="b", place="ecs", most=ByRatio(share=0.5)),
                        Subset(name="c", place="eci"),
                    ]
                ),
                "'subsets[].most' must be all numbers or all ratios (got [1, \"50%\"]); "
                "choose one of the two forms",
            ),
            (
                WorkloadSpread(
                    subsets=[
                        Subset(name="a", place="ecs", most=ByRatio(share=0.6)),
                        Subset(name="b", place="ecs", most=ByRatio(share=0.5)),
                        Subset(name="c", place="eci"),
                    ]
                ),
                "'subsets[].most' must make 100 % or less together (got \"110%\"); "
                "lower one of them",
            ),
            (
                WorkloadSpread(
                    subsets=[
                        Subset(name="a", place="ecs", most=ByNumber(pods=1)),
                        Subset(name="b", place="eci", most=ByNumber(pods=5)),
                    ]
                ),
                "'subsets' must end with a subset without a limit, or pods above all limits run "
                "nowhere (got \"b\"); leave out 'most' of the last subset",
            ),
            (
                WorkloadSpread(
                    split=ByNumber(pods=1),
                    subsets=[Subset(name="a", place="ecs"), Subset(name="b", place="eci")],
                ),
                "'split' must be left out beside 'subsets' (got \"1 pods on ECS, the rest on "
                "ECI\"); use 'most' of subsets",
            ),
        ],
    )
    def test_what_the_webhook_would_refuse_or_never_place(self, strategy, want) -> None:
        assert refused(strategy) == [f'WorkloadSpread "site": {want}']

    @pytest.mark.parametrize("wait", [1, 295])
    def test_waits_at_the_edges(self, wait) -> None:
        assert list(WorkloadSpread(wait_seconds=wait).problems(target())) == []

    def test_a_stateful_set_has_numbers_only(self) -> None:
        assert refused(WorkloadSpread(split=ByRatio(share=0.5)), "StatefulSet") == [
            'WorkloadSpread "site": \'split\' must be a number for a StatefulSet (got "50%"); '
            "give a number of pods"
        ]


class TestUnitedDeployment:
    def made(self, deploy, strategy=None, **changes) -> dict:
        strategy = strategy or UnitedDeployment(split=ByRatio(share=0.7))
        (only,) = planned(deploy, strategy, "UnitedDeployment", **changes).of(UNITED)
        return only.inputs["spec"] | {"options": only.options, "meta": only.inputs["metadata"]}

    def test_the_workload_holds_the_subsets(self, deploy) -> None:
        """S2-08."""
        spec = self.made(deploy)
        assert spec["replicas"] == 22
        assert spec["topology"]["subsets"] == [
            {
                "name": "ecs",
                "maxReplicas": "70%",
                "nodeSelectorTerm": {"matchExpressions": [ON_ECS]},
            },
            {
                "name": "eci",
                "tolerations": [TOLERATION],
                "nodeSelectorTerm": {"matchExpressions": [ON_ECI]},
            },
        ]

    def test_each_subset_is_a_deployment_like_any_other(self, deploy) -> None:
        spec = self.made(deploy)
        deployment = spec["template"]["deploymentTemplate"]
        assert deployment["metadata"] == {"labels": {"app": "shop", "ackb/tier": "online"}}
        ordinary = dict(plain(deploy).of(DEPLOYMENT)[0].inputs["spec"])
        del ordinary["replicas"]
        assert deployment["spec"] == ordinary

    def test_under_an_autoscaler_the_first_number_is_not_kept(self, deploy) -> None:
        spec = self.made(deploy, replicas=None)
        assert spec["replicas"] == 1
        assert spec["options"]["ignoreChanges"] == ["spec.replicas"]
        assert "annotations" not in spec["meta"]

    def test_a_patch_reaches_the_pods_of_its_subset(self, deploy) -> None:
        subsets = [
            Subset(name="ecs", place="ecs"),
            Subset(name="eci", place="eci", pod_labels={"spot": "yes"}),
        ]
        spec = self.made(deploy, UnitedDeployment(subsets=subsets))
        assert spec["topology"]["subsets"][1]["patch"] == {
            "spec": {"template": {"metadata": {"labels": {"spot": "yes"}}}}
        }

    def test_no_other_kind_holds_them(self) -> None:
        assert refused(UnitedDeployment())[0].startswith(
            "UnitedDeployment \"site\": 'target.kind' must be one of UnitedDeployment; it is a "
            'kind of workload of its own (got "Deployment")'
        )

    def test_without_subsets_there_is_none(self) -> None:
        with pytest.raises(InvalidArguments) as caught:
            Workload("site", args(kind="UnitedDeployment"))
        assert "'kind' must come with a placement that names its subsets" in str(caught.value)


class TestElasticWorkload:
    def test_it_comes_after_its_deployment_and_owns_the_number(self, deploy) -> None:
        """S4-27, S4-35, S4-37."""
        strategy = ElasticWorkload(source_max=22, unit_max=78, burst_resource=True)
        plan = planned(deploy, strategy, replicas=30)
        elastic = plan.one(ELASTIC, "site-elastic")
        assert elastic.inputs["spec"] == {
            "sourceTarget": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "shop",
                "min": 0,
                "max": 22,
            },
            "elasticUnit": [
                {"name": "eci", "labels": {"alibabacloud.com/eci": "true"}, "min": 0, "max": 78}
            ],
            "replicas": 30,
        }
        assert "site-deployment" in elastic.dependencies
        deployment = plan.one(DEPLOYMENT, "site-deployment")
        assert "replicas" not in deployment.inputs["spec"]
        assert deployment.options["ignoreChanges"] == ["spec.replicas"]
        annotations = template(plan)["metadata"]["annotations"]
        assert annotations["alibabacloud.com/burst-resource"] == "eci"

    def test_under_an_autoscaler_it_names_no_number(self, deploy) -> None:
        elastic = planned(deploy, ElasticWorkload(source_max=22), replicas=None).of(ELASTIC)[0]
        assert "replicas" not in elastic.inputs["spec"]
        assert elastic.options["ignoreChanges"] == ["spec.replicas"]

    @pytest.mark.parametrize(
        ("strategy", "field"),
        [
            (ElasticWorkload(source_max=1, source_min=2), "source_min"),
            (ElasticWorkload(source_max=1, source_min=-1), "source_min"),
            (ElasticWorkload(source_max=1, unit_max=0), "unit_max"),
        ],
    )
    def test_bounds(self, strategy, field) -> None:
        (line,) = refused(strategy)
        assert f"'{field}' must be" in line

    def test_it_knows_deployments_only(self) -> None:
        (line,) = refused(ElasticWorkload(source_max=1), "CloneSet")
        assert "'target.kind' must be one of Deployment (got \"CloneSet\")" in line


class TestEciProfile:
    def test_one_key_of_the_add_on_s_config_map(self, deploy) -> None:
        """S4-24: neither workload nor namespace is touched."""
        strategy = EciProfile(
            namespace="shop",
            annotations={"k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"},
            more=[ProfileSelector(name="jobs", pod_labels={"ackb/tier": "offline"})],
        )
        plan = planned(deploy, strategy)
        patch = plan.one(PATCH, "site-placement-patch")
        assert patch.inputs["metadata"] == {
            "name": "eci-profile",
            "namespace": "kube-system",
            "annotations": {"pulumi.com/patchForce": "true"},
        }
        assert list(patch.inputs["data"]) == ["selectors"]
        assert json.loads(patch.inputs["data"]["selectors"]) == [
            {
                "name": "shop",
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}},
                "objectSelector": {"matchLabels": {"app": "shop"}},
                "effect": {
                    "annotations": {"k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"},
                    "labels": {"alibabacloud.com/eci": "true"},
                },
            },
            {
                "name": "jobs",
                "objectSelector": {"matchLabels": {"ackb/tier": "offline"}},
                "effect": {"labels": {"alibabacloud.com/eci": "true"}},
            },
        ]
        assert "site-placement-patch" in plan.of(DEPLOYMENT)[0].dependencies
        assert template(plan) == template(plain(deploy))

    def test_names_are_given_once_and_entries_do_something(self) -> None:
        selectors = [ProfileSelector(name="a"), ProfileSelector(name="a", labels={})]
        with pytest.raises(InvalidArguments) as caught:
            ProfileSelectors("burst", ProfileSelectorsArgs(selectors=selectors))
        assert str(caught.value).splitlines() == [
            'ProfileSelectors "burst": \'selectors[].name\' must be given once (got "a"); '
            "rename one of them",
            "ProfileSelectors \"burst\": 'selectors[].labels' must do something to the pods that "
            'match (got "a"); give labels or annotations',
        ]


class TestWhatPodsAskOfEci:
    def test_it_stands_on_them_as_eci_reads_it(self, deploy) -> None:
        options = EciOptions(spot=Spot(fall_back=True), use_specs=["2-4Gi"])
        resources = Resources(cpu="2", memory="4Gi")
        plan = planned(deploy, EciLabel(), eci=options, resources=resources)
        annotations = template(plan)["metadata"]["annotations"]
        del annotations["ackb/configuration"]
        assert annotations == {
            "k8s.aliyun.com/eci-spot-duration": "1",
            "k8s.aliyun.com/eci-spot-fallback": "true",
            "k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo",
            "k8s.aliyun.com/eci-use-specs": "2-4Gi",
        }

    def test_what_eci_would_refuse_is_an_argument_problem(self) -> None:
        with pytest.raises(InvalidArguments) as caught:
            Workload("site", args(eci=EciOptions(spot=Spot(), max_pending_minutes=5)))
        assert str(caught.value).splitlines() == [
            "Workload \"site\": 'eci.spot' must come with 2 vCPUs or more: ECI has no smaller spot "
            'instances (got ["0.5 vCPU, 1 GiB"]); request 2 vCPUs, or name an instance type',
            "Workload \"site\": 'eci.max_pending_minutes' must be from 10 to 1440 (got 5); "
            "leave it out for 240",
        ]


class TestTogether:
    def test_a_placement_of_another_workload(self) -> None:
        placed = place("site", EciLabel(), target("CloneSet"))
        with pytest.raises(InvalidArguments) as caught:
            Workload("site", args(placement=placed))
        assert str(caught.value) == (
            "Workload \"site\": 'placement' must be made for this workload, Deployment shop (got "
            "\"CloneSet shop\"); give 'place' the same kind and app"
        )

    def test_every_strategy_has_its_class(self) -> None:
        classes = {one.name for one in Placement.__args__}  # type: ignore[attr-defined]
        assert classes == set(StrategyName)

    def test_objects_need_something_to_create(self) -> None:
        with pytest.raises(InvalidArguments) as caught:
            PlacementObjects(
                "x", PlacementObjectsArgs(namespace="a", object_name="B", manifests=[])
            )
        assert [line.split("'")[1] for line in str(caught.value).splitlines()] == [
            "object_name",
            "manifests",
        ]

    def test_objects_are_made_under_the_component(self, deploy) -> None:
        manifest = Manifest(role="spread", api_version="a.b/v1", kind="Thing", spec={"a": 1})
        arguments = PlacementObjectsArgs(namespace="shop", object_name="shop", manifests=[manifest])
        plan = deploy(lambda opts: PlacementObjects("x", arguments, opts))
        assert plan.one("kubernetes:a.b/v1:Thing", "x-spread").parent == "x"
        component = plan.one("ackb:workload:PlacementObjects", "x")
        assert component.outputs == {"object_names": ["shop"]}


class TestCloneSet:
    def test_it_is_the_same_pods_under_another_kind(self, deploy) -> None:
        plan = planned(deploy, EciLabel(), "CloneSet")
        spec = plan.one(CLONE_SET, "site-cloneset").inputs["spec"]
        assert spec["replicas"] == 22
        assert spec["selector"] == {"matchLabels": {"app": "shop"}}
        assert spec["updateStrategy"] == {
            "type": "ReCreate",
            "maxSurge": "25%",
            "maxUnavailable": 0,
        }
        assert spec["template"] == template(planned(deploy, EciLabel()))
        assert plan.of(DEPLOYMENT) == []

    def test_under_an_autoscaler_it_names_no_number(self, deploy) -> None:
        (only,) = planned(deploy, EciLabel(), "CloneSet", replicas=None).of(CLONE_SET)
        assert "replicas" not in only.inputs["spec"]
        assert only.options["ignoreChanges"] == ["spec.replicas"]


@pytest.mark.parametrize(
    ("strategy", "kind", "reference"),
    [
        (EciLabel(), "Deployment", ("apps/v1", "Deployment")),
        (EciLabel(), "CloneSet", ("apps.kruise.io/v1alpha1", "CloneSet")),
        (UnitedDeployment(), "UnitedDeployment", ("apps.kruise.io/v1alpha1", "UnitedDeployment")),
        (
            ElasticWorkload(source_max=22),
            "Deployment",
            ("autoscaling.alibabacloud.com/v1beta1", "ElasticWorkload"),
        ),
    ],
)
def test_what_an_autoscaler_scales(deploy, strategy, kind, reference) -> None:
    """S4-37: the ElasticWorkload, never its Deployment."""
    found = []

    def build(opts: pulumi.ResourceOptions) -> None:
        placed = place("site-placement", strategy, target(kind), opts)
        workload = Workload("site", args(kind=kind, placement=placed, replicas=None), opts)
        found.append(workload.scale_target())

    deploy(build)
    (scaled,) = found
    assert (scaled.api_version, scaled.kind) == reference
    assert (scaled.clones is not None) == (reference[1] == "ElasticWorkload")
