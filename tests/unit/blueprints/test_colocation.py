"""How the settings of `colocation` reach its components, and the form of the cluster."""

from typing import Any

import pulumi
import pytest

from ackb.planning import Plan
from tests.plan.test_stacks import must_outlive
from tests.unit.blueprints import test_program

CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"
RELEASE = "kubernetes:helm.sh/v3:Release"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
SECRETS = {
    "ackb:databasePassword": "Pa55word_mysql",
    "ackb:databaseRootPassword": "Pa55word_root",
}


def plan(secrets: dict[str, str] | None = None, **changes: Any) -> Plan:
    made: Plan = test_program.plan("colocation-dev", secrets=secrets or SECRETS, **changes)
    return made


def test_without_a_way_in_there_is_no_load_balancer() -> None:
    made = plan(online={}, alarms=None)
    assert made.of("alicloud:slb/acl:Acl") == made.of("alicloud:cms/alarm:Alarm") == []
    services = made.of("kubernetes:core/v1:Service")
    assert {one.inputs["spec"].get("type") for one in services} == {None}
    assert "mysql_address" not in made.stack_outputs
    assert made.stack_outputs["mysql_host"] == "mysql.online.svc.cluster.local"


def test_the_article_s_job_with_a_chart_of_one_s_own() -> None:
    """S3-22 to S3-24: legacy, and kept."""
    chart = {"repository": "oci://registry.example.com/charts", "version": "1.9.3"}
    made = plan(training={"type": "tf_job", "operator": chart})
    (release,) = made.of(RELEASE)
    assert release.inputs["chart"] == "oci://registry.example.com/charts/training-operator"
    (job,) = made.of("kubernetes:kubeflow.org/v1:TFJob")
    assert release.name in must_outlive(made, job.name)
    assert job.inputs["metadata"]["name"] == "dist-mnist-for-e2e-test"


def test_an_operator_that_is_there_is_not_installed() -> None:
    made = plan(training={"type": "train_job", "operator": None})
    assert made.of(RELEASE) == []
    assert len(made.of("kubernetes:trainer.kubeflow.org/v1alpha1:TrainJob")) == 1


def test_batch_resources_come_before_the_job_that_asks_for_them() -> None:
    made = plan(training={"type": "indexed_job", "resources": {"type": "batch"}})
    (addon,) = made.of(ADDON)
    assert addon.inputs["name"] == "ack-koordinator"
    (job,) = made.of("kubernetes:batch/v1:Job")
    assert {"batch-addon", "batch-config"} <= must_outlive(made, job.name)


def test_each_side_puts_up_with_its_own_taints() -> None:
    """S3-04."""
    taint = {"key": "tier", "value": "online", "effect": "NoSchedule"}
    made = plan(online={"tolerates": [taint]})
    (server,) = made.of("kubernetes:apps/v1:StatefulSet")
    (job,) = made.of("kubernetes:batch/v1:Job")
    pods = [one.inputs["spec"]["template"]["spec"] for one in (server, job)]
    assert pods[0]["tolerations"][0]["value"] == "online"
    assert "tolerations" not in pods[1]


def test_a_weak_password_is_refused_and_not_shown() -> None:
    with pytest.raises(pulumi.RunError, match="'databasePassword' must have 8 to 32") as caught:
        plan({**SECRETS, "ackb:databasePassword": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_burst_on_a_serverless_cluster_has_neither_nodes_nor_add_ons() -> None:
    """S3-15."""
    made: Plan = test_program.plan(
        "burst-prod",
        secrets={},
        cluster={"form": "serverless"},
        node_pools=[],
        virtual_nodes={"type": "managed"},
    )
    assert made.of("alicloud:cs/nodePool:NodePool") == []
    assert "ack-virtual-node" not in {one.inputs["name"] for one in made.of(ADDON)}
    (cluster,) = made.of(CLUSTER)
    assert cluster.inputs["profile"] == "Serverless"
    assert all("net-pods" in one for one in cluster.inputs["vswitchIds"])
