"""Stacks of the Resource Orchestration Service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError

REGION = "cn-hangzhou"
TYPE = "ALIYUN::CS::AnyCluster"


@pytest.fixture
def vswitch_id(cloud: Cloud, clock: ManualClock) -> str:
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    clock.sleep(1)
    answer = cloud.vpc.create_vswitch(
        vpc_id=vpc_id, cidr_block="10.1.0.0/16", zone_id="cn-hangzhou-j"
    )
    clock.sleep(1)
    return str(answer["VSwitchId"])


def template(vswitch_id: str, **more: Any) -> dict[str, Any]:
    config = {
        "name": {"Ref": "Name"},
        "cluster_type": "ExternalKubernetes",
        "region_id": {"Ref": "ALIYUN::Region"},
        "vswitch_ids": [vswitch_id],
        "tags": [{"key": "env", "value": "dev"}],
    }
    return {
        "ROSTemplateFormatVersion": "2015-09-01",
        "Parameters": {"Name": {"Type": "String", "Default": "idc"}, "Note": {"Default": ""}},
        "Resources": {"Cluster": {"Type": TYPE, "Properties": {"ClusterConfig": config}}},
        "Outputs": {
            "Id": {"Value": {"Fn::GetAtt": ["Cluster", "ClusterId"]}},
            "Called": {"Value": {"Ref": "Name"}},
        },
    } | more


def create(cloud: Cloud, body: object, **more: Any) -> str:
    given = {"region_id": REGION, "stack_name": "idc", "template_body": json.dumps(body)} | more
    return str(cloud.ros.create_stack(**given)["StackId"])


def cluster_of(cloud: Cloud, stack_id: str) -> str:
    rows = cloud.ros.list_stack_resources(stack_id=stack_id)["Resources"]
    return str(rows[0]["PhysicalResourceId"])


def status(cloud: Cloud, stack_id: str) -> str:
    return str(cloud.ros.get_stack(stack_id=stack_id)["Status"])


def join(cloud: Cloud, clock: ManualClock, cluster_id: str) -> None:
    clock.sleep(1)
    cloud.cs.backend.control_plane_up(cluster_id, 6443)
    cloud.cs.backend.agent_connected(cluster_id, "1.36.2")


def refusal(cloud: Cloud, body: object, **more: Any) -> str:
    before = cloud.inventory()
    with pytest.raises(CloudError) as caught:
        create(cloud, body, **more)
    assert cloud.inventory() == before
    return f"{caught.value.code}: {caught.value.message}"


def test_a_stack_makes_a_registered_cluster(
    cloud: Cloud, clock: ManualClock, vswitch_id: str
) -> None:
    """S0-08: complete once the cluster has joined; outputs are known then."""
    name = [{"ParameterKey": "Name", "ParameterValue": "ACKOneRegisterCluster1"}]
    stack_id = create(cloud, template(vswitch_id), parameters=name)
    cluster_id = cluster_of(cloud, stack_id)
    clock.sleep(1)
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert (stack["Status"], stack["Outputs"]) == ("CREATE_IN_PROGRESS", [])
    assert stack["StatusReason"] == f"cluster {cluster_id} waits for its agent"
    join(cloud, clock, cluster_id)
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert stack["Status"] == "CREATE_COMPLETE"
    assert stack["Outputs"] == [
        {"OutputKey": "Id", "OutputValue": cluster_id},
        {"OutputKey": "Called", "OutputValue": "ACKOneRegisterCluster1"},
    ]
    cluster = cloud.cs.describe_cluster_detail(cluster_id=cluster_id)
    assert cluster["name"] == "ACKOneRegisterCluster1"
    assert cluster["tags"] == [{"key": "env", "value": "dev"}]
    cloud.cs.backend.agent_lost(cluster_id)
    assert status(cloud, stack_id) == "CREATE_COMPLETE", "what happens later is not the stack's"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"ROSTemplateFormatVersion": "2010-09-09"},
            "InvalidTemplateVersion: The template version is invalid: 2010-09-09,"
            " must be 2015-09-01.",
        ),
        (
            {"Ressources": {}},
            "InvalidTemplateSection: The template section is invalid: Ressources.",
        ),
        (
            {"Resources": {"Cluster": {"Type": "AWS::EKS::Cluster"}}},
            "StackValidationFailed: The Resource Type (AWS::EKS::Cluster) could not be found.",
        ),
        (
            {"Resources": {"Vpc": {"Type": "ALIYUN::ECS::VPC"}}},
            "Sandbox.NotSimulated: The sandbox does not simulate resources of type"
            " ALIYUN::ECS::VPC. It knows ALIYUN::CS::AnyCluster.",
        ),
        ({"Resources": {"Cluster": {}}}, "InvalidSchema: Resources.Cluster has no Type."),
        (
            {"Resources": {"Cluster": {"Type": TYPE, "Properties": {}}}},
            "StackValidationFailed: Cluster: Property ClusterConfig not assigned.",
        ),
        (
            {"Resources": {"Cluster": {"Type": TYPE, "Properties": {"Config": {}}}}},
            "StackValidationFailed: Cluster: Unknown Property Config.",
        ),
        (
            {"Resources": {"Cluster": {"Type": TYPE, "Properties": {"ClusterConfig": "x"}}}},
            "StackValidationFailed: Cluster: Property ClusterConfig is not a map.",
        ),
        (
            {
                "Resources": {
                    "Cluster": {
                        "Type": TYPE,
                        "Properties": {"ClusterConfig": {"name": {"Ref": "Nme"}}},
                    }
                }
            },
            'InvalidTemplateReference: The specified reference "Nme" (in Cluster) is incorrect.',
        ),
        (
            {"Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Cluster", "Id"]}}}},
            "InvalidTemplateAttribute: The Referenced Attribute (Cluster Id) is incorrect.",
        ),
        (
            {"Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Clstr", "ClusterId"]}}}},
            'InvalidTemplateReference: The specified reference "Clstr" (in Outputs) is incorrect.',
        ),
        ({"Outputs": {"Id": {}}}, "InvalidSchema: Outputs.Id has no Value."),
        (
            {"Parameters": {"Name": {"Type": "String"}}},
            "UserParameterMissing: The Parameter Name was not provided.",
        ),
    ],
)
def test_a_wrong_template_makes_nothing(
    cloud: Cloud, vswitch_id: str, change: dict[str, Any], text: str
) -> None:
    assert refusal(cloud, template(vswitch_id, **change)) == text


def test_other_wrong_calls_make_nothing(cloud: Cloud, vswitch_id: str) -> None:
    body = template(vswitch_id)
    unknown = [{"ParameterKey": "Nme", "ParameterValue": "x"}]
    assert refusal(cloud, body, parameters=unknown) == (
        "UnknownUserParameter: The Parameter (Nme) was not defined in template."
    )
    assert refusal(cloud, body, stack_name="-idc") == (
        "StackValidationFailed: StackName -idc is invalid."
    )
    assert refusal(cloud, [], stack_name="idc") == ("InvalidSchema: the template is not an object.")
    assert refusal(cloud, body, template_body="{").startswith(
        "InvalidSchema: the template is not JSON: "
    )
    create(cloud, body)
    assert refusal(cloud, body) == "StackExists: The Stack (idc) already exists."


def test_a_cluster_config_needs_what_create_cluster_needs(cloud: Cloud, vswitch_id: str) -> None:
    body = template(vswitch_id)
    config = body["Resources"]["Cluster"]["Properties"]["ClusterConfig"]
    config["nodepools"] = []
    assert refusal(cloud, body) == (
        "Sandbox.NotSimulated: The sandbox does not simulate 'nodepools' of ClusterConfig."
        " Leave it out in the sandbox."
    )
    del config["nodepools"], config["cluster_type"]
    assert refusal(cloud, body) == "StackValidationFailed: ClusterConfig has no cluster_type."


def test_a_cluster_that_fails_fails_its_stack(
    cloud: Cloud, clock: ManualClock, vswitch_id: str
) -> None:
    body = template(vswitch_id)
    body["Resources"]["Cluster"]["Properties"]["ClusterConfig"]["cluster_type"] = (
        "ManagedKubernetes"
    )
    stack_id = create(cloud, body)
    cluster_id = cluster_of(cloud, stack_id)
    cloud.cs.backend.control_plane_failed(cluster_id, "no stock")
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert stack["Status"] == "CREATE_FAILED"
    assert stack["StatusReason"] == f"cluster {cluster_id} failed: no stock"


def test_updates(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    """ClusterConfig is not editable (reference page); all else is."""
    stack_id = create(cloud, template(vswitch_id))
    with pytest.raises(CloudError, match="Stack idc already has an action \\(CREATE\\)"):
        cloud.ros.update_stack(stack_id=stack_id, timeout_in_minutes=20)
    cluster_id = cluster_of(cloud, stack_id)
    join(cloud, clock, cluster_id)
    note = [{"ParameterKey": "Note", "ParameterValue": "x"}]
    cloud.ros.update_stack(stack_id=stack_id, timeout_in_minutes=20, parameters=note)
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert (stack["Status"], stack["TimeoutInMinutes"]) == ("UPDATE_COMPLETE", 20)
    assert stack["Parameters"] == note
    name = [{"ParameterKey": "Name", "ParameterValue": "other"}]
    cloud.ros.update_stack(stack_id=stack_id, parameters=name)
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert stack["Status"] == "UPDATE_FAILED"
    assert stack["StatusReason"] == "Cluster: Property ClusterConfig cannot be updated"
    assert cloud.cs.describe_cluster_detail(cluster_id=cluster_id)["name"] == "idc"


def test_a_stack_goes_with_its_cluster(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    before = cloud.inventory()
    stack_id = create(cloud, template(vswitch_id))
    cluster_id = cluster_of(cloud, stack_id)
    join(cloud, clock, cluster_id)
    cloud.ros.delete_stack(stack_id=stack_id)
    assert status(cloud, stack_id) == "DELETE_IN_PROGRESS"
    assert cloud.cs.backend.control_plane_gone(cluster_id)
    assert status(cloud, stack_id) == "DELETE_COMPLETE", "GetStack still tells of it"
    assert cloud.ros.list_stacks(region_id=REGION)["Stacks"] == []
    assert cloud.inventory() == before
    with pytest.raises(CloudError, match=f"The Stack \\({stack_id}\\) could not be found"):
        cloud.ros.delete_stack(stack_id=stack_id)
    assert create(cloud, template(vswitch_id)) != stack_id, "the name is free again"


def test_what_is_retained_stays(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    stack_id = create(cloud, template(vswitch_id))
    cluster_id = cluster_of(cloud, stack_id)
    join(cloud, clock, cluster_id)
    cloud.ros.delete_stack(stack_id=stack_id, retain_resources=["Cluster"])
    assert status(cloud, stack_id) == "DELETE_COMPLETE"
    assert cloud.cs.describe_cluster_detail(cluster_id=cluster_id)["state"] == "running"


def test_protected_stacks_stay(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    stack_id = create(cloud, template(vswitch_id), deletion_protection="Enabled")
    join(cloud, clock, cluster_of(cloud, stack_id))
    with pytest.raises(CloudError, match="is protected from deletion"):
        cloud.ros.delete_stack(stack_id=stack_id)
    assert status(cloud, stack_id) == "CREATE_COMPLETE"


def test_the_product_may_refuse(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    """A protected cluster fails the deletion; unprotected, the next one succeeds."""
    body = template(vswitch_id)
    config = body["Resources"]["Cluster"]["Properties"]["ClusterConfig"]
    config["deletion_protection"] = True
    stack_id = create(cloud, body)
    cluster_id = cluster_of(cloud, stack_id)
    join(cloud, clock, cluster_id)
    cloud.ros.delete_stack(stack_id=stack_id)
    stack = cloud.ros.get_stack(stack_id=stack_id)
    assert stack["Status"] == "DELETE_FAILED"
    assert stack["StatusReason"].startswith("Cluster: ErrorClusterDeletionProtection: ")
    cloud.cs.modify_cluster(cluster_id=cluster_id, deletion_protection=False)
    cloud.ros.delete_stack(stack_id=stack_id)
    assert status(cloud, stack_id) == "DELETE_IN_PROGRESS"


def test_attributes_of_the_cluster(cloud: Cloud, clock: ManualClock, vswitch_id: str) -> None:
    """A kubeconfig is there too, for who asks for it: a credential among the outputs."""
    names = ("TaskId", "APIServerSLBId", "Nodes", "ScalingGroupId", "PrivateUserKubConfig")
    outputs = {name: {"Value": {"Fn::GetAtt": ["Cluster", name]}} for name in names}
    stack_id = create(cloud, template(vswitch_id, Outputs=outputs))
    cluster_id = cluster_of(cloud, stack_id)
    join(cloud, clock, cluster_id)
    told = cloud.ros.get_stack(stack_id=stack_id)["Outputs"]
    values = {one["OutputKey"]: one["OutputValue"] for one in told}
    cluster = cloud.cs.describe_cluster_detail(cluster_id=cluster_id)
    assert values["APIServerSLBId"] == cluster["external_loadbalancer_id"]
    assert (values["Nodes"], values["ScalingGroupId"]) == ([], "")
    assert cloud.cs.describe_task_info(task_id=values["TaskId"])["state"] == "success"
    assert json.loads(values["PrivateUserKubConfig"])["kind"] == "Config"
