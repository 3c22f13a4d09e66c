"""alicloud:kvstore/instance:Instance."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, dug, first
from sandbox.providers.alicloud.values import Values


class Instance(Handler):
    """A Redis instance."""

    token = "alicloud:kvstore/instance:Instance"
    label = "Redis instance"
    arguments: ClassVar = {
        "instanceClass": "instance_class",
        "instanceType": "instance_type",
        "engineVersion": "engine_version",
        "dbInstanceName": "instance_name",
        "paymentType": "charge_type",
        "password": "password",
        "zoneId": "zone_id",
        "secondaryZoneId": "secondary_zone_id",
        "vswitchId": "vswitch_id",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "instanceClass": "InstanceClass",
        "instanceType": "InstanceType",
        "engineVersion": "EngineVersion",
        "dbInstanceName": "InstanceName",
        "paymentType": "ChargeType",
        "zoneId": "ZoneId",
        "vswitchId": "VSwitchId",
        "capacity": "Capacity",
        "connectionDomain": "ConnectionDomain",
        "port": "Port",
        "privateIp": "PrivateIp",
        "vpcAuthMode": "VpcAuthMode",
        "instanceReleaseProtection": "InstanceReleaseProtection",
        "resourceGroupId": "ResourceGroupId",
        "status": "InstanceStatus",
    }
    more_outputs = ("securityIps", "securityGroupId", "secondaryZoneId")
    tagged = True
    status = "InstanceStatus"
    ready_state = "Normal"
    unsimulated = ("zoneId", "secondaryZoneId", "vswitchId", "config", "sslEnable", "shardCount")

    def create(self, call: Call, inputs: Values) -> str:
        """CreateInstance: one token for all tries; only throttling and network errors are tried."""
        token = call.client_token("CreateInstance")
        vpc_id = call.vpc_of(inputs["vswitchId"])
        answer = call.retried(
            lambda: call.cloud.kvstore.create_instance(
                region_id=call.region,
                **self.given(inputs),
                vpc_id=vpc_id,
                token=token,
            )
        )
        return str(answer["InstanceId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """Whitelist, security groups, protection and password mode: set once it is Normal."""
        given = {name: inputs[name] for name in _SETTINGS if inputs.get(name)}
        self._set(call, id, given, given)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeInstanceAttribute, with whitelist and security groups."""
        kvstore = call.cloud.kvstore
        answer = kvstore.describe_instance_attribute(instance_id=id)
        return {
            **first(answer["Instances"]["DBInstanceAttribute"]),
            "Ips": kvstore.describe_security_ips(instance_id=id),
            "Groups": kvstore.describe_security_group_configuration(instance_id=id),
        }

    def output_values(self, answer: Answer) -> Values:
        """The whitelist as a list, the security groups as one string."""
        ips = dug(answer, "Ips.SecurityIpGroups.SecurityIpGroup.0.SecurityIpList")
        groups = dug(answer, "Groups.Items.EcsSecurityGroupRelation")
        return {
            **super().output_values(answer),
            "securityIps": ips.split(","),
            "securityGroupId": ",".join(group["SecurityGroupId"] for group in groups),
            "secondaryZoneId": answer["SecondaryZoneId"] or None,
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """One action for each kind of change, each waited for."""
        kvstore = call.cloud.kvstore
        attributes = {"dbInstanceName": "instance_name", "password": "new_password"}
        wanted = self.given(
            {wire: new.get(wire) for wire in attributes if wire in changed}, attributes
        )
        if wanted:
            call.retried(lambda: kvstore.modify_instance_attribute(instance_id=id, **wanted))
        self._set(call, id, new, set(changed) & set(_SETTINGS))
        if "instanceClass" in changed:
            call.retried(
                lambda: kvstore.modify_instance_spec(
                    instance_id=id, instance_class=new["instanceClass"]
                )
            )
            self.ready(call, id)
        if "engineVersion" in changed:
            call.retried(
                lambda: kvstore.modify_instance_major_version(
                    instance_id=id, major_version=new["engineVersion"]
                )
            )
            self.ready(call, id)
        self.update_tags(call, kvstore, "INSTANCE", id, old, new, changed)

    def delete(self, call: Call, id: str, state: Values) -> None:
        """DeleteInstance; a subscription one is only forgotten, as by the official provider."""
        if state.get("paymentType") != "PrePaid":
            super().delete(call, id, state)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteInstance."""
        return call.cloud.kvstore.delete_instance(instance_id=id)

    def _set(self, call: Call, id: str, values: Values, names: Collection[str]) -> None:
        kvstore = call.cloud.kvstore
        if "securityIps" in names:
            ips = ",".join(values.get("securityIps") or [])
            call.retried(lambda: kvstore.modify_security_ips(instance_id=id, security_ips=ips))
        if "securityGroupId" in names:
            groups = values.get("securityGroupId") or ""
            call.retried(
                lambda: kvstore.modify_security_group_configuration(
                    db_instance_id=id, security_group_id=groups
                )
            )
        if "vpcAuthMode" in names:
            mode = values.get("vpcAuthMode") or "Open"
            call.retried(
                lambda: kvstore.modify_instance_vpc_auth_mode(instance_id=id, vpc_auth_mode=mode)
            )
        if "instanceReleaseProtection" in names:
            protect = bool(values.get("instanceReleaseProtection"))
            call.retried(
                lambda: kvstore.modify_instance_attribute(
                    instance_id=id, instance_release_protection=protect
                )
            )


_SETTINGS = ("securityIps", "securityGroupId", "vpcAuthMode", "instanceReleaseProtection")
"""Inputs that have an action of their own."""
