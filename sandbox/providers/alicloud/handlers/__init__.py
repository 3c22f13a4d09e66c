"""The resource types, one module each."""

from __future__ import annotations

from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.handlers import (
    kvstore_instance,
    rds_instance,
)
from sandbox.providers.alicloud.handlers.cms_alarm import Alarm
from sandbox.providers.alicloud.handlers.cms_alarm_contact import AlarmContact
from sandbox.providers.alicloud.handlers.cms_alarm_contact_group import AlarmContactGroup
from sandbox.providers.alicloud.handlers.cs_autoscaling_config import AutoscalingConfig
from sandbox.providers.alicloud.handlers.cs_kubernetes_addon import KubernetesAddon
from sandbox.providers.alicloud.handlers.cs_managed_kubernetes import ManagedKubernetes
from sandbox.providers.alicloud.handlers.cs_node_pool import NodePool
from sandbox.providers.alicloud.handlers.ecs_eip_address import EipAddress
from sandbox.providers.alicloud.handlers.ecs_eip_association import EipAssociation
from sandbox.providers.alicloud.handlers.ecs_security_group import SecurityGroup
from sandbox.providers.alicloud.handlers.ecs_security_group_rule import SecurityGroupRule
from sandbox.providers.alicloud.handlers.log_project import Project
from sandbox.providers.alicloud.handlers.nas_access_group import AccessGroup
from sandbox.providers.alicloud.handlers.nas_access_rule import AccessRule
from sandbox.providers.alicloud.handlers.nas_file_system import FileSystem
from sandbox.providers.alicloud.handlers.nas_mount_target import MountTarget
from sandbox.providers.alicloud.handlers.pvtz_zone import Zone
from sandbox.providers.alicloud.handlers.pvtz_zone_attachment import ZoneAttachment
from sandbox.providers.alicloud.handlers.pvtz_zone_record import ZoneRecord
from sandbox.providers.alicloud.handlers.rds_account import Account
from sandbox.providers.alicloud.handlers.rds_account_privilege import AccountPrivilege
from sandbox.providers.alicloud.handlers.rds_database import Database
from sandbox.providers.alicloud.handlers.ros_stack import Stack
from sandbox.providers.alicloud.handlers.slb_acl import Acl
from sandbox.providers.alicloud.handlers.slb_acl_entry_attachment import AclEntryAttachment
from sandbox.providers.alicloud.handlers.vpc_nat_gateway import NatGateway
from sandbox.providers.alicloud.handlers.vpc_network import Network
from sandbox.providers.alicloud.handlers.vpc_snat_entry import SnatEntry
from sandbox.providers.alicloud.handlers.vpc_switch import Switch

HANDLERS: dict[str, type[Handler]] = {
    handler.token: handler
    for handler in (
        Network,
        Switch,
        NatGateway,
        SnatEntry,
        EipAddress,
        EipAssociation,
        SecurityGroup,
        SecurityGroupRule,
        ManagedKubernetes,
        NodePool,
        KubernetesAddon,
        AutoscalingConfig,
        Project,
        rds_instance.Instance,
        Account,
        Database,
        AccountPrivilege,
        kvstore_instance.Instance,
        FileSystem,
        AccessGroup,
        AccessRule,
        MountTarget,
        Stack,
        AlarmContact,
        AlarmContactGroup,
        Alarm,
        Zone,
        ZoneAttachment,
        ZoneRecord,
        Acl,
        AclEntryAttachment,
    )
}
"""Handlers by type token."""
