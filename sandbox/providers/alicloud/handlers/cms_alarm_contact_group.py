"""alicloud:cms/alarmContactGroup:AlarmContactGroup."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first
from sandbox.providers.alicloud.values import Values


class AlarmContactGroup(Handler):
    """Contacts that alarm rules name together; the name is the id."""

    token = "alicloud:cms/alarmContactGroup:AlarmContactGroup"
    label = "alarm contact group"
    arguments: ClassVar = {
        "alarmContactGroupName": "contact_group_name",
        "contacts": "contact_names",
        "describe": "describe",
        "enableSubscribed": "enable_subscribed",
    }
    outputs: ClassVar = {
        "alarmContactGroupName": "Name",
        "contacts": "Contacts.Contact",
        "describe": "Describe",
        "enableSubscribed": "EnableSubscribed",
    }
    status = "Name"

    def create(self, call: Call, inputs: Values) -> str:
        """PutContactGroup."""
        call.retried(lambda: call.cloud.cms.put_contact_group(**self.given(inputs)))
        return str(inputs["alarmContactGroupName"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeContactGroupList, which has no filter."""
        groups = call.cloud.cms.describe_contact_group_list()["ContactGroupList"]["ContactGroup"]
        return first([one for one in groups if one["Name"] == id])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """PutContactGroup again, with everything."""
        if changed:
            call.retried(lambda: call.cloud.cms.put_contact_group(**self.given(new)))

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteContactGroup."""
        return call.cloud.cms.delete_contact_group(contact_group_name=id)
