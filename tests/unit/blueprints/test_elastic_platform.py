"""How the settings of `elastic-platform` reach its components."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ackb.domain.qos import QosClass, classify
from ackb.planning import Plan
from tests.unit.blueprints import test_program

STACK = "elastic-platform-dev"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CLONE_SET = "kubernetes:apps.kruise.io/v1alpha1:CloneSet"
SPREAD = "kubernetes:apps.kruise.io/v1alpha1:WorkloadSpread"
POLICY = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
VPA = "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler"
CRON_JOB = "kubernetes:batch/v1:CronJob"
SERVICE = "kubernetes:core/v1:Service"
NAMESPACE = "kubernetes:core/v1:Namespace"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
POOL = "alicloud:cs/nodePool:NodePool"
IMAGE = "registry.example.com/a/b:1.0.0"
HPA_OF_4 = {"type": "hpa", "min": 4, "max": 40}


def plan(stack: str = STACK, **changes: Any) -> Plan:
    return test_program.plan(stack, secrets={}, **changes)


def team(services: dict[str, Any] | None = None, jobs: dict[str, Any] | None = None) -> Any:
    return {"contact": "a@example.com", "services": services or {}, "jobs": jobs or {}}


def spec(made: Plan, token: str, name: str) -> Any:
    return made.one(token, name).inputs["spec"]


@pytest.fixture(scope="module")
def twenty() -> Plan:
    """Twenty services of four teams, half of them CloneSets, all from one line each."""
    teams = {
        f"team-{number}": team(
            {
                f"service-{number}{letter}": {
                    "image": IMAGE,
                    "kind": "CloneSet" if letter in "ab" else "Deployment",
                    **({"scaling": HPA_OF_4} if letter in "ac" else {}),
                }
                for letter in "abcde"
            },
            {"work": {"image": IMAGE, "command": ["work"]}},
        )
        for number in range(4)
    }
    return plan(teams=teams)


def test_twenty_services_of_four_teams(twenty: Plan) -> None:
    """S4-32, S4-33: a namespace for each team; what a cluster has once is there once."""
    kinds = Counter(one.type for one in twenty.resources)
    assert (kinds[DEPLOYMENT], kinds[CLONE_SET], kinds[SERVICE]) == (12, 8, 20)
    assert (kinds[HPA], kinds[VPA], kinds[CRON_JOB], kinds[NAMESPACE]) == (8, 20, 4, 4)
    assert (kinds[SPREAD], kinds[POLICY]) == (8, 12)
    assert Counter(one.inputs["name"] for one in twenty.of(ADDON)) == {
        "ack-kruise": 1,
        "ack-virtual-node": 1,
    }
    assert kinds["kubernetes:helm.sh/v3:Release"] == 1, "one recommender for all"


def test_every_service_is_guaranteed_and_observed(twenty: Plan) -> None:
    """S3-10, S4-41."""
    for one in twenty.of(DEPLOYMENT):
        assert classify(one.inputs["spec"]["template"]["spec"]).qos is QosClass.GUARANTEED
    assert {one.inputs["spec"]["updatePolicy"]["updateMode"] for one in twenty.of(VPA)} == {"Off"}


def test_where_the_pods_of_each_kind_go(twenty: Plan) -> None:
    """S4-35..S4-39: with an autoscaler its least number on ECS and the rest on ECI; else no
    limit."""
    units = {
        one.name.removesuffix("-placement-policy"): one.inputs["spec"]["units"]
        for one in twenty.of(POLICY)
    }
    assert units["team-0.service-0c"] == [{"resource": "ecs", "max": 4}, {"resource": "eci"}]
    assert units["team-0.service-0d"] == [{"resource": "ecs"}, {"resource": "eci"}]
    subsets = {
        one.name.removesuffix("-placement-spread"): [
            (subset["name"], subset.get("maxReplicas")) for subset in one.inputs["spec"]["subsets"]
        ]
        for one in twenty.of(SPREAD)
    }
    assert subsets["team-0.service-0a"] == [("ecs", 4), ("eci", None)]
    assert subsets["team-0.service-0b"] == [("ecs", None), ("eci", None)]


def test_a_spread_is_there_before_its_clone_set(twenty: Plan) -> None:
    """S4-38."""
    names = [one.name for one in twenty.resources]
    made = names.index("team-0.service-0a-cloneset")
    assert names.index("team-0.service-0a-placement-spread") < made
    assert "kruise-addon" in names[:made]


def test_jobs_run_on_eci_and_wait_to_be_started(twenty: Plan) -> None:
    """S4-34: the label of the pods; without a timetable suspended, as a pattern for pipelines."""
    wanted = spec(twenty, CRON_JOB, "team-0.work-cron-job")
    template = wanted["jobTemplate"]["spec"]["template"]
    assert wanted["suspend"] is True
    assert template["metadata"]["labels"]["alibabacloud.com/eci"] == "true"
    assert template["spec"]["restartPolicy"] == "Never"


def test_the_namespace_names_team_and_contact(twenty: Plan) -> None:
    """S4-40: reports name whom to tell."""
    metadata = twenty.one(NAMESPACE, "team-0-namespace").inputs["metadata"]
    assert metadata["labels"]["owner"] == "team-0"
    assert metadata["annotations"] == {"ackb/contact": "a@example.com"}


def test_two_campaigns_share_the_controller_of_timetables() -> None:
    """S2-14: one add-on; two CronHorizontalPodAutoscalers."""
    jobs = [{"name": "on", "schedule": "0 0 8 * * *", "size": 30}]
    timed = {"image": IMAGE, "scaling": {**HPA_OF_4, "cron": {"jobs": jobs}}}
    made = plan(teams={"live": team({"one": timed, "two": timed})})
    names = Counter(one.inputs["name"] for one in made.of(ADDON))
    assert names["ack-kubernetes-cronhpa-controller"] == 1
    schedules = [one for one in made.resources if "CronHorizontalPodAutoscaler" in one.type]
    assert len(schedules) == 2


def test_every_way_of_placing_pods_can_be_that_of_a_service() -> None:
    """S4-21, S4-23, S4-24, S4-27, S4-29, S4-35: two services may have the same one."""
    ways: dict[str, dict[str, Any]] = {
        "united": {"kind": "UnitedDeployment", "scaling": HPA_OF_4},
        "elastic": {
            "scaling": HPA_OF_4,
            "placement": {"type": "elastic_workload", "source_max": 4},
        },
        "profile": {"placement": {"type": "eci_profile"}},
        "label": {"placement": {"type": "eci_label"}},
        "share": {"placement": {"type": "workload_spread", "split": {"type": "ratio", "ecs": 0.5}}},
        "affinity": {"placement": {"type": "node_affinity", "side": "eci", "required": True}},
        "burst": {"placement": {"type": "burst_resource"}},
    }
    services = {
        f"{name}-{twin}": {"image": IMAGE, **way} for name, way in ways.items() for twin in "ab"
    }
    kinds = Counter(one.type.split(":")[-1] for one in plan(teams={"a": team(services)}).resources)
    wanted = {"UnitedDeployment": 2, "ElasticWorkload": 2, "ConfigMapPatch": 2, "WorkloadSpread": 2}
    assert {kind: kinds[kind] for kind in wanted} == wanted
    assert kinds["Deployment"] == 12
    assert kinds["KubernetesAddon"] == 2, "virtual nodes, and OpenKruise once"


def test_two_campaigns_on_the_real_cloud_share_keda() -> None:
    """S4-32: KEDA's own timetable in place of CronHPA's; one chart for both."""
    window = {"type": "cron", "start": "30 19 * * *", "end": "0 23 * * *", "replicas": 40}
    chart = {"repository": "https://charts.example.com", "version": "1.0.0"}
    keda = {"type": "keda", "min": 4, "max": 80, "triggers": [window], "chart": chart}
    one = {"image": IMAGE, "scaling": keda, "right_sizing": None}
    made = plan("elastic-platform-prod", teams={"live": team({"stage": one, "chat": one})})
    kinds = Counter(one.type.split(":")[-1] for one in made.resources if one.custom)
    assert (kinds["ScaledObject"], kinds["Release"]) == (2, 1)
    units = [one.inputs["spec"]["units"] for one in made.of(POLICY)]
    assert units == [[{"resource": "ecs", "max": 4}, {"resource": "eci"}]] * 2


def test_names_of_teams_and_services_cannot_collide() -> None:
    one = {"image": IMAGE}
    made = plan(teams={"a-b": team({"c": one}), "a": team({"b-c": one})})
    names = {one.name for one in made.of(DEPLOYMENT)}
    assert names == {"a-b.c-deployment", "a.b-c-deployment"}


def test_a_service_that_is_reached_from_outside_has_both_services() -> None:
    one = {"image": IMAGE, "access": "intranet"}
    made = plan(teams={"a": team({"web": one, "inner": {"image": IMAGE}})})
    services = {one.inputs["metadata"]["name"]: one.inputs["spec"] for one in made.of(SERVICE)}
    assert {name: spec["type"] for name, spec in services.items()} == {
        "web": "ClusterIP",
        "web-front": "LoadBalancer",
        "inner": "ClusterIP",
    }
    assert services["web"]["ports"] == [{"name": "http", "port": 80, "targetPort": 8080}]
    assert set(made.stack_outputs["addresses"]) == {"a.web"}


def test_images_are_pulled_from_the_registry_in_every_namespace() -> None:
    made = plan("elastic-platform-prod")
    helper = next(one for one in made.of(ADDON) if "acr" in one.inputs["name"])
    assert '"watchNamespace": "orders,live,data"' in helper.inputs["config"]
    (checkout,) = (one for one in made.of(DEPLOYMENT) if one.name == "orders.checkout-deployment")
    (container,) = checkout.inputs["spec"]["template"]["spec"]["containers"]
    assert container["image"] == (
        "company-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/checkout:1.4.2"
    )


def test_the_base_of_prod_is_paid_by_the_month_and_does_not_scale() -> None:
    """S4-33, S2-17: subscription for the base, no node autoscaling."""
    (pool,) = plan("elastic-platform-prod").of(POOL)
    assert (pool.inputs["instanceChargeType"], pool.inputs["period"]) == ("PrePaid", 12)
    assert "scalingConfig" not in pool.inputs


def test_prod_raises_an_alarm_before_the_base_is_full() -> None:
    """S4-40: nodes are added in time."""
    alarms = [one for one in plan("elastic-platform-prod").resources if ":Alarm" in one.type]
    assert len(alarms) >= 2
