"""The PrivateZone service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from sandbox.cloud.pvtz import errors
from sandbox.cloud.pvtz.records import RECORD, ZONE, Records
from sandbox.cloud.service import Kind, Response, public, readable_digest, verb
from sandbox.cloud.store import Data
from sandbox.cloud.vpc.networks import VPC

_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
_PROXY_PATTERNS: Final = ("ZONE", "RECORD")
"""Whether a name that is not in the zone is asked for elsewhere (RECORD) or not (ZONE)."""


class Pvtz(Records):
    """PrivateZone 2018-01-01: names that only the VPCs bound to a zone can resolve."""

    taggable: ClassVar = {"ZONE": ZONE}
    kinds = (
        Kind(ZONE, "ZoneId", "ZoneName", "zone"),
        Kind(RECORD, "RecordId", "Rr", costs=False),
    )

    @verb()
    def add_zone(
        self,
        *,
        zone_name: str,
        proxy_pattern: str = "ZONE",
        dns_group: str = "FAST_ZONE",
        resource_group_id: str = "",
        client_token: str | None = None,
    ) -> Response:
        """AddZone: bound to no VPC yet."""
        if not _NAME.fullmatch(zone_name):
            raise errors.INVALID_ZONE_NAME()
        _check_pattern(proxy_pattern)
        if dns_group not in ("NORMAL_ZONE", "FAST_ZONE"):
            raise errors.INVALID_PARAMETER(name="DnsGroup", value=dns_group)
        quota = self.cloud.quota("pvtz.zones")
        if self.store.count(ZONE) >= quota:
            raise errors.QUOTA_ZONE(quota=quota)
        number = self.store.next_number("id/pvtz.zone")
        zone_id = readable_digest(f"pvtz.zone/{number}", 32)
        zone: Data = {
            "ZoneId": zone_id,
            "ZoneName": zone_name,
            "ProxyPattern": proxy_pattern,
            "DnsGroup": dns_group,
            "Remark": "",
            "IsPtr": zone_name.endswith(".in-addr.arpa"),
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "CreateTime": self.timestamp(),
            "bound": [],
            "tags": {},
        }
        self.add(ZONE, zone_id, zone)
        return {"ZoneId": zone_id, "ZoneName": zone_name, "Success": True}

    @verb(reads=True)
    def describe_zone_info(self, *, zone_id: str) -> Response:
        """DescribeZoneInfo: with the VPCs that it is bound to."""
        return self._shown(self.zone(zone_id))

    @verb(reads=True)
    def describe_zones(self, *, keyword: str = "", search_mode: str = "LIKE") -> Response:
        """DescribeZones: one page with all whose name contains the keyword, or is it (EXACT)."""
        found = [
            self._shown(zone)
            for zone in self.find(ZONE)
            if keyword == zone["ZoneName"]
            or (search_mode == "LIKE" and keyword in zone["ZoneName"])
        ]
        return {"Zones": {"Zone": found}, "TotalItems": len(found)}

    @verb()
    def update_zone_remark(self, *, zone_id: str, remark: str = "") -> Response:
        """UpdateZoneRemark."""
        return self._change(zone_id, Remark=remark)

    @verb()
    def set_proxy_pattern(self, *, zone_id: str, proxy_pattern: str) -> Response:
        """SetProxyPattern."""
        _check_pattern(proxy_pattern)
        return self._change(zone_id, ProxyPattern=proxy_pattern)

    @verb()
    def bind_zone_vpc(
        self,
        *,
        zone_id: str,
        vpcs: Sequence[Mapping[str, str]],
        client_token: str | None = None,
    ) -> Response:
        """BindZoneVpc: binds exactly these VPCs (VpcId, RegionId), and so unbinds all others."""
        self.zone(zone_id)
        for one in vpcs:
            if self.cloud.vpc.get(VPC, one["VpcId"]) is None:
                raise errors.VPC_NOT_FOUND(vpc_id=one["VpcId"])
        quota = self.cloud.quota("pvtz.vpcs_per_zone")
        if len(vpcs) > quota:
            raise errors.QUOTA_VPC(quota=quota)
        self._change(zone_id, bound=[dict(one) for one in vpcs])
        return {}

    @verb()
    def delete_zone(self, *, zone_id: str, client_token: str | None = None) -> Response:
        """DeleteZone: with its records; refused while a VPC is bound to it."""
        if self.zone(zone_id)["bound"]:
            raise errors.ZONE_HAS_VPC()
        for record in self.find(RECORD, ZoneId=zone_id):
            self.remove(RECORD, str(record["RecordId"]))
        self.remove(ZONE, zone_id)
        return {"ZoneId": zone_id}

    def _change(self, zone_id: str, **values: object) -> Response:
        zone = self.zone(zone_id)
        self.save(ZONE, zone_id, {**zone, **values})
        return {"ZoneId": zone_id}

    def _shown(self, zone: Data) -> Response:
        return {
            **public(zone),
            "RecordCount": self.store.count(RECORD, ZoneId=zone["ZoneId"]),
            "BindVpcs": {"Vpc": zone["bound"]},
        }


def _check_pattern(pattern: str) -> None:
    if pattern not in _PROXY_PATTERNS:
        raise errors.INVALID_PARAMETER(name="ProxyPattern", value=pattern)
