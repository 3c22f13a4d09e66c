"""Finds a cloud object whose creation was cut off, with nothing but the cloud's read APIs.

A run that dies between the call that creates an object and the entry of its id in the state leaves
a pending creation: the state knows type, name and inputs, not whether the object exists. Taggable
objects carry the tag ``ackb:urn`` from the moment they exist; others are found by what their inputs
say about them. Both targets are asked the same questions, through ``ReadApi``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from ackb.domain.naming import urn_tag
from ackb.domain.tags import URN_TAG

Inputs = Mapping[str, Any]


class ReadApi(Protocol):
    """A read action of a product, such as ``read("nas", "DescribeMountTargets", ...)``."""

    def __call__(self, product: str, action: str, **parameters: Any) -> dict[str, Any]:
        """The action's answer; parameters are the action's, in snake_case."""
        ...


class Ambiguous(Exception):
    """Several objects answer to one pending creation; only a person can choose."""

    def __init__(self, urn: str, ids: list[str]) -> None:
        super().__init__(f"{urn}: {', '.join(ids)}")
        self.urn = urn
        self.ids = ids


#: Taggable types -> the resource type in the ARNs that the Tag service answers with.
_ARN_TYPES = {
    "alicloud:vpc/network:Network": "vpc",
    "alicloud:vpc/switch:Switch": "vswitch",
    "alicloud:vpc/natGateway:NatGateway": "natgateway",
    "alicloud:ecs/eipAddress:EipAddress": "eip",
    "alicloud:ecs/securityGroup:SecurityGroup": "securitygroup",
    "alicloud:cs/managedKubernetes:ManagedKubernetes": "cluster",
    "alicloud:log/project:Project": "project",
    "alicloud:rds/instance:Instance": "dbinstance",
    "alicloud:kvstore/instance:Instance": "instance",
    "alicloud:nas/fileSystem:FileSystem": "filesystem",
    "alicloud:ros/stack:Stack": "stack",
    "alicloud:slb/acl:Acl": "acl",
}


_ALARM = "alicloud:cms/alarm:Alarm"


def find(
    read: ReadApi, type_token: str, urn: str, inputs: Inputs, known: Collection[str] = ()
) -> str | None:
    """The provider's id of the object, or None when it does not exist, or need not be known.

    ``known`` are ids that the stack has already: while an object is replaced, the old one answers
    to the same URN.

    Creations that the provider can safely repeat (a rule, a grant, an add-on) need no id: None lets
    the next update repeat them. A Kubernetes object has the id that its name gives; whether it
    exists, only its cluster knows.

    Raises:
        Ambiguous: more than one object answers.
    """
    if type_token in _ARN_TYPES:
        ids = _tagged(read, _ARN_TYPES[type_token], urn)
    elif type_token in _UNTAGGED:
        ids = _UNTAGGED[type_token](read, inputs)
    elif type_token == _ALARM:
        ids = _alarm(read, inputs, urn)
    elif type_token.startswith("kubernetes:"):
        ids = _named(inputs.get("metadata"))
    else:
        return None
    ids = [one for one in ids if one not in known]
    if len(ids) > 1:
        raise Ambiguous(urn, ids)
    return ids[0] if ids else None


def _tagged(read: ReadApi, arn_type: str, urn: str) -> list[str]:
    answer = read("tag", "ListTagResources", tags={URN_TAG: urn_tag(urn)})
    resources = (row["ResourceARN"].rsplit(":", 1)[-1] for row in answer["TagResources"])
    parts = (resource.partition("/") for resource in resources)
    return sorted(identifier for kind, _, identifier in parts if kind.lower() == arn_type)


def _named(metadata: Any) -> list[str]:
    if not isinstance(metadata, Mapping) or "name" not in metadata:
        return []
    parts = (metadata.get("namespace"), metadata["name"])
    return ["/".join(part for part in parts if part)]


def _snat_entry(read: ReadApi, inputs: Inputs) -> list[str]:
    table = inputs["snatTableId"]
    answer = read("vpc", "DescribeSnatTableEntries", snat_table_id=table)
    return [
        f"{table}:{entry['SnatEntryId']}"
        for entry in answer["SnatTableEntries"]["SnatTableEntry"]
        if entry.get("SourceVSwitchId") == inputs.get("sourceVswitchId")
    ]


def _eip_association(read: ReadApi, inputs: Inputs) -> list[str]:
    answer = read("vpc", "DescribeEipAddresses", allocation_id=inputs["allocationId"])
    wanted = inputs["instanceId"]
    found = answer["EipAddresses"]["EipAddress"]
    return [f"{e['AllocationId']}:{wanted}" for e in found if e.get("InstanceId") == wanted]


def _node_pool(read: ReadApi, inputs: Inputs) -> list[str]:
    cluster = inputs["clusterId"]
    answer = read("cs", "DescribeClusterNodePools", cluster_id=cluster)
    pools = (pool["nodepool_info"] for pool in answer["nodepools"])
    wanted = inputs["nodePoolName"]
    return [f"{cluster}:{pool['nodepool_id']}" for pool in pools if pool["name"] == wanted]


def _rds_account(read: ReadApi, inputs: Inputs) -> list[str]:
    instance, name = inputs["dbInstanceId"], inputs["accountName"]
    answer = read("rds", "DescribeAccounts", db_instance_id=instance, account_name=name)
    found = answer["Accounts"]["DBInstanceAccount"]
    return [f"{instance}:{account['AccountName']}" for account in found]


def _rds_database(read: ReadApi, inputs: Inputs) -> list[str]:
    instance, name = inputs["instanceId"], inputs["dataBaseName"]
    answer = read("rds", "DescribeDatabases", db_instance_id=instance, db_name=name)
    return [f"{instance}:{found['DBName']}" for found in answer["Databases"]["Database"]]


def _access_group(read: ReadApi, inputs: Inputs) -> list[str]:
    name, kind = inputs["accessGroupName"], inputs.get("fileSystemType", "standard")
    answer = read("nas", "DescribeAccessGroups", access_group_name=name, file_system_type=kind)
    found = answer["AccessGroups"]["AccessGroup"]
    return [f"{group['AccessGroupName']}:{kind}" for group in found]


def _access_rule(read: ReadApi, inputs: Inputs) -> list[str]:
    group = inputs["accessGroupName"]
    answer = read("nas", "DescribeAccessRules", access_group_name=group)
    found = answer["AccessRules"]["AccessRule"]
    source = inputs["sourceCidrIp"]
    return [f"{group}:{r['AccessRuleId']}" for r in found if r["SourceCidrIp"] == source]


def _mount_target(read: ReadApi, inputs: Inputs) -> list[str]:
    system = inputs["fileSystemId"]
    answer = read("nas", "DescribeMountTargets", file_system_id=system)
    found = answer["MountTargets"]["MountTarget"]
    wanted = inputs.get("vswitchId")
    return [f"{system}:{t['MountTargetDomain']}" for t in found if t["VswId"] == wanted]


def _private_zone(read: ReadApi, inputs: Inputs) -> list[str]:
    """Zones get their tags after they are made: one that was cut off is still empty."""
    answer = read("pvtz", "DescribeZones", keyword=inputs["zoneName"], search_mode="EXACT")
    ids = (zone["ZoneId"] for zone in answer["Zones"]["Zone"])
    zones = (read("pvtz", "DescribeZoneInfo", zone_id=one) for one in ids)
    return [
        zone["ZoneId"] for zone in zones if not zone["RecordCount"] and not zone["BindVpcs"]["Vpc"]
    ]


def _access_list_entry(read: ReadApi, inputs: Inputs) -> list[str]:
    acl_id, wanted = inputs["aclId"], inputs["entry"]
    answer = read("slb", "DescribeAccessControlListAttribute", acl_id=acl_id)
    entries = (one["AclEntryIP"] for one in answer["AclEntrys"]["AclEntry"])
    return [f"{acl_id}:{entry}" for entry in entries if entry == wanted]


def _alarm(read: ReadApi, inputs: Inputs, urn: str) -> list[str]:
    """Alarm rules have the tag as a label, which the Tag service does not know."""
    answer = read("cms", "DescribeMetricRuleList", rule_name=inputs["name"])
    label = {"Key": URN_TAG, "Value": urn_tag(urn)}
    return [one["RuleId"] for one in answer["Alarms"]["Alarm"] if label in one["Labels"]["Labels"]]


#: Types without tags -> how their inputs find them; ids as the official provider composes them.
_UNTAGGED: dict[str, Callable[[ReadApi, Inputs], list[str]]] = {
    "alicloud:vpc/snatEntry:SnatEntry": _snat_entry,
    "alicloud:ecs/eipAssociation:EipAssociation": _eip_association,
    "alicloud:cs/nodePool:NodePool": _node_pool,
    "alicloud:rds/account:Account": _rds_account,
    "alicloud:rds/database:Database": _rds_database,
    "alicloud:nas/accessGroup:AccessGroup": _access_group,
    "alicloud:nas/accessRule:AccessRule": _access_rule,
    "alicloud:nas/mountTarget:MountTarget": _mount_target,
    "alicloud:pvtz/zone:Zone": _private_zone,
    "alicloud:slb/aclEntryAttachment:AclEntryAttachment": _access_list_entry,
}
