"""Half-known objects are found by what only the cloud's read APIs answer."""

from __future__ import annotations

from typing import Any

import pytest

from ackb.domain.naming import urn_tag
from ackb.engine import lookup

URN = "urn:pulumi:dev::ackb::alicloud:vpc/network:Network::net"


class Cloud:
    """Answers as the APIs do, and only to the question that is expected."""

    def __init__(self, product: str, action: str, answer: dict[str, Any], **wanted: Any) -> None:
        self.question = (product, action, wanted)
        self.answer = answer

    def __call__(self, product: str, action: str, **parameters: Any) -> dict[str, Any]:
        assert (product, action, parameters) == self.question
        return self.answer


def tagged(*resources: str, urn: str = URN) -> Cloud:
    rows = [
        {"ResourceARN": f"arn:acs:vpc:cn-hangzhou:123456789012:{one}", "Tags": []}
        for one in resources
    ]
    return Cloud("tag", "ListTagResources", {"TagResources": rows}, tags={"ackb:urn": urn_tag(urn)})


@pytest.mark.parametrize(
    ("token", "arn", "identifier"),
    [
        ("alicloud:vpc/network:Network", "vpc/vpc-1", "vpc-1"),
        ("alicloud:vpc/switch:Switch", "vswitch/vsw-1", "vsw-1"),
        ("alicloud:vpc/switch:Switch", "VSwitch/vsw-1", "vsw-1"),
        ("alicloud:vpc/natGateway:NatGateway", "natgateway/ngw-1", "ngw-1"),
        ("alicloud:ecs/eipAddress:EipAddress", "eip/eip-1", "eip-1"),
        ("alicloud:ecs/securityGroup:SecurityGroup", "securitygroup/sg-1", "sg-1"),
        ("alicloud:cs/managedKubernetes:ManagedKubernetes", "cluster/c1", "c1"),
        ("alicloud:log/project:Project", "project/ack-logs", "ack-logs"),
        ("alicloud:rds/instance:Instance", "dbinstance/rm-1", "rm-1"),
        ("alicloud:kvstore/instance:Instance", "instance/r-1", "r-1"),
        ("alicloud:nas/fileSystem:FileSystem", "filesystem/f1", "f1"),
    ],
)
def test_taggable_types_are_found_by_their_tag(token: str, arn: str, identifier: str) -> None:
    assert lookup.find(tagged(arn), token, URN, {}) == identifier
    # What the object brought with it carries the same tag.
    assert lookup.find(tagged("disk/d-1", arn, "instances/i-1"), token, URN, {}) == identifier
    assert lookup.find(tagged("disk/d-1"), token, URN, {}) is None
    assert lookup.find(tagged(), token, URN, {}) is None


@pytest.mark.parametrize(
    ("token", "inputs", "cloud", "identifier"),
    [
        (
            "alicloud:vpc/snatEntry:SnatEntry",
            {"snatTableId": "stb-1", "sourceVswitchId": "vsw-2", "snatIp": "198.18.0.1"},
            Cloud(
                "vpc",
                "DescribeSnatTableEntries",
                {
                    "SnatTableEntries": {
                        "SnatTableEntry": [
                            {"SnatEntryId": "snat-1", "SourceVSwitchId": "vsw-1"},
                            {"SnatEntryId": "snat-2", "SourceVSwitchId": "vsw-2"},
                            {"SnatEntryId": "snat-3", "SourceCIDR": "10.0.0.0/8"},
                        ]
                    }
                },
                snat_table_id="stb-1",
            ),
            "stb-1:snat-2",
        ),
        (
            "alicloud:ecs/eipAssociation:EipAssociation",
            {"allocationId": "eip-1", "instanceId": "ngw-1"},
            Cloud(
                "vpc",
                "DescribeEipAddresses",
                {
                    "EipAddresses": {
                        "EipAddress": [{"AllocationId": "eip-1", "InstanceId": "ngw-1"}]
                    }
                },
                allocation_id="eip-1",
            ),
            "eip-1:ngw-1",
        ),
        (
            "alicloud:cs/nodePool:NodePool",
            {"clusterId": "c1", "nodePoolName": "base"},
            Cloud(
                "cs",
                "DescribeClusterNodePools",
                {
                    "nodepools": [
                        {"nodepool_info": {"nodepool_id": "np1", "name": "default-nodepool"}},
                        {"nodepool_info": {"nodepool_id": "np2", "name": "base"}},
                    ]
                },
                cluster_id="c1",
            ),
            "c1:np2",
        ),
        (
            "alicloud:rds/account:Account",
            {"dbInstanceId": "rm-1", "accountName": "wordpress", "accountPassword": {"c": "v1"}},
            Cloud(
                "rds",
                "DescribeAccounts",
                {"Accounts": {"DBInstanceAccount": [{"AccountName": "wordpress"}]}},
                db_instance_id="rm-1",
                account_name="wordpress",
            ),
            "rm-1:wordpress",
        ),
        (
            "alicloud:rds/database:Database",
            {"instanceId": "rm-1", "dataBaseName": "wordpress"},
            Cloud(
                "rds",
                "DescribeDatabases",
                {"Databases": {"Database": [{"DBName": "wordpress"}]}},
                db_instance_id="rm-1",
                db_name="wordpress",
            ),
            "rm-1:wordpress",
        ),
        (
            "alicloud:nas/accessGroup:AccessGroup",
            {"accessGroupName": "site", "accessGroupType": "Vpc"},
            Cloud(
                "nas",
                "DescribeAccessGroups",
                {"AccessGroups": {"AccessGroup": [{"AccessGroupName": "site"}]}},
                access_group_name="site",
                file_system_type="standard",
            ),
            "site:standard",
        ),
        (
            "alicloud:nas/accessRule:AccessRule",
            {"accessGroupName": "site", "sourceCidrIp": "10.0.0.0/8"},
            Cloud(
                "nas",
                "DescribeAccessRules",
                {
                    "AccessRules": {
                        "AccessRule": [
                            {"AccessRuleId": "1", "SourceCidrIp": "192.168.0.0/16"},
                            {"AccessRuleId": "2", "SourceCidrIp": "10.0.0.0/8"},
                        ]
                    }
                },
                access_group_name="site",
            ),
            "site:2",
        ),
        (
            "alicloud:nas/mountTarget:MountTarget",
            {"fileSystemId": "f1", "vswitchId": "vsw-1"},
            Cloud(
                "nas",
                "DescribeMountTargets",
                {
                    "MountTargets": {
                        "MountTarget": [
                            {"MountTargetDomain": "f1-a.nas.aliyuncs.com", "VswId": "vsw-1"},
                            {"MountTargetDomain": "f1-b.nas.aliyuncs.com", "VswId": "vsw-2"},
                        ]
                    }
                },
                file_system_id="f1",
            ),
            "f1:f1-a.nas.aliyuncs.com",
        ),
    ],
)
def test_others_are_found_by_their_inputs(
    token: str, inputs: dict[str, Any], cloud: Cloud, identifier: str
) -> None:
    assert lookup.find(cloud, token, URN, inputs) == identifier
    assert lookup.find(cloud, token, URN, inputs, {identifier}) is None
    cloud.answer = _emptied(cloud.answer)
    assert lookup.find(cloud, token, URN, inputs) is None


