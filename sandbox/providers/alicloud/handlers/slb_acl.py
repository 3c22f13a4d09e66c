"""alicloud:slb/acl:Acl."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class Acl(Handler):
    """An access control list of load balancers."""

    token = "alicloud:slb/acl:Acl"
    label = "access control list"
    arguments: ClassVar = {
        "name": "acl_name",
        "ipVersion": "address_ip_version",
        "resourceGroupId": "resource_group_id",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "name": "AclName",
        "ipVersion": "AddressIPVersion",
        "resourceGroupId": "ResourceGroupId",
    }
    tagged = True

    def create(self, call: Call, inputs: Values) -> str:
        """CreateAccessControlList."""
        slb, region = call.cloud.slb, call.region
        answer = call.retried(
            lambda: slb.create_access_control_list(region_id=region, **self.given(inputs))
        )
        return str(answer["AclId"])

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccessControlListAttribute."""
        return call.cloud.slb.describe_access_control_list_attribute(acl_id=id)

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """SetAccessControlListAttribute, TagResources."""
        slb = call.cloud.slb
        if "name" in changed:
            call.retried(
                lambda: slb.set_access_control_list_attribute(acl_id=id, acl_name=new["name"])
            )
        self.update_tags(call, slb, "acl", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteAccessControlList."""
        return call.cloud.slb.delete_access_control_list(acl_id=id)
