"""What spans the services: inventory, tags, caller, data files, and the list of verbs."""

import inspect
import re

import pytest

from sandbox.cloud.cloud import SERVICES, Cloud
from sandbox.cloud.service import Kind
from tests.unit.cloud.conftest import REGION, Net, code_of


def test_inventory_names_everything_a_user_made(cloud: Cloud, net: Net):
    cloud.log.create_project(project_name="audit-logs")
    found = [(item["service"], item["kind"], item["id"]) for item in cloud.inventory()]
    assert found == [
        ("vpc", "Vpc", net.vpc_id),
        ("vpc", "VSwitch", net.vswitch_id),
        ("ecs", "SecurityGroup", net.group_id),
        ("log", "Project", "audit-logs"),
    ]
    assert [item["id"] for item in cloud.inventory() if item["costs"]] == ["audit-logs"]
    assert not cloud.is_empty()
    cloud.store.reset()
    assert cloud.is_empty()


def test_resources_of_all_services_are_found_by_tag(cloud: Cloud, net: Net):
    tags = {"ackb:urn": "urn", "env": "dev"}
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, tags=tags)["VpcId"]
    group_id = cloud.ecs.create_security_group(region_id=REGION, vpc_id=net.vpc_id, tags=tags)
    found = cloud.tag.list_tag_resources(tags={"ackb:urn": "urn"})["TagResources"]
    assert [row["ResourceARN"] for row in found] == [
        f"arn:acs:vpc:cn-hangzhou:1000000000000001:vpc/{vpc_id}",
        f"arn:acs:ecs:cn-hangzhou:1000000000000001:securitygroup/{group_id['SecurityGroupId']}",
    ]
    assert {"Key": "env", "Value": "dev", "Category": "Custom"} in found[0]["Tags"]
    assert cloud.tag.list_tag_resources(tags={"ackb:urn": "other"})["TagResources"] == []


def test_tags_are_added_replaced_and_removed(cloud: Cloud, net: Net):
    target = {"resource_type": "VPC", "resource_ids": [net.vpc_id]}
    cloud.vpc.tag_resources(**target, tags={"a": "1", "b": "2"})
    cloud.vpc.tag_resources(**target, tags={"b": "3"})
    cloud.vpc.untag_resources(**target, tag_keys=["a"])
    shown = cloud.vpc.describe_vpc_attribute(vpc_id=net.vpc_id)
    assert shown["Tags"]["Tag"] == [{"Key": "b", "Value": "3"}]


def test_a_resource_has_twenty_tags(cloud: Cloud, net: Net):
    target = {"resource_type": "VPC", "resource_ids": [net.vpc_id]}
    cloud.vpc.tag_resources(**target, tags={str(number): "" for number in range(20)})
    call = cloud.vpc.tag_resources
    assert code_of(call, **target, tags={"one more": ""}) == "NumberExceed.Tags"
    assert code_of(call, resource_type="X", resource_ids=["x"], tags={}) == (
        "InvalidResourceType.NotFound"
    )
    assert code_of(call, resource_type="VPC", resource_ids=["x"], tags={}) == (
        "InvalidResourceId.NotFound"
    )


def test_the_caller_is_the_sandboxs_account(cloud: Cloud):
    assert cloud.sts.get_caller_identity()["AccountId"] == "1000000000000001"


def test_log_project_names_are_unique(cloud: Cloud):
    cloud.log.create_project(project_name="audit-logs", description="d")
    create = cloud.log.create_project
    assert code_of(create, project_name="audit-logs") == "ProjectAlreadyExist"
    assert code_of(create, project_name="Audit") == "ParameterInvalid"
    assert cloud.log.list_project(project_name="audit")["count"] == 1
    cloud.log.delete_project(project_name="audit-logs")
    assert code_of(cloud.log.get_project, project_name="audit-logs") == "ProjectNotExist"


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "cs"])
def test_every_public_verb_takes_keywords_only_and_read_verbs_are_named_so(cloud: Cloud, name: str):
    service = getattr(cloud, name)
    verbs = {
        attribute: getattr(service, attribute)
        for attribute in dir(service)
        if getattr(getattr(service, attribute), "is_verb", False)
    }
    assert verbs
    for action, call in verbs.items():
        parameters = inspect.signature(call).parameters.values()
        assert all(one.kind is one.KEYWORD_ONLY for one in parameters), action
        assert call.reads == bool(re.match(r"describe_|list_|get_", action)), action


def test_every_kind_in_the_inventory_can_be_listed(cloud: Cloud):
    kinds = [kind for service in cloud.services() for kind in service.kinds]
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert all(isinstance(kind, Kind) for kind in kinds)
