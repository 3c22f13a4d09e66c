"""CloudMonitor as one service."""

from __future__ import annotations

from sandbox.cloud.cms.contacts import CONTACT, CONTACT_GROUP, Contacts
from sandbox.cloud.cms.rules import RULE, Rules
from sandbox.cloud.service import Kind


class Cms(Contacts, Rules):
    """CMS 2019-01-01."""

    kinds = (
        Kind(CONTACT, "Name", "Name", costs=False),
        Kind(CONTACT_GROUP, "Name", "Name", costs=False),
        Kind(RULE, "RuleId", "RuleName", status_field="AlertState", costs=False),
    )
