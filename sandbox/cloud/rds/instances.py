"""RDS instances."""

from __future__ import annotations

from sandbox.cloud.rds import errors, sold
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging
from sandbox.cloud.vpc.networks import ADDRESS

INSTANCE = "rds.Instance"
ACCOUNT = "rds.Account"
DATABASE = "rds.Database"

RUNNING = "Running"


class Instances(Tagging):
    """Instance actions."""

    service = "rds"

    @verb()
    def create_db_instance(
        self,
        *,
        region_id: str,
        engine: str,
        engine_version: str,
        db_instance_class: str,
        db_instance_storage: int,
        security_ip_list: str,
        vpc_id: str,
        vswitch_id: str,
        zone_id: str | None = None,
        zone_id_slave1: str | None = None,
        db_instance_storage_type: str = "cloud_essd",
        pay_type: str = "Postpaid",
        db_instance_description: str = "",
        deletion_protection: bool = False,
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateDBInstance: Creating and then Running.

        `vswitch_id` names the vSwitch of the primary and, after a comma, of the standby; an address
        is taken in each.
        """
        zones = self.cloud.zones(region_id)
        sold.check_engine(engine, engine_version)
        sold.check_size(db_instance_class, db_instance_storage, db_instance_storage_type)
        vswitches = [self.cloud.vpc.vswitch(one) for one in vswitch_id.split(",")]
        slave = [] if zone_id_slave1 in (None, "", "Auto") else [str(zone_id_slave1)]
        placed = [zone_id or vswitches[0]["ZoneId"], *slave]
        sold.check_zones(db_instance_class, placed, zones)
        if any(one["VpcId"] != vpc_id for one in vswitches):
            raise errors.INVALID_VSWITCH()
        # One vSwitch for the primary, and one for the standby where it is given.
        if [one["ZoneId"] for one in vswitches] != placed[: len(vswitches)]:
            raise errors.INVALID_VSWITCH()
        ips = sold.checked_ips(security_ip_list)
        if deletion_protection and pay_type == "Prepaid":
            raise errors.PROTECTION_NEEDS_POSTPAID()
        quota = self.cloud.quota("rds.instances")
        if self.store.count(INSTANCE, RegionId=region_id) >= quota:
            raise errors.QUOTA_INSTANCE(quota=quota)
        instance_id = self.new_id("rm")
        addresses = [self.cloud.vpc.allocate_ip(one["VSwitchId"], instance_id) for one in vswitches]
        domain = f"{instance_id}.mysql.rds.aliyuncs.com"
        instance: Data = {
            "DBInstanceId": instance_id,
            "DBInstanceDescription": db_instance_description,
            "Engine": engine,
            "EngineVersion": engine_version,
            "DBInstanceClass": db_instance_class,
            "DBInstanceStorage": db_instance_storage,
            "DBInstanceStorageType": db_instance_storage_type,
            "Category": sold.edition(db_instance_class),
            "PayType": pay_type,
            "RegionId": region_id,
            "ZoneId": placed[0],
            "SlaveZones": {"SlaveZone": [{"ZoneId": one} for one in slave]},
            "VpcId": vpc_id,
            "VSwitchId": vswitch_id,
            "PrivateIpAddress": addresses[0],
            "ConnectionString": domain,
            "Port": str(sold.port(engine)),
            "DeletionProtection": deletion_protection,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "DBInstanceType": "Primary",
            "CreationTime": self.timestamp(),
            "DBInstanceStatus": "Creating",
            "tags": tags or {},
            "security_ips": ips,
            "security_group_ids": [],
        }
        self.later(instance, "rds.instance.create", DBInstanceStatus=RUNNING)
        self.add(INSTANCE, instance_id, instance)
        return {"DBInstanceId": instance_id, "ConnectionString": domain, "Port": instance["Port"]}

    @verb(reads=True)
    def describe_db_instance_attribute(self, *, db_instance_id: str) -> Response:
        """DescribeDBInstanceAttribute."""
        return {"Items": {"DBInstanceAttribute": [public(self.instance(db_instance_id))]}}

    @verb(reads=True)
    def describe_db_instances(
        self,
        *,
        region_id: str | None = None,
        db_instance_id: str | None = None,
        db_instance_description: str | None = None,
        vswitch_id: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeDBInstances, one page with all of them."""
        found = [
            public(one)
            for one in self.find(
                INSTANCE,
                tags,
                RegionId=region_id,
                DBInstanceId=db_instance_id,
                DBInstanceDescription=db_instance_description,
                VSwitchId=vswitch_id,
            )
        ]
        return {"Items": {"DBInstance": found}, "TotalRecordCount": len(found)}

    @verb()
    def modify_db_instance_description(
        self, *, db_instance_id: str, db_instance_description: str
    ) -> Response:
        """ModifyDBInstanceDescription: 2 to 256 characters."""
        instance = self.running(db_instance_id)
        if not 2 <= len(db_instance_description) <= 256:
            raise errors.INVALID_DESCRIPTION()
        instance["DBInstanceDescription"] = db_instance_description
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb()
    def modify_db_instance_spec(
        self,
        *,
        db_instance_id: str,
        pay_type: str,
        db_instance_class: str | None = None,
        db_instance_storage: int | None = None,
        db_instance_storage_type: str | None = None,
    ) -> Response:
        """ModifyDBInstanceSpec: DBInstanceClassChanging and then Running."""
        instance = self.running(db_instance_id)
        before = instance["DBInstanceStorage"]
        instance["DBInstanceClass"] = db_instance_class or instance["DBInstanceClass"]
        instance["DBInstanceStorage"] = db_instance_storage or before
        instance["DBInstanceStorageType"] = (
            db_instance_storage_type or instance["DBInstanceStorageType"]
        )
        sold.check_size(
            instance["DBInstanceClass"],
            instance["DBInstanceStorage"],
            instance["DBInstanceStorageType"],
        )
        if instance["DBInstanceStorage"] < before:
            raise errors.STORAGE_CANNOT_SHRINK()
        instance["Category"] = sold.edition(instance["DBInstanceClass"])
        instance["DBInstanceStatus"] = "DBInstanceClassChanging"
        self.later(instance, "rds.instance.modify", DBInstanceStatus=RUNNING)
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb()
    def modify_db_instance_deletion_protection(
        self, *, db_instance_id: str, deletion_protection: bool
    ) -> Response:
        """ModifyDBInstanceDeletionProtection: not for subscription instances."""
        instance = self.instance(db_instance_id)
        if deletion_protection and instance["PayType"] == "Prepaid":
            raise errors.PROTECTION_NEEDS_POSTPAID()
        instance["DeletionProtection"] = deletion_protection
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb(reads=True)
    def describe_db_instance_ip_array_list(self, *, db_instance_id: str) -> Response:
        """DescribeDBInstanceIPArrayList: the whitelist named default."""
        ips = self.instance(db_instance_id)["security_ips"]
        entry = {"DBInstanceIPArrayName": "default", "SecurityIPList": ips}
        return {"Items": {"DBInstanceIPArray": [entry]}}

    @verb()
    def modify_security_ips(self, *, db_instance_id: str, security_ips: str) -> Response:
        """ModifySecurityIps: replaces the whitelist named default."""
        instance = self.running(db_instance_id)
        instance["security_ips"] = sold.checked_ips(security_ips)
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb(reads=True)
    def describe_security_group_configuration(self, *, db_instance_id: str) -> Response:
        """DescribeSecurityGroupConfiguration: the groups whose members may connect."""
        groups = self.instance(db_instance_id)["security_group_ids"]
        relations = [{"SecurityGroupId": group, "NetworkType": "vpc"} for group in groups]
        return {"Items": {"EcsSecurityGroupRelation": relations}}

    @verb()
    def modify_security_group_configuration(
        self, *, db_instance_id: str, security_group_id: str
    ) -> Response:
        """ModifySecurityGroupConfiguration: a comma-separated list; "Empty" removes all."""
        instance = self.running(db_instance_id)
        groups = [] if security_group_id in ("", "Empty") else security_group_id.split(",")
        if len(groups) > sold.MAX_SECURITY_GROUPS:
            raise errors.TOO_MANY_SECURITY_GROUPS(limit=sold.MAX_SECURITY_GROUPS)
        for group in groups:
            self.cloud.ecs.security_group(group)
        instance["security_group_ids"] = groups
        self.save(INSTANCE, db_instance_id, instance)
        return {}

    @verb()
    def delete_db_instance(
        self, *, db_instance_id: str, released_keep_policy: str = "None"
    ) -> Response:
        """DeleteDBInstance: Deleting and then gone, with accounts, databases and the address."""
        instance = self.running(db_instance_id)
        if instance["PayType"] == "Prepaid":
            raise errors.INSTANCE_PREPAID(instance=db_instance_id)
        if instance["DeletionProtection"]:
            raise errors.DELETION_PROTECTED(instance=db_instance_id)
        also = [
            (ADDRESS, f"{address['VSwitchId']}/{address['Address']}")
            for address in self.store.find(ADDRESS, Owner=db_instance_id)
        ]
        for kind, field in ((ACCOUNT, "AccountName"), (DATABASE, "DBName")):
            for one in self.find(kind, DBInstanceId=db_instance_id):
                also.append((kind, f"{db_instance_id}:{one[field]}"))
        instance["DBInstanceStatus"] = "Deleting"
        self.gone_later(INSTANCE, db_instance_id, instance, "rds.instance.delete", also)
        return {}

    def instance(self, db_instance_id: str) -> Data:
        """The instance. Raises InvalidDBInstanceId.NotFound."""
        instance = self.get(INSTANCE, db_instance_id)
        if instance is None:
            raise errors.INSTANCE_NOT_FOUND()
        return instance

    def running(self, db_instance_id: str) -> Data:
        """The instance, ready for a change. Raises IncorrectDBInstanceState."""
        instance = self.instance(db_instance_id)
        if instance["DBInstanceStatus"] != RUNNING:
            raise errors.INCORRECT_STATE()
        return instance
