"""alicloud:pvtz/zone:Zone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class Zone(Handler):
    """A private zone."""

    token = "alicloud:pvtz/zone:Zone"
    label = "private zone"
    arguments: ClassVar = {
        "zoneName": "zone_name",
        "dnsGroup": "dns_group",
        "resourceGroupId": "resource_group_id",
    }
    outputs: ClassVar = {
        "zoneName": "ZoneName",
        "dnsGroup": "DnsGroup",
        "proxyPattern": "ProxyPattern",
        "remark": "Remark",
        "isPtr": "IsPtr",
        "recordCount": "RecordCount",
        "resourceGroupId": "ResourceGroupId",
    }
    tagged = True
    unsimulated: ClassVar = ("syncStatus", "userInfos", "dnsGroup")

    def create(self, call: Call, inputs: Values) -> str:
        """AddZone: without a ClientToken, and without tags, which follow."""
        answer = call.retried(lambda: call.cloud.pvtz.add_zone(**self.given(inputs)))
        return str(answer["ZoneId"])

    def complete(self, call: Call, id: str, inputs: Values) -> None:
        """What AddZone does not take."""
        changed = {"remark", "proxyPattern", "tags"} & {k for k, v in inputs.items() if v}
        self.update(call, id, {}, inputs, changed)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeZoneInfo."""
        return call.cloud.pvtz.describe_zone_info(zone_id=id)

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """UpdateZoneRemark, SetProxyPattern and the tags."""
        pvtz = call.cloud.pvtz
        if "remark" in changed:
            remark = new.get("remark", "")
            call.retried(lambda: pvtz.update_zone_remark(zone_id=id, remark=remark))
        if "proxyPattern" in changed:
            pattern = new["proxyPattern"]
            call.retried(lambda: pvtz.set_proxy_pattern(zone_id=id, proxy_pattern=pattern))
        self.update_tags(call, pvtz, "ZONE", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteZone: with the records."""
        return call.cloud.pvtz.delete_zone(zone_id=id)
