"""What must never change in the plans of the stacks of colocation; see also test_stacks.py."""

import pytest

from ackb.domain.qos import QosClass, classify
from tests.plan.test_stacks import STATEFUL_SET, must_outlive, plan_of


def test_an_online_database_and_offline_training_on_one_pool() -> None:
    """S3-01, S3-03, S3-04, S3-19, S3-23, S3-26, S3-27."""
    plan = plan_of("colocation-dev")
    (pool,) = plan.of("alicloud:cs/nodePool:NodePool")
    assert pool.inputs["installCloudMonitor"] is True
    (server,) = plan.of(STATEFUL_SET)
    (job,) = plan.of("kubernetes:batch/v1:Job")
    pods = {one.name: one.inputs["spec"]["template"]["spec"] for one in (server, job)}
    assert classify(pods["training-job"]).qos is QosClass.BEST_EFFORT
    assert job.inputs["spec"]["completions"] == 6
    assert {one["priorityClassName"] for one in pods.values()} == {"ackb-online", "ackb-offline"}
    priorities = {
        one.inputs["metadata"]["name"]: (one.inputs["value"], one.inputs["preemptionPolicy"])
        for one in plan.of("kubernetes:scheduling.k8s.io/v1:PriorityClass")
    }
    assert priorities == {
        "ackb-online": (100_000, "PreemptLowerPriority"),
        "ackb-offline": (-100_000, "Never"),
    }
    tiers = {
        one.inputs["metadata"]["name"]: one.inputs["metadata"]["labels"]["ackb/tier"]
        for one in plan.of("kubernetes:core/v1:Namespace")
    }
    assert tiers == {"online": "online", "offline": "offline"}
    (quota,) = plan.of("kubernetes:core/v1:ResourceQuota")
    assert quota.inputs["spec"]["hard"] == {"pods": "10"}
    assert len(plan.of("alicloud:cms/alarm:Alarm")) == 2


def test_the_database_is_reached_by_those_on_its_list_alone() -> None:
    """S3-21."""
    plan = plan_of("colocation-dev")
    (front,) = [
        one
        for one in plan.of("kubernetes:core/v1:Service")
        if one.inputs["spec"].get("type") == "LoadBalancer"
    ]
    prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
    annotations = front.inputs["metadata"]["annotations"]
    assert (annotations[f"{prefix}acl-status"], annotations[f"{prefix}acl-type"]) == ("on", "white")
    (entry,) = plan.of("alicloud:slb/aclEntryAttachment:AclEntryAttachment")
    assert entry.inputs["entry"] == "203.0.113.0/24"


def test_prod_trains_on_batch_resources_with_the_operator_of_today() -> None:
    """S3-22, S3-28; the pool `online` is out of reach for training."""
    plan = plan_of("colocation-prod")
    addons = {one.inputs["name"] for one in plan.of("alicloud:cs/kubernetesAddon:KubernetesAddon")}
    assert {"ack-koordinator", "arms-prometheus"} <= addons
    (release,) = plan.of("kubernetes:helm.sh/v3:Release")
    assert release.inputs["chart"] == "oci://ghcr.io/kubeflow/charts/kubeflow-trainer"
    assert release.inputs["version"] == "2.3.0"
    (runtime,) = plan.of("kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime")
    for one in runtime.inputs["spec"]["template"]["spec"]["replicatedJobs"]:
        pod = one["template"]["spec"]["template"]
        assert pod["metadata"]["labels"]["koordinator.sh/qosClass"] == "BE"
        assert "tolerations" not in pod["spec"]
    (server,) = plan.of(STATEFUL_SET)
    assert server.inputs["spec"]["template"]["spec"]["tolerations"][0]["value"] == "online"
    kept_out = [one for one in plan.of("alicloud:cs/nodePool:NodePool") if "taints" in one.inputs]
    assert [one.name for one in kept_out] == ["pool-online-pool"]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("mysql-set", "mysql-claim"),
        ("mysql-set", "pool-shared-pool"),
        ("mysql-claim", "online-namespace"),
        ("mysql-front-service", "clients-acl"),
        ("mysql-front-service", "pool-shared-pool"),
        ("training-job", "pool-shared-pool"),
        ("training-job", "offline-namespace"),
        ("alarms-memory", "alarms-group"),
        ("alarms-group", "alarms-contact-on-call"),
        ("pool-shared-pool", "ack-cluster"),
    ],
)
def test_what_goes_first_at_teardown_of_a_colocation(first: str, later: str) -> None:
    plan = plan_of("colocation-dev")
    assert later in must_outlive(plan, first)
    assert first not in must_outlive(plan, later)
