"""Records of zones."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from sandbox.cloud.pvtz import errors
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

ZONE = "pvtz.Zone"
RECORD = "pvtz.Record"

DEFAULT_TTL: Final = 60
"""Seconds (reference page of AddZoneRecord, https://help.aliyun.com/document_detail/66248.html)."""

_TYPES: Final = ("A", "AAAA", "CNAME", "TXT", "MX", "PTR", "SRV")
"""Same page."""
_PRIORITIES: Final = range(1, 100)
"""Of MX records; same page."""
_RR: Final = re.compile(
    r"@|(\*|[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)"
    r"(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*"
)


class Records(Tagging):
    """Record actions."""

    service = "pvtz"

    @verb()
    def add_zone_record(
        self,
        *,
        zone_id: str,
        rr: str,
        type: str,
        value: str,
        ttl: int = DEFAULT_TTL,
        priority: int = 1,
        remark: str = "",
        client_token: str | None = None,
    ) -> Response:
        """AddZoneRecord: `@` is the zone's own name."""
        self.zone(zone_id)
        self._check(zone_id, rr, type, value, ttl, priority)
        quota = self.cloud.quota("pvtz.records_per_zone")
        if self.store.count(RECORD, ZoneId=zone_id) >= quota:
            raise errors.QUOTA_RECORD(quota=quota)
        number = self.store.next_number("id/pvtz.record")
        record: Data = {
            "RecordId": number,
            "ZoneId": zone_id,
            "Rr": rr,
            "Type": type,
            "Value": value,
            "Ttl": ttl,
            "Priority": priority,
            "Remark": remark,
            "Status": "ENABLE",
        }
        self.add(RECORD, str(number), record)
        return {"RecordId": number, "Success": True}

    @verb(reads=True)
    def describe_zone_records(self, *, zone_id: str, keyword: str = "") -> Response:
        """DescribeZoneRecords: one page with all whose name contains the keyword."""
        self.zone(zone_id)
        found = [public(one) for one in self._records(zone_id) if keyword in one["Rr"]]
        return {"Records": {"Record": found}, "TotalItems": len(found)}

    @verb()
    def update_zone_record(
        self,
        *,
        record_id: int,
        rr: str,
        type: str,
        value: str,
        ttl: int = DEFAULT_TTL,
        priority: int = 1,
    ) -> Response:
        """UpdateZoneRecord."""
        record = self._record(record_id)
        self._check(record["ZoneId"], rr, type, value, ttl, priority, but=record_id)
        record |= {"Rr": rr, "Type": type, "Value": value, "Ttl": ttl, "Priority": priority}
        self.save(RECORD, str(record_id), record)
        return {"RecordId": record_id}

    @verb()
    def update_record_remark(self, *, record_id: int, remark: str) -> Response:
        """UpdateRecordRemark."""
        record = self._record(record_id)
        record["Remark"] = remark
        self.save(RECORD, str(record_id), record)
        return {"RecordId": record_id}

    @verb()
    def set_zone_record_status(self, *, record_id: int, status: str) -> Response:
        """SetZoneRecordStatus: ENABLE or DISABLE."""
        if status not in ("ENABLE", "DISABLE"):
            raise errors.INVALID_PARAMETER(name="Status", value=status)
        record = self._record(record_id)
        record["Status"] = status
        self.save(RECORD, str(record_id), record)
        return {"RecordId": record_id, "Status": status}

    @verb()
    def delete_zone_record(self, *, record_id: int) -> Response:
        """DeleteZoneRecord."""
        self._record(record_id)
        self.remove(RECORD, str(record_id))
        return {"RecordId": record_id}

    def zone(self, zone_id: str) -> Data:
        """The zone. Raises Zone.NotExists."""
        zone = self.get(ZONE, zone_id)
        if zone is None:
            raise errors.ZONE_NOT_FOUND()
        return zone

    def _record(self, record_id: int) -> Data:
        record = self.get(RECORD, str(record_id))
        if record is None:
            raise errors.RECORD_NOT_FOUND()
        return record

    def _records(self, zone_id: str) -> list[Data]:
        return self.find(RECORD, ZoneId=zone_id)

    def _check(
        self,
        zone_id: str,
        rr: str,
        kind: str,
        value: str,
        ttl: int,
        priority: int,
        but: int | None = None,
    ) -> None:
        wrong = {
            "Rr": (rr, not _RR.fullmatch(rr)),
            "Type": (kind, kind not in _TYPES),
            "Value": (value, not _fits(kind, value)),
            "Ttl": (ttl, ttl < 1),
            "Priority": (priority, kind == "MX" and priority not in _PRIORITIES),
        }
        for name, (given, refused) in wrong.items():
            if refused:
                raise errors.INVALID_PARAMETER(name=name, value=given)
        for one in self._records(zone_id):
            if one["RecordId"] == but or one["Rr"] != rr:
                continue
            # A name with an alias has nothing else (RFC 1034, 3.6.2).
            if (one["Type"], one["Value"]) == (kind, value) or "CNAME" in (kind, one["Type"]):
                raise errors.RECORD_CONFLICT(rr=rr, type=kind)


def _fits(kind: str, value: str) -> bool:
    versions = {"A": ipaddress.IPv4Address, "AAAA": ipaddress.IPv6Address}
    if kind not in versions:
        return bool(value)
    try:
        versions[kind](value)
    except ValueError:
        return False
    return True
