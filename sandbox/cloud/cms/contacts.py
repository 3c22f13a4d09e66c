"""Alarm contacts and their groups."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.cloud.cms import errors
from sandbox.cloud.service import Response, Service, verb
from sandbox.cloud.store import Data

CONTACT = "cms.Contact"
CONTACT_GROUP = "cms.ContactGroup"

_NAME_LENGTH = range(2, 41)
"""Characters (documentation of ContactName)."""

_CONFIRMED_BY_LINK = ("Mail", "SMS")
"""Channels whose owner is sent a link and is a recipient only after following it."""
_CHANNELS = (*_CONFIRMED_BY_LINK, "DingWebHook", "AliIM")
_OK, _PENDING = "OK", "PENDING"
_SUCCESS = {"Code": "200", "Message": "success", "Success": True}


class Contacts(Service):
    """Actions on contacts; each but the listing ones makes or replaces by name."""

    service = "cms"

    @verb()
    def put_contact(
        self,
        *,
        contact_name: str,
        describe: str,
        channels_mail: str = "",
        channels_sms: str = "",
        channels_ding_web_hook: str = "",
        channels_ali_im: str = "",
        lang: str = "",
    ) -> Response:
        """PutContact. A new mail address or phone number waits for the click of its owner."""
        given = dict(
            zip(
                _CHANNELS,
                (channels_mail, channels_sms, channels_ding_web_hook, channels_ali_im),
                strict=True,
            )
        )
        if len(contact_name) not in _NAME_LENGTH:
            raise errors.ILLEGAL_PARAMETERS(why="ContactName must have 2 to 40 characters.")
        if not describe or not any(given.values()):
            raise errors.ILLEGAL_PARAMETERS(why="Describe and at least one channel are required.")
        before = self.get(CONTACT, contact_name)
        contact: Data = {
            "Name": contact_name,
            "Desc": describe,
            "Lang": lang or (before or {}).get("Lang", "zh-cn"),
            "CreateTime": (before or {}).get("CreateTime", int(self.now() * 1000)),
            "UpdateTime": int(self.now() * 1000),
            "given": given,
            "confirmed": (before or {}).get("confirmed", {}),
        }
        self.save(CONTACT, contact_name, contact)
        return dict(_SUCCESS)

    @verb(reads=True)
    def describe_contact_list(self, *, contact_name: str | None = None) -> Response:
        """DescribeContactList, one page with all of them.

        An address that nobody has confirmed is absent from `Channels`.
        """
        found = [
            self._shown(one) for one in self.find(CONTACT) if contact_name in (None, one["Name"])
        ]
        return {**_SUCCESS, "Contacts": {"Contact": found}, "Total": len(found)}

    @verb()
    def delete_contact(self, *, contact_name: str) -> Response:
        """DeleteContact: the groups that hold it go on without it."""
        if self.get(CONTACT, contact_name) is None:
            raise errors.CONTACT_NOT_FOUND(name=contact_name)
        self.remove(CONTACT, contact_name)
        for group in self.find(CONTACT_GROUP):
            if contact_name in group["contacts"]:
                group["contacts"].remove(contact_name)
                self.save(CONTACT_GROUP, group["Name"], group)
        return dict(_SUCCESS)

    @verb()
    def put_contact_group(
        self,
        *,
        contact_group_name: str,
        contact_names: Sequence[str] = (),
        describe: str = "",
        enable_subscribed: bool = False,
    ) -> Response:
        """PutContactGroup."""
        for name in contact_names:
            if self.get(CONTACT, name) is None:
                raise errors.CONTACT_NOT_FOUND(name=name)
        before = self.get(CONTACT_GROUP, contact_group_name) or {}
        group: Data = {
            "Name": contact_group_name,
            "Describe": describe,
            "EnableSubscribed": enable_subscribed,
            "CreateTime": before.get("CreateTime", int(self.now() * 1000)),
            "UpdateTime": int(self.now() * 1000),
            "contacts": list(dict.fromkeys(contact_names)),
        }
        self.save(CONTACT_GROUP, contact_group_name, group)
        return dict(_SUCCESS)

    @verb(reads=True)
    def describe_contact_group_list(self) -> Response:
        """DescribeContactGroupList, one page with all of them; the action has no filter by name."""
        found = [
            {
                **{key: value for key, value in one.items() if key[0].isupper()},
                "Contacts": {"Contact": one["contacts"]},
            }
            for one in self.find(CONTACT_GROUP)
        ]
        return {**_SUCCESS, "ContactGroupList": {"ContactGroup": found}, "Total": len(found)}

    @verb()
    def delete_contact_group(self, *, contact_group_name: str) -> Response:
        """DeleteContactGroup: nothing in its error table says that a rule could keep it."""
        if self.get(CONTACT_GROUP, contact_group_name) is None:
            raise errors.GROUP_NOT_FOUND()
        self.remove(CONTACT_GROUP, contact_group_name)
        return dict(_SUCCESS)

    # Not an action of the API.

    def confirm(self, contact_name: str) -> list[str]:
        """What the owner does with the links sent to the contact; returns the channels confirmed.

        Raises:
            CloudError: no such contact.
        """
        with self.store.transaction():
            contact = self.get(CONTACT, contact_name)
            if contact is None:
                raise errors.CONTACT_NOT_FOUND(name=contact_name)
            waiting = [name for name, state in _states(contact).items() if state == _PENDING]
            for name in waiting:
                contact["confirmed"][name] = contact["given"][name]
            self.save(CONTACT, contact_name, contact)
        return waiting

    def _shown(self, contact: Data) -> Response:
        states = _states(contact)
        groups = [
            one["Name"] for one in self.find(CONTACT_GROUP) if contact["Name"] in one["contacts"]
        ]
        return {
            **{key: value for key, value in contact.items() if key[0].isupper()},
            "Channels": {
                name: contact["given"][name] if states.get(name) == _OK else ""
                for name in _CHANNELS
            },
            "ChannelsState": states,
            "ContactGroups": {"ContactGroup": groups},
        }


def _states(contact: Data) -> dict[str, str]:
    """The state of each channel that the contact was given."""
    return {
        name: _PENDING
        if name in _CONFIRMED_BY_LINK and contact["confirmed"].get(name) != address
        else _OK
        for name, address in contact["given"].items()
        if address
    }
