"""alicloud:vpc/snatEntry:SnatEntry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class SnatEntry(Handler):
    """A SNAT entry; its id is `table:entry`."""

    token = "alicloud:vpc/snatEntry:SnatEntry"
    label = "SNAT entry"
    arguments: ClassVar = {
        "snatTableId": "snat_table_id",
        "snatIp": "snat_ip",
        "sourceVswitchId": "source_vswitch_id",
        "sourceCidr": "source_cidr",
        "snatEntryName": "snat_entry_name",
    }
    outputs: ClassVar = {
        "snatTableId": "SnatTableId",
        "snatEntryId": "SnatEntryId",
        "snatIp": "SnatIp",
        "sourceVswitchId": "SourceVSwitchId",
        "sourceCidr": "SourceCIDR",
        "snatEntryName": "SnatEntryName",
        "status": "Status",
    }
    ready_state = "Available"
    unsimulated = ("eipAffinity",)

    def create(self, call: Call, inputs: Values) -> str:
        """CreateSnatEntry: one ClientToken for all tries."""
        token = call.client_token("CreateSnatEntry")
        answer = call.retried(
            lambda: call.cloud.vpc.create_snat_entry(**self.given(inputs), client_token=token)
        )
        return f"{inputs['snatTableId']}:{answer['SnatEntryId']}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeSnatTableEntries."""
        table, entry = parts(id)
        answer = call.cloud.vpc.describe_snat_table_entries(
            snat_table_id=table, snat_entry_id=entry
        )
        return first(answer["SnatTableEntries"]["SnatTableEntry"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifySnatEntry."""
        table, entry = parts(id)
        if {"snatIp", "snatEntryName"} & set(changed):
            call.retried(
                lambda: call.cloud.vpc.modify_snat_entry(
                    snat_table_id=table,
                    snat_entry_id=entry,
                    snat_ip=new["snatIp"],
                    snat_entry_name=new.get("snatEntryName", ""),
                )
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteSnatEntry."""
        table, entry = parts(id)
        return call.cloud.vpc.delete_snat_entry(snat_table_id=table, snat_entry_id=entry)
