"""Security groups and their members."""

from __future__ import annotations

from collections.abc import Sequence

from ackb.domain.quotas import quota
from sandbox.cloud import forms
from sandbox.cloud.ecs import errors
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging
from sandbox.cloud.vpc.networks import ADDRESS, VPC

SECURITY_GROUP = "ecs.SecurityGroup"
RULE = "ecs.SecurityGroupRule"
INTERFACE = "ecs.NetworkInterface"
MEMBER = "ecs.Member"
"""One interface in one security group."""

MEMBERS_QUOTA = {
    "normal": "ecs.security_group.basic.members",
    "enterprise": "ecs.security_group.enterprise.members",
}


class SecurityGroups(Tagging):
    """Security group actions."""

    service = "ecs"

    @verb()
    def create_security_group(
        self,
        *,
        region_id: str,
        vpc_id: str,
        security_group_name: str = "",
        security_group_type: str = "normal",
        description: str = "",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateSecurityGroup."""
        self.cloud.check_region(region_id)
        if self.get(VPC, vpc_id) is None:
            raise errors.INVALID_VPC()
        if not forms.valid_name(security_group_name):
            raise errors.INVALID_SECURITY_GROUP_NAME()
        if security_group_type not in MEMBERS_QUOTA:
            raise errors.INVALID_SECURITY_GROUP_TYPE()
        limit = self.cloud.quota("ecs.security_groups")
        if self.store.count(SECURITY_GROUP, RegionId=region_id) >= limit:
            raise errors.QUOTA_SECURITY_GROUP()
        group_id = self.new_id("sg")
        group: Data = {
            "SecurityGroupId": group_id,
            "SecurityGroupName": security_group_name,
            "SecurityGroupType": security_group_type,
            "Description": description,
            "VpcId": vpc_id,
            "RegionId": region_id,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "InnerAccessPolicy": "Accept" if security_group_type == "normal" else "Drop",
            "ServiceManaged": False,
            "CreationTime": self.timestamp(),
            "tags": tags or {},
        }
        self.add(SECURITY_GROUP, group_id, group)
        return {"SecurityGroupId": group_id}

    @verb(reads=True)
    def describe_security_groups(
        self,
        *,
        region_id: str | None = None,
        vpc_id: str | None = None,
        security_group_id: str | None = None,
        security_group_name: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeSecurityGroups, one page with all of them."""
        found = self.find(
            SECURITY_GROUP,
            tags,
            RegionId=region_id,
            VpcId=vpc_id,
            SecurityGroupId=security_group_id,
            SecurityGroupName=security_group_name,
        )
        shown = [
            {
                **public(one),
                "EcsCount": self.store.count(MEMBER, SecurityGroupId=one["SecurityGroupId"]),
            }
            for one in found
        ]
        return {"SecurityGroups": {"SecurityGroup": shown}, "TotalCount": len(shown)}

    @verb()
    def modify_security_group_attribute(
        self,
        *,
        security_group_id: str,
        security_group_name: str | None = None,
        description: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """ModifySecurityGroupAttribute."""
        group = self.security_group(security_group_id)
        if security_group_name is not None:
            if not forms.valid_name(security_group_name):
                raise errors.INVALID_SECURITY_GROUP_NAME()
            group["SecurityGroupName"] = security_group_name
        if description is not None:
            group["Description"] = description
        self.save(SECURITY_GROUP, security_group_id, group)
        return {}

    @verb()
    def modify_security_group_policy(
        self, *, security_group_id: str, inner_access_policy: str, region_id: str | None = None
    ) -> Response:
        """ModifySecurityGroupPolicy: whether members reach each other; basic groups only."""
        group = self.security_group(security_group_id)
        if group["SecurityGroupType"] == "enterprise":
            raise errors.ENTERPRISE_POLICY()
        if inner_access_policy.capitalize() not in ("Accept", "Drop"):
            raise errors.INVALID_POLICY()
        group["InnerAccessPolicy"] = inner_access_policy.capitalize()
        self.save(SECURITY_GROUP, security_group_id, group)
        return {}

    @verb()
    def delete_security_group(
        self, *, security_group_id: str, region_id: str | None = None
    ) -> Response:
        """DeleteSecurityGroup: refused while it has members or another group's rule names it."""
        group = self.security_group(security_group_id)
        if group["ServiceManaged"]:
            raise errors.SECURITY_GROUP_PROTECTED()
        self._delete_group(security_group_id)
        return {}

    # For the other services, not API actions. Called inside their verbs' transactions.

    def attach_interface(
        self, vswitch_id: str, security_group_ids: Sequence[str], owner: str
    ) -> tuple[str, str]:
        """Give the owner an interface in the vSwitch and the groups; its id and address.

        Raises the errors of a full vSwitch or group, or of an unknown one.
        """
        with self.store.transaction():
            for group_id in security_group_ids:
                self._check_capacity(self.security_group(group_id))
            interface_id = self.new_id("eni")
            address = self.cloud.vpc.allocate_ip(vswitch_id, owner)
            interface = {
                "NetworkInterfaceId": interface_id,
                "VSwitchId": vswitch_id,
                "SecurityGroupIds": {"SecurityGroupId": list(security_group_ids)},
                "PrivateIpAddress": address,
                "Owner": owner,
                "Status": "InUse",
            }
            self.add(INTERFACE, interface_id, interface)
            for group_id in security_group_ids:
                member = {"SecurityGroupId": group_id, "Owner": owner}
                self.add(MEMBER, f"{group_id}/{interface_id}", member)
        return interface_id, address

    def detach_interfaces(self, owner: str) -> None:
        """Take the owner's interfaces and addresses away; none is fine."""
        with self.store.transaction():
            for kind, id in self.interface_objects(owner):
                self.store.delete(kind, id)

    def interface_objects(self, owner: str) -> list[tuple[str, str]]:
        """Everything stored for the owner's interfaces: (kind, id), for `Service.gone_later`."""
        objects: list[tuple[str, str]] = []
        for interface in self.store.find(INTERFACE, Owner=owner):
            interface_id = interface["NetworkInterfaceId"]
            address = f"{interface['VSwitchId']}/{interface['PrivateIpAddress']}"
            objects += [(INTERFACE, interface_id), (ADDRESS, address)]
            for group_id in interface["SecurityGroupIds"]["SecurityGroupId"]:
                objects.append((MEMBER, f"{group_id}/{interface_id}"))
        return objects

    def manage_security_group(self, security_group_id: str) -> None:
        """Protect a group from deletion by users, as ACK does with the group of a cluster."""
        group = self.security_group(security_group_id)
        group["ServiceManaged"] = True
        self.save(SECURITY_GROUP, security_group_id, group)

    def release_cluster_security_group(self, security_group_id: str) -> None:
        """Delete the group that ACK made for a cluster; kept when something still uses it."""
        group = self.get(SECURITY_GROUP, security_group_id)
        if group is None:
            return
        group["ServiceManaged"] = False
        self.save(SECURITY_GROUP, security_group_id, group)
        if not self._in_use(security_group_id):
            self._delete_group(security_group_id)

    def security_groups_in(self, vpc_id: str) -> list[Data]:
        """Groups of a VPC."""
        return self.find(SECURITY_GROUP, VpcId=vpc_id)

    def security_group(self, security_group_id: str) -> Data:
        """The group. Raises InvalidSecurityGroupId.NotFound."""
        group = self.get(SECURITY_GROUP, security_group_id)
        if group is None:
            raise errors.SECURITY_GROUP_NOT_FOUND()
        return group

    def _check_capacity(self, group: Data) -> None:
        limit = quota(MEMBERS_QUOTA[group["SecurityGroupType"]]).value
        members = self.store.count(MEMBER, SecurityGroupId=group["SecurityGroupId"])
        if members >= limit:
            raise errors.SECURITY_GROUP_FULL(
                group=group["SecurityGroupId"], members=members, limit=limit
            )

    def _in_use(self, security_group_id: str) -> bool:
        members = self.store.count(MEMBER, SecurityGroupId=security_group_id)
        return members > 0 or bool(self._referencing(security_group_id))

    def _referencing(self, security_group_id: str) -> list[Data]:
        """Rules of other groups that name the group."""
        return [
            rule
            for rule in self.find(RULE, OtherGroupId=security_group_id)
            if rule["SecurityGroupId"] != security_group_id
        ]

    def _delete_group(self, security_group_id: str) -> None:
        if self.store.count(MEMBER, SecurityGroupId=security_group_id):
            raise errors.SECURITY_GROUP_HAS_INSTANCES()
        if self._referencing(security_group_id):
            raise errors.SECURITY_GROUP_REFERENCED()
        for rule in self.find(RULE, SecurityGroupId=security_group_id):
            self.remove(RULE, rule["SecurityGroupRuleId"])
        self.remove(SECURITY_GROUP, security_group_id)
