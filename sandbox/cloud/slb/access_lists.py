"""Access control lists of Classic Load Balancers.

Actions and fields: the reference pages of CreateAccessControlList, AddAccessControlListEntry and
DeleteAccessControlList (slb 2014-05-15), read 2026-11-22.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.slb import errors
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging

ACCESS_LIST = "slb.AccessControlList"
LISTENER = "slb.Listener"


class AccessLists(Tagging):
    """Actions on access control lists."""

    @verb()
    def create_access_control_list(
        self,
        *,
        region_id: str,
        acl_name: str,
        address_ip_version: str = "ipv4",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
    ) -> Response:
        """CreateAccessControlList: empty at first."""
        self.cloud.check_region(region_id)
        quota = self.cloud.quota("slb.access_lists")
        if self.store.count(ACCESS_LIST, RegionId=region_id) >= quota:
            raise errors.QUOTA_ACCESS_LIST(quota=quota)
        acl_id = self.new_id("acl")
        made: Data = {
            "AclId": acl_id,
            "AclName": acl_name,
            "AddressIPVersion": address_ip_version,
            "RegionId": region_id,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "Status": "available",
            "entries": {},
            "tags": tags or {},
        }
        self.add(ACCESS_LIST, acl_id, made)
        return {"AclId": acl_id}

    @verb()
    def set_access_control_list_attribute(
        self, *, acl_id: str, acl_name: str, region_id: str | None = None
    ) -> Response:
        """SetAccessControlListAttribute: the name."""
        found = self.access_list(acl_id)
        found["AclName"] = acl_name
        self.save(ACCESS_LIST, acl_id, found)
        return {}

    @verb(reads=True)
    def describe_access_control_list_attribute(
        self, *, acl_id: str, region_id: str | None = None
    ) -> Response:
        """DescribeAccessControlListAttribute: with its entries and the listeners that use it."""
        found = self.access_list(acl_id)
        entries = [
            {"AclEntryIP": entry, "AclEntryComment": comment}
            for entry, comment in found["entries"].items()
        ]
        listeners = [
            {
                "LoadBalancerId": one["LoadBalancerId"],
                "ListenerPort": one["ListenerPort"],
                "AclType": one["AclType"],
            }
            for one in self.find(LISTENER, AclId=acl_id)
        ]
        return {
            **{key: value for key, value in public(found).items() if key != "entries"},
            "AclEntrys": {"AclEntry": entries},
            "RelatedListeners": {"RelatedListener": listeners},
        }

    @verb()
    def add_access_control_list_entry(
        self, *, acl_id: str, acl_entrys: str, region_id: str | None = None
    ) -> Response:
        """AddAccessControlListEntry: `acl_entrys` is a JSON list of `entry` and `comment`."""
        found = self.access_list(acl_id)
        entries: dict[str, str] = dict(found["entries"])
        for one in _entries(acl_entrys):
            if one["entry"] in entries:
                raise errors.ACCESS_LIST_ENTRY_EXISTS()
            entries[one["entry"]] = one.get("comment", "")
        quota = self.cloud.quota("slb.entries_per_access_list")
        if len(entries) > quota:
            raise errors.QUOTA_ACCESS_LIST_ENTRY(quota=quota)
        found["entries"] = entries
        self.save(ACCESS_LIST, acl_id, found)
        return {}

    @verb()
    def remove_access_control_list_entry(
        self, *, acl_id: str, acl_entrys: str, region_id: str | None = None
    ) -> Response:
        """RemoveAccessControlListEntry: an absent one is success."""
        found = self.access_list(acl_id)
        gone = {one["entry"] for one in _entries(acl_entrys)}
        found["entries"] = {
            entry: comment for entry, comment in found["entries"].items() if entry not in gone
        }
        self.save(ACCESS_LIST, acl_id, found)
        return {}

    @verb()
    def delete_access_control_list(self, *, acl_id: str, region_id: str | None = None) -> Response:
        """DeleteAccessControlList: refused while a listener uses it."""
        self.access_list(acl_id)
        if self.find(LISTENER, AclId=acl_id):
            raise errors.ACCESS_LIST_IN_USE()
        self.remove(ACCESS_LIST, acl_id)
        return {}

    def access_list(self, acl_id: str) -> Data:
        """The list. Raises AclNotExist."""
        found = self.get(ACCESS_LIST, acl_id)
        if found is None:
            raise errors.ACCESS_LIST_NOT_FOUND()
        return found


def _entries(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(text)
    return entries
