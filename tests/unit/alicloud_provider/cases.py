"""An example of each resource type, for what must hold for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.unit.alicloud_provider.conftest import GROUP, VPC, VSWITCH, Engine, Place

NAT = "alicloud:vpc/natGateway:NatGateway"
SNAT = "alicloud:vpc/snatEntry:SnatEntry"
EIP = "alicloud:ecs/eipAddress:EipAddress"
ASSOCIATION = "alicloud:ecs/eipAssociation:EipAssociation"
RULE = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"
POOL = "alicloud:cs/nodePool:NodePool"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
AUTOSCALING = "alicloud:cs/autoscalingConfig:AutoscalingConfig"
PROJECT = "alicloud:log/project:Project"
RDS = "alicloud:rds/instance:Instance"
ACCOUNT = "alicloud:rds/account:Account"
DATABASE = "alicloud:rds/database:Database"
PRIVILEGE = "alicloud:rds/accountPrivilege:AccountPrivilege"
REDIS = "alicloud:kvstore/instance:Instance"
FILE_SYSTEM = "alicloud:nas/fileSystem:FileSystem"
ACCESS_GROUP = "alicloud:nas/accessGroup:AccessGroup"
ACCESS_RULE = "alicloud:nas/accessRule:AccessRule"
MOUNT_TARGET = "alicloud:nas/mountTarget:MountTarget"
CONTACT = "alicloud:cms/alarmContact:AlarmContact"
CONTACT_GROUP = "alicloud:cms/alarmContactGroup:AlarmContactGroup"
ALARM = "alicloud:cms/alarm:Alarm"
PRIVATE_ZONE = "alicloud:pvtz/zone:Zone"
ZONE_ATTACHMENT = "alicloud:pvtz/zoneAttachment:ZoneAttachment"
ACL = "alicloud:slb/acl:Acl"
ACL_ENTRY = "alicloud:slb/aclEntryAttachment:AclEntryAttachment"
ZONE_RECORD = "alicloud:pvtz/zoneRecord:ZoneRecord"

STACK = "alicloud:ros/stack:Stack"

PASSWORD = "Str0ng_password"
TAGS = {"env": "dev", "ackb:urn": "urn"}

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """Inputs of one type, changes that are made in place, and one that makes a new object."""

    token: str
    inputs: Callable[[Engine, Place], Inputs]
    changes: tuple[Inputs, ...] = ()
    replace: Inputs = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.token.split(":")[1]


def gateway(engine: Engine, place: Place) -> Inputs:
    id, state = engine.create(NAT, {"vpcId": place.vpc_id, "vswitchId": place.vswitch_h})
    return {**state, "id": id}


def bound_address(engine: Engine, place: Place) -> tuple[Inputs, str]:
    nat = gateway(engine, place)
    eip_id, eip = engine.create(EIP, {"bandwidth": "5"})
    bind = {"allocationId": eip_id, "instanceId": nat["id"], "instanceType": "Nat"}
    engine.create(ASSOCIATION, bind)
    return nat, eip["ipAddress"]


def association(engine: Engine, place: Place) -> Inputs:
    eip_id, _ = engine.create(EIP, {})
    return {"allocationId": eip_id, "instanceId": gateway(engine, place)["id"]}


def snat(engine: Engine, place: Place) -> Inputs:
    nat, ip = bound_address(engine, place)
    return {"snatTableId": nat["snatTableIds"], "snatIp": ip, "sourceVswitchId": place.vswitch_h}


def cluster(engine: Engine, place: Place) -> Inputs:
    return {
        "name": "shop",
        "clusterSpec": "ack.pro.small",
        "vswitchIds": [place.vswitch_h, place.vswitch_i],
        "podVswitchIds": [place.vswitch_h],
        "serviceCidr": "172.21.0.0/20",
        "proxyMode": "iptables",
        "newNatGateway": False,
        "slbInternetEnabled": True,
        "enableRrsa": True,
        "securityGroupId": place.group_id,
        "addons": [{"name": "terway-eniip", "config": '{"NetworkPolicy": "true"}'}],
        "deleteOptions": [{"resourceType": "SLB", "deleteMode": "delete"}],
        "tags": TAGS,
    }


def running_cluster(engine: Engine, place: Place) -> str:
    return engine.create(CLUSTER, cluster(engine, place))[0]


def pool(engine: Engine, place: Place) -> Inputs:
    return {
        "clusterId": running_cluster(engine, place),
        "nodePoolName": "online",
        "vswitchIds": [place.vswitch_h, place.vswitch_i],
        "instanceTypes": ["ecs.c7.2xlarge"],
        "desiredSize": "2",
        "imageType": "AliyunLinux3",
        "management": {"enable": True, "autoRepair": True, "maxUnavailable": 1},
        "labels": [{"key": "tier", "value": "online"}, {"key": "a", "value": "b"}],
        "taints": [{"key": "t", "value": "v", "effect": "NoSchedule"}],
        "kubeletConfiguration": {"maxPods": "64"},
        "privatePoolOptions": {"privatePoolOptionsMatchCriteria": "Open"},
        "systemDiskEncrypted": True,
        "instanceMetadataOptions": {"httpTokens": "required"},
        "tags": TAGS,
    }


def addon(engine: Engine, place: Place) -> Inputs:
    cluster_id = running_cluster(engine, place)
    return {"clusterId": cluster_id, "name": "ack-kruise", "config": '{"a": "1", "b": "2"}'}


def rds(engine: Engine, place: Place) -> Inputs:
    return {
        "engine": "MySQL",
        "engineVersion": "8.0",
        "instanceType": "mysql.n2.medium.2c",
        "instanceStorage": 40,
        "dbInstanceStorageType": "cloud_essd",
        "instanceChargeType": "Postpaid",
        "instanceName": "shop-database",
        "vswitchId": f"{place.vswitch_h},{place.vswitch_i}",
        "zoneId": "cn-hangzhou-h",
        "zoneIdSlaveA": "cn-hangzhou-i",
        "securityIps": ["10.0.0.0/24", "10.0.1.5"],
        "securityGroupIds": [place.group_id],
        "deletionProtection": False,
        "tags": TAGS,
    }


def rds_instance(engine: Engine, place: Place) -> str:
    return engine.create(RDS, rds(engine, place))[0]


def account(engine: Engine, place: Place) -> Inputs:
    return {
        "dbInstanceId": rds_instance(engine, place),
        "accountName": "shop",
        "accountPassword": PASSWORD,
        "accountType": "Normal",
    }


def database(engine: Engine, place: Place) -> Inputs:
    return {
        "instanceId": rds_instance(engine, place),
        "dataBaseName": "shop",
        "characterSet": "utf8mb4",
    }


def privilege(engine: Engine, place: Place) -> Inputs:
    instance = rds_instance(engine, place)
    login = {"dbInstanceId": instance, "accountName": "shop", "accountPassword": PASSWORD}
    engine.create(ACCOUNT, login)
    for name in ("shop", "stock"):
        engine.create(DATABASE, {"instanceId": instance, "dataBaseName": name})
    grant = {"instanceId": instance, "accountName": "shop", "dbNames": ["shop"]}
    return {**grant, "privilege": "ReadWrite"}


def redis(engine: Engine, place: Place) -> Inputs:
    return {
        "instanceClass": "redis.shard.small.2.ce",
        "instanceType": "Redis",
        "engineVersion": "6.0",
        "dbInstanceName": "cache",
        "paymentType": "PostPaid",
        "password": PASSWORD,
        "zoneId": "cn-hangzhou-h",
        "secondaryZoneId": "cn-hangzhou-i",
        "vswitchId": place.vswitch_h,
        "securityGroupId": place.group_id,
        "securityIps": ["10.0.0.0/24"],
        "vpcAuthMode": "Open",
        "tags": TAGS,
    }


def mount_target(engine: Engine, place: Place) -> Inputs:
    storage = {"protocolType": "NFS", "storageType": "Performance"}
    file_system, _ = engine.create(FILE_SYSTEM, storage)
    engine.create(ACCESS_GROUP, {"accessGroupName": "apps"})
    return {
        "fileSystemId": file_system,
        "accessGroupName": "apps",
        "networkType": "Vpc",
        "vpcId": place.vpc_id,
        "vswitchId": place.vswitch_h,
    }


def access_rule(engine: Engine, place: Place) -> Inputs:
    engine.create(ACCESS_GROUP, {"accessGroupName": "apps"})
    return {"accessGroupName": "apps", "sourceCidrIp": "10.0.0.0/16", "rwAccessType": "RDWR"}


def contact_group(engine: Engine, place: Place) -> Inputs:
    robot = {"channelsDingWebHook": "https://oapi.dingtalk.com/robot/send?access_token=x"}
    for name in ("anna", "bo"):
        engine.create(CONTACT, {"alarmContactName": name, "describe": "on call", **robot})
    return {"alarmContactGroupName": "operators", "contacts": ["bo", "anna"]}


def alarm(engine: Engine, place: Place) -> Inputs:
    engine.create(CONTACT_GROUP, contact_group(engine, place))
    return {
        "name": "memory",
        "project": "acs_k8s",
        "metric": "cluster.memory.utilization",
        "metricDimensions": '[{"userId": "1000000000000001", "cluster": "c1"}]',
        "contactGroups": ["operators"],
        "period": 60,
        "escalationsCritical": {"statistics": "Value", "threshold": "90"},
        "tags": TAGS,
    }


def private_zone(engine: Engine) -> str:
    return engine.create(PRIVATE_ZONE, {"zoneName": "class.private"})[0]


def stack(engine: Engine, place: Place) -> Inputs:
    config = {
        "name": "idc",
        "cluster_type": "ExternalKubernetes",
        "region_id": {"Ref": "ALIYUN::Region"},
        "vpcid": place.vpc_id,
        "vswitch_ids": [place.vswitch_h],
    }
    resource = {"Type": "ALIYUN::CS::AnyCluster", "Properties": {"ClusterConfig": config}}
    template = {
        "ROSTemplateFormatVersion": "2015-09-01",
        "Parameters": {"Note": {"Type": "String", "Default": ""}},
        "Resources": {"Cluster": resource},
    }
    return {
        "stackName": "idc",
        "templateBody": json.dumps(template),
        "parameters": [{"parameterKey": "Note", "parameterValue": "first"}],
        "timeoutInMinutes": 10,
        "tags": TAGS,
    }


CASES = (
    Case(
        VPC,
        lambda *_: {"cidrBlock": "10.9.0.0/16", "vpcName": "net", "tags": TAGS},
        ({"vpcName": "new"}, {"description": "text"}, {"cidrBlock": "10.8.0.0/15"}, {"tags": {}}),
        {"userCidrs": ["10.0.0.0/8"]},
    ),
    Case(
        VSWITCH,
        lambda _, place: {
            "vpcId": place.vpc_id,
            "cidrBlock": "10.0.9.0/24",
            "zoneId": "cn-hangzhou-k",
            "vswitchName": "apps",
            "tags": TAGS,
        },
        ({"vswitchName": "new"}, {"description": "text"}, {"tags": {"env": "prod"}}),
        {"cidrBlock": "10.0.8.0/24"},
    ),
    Case(
        NAT,
        lambda _, place: {
            "vpcId": place.vpc_id,
            "vswitchId": place.vswitch_h,
            "natGatewayName": "way-out",
            "natType": "Enhanced",
            "networkType": "internet",
            "paymentType": "PayAsYouGo",
            "internetChargeType": "PayByLcu",
            "tags": TAGS,
        },
        ({"natGatewayName": "new"}, {"deletionProtection": True}, {"tags": {"env": "prod"}}),
        {"paymentType": "Subscription"},
    ),
    Case(
        EIP,
        lambda *_: {
            "addressName": "public",
            "bandwidth": "5",
            "paymentType": "PayAsYouGo",
            "internetChargeType": "PayByTraffic",
            "tags": TAGS,
        },
        ({"bandwidth": "10"}, {"addressName": "new"}, {"deletionProtection": True}),
        {"internetChargeType": "PayByBandwidth"},
    ),
    Case(ASSOCIATION, association, (), {"instanceId": "ngw-other"}),
    Case(SNAT, snat, ({"snatEntryName": "pods"},), {"sourceVswitchId": "vsw-other"}),
    Case(
        GROUP,
        lambda _, place: {
            "vpcId": place.vpc_id,
            "securityGroupName": "apps",
            "securityGroupType": "normal",
            "innerAccessPolicy": "Drop",
            "tags": TAGS,
        },
        ({"securityGroupName": "new"}, {"description": "x"}, {"innerAccessPolicy": "Accept"}),
        {"securityGroupType": "enterprise"},
    ),
    Case(
        RULE,
        lambda _, place: {
            "securityGroupId": place.group_id,
            "type": "ingress",
            "ipProtocol": "tcp",
            "portRange": "443/443",
            "cidrIp": "10.0.0.0/8",
            "description": "web",
        },
        ({"description": "site"},),
        {"portRange": "80/80"},
    ),
    Case(
        CLUSTER,
        cluster,
        (
            {"name": "store"},
            {"deletionProtection": True},
            {"tags": {"env": "prod"}},
            {"deleteOptions": [{"resourceType": "SLB", "deleteMode": "retain"}]},
        ),
        {"serviceCidr": "172.22.0.0/20"},
    ),
    Case(
        POOL,
        pool,
        (
            {"desiredSize": "3"},
            {"desiredSize": "1"},
            {"labels": [{"key": "tier", "value": "offline"}]},
            {"nodePoolName": "new"},
            {"instanceTypes": ["ecs.g7.2xlarge"]},
        ),
        {"clusterId": "c-other"},
    ),
    Case(ADDON, addon, ({"config": '{"a": "3", "b": "2"}'},), {"name": "ack-koordinator"}),
    Case(
        AUTOSCALING,
        lambda engine, place: {
            "clusterId": running_cluster(engine, place),
            "scalerType": "cluster-autoscaler",
            "expander": "priority",
            "priorities": {"10": "asg-a,asg-b"},
            "scanInterval": "15s",
            "scaleDownEnabled": False,
        },
        ({"expander": "random"}, {"scaleDownEnabled": True}, {"unneededDuration": "5m"}),
        {"clusterId": "c-other"},
    ),
    Case(
        PROJECT,
        lambda *_: {"projectName": "audit-logs", "description": "d", "tags": TAGS},
        ({"description": "text"}, {"tags": {"env": "prod"}}),
        {"projectName": "other-logs"},
    ),
    Case(
        RDS,
        rds,
        (
            {"instanceName": "new-name"},
            {"securityIps": ["10.0.0.0/16"]},
            {"securityGroupIds": []},
            {"instanceStorage": 60},
            {"instanceType": "mysql.n2.large.2c"},
            {"deletionProtection": True},
            {"tags": {"env": "prod"}},
        ),
        {"zoneIdSlaveA": "cn-hangzhou-k"},
    ),
    Case(
        ACCOUNT,
        account,
        ({"accountDescription": "text"}, {"accountPassword": "An0ther_password"}),
        {"accountType": "Super"},
        ("accountPassword",),
    ),
    Case(DATABASE, database, ({"description": "text"},), {"characterSet": "utf8"}),
    Case(PRIVILEGE, privilege, ({"dbNames": ["stock"]},), {"privilege": "ReadOnly"}),
    Case(
        REDIS,
        redis,
        (
            {"dbInstanceName": "new"},
            {"password": "An0ther_password"},
            {"securityIps": ["10.0.0.0/16"]},
            {"instanceClass": "redis.shard.mid.2.ce"},
            {"engineVersion": "7.0"},
            {"instanceReleaseProtection": True},
            {"vpcAuthMode": "Close"},
            {"tags": {"env": "prod"}},
        ),
        {"instanceType": "Memcache"},
        ("password",),
    ),
    Case(
        FILE_SYSTEM,
        lambda *_: {
            "protocolType": "NFS",
            "storageType": "Performance",
            "fileSystemType": "standard",
            "description": "shared",
            "encryptType": 1,
            "tags": TAGS,
        },
        ({"description": "text"}, {"tags": {"env": "prod"}}),
        {"storageType": "Capacity"},
    ),
    Case(
        ACCESS_GROUP,
        lambda *_: {"accessGroupName": "files", "accessGroupType": "Vpc"},
        ({"description": "text"},),
        {"accessGroupName": "other"},
    ),
    Case(
        ACCESS_RULE,
        access_rule,
        ({"rwAccessType": "RDONLY"}, {"priority": 7}, {"sourceCidrIp": "10.0.0.0/24"}),
        {"accessGroupName": "other"},
    ),
    Case(
        MOUNT_TARGET,
        mount_target,
        ({"accessGroupName": "DEFAULT_VPC_GROUP_NAME"}, {"status": "Inactive"}),
        {"vswitchId": "vsw-other"},
    ),
    Case(
        CONTACT,
        lambda *_: {
            "alarmContactName": "anna",
            "describe": "on call",
            "channelsDingWebHook": "https://oapi.dingtalk.com/robot/send?access_token=x",
        },
        ({"describe": "night"}, {"lang": "en"}),
        {"alarmContactName": "carl"},
    ),
    Case(
        CONTACT_GROUP,
        contact_group,
        ({"contacts": ["anna"]}, {"describe": "text"}, {"enableSubscribed": True}),
        {"alarmContactGroupName": "other"},
    ),
    Case(
        ALARM,
        alarm,
        (
            {"name": "new"},
            {"escalationsCritical": {"statistics": "Value", "threshold": "95", "times": 5}},
            {"escalationsWarn": {"comparisonOperator": ">=", "threshold": "70"}},
            {"enabled": False},
            {"period": 120},
            {"tags": {"env": "prod"}},
        ),
        {"metric": "cluster.cpu.utilization"},
    ),
    Case(
        ACL,
        lambda *_: {"name": "clients", "ipVersion": "ipv4", "tags": TAGS},
        ({"name": "new"}, {"tags": {"env": "prod"}}),
        {"ipVersion": "ipv6"},
    ),
    Case(
        ACL_ENTRY,
        lambda engine, _: {
            "aclId": engine.create(ACL, {"name": "clients"})[0],
            "entry": "203.0.113.0/24",
        },
        (),
        {"entry": "198.51.100.0/24"},
    ),
    Case(
        PRIVATE_ZONE,
        lambda *_: {"zoneName": "class.private", "remark": "names of a school", "tags": TAGS},
        ({"remark": "new"}, {"proxyPattern": "RECORD"}, {"tags": {"env": "prod"}}),
        {"zoneName": "school.private"},
    ),
    Case(
        ZONE_ATTACHMENT,
        lambda engine, place: {"zoneId": private_zone(engine), "vpcIds": [place.vpc_id]},
        (),
        {"zoneId": "other"},
    ),
    Case(
        ZONE_RECORD,
        lambda engine, _: {
            "zoneId": private_zone(engine),
            "rr": "www",
            "type": "A",
            "value": "10.0.0.8",
            "ttl": 60,
        },
        (
            {"value": "10.0.0.9"},
            {"ttl": 30},
            {"rr": "@"},
            {"remark": "of the class"},
            {"status": "DISABLE"},
        ),
        {"zoneId": "other"},
    ),
    Case(
        STACK,
        stack,
        (
            {"timeoutInMinutes": 20},
            {"parameters": [{"parameterKey": "Note", "parameterValue": "second"}]},
            {"tags": {"env": "prod"}},
        ),
        {"stackName": "other"},
    ),
)
