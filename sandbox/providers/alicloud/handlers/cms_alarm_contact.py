"""alicloud:cms/alarmContact:AlarmContact."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first
from sandbox.providers.alicloud.values import Values


class AlarmContact(Handler):
    """Somebody to tell of alarms; the name is the id.

    The cloud does not tell a mail address or phone number that its owner has not confirmed, so it
    differs from the program until then, as with the official provider.
    """

    token = "alicloud:cms/alarmContact:AlarmContact"
    label = "alarm contact"
    arguments: ClassVar = {
        "alarmContactName": "contact_name",
        "describe": "describe",
        "channelsMail": "channels_mail",
        "channelsSms": "channels_sms",
        "channelsDingWebHook": "channels_ding_web_hook",
        "channelsAliim": "channels_ali_im",
        "lang": "lang",
    }
    outputs: ClassVar = {
        "alarmContactName": "Name",
        "describe": "Desc",
        "channelsMail": "Channels.Mail",
        "channelsSms": "Channels.SMS",
        "channelsDingWebHook": "Channels.DingWebHook",
        "channelsAliim": "Channels.AliIM",
        "lang": "Lang",
    }
    status = "Name"

    def create(self, call: Call, inputs: Values) -> str:
        """PutContact."""
        call.retried(lambda: call.cloud.cms.put_contact(**self.given(inputs)))
        return str(inputs["alarmContactName"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeContactList."""
        answer = call.cloud.cms.describe_contact_list(contact_name=id)
        return first(answer["Contacts"]["Contact"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """PutContact again, with everything."""
        if changed:
            call.retried(lambda: call.cloud.cms.put_contact(**self.given(new)))

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteContact."""
        return call.cloud.cms.delete_contact(contact_name=id)
