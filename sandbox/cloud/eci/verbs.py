"""The ECI service."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ackb.domain import eci_sizes
from ackb.domain.problems import Refused
from ackb.domain.quotas import quota
from ackb.domain.regions import regions
from sandbox.cloud.eci import errors
from sandbox.cloud.service import Bucket, Kind, Response, Service, public, verb
from sandbox.cloud.store import Data

CONTAINER_GROUP = "eci.ContainerGroup"
USAGE = "eci.Usage"
"""vCPUs in use, by region."""

_CREATION = Bucket(
    "eci.create",
    burst=quota("eci.create.burst").value,
    per_second=quota("eci.create.per_second").value,
)


class Eci(Service):
    """ECI 2018-08-08."""

    service = "eci"
    kinds = (Kind(CONTAINER_GROUP, "ContainerGroupId", "ContainerGroupName", "containergroup"),)

    @verb(bucket=_CREATION)
    def create_container_group(
        self,
        *,
        region_id: str,
        container_group_name: str,
        vswitch_id: str,
        security_group_id: str,
        cpu: float,
        memory: float,
        containers: Sequence[dict[str, Any]],
        spot_strategy: str = "NoSpot",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateContainerGroup: Scheduling, Pending, Running; ScheduleFailed when asked to fail.

        `cpu` and `memory` (GiB) are rounded up to the next size that is sold. Calls beyond the
        creation budget are answered Throttling.User.
        """
        self.cloud.check_region(region_id)
        if not containers:
            raise errors.NO_CONTAINER()
        if len(containers) > eci_sizes.MAX_CONTAINERS:
            raise errors.TOO_MANY_CONTAINERS(
                containers=len(containers), limit=eci_sizes.MAX_CONTAINERS
            )
        size = _size(cpu, memory)
        zone_id = self.cloud.vpc.vswitch(vswitch_id)["ZoneId"]
        sold = regions()[region_id].eci_zones
        if sold is not None and zone_id not in sold:
            raise errors.NO_STOCK()
        self._use_vcpus(region_id, float(size.vcpu))
        group_id = self.new_id("eci")
        interface_id, address = self.cloud.ecs.attach_interface(
            vswitch_id, [security_group_id], group_id
        )
        group: Data = {
            "ContainerGroupId": group_id,
            "ContainerGroupName": container_group_name,
            "RegionId": region_id,
            "ZoneId": zone_id,
            "VSwitchId": vswitch_id,
            "SecurityGroupId": security_group_id,
            "EniInstanceId": interface_id,
            "IntranetIp": address,
            "Cpu": float(size.vcpu),
            "Memory": float(size.memory_gib),
            "SpotStrategy": spot_strategy,
            "Containers": list(containers),
            "CreationTime": self.timestamp(),
            "Status": "Scheduling",
            "tags": tags or {},
        }
        if self.asked_to_fail():
            self.later(group, "eci.schedule", Status="ScheduleFailed")
        else:
            self.later(group, "eci.schedule", Status="Pending")
            self.later(group, "eci.start", Status="Running")
        self.add(CONTAINER_GROUP, group_id, group)
        return {"ContainerGroupId": group_id}

    @verb(reads=True)
    def describe_container_groups(
        self,
        *,
        region_id: str | None = None,
        container_group_ids: Sequence[str] | None = None,
        container_group_name: str | None = None,
        vswitch_id: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeContainerGroups, one page with all of them."""
        found = [
            {**public(one), "Tags": [{"Key": k, "Value": v} for k, v in one["tags"].items()]}
            for one in self.find(
                CONTAINER_GROUP,
                tags,
                RegionId=region_id,
                ContainerGroupName=container_group_name,
                VSwitchId=vswitch_id,
            )
            if container_group_ids is None or one["ContainerGroupId"] in container_group_ids
        ]
        return {"ContainerGroups": found, "TotalCount": len(found)}

    @verb()
    def delete_container_group(
        self, *, container_group_id: str, region_id: str | None = None
    ) -> Response:
        """DeleteContainerGroup: answers before the group, its address and membership are gone."""
        group = self.get(CONTAINER_GROUP, container_group_id)
        if group is None:
            raise errors.CONTAINER_GROUP_NOT_FOUND()
        if group["Status"] != "Terminating":
            group["Status"] = "Terminating"
            self._use_vcpus(group["RegionId"], -group["Cpu"])
            interface = self.cloud.ecs.interface_objects(container_group_id)
            self.gone_later(CONTAINER_GROUP, container_group_id, group, "eci.stop", interface)
        return {}

    def _use_vcpus(self, region_id: str, vcpus: float) -> None:
        """Count vCPUs in use; a sum over 10,000 groups at each creation would take too long."""
        limit = self.cloud.quota("eci.vcpus")
        used = (self.get(USAGE, region_id) or {"Vcpus": 0.0})["Vcpus"]
        if used + vcpus > limit:
            raise errors.QUOTA_VCPU(quota=limit, used=f"{used:g}", needed=f"{vcpus:g}")
        self.save(USAGE, region_id, {"Vcpus": used + vcpus})


def _size(cpu: float, memory: float) -> eci_sizes.EciSize:
    try:
        return eci_sizes.round_up(Fraction(str(cpu)), Fraction(str(memory)))
    except Refused as error:
        raise errors.NO_SUCH_SIZE(cpu=cpu, memory=memory, why=error.broken.rule) from error
