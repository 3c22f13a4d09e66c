"""alicloud:rds/instance:Instance."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, dug, first
from sandbox.providers.alicloud.values import Values


class Instance(Handler):
    """An RDS instance."""

    token = "alicloud:rds/instance:Instance"
    label = "RDS instance"
    arguments: ClassVar = {
        "engine": "engine",
        "engineVersion": "engine_version",
        "instanceType": "db_instance_class",
        "instanceStorage": "db_instance_storage",
        "dbInstanceStorageType": "db_instance_storage_type",
        "instanceChargeType": "pay_type",
        "instanceName": "db_instance_description",
        "zoneId": "zone_id",
        "zoneIdSlaveA": "zone_id_slave1",
        "vswitchId": "vswitch_id",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "engine": "Engine",
        "engineVersion": "EngineVersion",
        "instanceType": "DBInstanceClass",
        "instanceStorage": "DBInstanceStorage",
        "dbInstanceStorageType": "DBInstanceStorageType",
        "instanceChargeType": "PayType",
        "instanceName": "DBInstanceDescription",
        "zoneId": "ZoneId",
        "zoneIdSlaveA": "SlaveZones.SlaveZone.0.ZoneId",
        "vpcId": "VpcId",
        "vswitchId": "VSwitchId",
        "connectionString": "ConnectionString",
        "port": "Port",
        "privateIpAddress": "PrivateIpAddress",
        "category": "Category",
        "dbInstanceType": "DBInstanceType",
        "deletionProtection": "DeletionProtection",
        "resourceGroupId": "ResourceGroupId",
        "createTime": "CreationTime",
        "status": "DBInstanceStatus",
    }
    more_outputs = ("securityIps", "securityGroupIds")
    tagged = True
    status = "DBInstanceStatus"
    ready_state = "Running"
    unsimulated = ("engineVersion", "parameters", "sslAction", "tdeStatus", "category")

    def create(self, call: Call, inputs: Values) -> str:
        """CreateDBInstance: one try, so a single throttled answer fails it."""
        first_vswitch = inputs["vswitchId"].split(",")[0]
        vpc_id = inputs.get("vpcId") or call.vpc_of(first_vswitch)
        answer = call.once(
            lambda: call.cloud.rds.create_db_instance(
                region_id=call.region,
                **self.given(inputs),
                vpc_id=vpc_id,
                security_ip_list=",".join(inputs.get("securityIps") or []),
                client_token=call.client_token("CreateDBInstance"),
            )
        )
        return str(answer["DBInstanceId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """Security groups and deletion protection: set once the instance runs."""
        if inputs.get("securityGroupIds"):
            self._set_groups(call, id, inputs["securityGroupIds"])
        if inputs.get("deletionProtection"):
            self._protect(call, id, True)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeDBInstanceAttribute, with whitelist and security groups."""
        rds = call.cloud.rds
        instance = first(
            rds.describe_db_instance_attribute(db_instance_id=id)["Items"]["DBInstanceAttribute"]
        )
        return {
            **instance,
            "IpArrays": rds.describe_db_instance_ip_array_list(db_instance_id=id),
            "Groups": rds.describe_security_group_configuration(db_instance_id=id),
        }

    def output_values(self, answer: Answer) -> Values:
        """With whitelist and security groups as lists."""
        ips = dug(answer, "IpArrays.Items.DBInstanceIPArray.0.SecurityIPList")
        groups = dug(answer, "Groups.Items.EcsSecurityGroupRelation")
        return {
            **super().output_values(answer),
            "securityIps": ips.split(","),
            "securityGroupIds": [group["SecurityGroupId"] for group in groups],
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """One action for each kind of change; size last, since the instance is busy after it."""
        rds = call.cloud.rds
        if "instanceName" in changed:
            name = new.get("instanceName", "")
            call.retried(
                lambda: rds.modify_db_instance_description(
                    db_instance_id=id, db_instance_description=name
                )
            )
        if "securityIps" in changed:
            ips = ",".join(new.get("securityIps") or [])
            call.retried(lambda: rds.modify_security_ips(db_instance_id=id, security_ips=ips))
        if "securityGroupIds" in changed:
            self._set_groups(call, id, new.get("securityGroupIds") or [])
        if "deletionProtection" in changed:
            self._protect(call, id, bool(new.get("deletionProtection")))
        size = {"instanceType", "instanceStorage", "dbInstanceStorageType"} & set(changed)
        if size:
            wanted = self.given({name: new[name] for name in size if name in new})
            pay_type = new.get("instanceChargeType", "Postpaid")
            call.retried(
                lambda: rds.modify_db_instance_spec(db_instance_id=id, pay_type=pay_type, **wanted)
            )
        self.update_tags(call, rds, "INSTANCE", id, old, new, changed)

    def delete(self, call: Call, id: str, state: Values) -> None:
        """DeleteDBInstance; a subscription one is only forgotten, unless `forceDelete`."""
        if state.get("instanceChargeType") != "Prepaid" or state.get("forceDelete"):
            super().delete(call, id, state)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteDBInstance."""
        policy = state.get("releasedKeepPolicy") or "None"
        return call.cloud.rds.delete_db_instance(db_instance_id=id, released_keep_policy=policy)

    def _set_groups(self, call: Call, id: str, groups: list[str]) -> None:
        call.retried(
            lambda: call.cloud.rds.modify_security_group_configuration(
                db_instance_id=id, security_group_id=",".join(groups) or "Empty"
            )
        )

    def _protect(self, call: Call, id: str, protect: bool) -> None:
        call.retried(
            lambda: call.cloud.rds.modify_db_instance_deletion_protection(
                db_instance_id=id, deletion_protection=protect
            )
        )