def _emptied(answer: Any) -> Any:
    if isinstance(answer, list):
        return []
    return {key: _emptied(value) for key, value in answer.items()}


def test_an_address_that_is_bound_to_something_else_is_not_the_association() -> None:
    """F33: what somebody else bound is not adopted."""
    rows = [{"AllocationId": "eip-1", "InstanceId": "i-9"}]
    cloud = Cloud(
        "vpc",
        "DescribeEipAddresses",
        {"EipAddresses": {"EipAddress": rows}},
        allocation_id="eip-1",
    )
    inputs = {"allocationId": "eip-1", "instanceId": "ngw-1"}
    assert lookup.find(cloud, "alicloud:ecs/eipAssociation:EipAssociation", URN, inputs) is None


def nobody(*_arguments: object, **_parameters: object) -> dict[str, Any]:
    raise AssertionError("it asked")


@pytest.mark.parametrize(
    "token",
    [
        "alicloud:ecs/securityGroupRule:SecurityGroupRule",
        "alicloud:rds/accountPrivilege:AccountPrivilege",
        "alicloud:cs/kubernetesAddon:KubernetesAddon",
        "pulumi:providers:alicloud",
    ],
)
def test_what_can_be_repeated_needs_no_question(token: str) -> None:
    assert lookup.find(nobody, token, URN, {}) is None


@pytest.mark.parametrize(
    ("metadata", "identifier"),
    [
        ({"name": "site", "namespace": "wordpress"}, "wordpress/site"),
        ({"name": "wordpress"}, "wordpress"),
        ({"name": "wordpress", "namespace": ""}, "wordpress"),
        ({}, None),
        (None, None),
        ({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}, None),
    ],
)
def test_a_kubernetes_object_has_the_id_of_its_name(
    metadata: dict | None, identifier: str | None
) -> None:
    """Its provider refuses to make it twice; nothing but the cluster knows whether it exists."""
    found = lookup.find(nobody, "kubernetes:apps/v1:Deployment", URN, {"metadata": metadata})
    assert found == identifier


def test_two_answers_are_for_a_person_to_settle() -> None:
    with pytest.raises(lookup.Ambiguous) as found:
        lookup.find(tagged("vpc/vpc-2", "vpc/vpc-1"), "alicloud:vpc/network:Network", URN, {})
    assert found.value.ids == ["vpc-1", "vpc-2"]
    assert str(found.value) == f"{URN}: vpc-1, vpc-2"


def test_the_old_one_of_a_replacement_is_not_the_answer() -> None:
    """Both carry the tag; the state knows the old one's id."""
    cloud = tagged("vpc/vpc-old", "vpc/vpc-new")
    token = "alicloud:vpc/network:Network"
    assert lookup.find(cloud, token, URN, {}, {"vpc-old"}) == "vpc-new"
    assert lookup.find(tagged("vpc/vpc-old"), token, URN, {}, {"vpc-old"}) is None


def test_a_private_zone_is_found_by_its_name_while_it_is_empty() -> None:
    """Its tags come after it, so a cut-off creation has none; one in use is somebody else's."""
    zones = {
        "new": {"ZoneId": "new", "RecordCount": 0, "BindVpcs": {"Vpc": []}},
        "bound": {"ZoneId": "bound", "RecordCount": 0, "BindVpcs": {"Vpc": [{"VpcId": "vpc-1"}]}},
        "full": {"ZoneId": "full", "RecordCount": 1, "BindVpcs": {"Vpc": []}},
    }

    def read(product: str, action: str, **parameters: Any) -> dict[str, Any]:
        assert product == "pvtz"
        if action == "DescribeZones":
            assert parameters == {"keyword": "class.private", "search_mode": "EXACT"}
            return {"Zones": {"Zone": list(zones.values())}}
        return zones[parameters["zone_id"]]

    wanted = {"zoneName": "class.private"}
    assert lookup.find(read, "alicloud:pvtz/zone:Zone", URN, wanted) == "new"
    del zones["new"]
    assert lookup.find(read, "alicloud:pvtz/zone:Zone", URN, wanted) is None
