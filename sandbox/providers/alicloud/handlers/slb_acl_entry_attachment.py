"""alicloud:slb/aclEntryAttachment:AclEntryAttachment."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class AclEntryAttachment(Handler):
    """One entry of an access control list; its id is `list:entry`."""

    token = "alicloud:slb/aclEntryAttachment:AclEntryAttachment"
    label = "entry of an access control list"
    outputs: ClassVar = {
        "aclId": "AclId",
        "entry": "AclEntryIP",
        "comment": "AclEntryComment",
    }

    def create(self, call: Call, inputs: Values) -> str:
        """AddAccessControlListEntry."""
        acl_id, entry = inputs["aclId"], inputs["entry"]
        told = {"entry": entry, "comment": inputs.get("comment", "")}
        call.retried(
            lambda: call.cloud.slb.add_access_control_list_entry(
                acl_id=acl_id, acl_entrys=json.dumps([told])
            )
        )
        return f"{acl_id}:{entry}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccessControlListAttribute."""
        acl_id, entry = parts(id)
        answer = call.cloud.slb.describe_access_control_list_attribute(acl_id=acl_id)
        found = [one for one in answer["AclEntrys"]["AclEntry"] if one["AclEntryIP"] == entry]
        return {"AclId": acl_id, **first(found)}

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """RemoveAccessControlListEntry."""
        acl_id, entry = parts(id)
        return call.cloud.slb.remove_access_control_list_entry(
            acl_id=acl_id, acl_entrys=json.dumps([{"entry": entry}])
        )
