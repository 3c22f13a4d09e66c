"""Cloud disks that are bought by themselves, as the storage add-on of ACK does.

Actions and fields: the reference pages of CreateDisk, ResizeDisk and DeleteDisk (ecs 2014-05-26),
read 2026-11-22. Disks are neither attached nor written here.
"""

from __future__ import annotations

from sandbox.cloud.ecs import errors
from sandbox.cloud.service import Response, Service, public, verb
from sandbox.cloud.store import Data

DISK = "ecs.Disk"

_LEAST_GIB = {"cloud_essd": 20, "cloud_ssd": 20, "cloud_efficiency": 20, "cloud_auto": 1}
_MOST_GIB = 32768


class Disks(Service):
    """Actions on disks."""

    @verb()
    def create_disk(
        self,
        *,
        region_id: str,
        zone_id: str,
        size: int,
        disk_category: str = "cloud_essd",
        disk_name: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateDisk: `size` in GiB; can be used at once."""
        self.cloud.check_region(region_id)
        least = _LEAST_GIB.get(disk_category)
        if least is None:
            raise errors.INVALID_DISK_CATEGORY()
        if not least <= size <= _MOST_GIB:
            raise errors.INVALID_DISK_SIZE()
        disk_id = self.new_id("d")
        disk: Data = {
            "DiskId": disk_id,
            "DiskName": disk_name,
            "Category": disk_category,
            "Size": size,
            "RegionId": region_id,
            "ZoneId": zone_id,
            "Status": "Available",
            "CreationTime": self.timestamp(),
            "tags": tags or {},
        }
        self.add(DISK, disk_id, disk)
        return {"DiskId": disk_id}

    @verb(reads=True)
    def describe_disks(
        self,
        *,
        disk_ids: list[str] | None = None,
        tags: dict[str, str] | None = None,
        region_id: str | None = None,
    ) -> Response:
        """DescribeDisks, one page with all of them."""
        found = [
            public(one)
            for one in self.find(DISK, tags, RegionId=region_id)
            if disk_ids is None or one["DiskId"] in disk_ids
        ]
        return {"Disks": {"Disk": found}, "TotalCount": len(found)}

    @verb()
    def resize_disk(
        self, *, disk_id: str, new_size: int, type: str = "online", region_id: str | None = None
    ) -> Response:
        """ResizeDisk: only to a larger size."""
        disk = self._disk(disk_id)
        if not disk["Size"] <= new_size <= _MOST_GIB:
            raise errors.INVALID_DISK_SIZE()
        disk["Size"] = new_size
        self.save(DISK, disk_id, disk)
        return {}

    @verb()
    def delete_disk(self, *, disk_id: str, region_id: str | None = None) -> Response:
        """DeleteDisk."""
        self._disk(disk_id)
        self.remove(DISK, disk_id)
        return {}

    def _disk(self, disk_id: str) -> Data:
        disk = self.get(DISK, disk_id)
        if disk is None:
            raise errors.DISK_NOT_FOUND()
        return disk
