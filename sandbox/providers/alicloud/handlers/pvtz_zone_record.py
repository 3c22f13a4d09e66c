"""alicloud:pvtz/zoneRecord:ZoneRecord."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Final

from sandbox.providers.alicloud.call import Answer, Call, GaveUpError
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values

_CONFLICT: Final = "Record.Invalid.Conflict"
_WIRE: Final = ("rr", "type", "value")


class ZoneRecord(Handler):
    """A record of a private zone; its id is `record:zone`."""

    token = "alicloud:pvtz/zoneRecord:ZoneRecord"
    label = "private zone record"
    arguments: ClassVar = {
        "zoneId": "zone_id",
        "rr": "rr",
        "type": "type",
        "value": "value",
        "ttl": "ttl",
        "priority": "priority",
        "remark": "remark",
    }
    outputs: ClassVar = {
        "zoneId": "ZoneId",
        "recordId": "RecordId",
        "rr": "Rr",
        "type": "Type",
        "value": "Value",
        "ttl": "Ttl",
        "priority": "Priority",
        "remark": "Remark",
        "status": "Status",
    }

    def create(self, call: Call, inputs: Values) -> str:
        """AddZoneRecord; where the very same record is there already, that one."""
        pvtz, zone_id = call.cloud.pvtz, inputs["zoneId"]
        try:
            answer = call.retried(lambda: pvtz.add_zone_record(**self.given(inputs)))
        except GaveUpError as error:
            if error.code != _CONFLICT:
                raise
            found = _records(call, zone_id)
            same = [one for one in found if _fields(one) == tuple(map(inputs.get, _WIRE))]
            if not same:
                raise
            answer = same[0]
        return f"{answer['RecordId']}:{zone_id}"

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """SetZoneRecordStatus: records are made enabled."""
        if inputs.get("status") == "DISABLE":
            self._set_status(call, id, "DISABLE")

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeZoneRecords."""
        record_id, zone_id = parts(id)
        found = _records(call, zone_id)
        return first([one for one in found if str(one["RecordId"]) == record_id])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """UpdateZoneRecord, UpdateRecordRemark and SetZoneRecordStatus."""
        pvtz, record_id = call.cloud.pvtz, int(parts(id)[0])
        names = {one: one for one in ("rr", "type", "value", "ttl", "priority")}
        if names.keys() & set(changed):
            wanted = self.given({**old, **new}, names)
            call.retried(lambda: pvtz.update_zone_record(record_id=record_id, **wanted))
        if "remark" in changed:
            remark = new.get("remark", "")
            call.retried(lambda: pvtz.update_record_remark(record_id=record_id, remark=remark))
        if "status" in changed:
            self._set_status(call, id, new["status"])

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteZoneRecord."""
        return call.cloud.pvtz.delete_zone_record(record_id=int(parts(id)[0]))

    def _set_status(self, call: Call, id: str, status: str) -> None:
        record_id = int(parts(id)[0])
        pvtz = call.cloud.pvtz
        call.retried(lambda: pvtz.set_zone_record_status(record_id=record_id, status=status))


def _records(call: Call, zone_id: str) -> list[Answer]:
    answer = call.cloud.pvtz.describe_zone_records(zone_id=zone_id)
    found: list[Answer] = answer["Records"]["Record"]
    return found


def _fields(record: Answer) -> tuple[Any, ...]:
    return tuple(record[name] for name in ("Rr", "Type", "Value"))
