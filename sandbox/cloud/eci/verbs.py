"""The ECI service."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from ackb.domain import eci_sizes
from ackb.domain.problems import Refused
from ackb.domain.quotas import quota
from ackb.domain.regions import regions
from sandbox.cloud.eci import behaviour, errors
from sandbox.cloud.eci.conditions import timing_now
from sandbox.cloud.eci.image_caches import ImageCaches
from sandbox.cloud.eci.kinds import CONTAINER_GROUP, SOLD_OUT, USAGE
from sandbox.cloud.eci.spot import Spot
from sandbox.cloud.errors import CloudError
from sandbox.cloud.service import Bucket, Kind, Response, has_tags, lift, public, verb
from sandbox.cloud.store import Data

_CREATION = Bucket(
    "eci.create",
    burst=quota("eci.create.burst").value,
    per_second=quota("eci.create.per_second").value,
)


_TRY_NEXT = ("InvalidVSwitchId.IpNotEnough", "OperationDenied.NoStock")
"""Errors that another vSwitch, perhaps in another zone, may not have."""


class Eci(Spot, ImageCaches):
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
        schedule_strategy: str = "VSwitchOrdered",
        security_group_id: str,
        cpu: float,
        memory: float,
        containers: Sequence[dict[str, Any]],
        spot_strategy: str = "NoSpot",
        spot_duration: int | None = None,
        auto_match_image_cache: bool = False,
        image_cache_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateContainerGroup: Scheduling, Pending, Running; ScheduleFailed when asked to fail.

        `vswitch_id` may name several, separated by commas: the first with a free address, in a zone
        with stock, is taken (VSwitchOrdered), or any such (VSwitchRandom).
        `cpu` and `memory` (GiB) are rounded up to the next size that is sold. Calls beyond the
        creation budget are answered Throttling.User. An instance is Pending while it starts and
        pulls its images, which an image cache spares it. `spot_duration` is in hours of protection.
        """
        self.cloud.check_region(region_id)
        if not containers:
            raise errors.NO_CONTAINER()
        if len(containers) > eci_sizes.MAX_CONTAINERS:
            raise errors.TOO_MANY_CONTAINERS(
                containers=len(containers), limit=eci_sizes.MAX_CONTAINERS
            )
        size = _size(cpu, memory)
        self.check_spot(spot_strategy, float(size.vcpu))
        self._use_vcpus(region_id, float(size.vcpu))
        group_id = self.new_id("eci")
        switches = self._ordered(vswitch_id, schedule_strategy)
        where = self._attach(region_id, switches, security_group_id, group_id)
        group: Data = {
            "ContainerGroupId": group_id,
            "ContainerGroupName": container_group_name,
            "RegionId": region_id,
            **where,
            "SecurityGroupId": security_group_id,
            "Cpu": float(size.vcpu),
            "Memory": float(size.memory_gib),
            "SpotStrategy": spot_strategy,
            **self.spot_fields(spot_strategy, spot_duration),
            "Containers": list(containers),
            "CreationTime": self.timestamp(),
            "Status": "Scheduling",
            "tags": tags or {},
        }
        times, seconds = behaviour.timing(timing_now(self.cloud)), self.cloud.pace.seconds
        scheduled = seconds(times["schedule_seconds"])
        if self.asked_to_fail():
            self.later(group, scheduled, Status="ScheduleFailed")
        else:
            images = sorted({str(one.get("Image", "")) for one in containers})
            cache_id = image_cache_id
            if auto_match_image_cache and not cache_id:
                cache_id = self.matched_image_cache(images, seconds(times["image_cache_seconds"]))
            pull = 0.0 if cache_id else times["pull_seconds_per_image"] * len(images)
            group["ImageCacheId"] = cache_id
            self.later(group, scheduled, Status="Pending")
            self.later(group, seconds(times["start_seconds"] + pull), Status="Running")
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
        if container_group_ids is None:
            groups = self.find(CONTAINER_GROUP)
        else:
            named = (self.get(CONTAINER_GROUP, one) for one in container_group_ids)
            groups = [group for group in named if group is not None]
        asked = {
            "RegionId": region_id,
            "ContainerGroupName": container_group_name,
            "VSwitchId": vswitch_id,
        }
        found = [
            {**public(one), "Tags": [{"Key": k, "Value": v} for k, v in one["tags"].items()]}
            for one in groups
            if has_tags(one, tags)
            and all(value in (None, one[field]) for field, value in asked.items())
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

    def set_stock(self, zone_id: str, *, in_stock: bool) -> None:
        """Let a zone be sold out, or no longer; no API action."""
        if in_stock:
            self.store.delete(SOLD_OUT, zone_id)
        else:
            self.store.put(SOLD_OUT, zone_id, {})

    def starts_at(self, container_group_id: str) -> float:
        """When the instance will have started, or failed to (seconds since 1970).

        No API action: it spares the virtual kubelet to ask again and again for thousands of them.
        """
        return self.settled_at(CONTAINER_GROUP, container_group_id)

    def lift_budget(self, until: float) -> None:
        """Let instances be created without the creation budget until then; no API action."""
        lift(self.cloud, _CREATION, until)

    def _ordered(self, vswitch_ids: str, strategy: str) -> list[str]:
        switches = [one.strip() for one in vswitch_ids.split(",")]
        if strategy == "VSwitchRandom":
            # Spread like chance, but the same in every run of the same calls.
            turn = self.store.next_number("eci.vswitch") % len(switches)
            return [*switches[turn:], *switches[:turn]]
        return switches

    def _attach(
        self, region_id: str, vswitch_ids: Sequence[str], group_id: str, owner: str
    ) -> Data:
        """Put the owner into the first vSwitch that takes it: zone, vSwitch, interface, address.

        Raises the error of the last vSwitch when none does.
        """
        sold = regions()[region_id].eci_zones
        for vswitch_id in vswitch_ids:
            try:
                zone_id = self.cloud.vpc.vswitch(vswitch_id)["ZoneId"]
                if (sold is not None and zone_id not in sold) or self._is_sold_out(zone_id):
                    raise errors.NO_STOCK()
                interface_id, address = self.cloud.ecs.attach_interface(
                    vswitch_id, [group_id], owner
                )
            except CloudError as error:
                if error.code not in _TRY_NEXT or vswitch_id == vswitch_ids[-1]:
                    raise
            else:
                return {
                    "ZoneId": zone_id,
                    "VSwitchId": vswitch_id,
                    "EniInstanceId": interface_id,
                    "IntranetIp": address,
                }
        raise AssertionError("the last vSwitch returns or raises")

    def _is_sold_out(self, zone_id: str) -> bool:
        return self.store.get(SOLD_OUT, zone_id) is not None

    def _use_vcpus(self, region_id: str, vcpus: float) -> None:
        """Count vCPUs in use; a sum over 10,000 groups at each creation would take too long."""
        limit = self.cloud.quota("eci.vcpus")
        used = (self.get(USAGE, region_id) or {"Vcpus": 0.0})["Vcpus"]
        if used + vcpus > limit:
            raise errors.QUOTA_VCPU(quota=limit, used=f"{used:g}", needed=f"{vcpus:g}")
        self.save(USAGE, region_id, {"Vcpus": used + vcpus})


@cache
def _size(cpu: float, memory: float) -> eci_sizes.EciSize:
    try:
        return eci_sizes.round_up(Fraction(str(cpu)), Fraction(str(memory)))
    except Refused as error:
        raise errors.NO_SUCH_SIZE(cpu=cpu, memory=memory, why=error.broken.rule) from error
