"""Instances, their types, and the interfaces of everything in a VPC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ackb.domain.regions import regions
from sandbox.cloud.catalogue import load
from sandbox.cloud.ecs import errors
from sandbox.cloud.ecs.rules import Rules
from sandbox.cloud.ecs.security_groups import INTERFACE
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data

INSTANCE = "ecs.Instance"

_AT_ONCE = range(1, 101)
"""How many instances one RunInstances may make (its reference page)."""


class Instances(Rules):
    """Instance actions."""

    @verb()
    def run_instances(
        self,
        *,
        region_id: str,
        instance_type: str,
        vswitch_id: str,
        security_group_ids: Sequence[str],
        amount: int = 1,
        instance_name: str = "",
        instance_charge_type: str = "PostPaid",
        spot_strategy: str = "NoSpot",
        deletion_protection: bool = False,
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """RunInstances: Pending and then Running; all of them or none."""
        self.cloud.check_region(region_id)
        if amount not in _AT_ONCE:
            raise errors.INVALID_AMOUNT()
        zone_id = self.cloud.vpc.vswitch(vswitch_id)["ZoneId"]
        size = catalogue().get(instance_type)
        if size is None:
            raise errors.INSTANCE_TYPE_UNKNOWN()
        if not sold_in(instance_type, zone_id):
            raise errors.NO_STOCK()
        used = sum(one["Cpu"] for one in self.find(INSTANCE, RegionId=region_id))
        if used + size["vcpu"] * amount > self.cloud.quota("ecs.vcpus"):
            raise errors.QUOTA_VCPU()
        ids = [self.new_id("i") for _ in range(amount)]
        for instance_id in ids:
            interface_id, address = self.attach_interface(
                vswitch_id, security_group_ids, instance_id
            )
            instance: Data = {
                "InstanceId": instance_id,
                "InstanceName": instance_name or instance_id,
                "InstanceType": instance_type,
                "Cpu": size["vcpu"],
                "Memory": size["memory_gib"] * 1024,
                "GPUAmount": size.get("gpu_count", 0),
                "GPUSpec": size.get("gpu", ""),
                "RegionId": region_id,
                "ZoneId": zone_id,
                "VSwitchId": vswitch_id,
                "SecurityGroupIds": {"SecurityGroupId": list(security_group_ids)},
                "NetworkInterfaceId": interface_id,
                "PrivateIpAddress": address,
                "InstanceChargeType": instance_charge_type,
                "SpotStrategy": spot_strategy,
                "DeletionProtection": deletion_protection,
                "CreationTime": self.timestamp(),
                "Status": "Pending",
                "tags": tags or {},
            }
            self.add(
                INSTANCE, instance_id, self.later(instance, "ecs.instance.start", Status="Running")
            )
        return {"InstanceIdSets": {"InstanceIdSet": ids}}

    @verb(reads=True)
    def describe_instances(
        self,
        *,
        instance_ids: Sequence[str] | None = None,
        vswitch_id: str | None = None,
        instance_name: str | None = None,
        tags: dict[str, str] | None = None,
        region_id: str | None = None,
    ) -> Response:
        """DescribeInstances, one page with all of them."""
        found = [
            public(one)
            for one in self.find(
                INSTANCE, tags, VSwitchId=vswitch_id, InstanceName=instance_name, RegionId=region_id
            )
            if instance_ids is None or one["InstanceId"] in instance_ids
        ]
        return {"Instances": {"Instance": found}, "TotalCount": len(found)}

    @verb()
    def delete_instance(
        self, *, instance_id: str, force: bool = False, region_id: str | None = None
    ) -> Response:
        """DeleteInstance: a running instance needs `force`; subscription ones stay."""
        instance = self.instance(instance_id)
        if instance["InstanceChargeType"] == "PrePaid":
            raise errors.INSTANCE_PREPAID()
        if instance["DeletionProtection"]:
            raise errors.INSTANCE_PROTECTED()
        if instance["Status"] == "Running" and not force:
            raise errors.INCORRECT_INSTANCE_STATUS()
        self.detach_interfaces(instance_id)
        self.remove(INSTANCE, instance_id)
        return {}

    @verb(reads=True)
    def describe_instance_types(self, *, instance_types: Sequence[str] | None = None) -> Response:
        """DescribeInstanceTypes."""
        shown = [
            {
                "InstanceTypeId": name,
                "InstanceTypeFamily": family(name),
                "CpuCoreCount": size["vcpu"],
                "MemorySize": size["memory_gib"],
                "GPUAmount": size.get("gpu_count", 0),
                "GPUSpec": size.get("gpu", ""),
            }
            for name, size in catalogue().items()
            if instance_types is None or name in instance_types
        ]
        return {"InstanceTypes": {"InstanceType": shown}}

    @verb(reads=True)
    def describe_available_resource(
        self, *, region_id: str, instance_type: str, zone_id: str | None = None
    ) -> Response:
        """DescribeAvailableResource for an instance type: the zones that sell it."""
        self.cloud.check_region(region_id)
        zones = [
            {"ZoneId": zone, "Status": "Available", "StatusCategory": "WithStock"}
            for zone in regions()[region_id].zones
            if zone_id in (None, zone)
            and instance_type in catalogue()
            and sold_in(instance_type, zone)
        ]
        return {"AvailableZones": {"AvailableZone": zones}}

    @verb(reads=True)
    def describe_network_interfaces(
        self,
        *,
        vswitch_id: str | None = None,
        security_group_id: str | None = None,
        region_id: str | None = None,
    ) -> Response:
        """DescribeNetworkInterfaces: of instances and ECI pods, one page with all of them."""
        found = []
        for one in self.find(INTERFACE, VSwitchId=vswitch_id):
            groups = one["SecurityGroupIds"]["SecurityGroupId"]
            if security_group_id is None or security_group_id in groups:
                found.append({**public(one), "InstanceId": one["Owner"]})
        return {"NetworkInterfaceSets": {"NetworkInterfaceSet": found}, "TotalCount": len(found)}

    def instance(self, instance_id: str) -> Data:
        """The instance. Raises InvalidInstanceId.NotFound."""
        instance = self.get(INSTANCE, instance_id)
        if instance is None:
            raise errors.INSTANCE_NOT_FOUND()
        return instance


def sold_in(instance_type: str, zone_id: str) -> bool:
    """Whether the zone sells the type."""
    missing: dict[str, list[str]] = _file()["not_in"]
    return zone_id not in missing.get(family(instance_type), ())


def family(instance_type: str) -> str:
    """`ecs.gn7i` of `ecs.gn7i-c8g1.2xlarge`."""
    return ".".join(instance_type.split(".")[:2]).split("-")[0]


def catalogue() -> dict[str, Data]:
    """What is sold: vcpu, memory_gib, and gpu, gpu_count of GPU types, by name."""
    types: dict[str, Data] = _file()["types"]
    return types


def _file() -> Data:
    return load(Path(__file__).with_name("instance_types.json"))
