"""What a resource type is called on the screen, and what it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

KUBERNETES: Final = "kubernetes"
_ORDER: Final = ("network", "cluster", "data", KUBERNETES, "other")


@dataclass(frozen=True)
class Kind:
    """A type of resource as people name it."""

    family: str
    singular: str
    plural: str

    def counted(self, count: int) -> str:
        """Such as `3 vSwitches`."""
        return f"{count} {self.singular if count == 1 else self.plural}"


_KINDS: Final = MappingProxyType(
    {
        "alicloud:vpc/network:Network": Kind("network", "VPC", "VPCs"),
        "alicloud:vpc/switch:Switch": Kind("network", "vSwitch", "vSwitches"),
        "alicloud:vpc/natGateway:NatGateway": Kind("network", "NAT gateway", "NAT gateways"),
        "alicloud:vpc/snatEntry:SnatEntry": Kind("network", "SNAT entry", "SNAT entries"),
        "alicloud:ecs/eipAddress:EipAddress": Kind(
            "network", "elastic IP address", "elastic IP addresses"
        ),
        "alicloud:ecs/eipAssociation:EipAssociation": Kind(
            "network", "EIP association", "EIP associations"
        ),
        "alicloud:ecs/securityGroup:SecurityGroup": Kind(
            "network", "security group", "security groups"
        ),
        "alicloud:ecs/securityGroupRule:SecurityGroupRule": Kind(
            "network", "security group rule", "security group rules"
        ),
        "alicloud:slb/acl:Acl": Kind("network", "access control list", "access control lists"),
        "alicloud:slb/aclEntryAttachment:AclEntryAttachment": Kind(
            "network", "access control list entry", "access control list entries"
        ),
        "alicloud:pvtz/zone:Zone": Kind("network", "private zone", "private zones"),
        "alicloud:pvtz/zoneAttachment:ZoneAttachment": Kind(
            "network", "private zone attachment", "private zone attachments"
        ),
        "alicloud:pvtz/zoneRecord:ZoneRecord": Kind(
            "network", "private zone record", "private zone records"
        ),
        "alicloud:cs/managedKubernetes:ManagedKubernetes": Kind(
            "cluster", "ACK cluster", "ACK clusters"
        ),
        "alicloud:ros/stack:Stack": Kind("cluster", "ROS stack", "ROS stacks"),
        "alicloud:cs/nodePool:NodePool": Kind("cluster", "node pool", "node pools"),
        "alicloud:cs/kubernetesAddon:KubernetesAddon": Kind("cluster", "add-on", "add-ons"),
        "alicloud:cs/autoscalingConfig:AutoscalingConfig": Kind(
            "cluster", "node autoscaling configuration", "node autoscaling configurations"
        ),
        "alicloud:log/project:Project": Kind(
            "cluster", "Log Service project", "Log Service projects"
        ),
        "alicloud:cms/alarm:Alarm": Kind("cluster", "alarm rule", "alarm rules"),
        "alicloud:cms/alarmContact:AlarmContact": Kind(
            "cluster", "alarm contact", "alarm contacts"
        ),
        "alicloud:cms/alarmContactGroup:AlarmContactGroup": Kind(
            "cluster", "alarm contact group", "alarm contact groups"
        ),
        "alicloud:rds/instance:Instance": Kind("data", "RDS instance", "RDS instances"),
        "alicloud:rds/account:Account": Kind("data", "RDS account", "RDS accounts"),
        "alicloud:rds/database:Database": Kind("data", "database", "databases"),
        "alicloud:rds/accountPrivilege:AccountPrivilege": Kind(
            "data", "account privilege", "account privileges"
        ),
        "alicloud:kvstore/instance:Instance": Kind("data", "Redis instance", "Redis instances"),
        "alicloud:nas/fileSystem:FileSystem": Kind("data", "NAS file system", "NAS file systems"),
        "alicloud:nas/accessGroup:AccessGroup": Kind(
            "data", "NAS access group", "NAS access groups"
        ),
        "alicloud:nas/accessRule:AccessRule": Kind("data", "NAS access rule", "NAS access rules"),
        "alicloud:nas/mountTarget:MountTarget": Kind(
            "data", "NAS mount target", "NAS mount targets"
        ),
    }
)


def is_real(token: str) -> bool:
    """Whether resources of this type exist outside the program: no components, no providers."""
    return token.startswith(("alicloud:", "kubernetes:"))


def kind(token: str) -> Kind:
    """What a type is called; a type without an entry keeps the last part of its token."""
    known = _KINDS.get(token)
    if known is not None:
        return known
    name = token.rsplit(":", 1)[-1]
    family = KUBERNETES if token.startswith("kubernetes:") else "other"
    return Kind(family, name, name)


def short(token: str) -> str:
    """What one resource of this type is called."""
    return kind(token).singular


def by_family(tokens: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Counts of the types, by family in reading order, such as `("network", ["1 VPC", …])`."""
    counts = Counter(tokens)
    rows: dict[str, list[str]] = {}
    place = list(_KINDS)
    for token in sorted(counts, key=lambda one: (place.index(one) if one in place else 99, one)):
        rows.setdefault(kind(token).family, []).append(kind(token).counted(counts[token]))
    return [(family, rows[family]) for family in _ORDER if family in rows]
