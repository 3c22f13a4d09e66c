"""Reading a plan in the words of the field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ackb.domain.unknown import UNKNOWN
from ackb.inventory import read, references
from ackb.inventory.workloads import surge_of
from tests.unit.capacity import designs
from tests.unit.capacity.designs import Declared, ref, shop


def workload(*more: Declared, without: str = "-"):
    kept = [one for one in shop() if without not in one.type]
    return read([*more, *kept]).workloads[0]


def test_cluster_names_its_plugin_and_only_add_ons_that_are_installed():
    cluster = read(shop()).cluster
    assert cluster.network_plugin == "terway"
    assert cluster.add_ons == ("terway-eniip", "csi-plugin", "ack-virtual-node")
    assert cluster.security_group == "group"
    assert cluster.pod_switches == ("pods",)


def test_a_pool_without_autoscaling_has_one_size():
    assert (read(shop()).pools[0].lowest, read(shop()).pools[0].highest) == (2, 2)
    grows = read([designs.pool(["nodes"], bounds=(1, 7))]).pools[0]
    assert (grows.lowest, grows.highest) == (1, 7)


def test_an_autoscaler_decides_the_number_of_pods():
    assert (workload().lowest, workload().highest, workload().autoscaler.cpu) == (22, 100, 60)


def test_without_an_autoscaler_the_deployment_decides():
    """S2-28: 22 replicas."""
    fixed = read([designs.deployment(replicas=22)]).workloads[0]
    assert (fixed.lowest, fixed.highest, fixed.autoscaler) == (22, 22, None)


def test_a_deployment_that_names_no_number_has_one_pod():
    assert read([designs.deployment(replicas=None)]).workloads[0].highest == 1


@pytest.mark.parametrize(
    ("given", "bounds"),
    [({"minReplicaCount": 3.0, "maxReplicaCount": 50.0}, (3, 50)), ({}, (0, 100))],
)
def test_keda_decides_as_well_and_has_bounds_of_its_own(given, bounds):
    """S4-04: the most pods must fit whoever asks for them."""
    inputs = {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"scaleTargetRef": {"name": "web"}, **given},
    }
    scaled = Declared("kubernetes:keda.sh/v1alpha1:ScaledObject", "web", inputs)
    one = read([designs.deployment(), scaled]).workloads[0]
    assert (one.lowest, one.highest) == bounds


def test_an_autoscaler_of_another_namespace_is_not_its_own():
    other = designs.autoscaler(namespace="other")
    assert read([designs.deployment(), other]).workloads[0].autoscaler is None


def test_the_service_with_a_load_balancer_comes_first():
    inner = designs.service("a-inner", "ClusterIP")
    assert workload(inner).service.name == "sp-svc"
    assert workload(inner, without="sp-svc").service is not None


def test_a_service_that_selects_other_pods_is_not_its_own():
    service = designs.service()
    other = {**service.inputs, "spec": {**service.inputs["spec"], "selector": {"app": "api"}}}
    found = read([designs.deployment(), replace(service, inputs=other)]).workloads[0]
    assert found.service is None


def test_a_resource_policy_tells_how_many_pods_stay_on_ecs():
    assert workload().most_on_ecs == 22
    assert workload(without="ResourcePolicy").most_on_ecs is None


def test_a_job_counts_its_parallel_pods():
    spec = {"parallelism": 5.0, "template": {"spec": {}}}
    job = Declared("kubernetes:batch/v1:Job", "job", {"metadata": {}, "spec": spec})
    cron = {"metadata": {}, "spec": {"jobTemplate": {"spec": spec}}}
    found = read([job, Declared("kubernetes:batch/v1:CronJob", "cron", cron)]).workloads
    assert {one.kind: one.highest for one in found} == {"Job": 5, "CronJob": 5}


def test_references_are_found_in_lists_and_joined_texts():
    assert references([ref("a"), f"{ref('b')},{ref('c-1')}"]) == ("a", "b", "c-1")
    assert references("vsw-bp1aaa,vsw-bp1bbb") == ("vsw-bp1aaa", "vsw-bp1bbb"), "there already"
    assert references("vpc-bp1aaa") == ()
    assert references(UNKNOWN) == ()


def test_a_database_with_a_standby_is_in_two_vswitches():
    inputs = {"vswitchId": f"{ref('nodes')},{ref('pods')}"}
    rds = Declared("alicloud:rds/instance:Instance", "db", inputs)
    assert read([rds]).endpoints[0].switches == ("nodes", "pods")


@pytest.mark.parametrize(
    ("strategy", "replicas", "expected"),
    [
        (None, 100, 25),
        (None, 1, 1),
        ({"rollingUpdate": {"maxSurge": "25%"}}, 22, 6),
        ({"rollingUpdate": {"maxSurge": "0%"}}, 22, 0),
        ({"rollingUpdate": {"maxSurge": 3.0}}, 22, 3),
        ({"rollingUpdate": {}}, 4, 1),
        ({"type": "Recreate"}, 100, 0),
    ],
)
def test_surge_is_rounded_up_as_kubernetes_does(strategy, replicas, expected):
    assert surge_of(strategy, replicas) == expected


def test_unknown_values_are_left_out():
    unknown = Declared("alicloud:cs/nodePool:NodePool", "p", {"desiredSize": UNKNOWN})
    assert read([unknown]).pools[0].highest == 0


@pytest.mark.parametrize("kind", ["Cluster", "pool", "Deployment", "Service", "HPA", "policy"])
def test_a_plan_of_unknowns_can_be_read(kind):
    """During a preview of a new stack whole objects may be unknown."""
    tokens = {
        "Cluster": ("alicloud:cs/managedKubernetes:ManagedKubernetes", ("addons", "vswitchIds")),
        "pool": ("alicloud:cs/nodePool:NodePool", ("scalingConfig", "instanceTypes")),
        "Deployment": ("kubernetes:apps/v1:Deployment", ("metadata", "spec")),
        "Service": ("kubernetes:core/v1:Service", ("spec",)),
        "HPA": ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", ("spec",)),
        "policy": ("kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy", ("spec",)),
    }
    token, names = tokens[kind]
    unknown = Declared(token, "unknown", dict.fromkeys(names, UNKNOWN))
    assert read([*shop(), unknown]).workloads[-1].highest in (1, 100)
