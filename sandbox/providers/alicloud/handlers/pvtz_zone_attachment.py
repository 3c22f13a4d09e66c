"""alicloud:pvtz/zoneAttachment:ZoneAttachment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import GoneError, Handler
from sandbox.providers.alicloud.values import Values


class ZoneAttachment(Handler):
    """All VPCs that a private zone is bound to; its id is the zone's."""

    token = "alicloud:pvtz/zoneAttachment:ZoneAttachment"
    label = "private zone attachment"
    outputs: ClassVar = {"zoneId": "ZoneId"}
    more_outputs = ("vpcIds", "vpcs")

    def create(self, call: Call, inputs: Values) -> str:
        """BindZoneVpc."""
        self._bind(call, inputs["zoneId"], inputs)
        return str(inputs["zoneId"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeZoneInfo. A zone without any VPC counts as one without an attachment."""
        answer = call.cloud.pvtz.describe_zone_info(zone_id=id)
        if not answer["BindVpcs"]["Vpc"]:
            raise GoneError
        return answer

    def output_values(self, answer: Answer) -> Values:
        """The VPCs, in both forms."""
        bound = answer["BindVpcs"]["Vpc"]
        return {
            **super().output_values(answer),
            "vpcIds": [one["VpcId"] for one in bound],
            "vpcs": [{"regionId": one["RegionId"], "vpcId": one["VpcId"]} for one in bound],
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """BindZoneVpc with the whole new list."""
        if {"vpcIds", "vpcs"} & set(changed):
            self._bind(call, id, new)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """BindZoneVpc with nothing."""
        return call.cloud.pvtz.bind_zone_vpc(zone_id=id, vpcs=[])

    def _bind(self, call: Call, zone_id: str, inputs: Values) -> None:
        vpcs = [
            {"VpcId": one["vpcId"], "RegionId": one.get("regionId") or call.region}
            for one in inputs.get("vpcs") or [{"vpcId": id} for id in inputs.get("vpcIds") or []]
        ]
        call.retried(lambda: call.cloud.pvtz.bind_zone_vpc(zone_id=zone_id, vpcs=vpcs))
