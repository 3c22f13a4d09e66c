"""The read APIs find what a killed run had just made."""

import pytest

from ackb.domain.naming import urn_tag
from ackb.domain.tags import URN_TAG
from ackb.engine import lookup
from ackb.engine.recovery import _SandboxApi
from tests.unit.alicloud_provider.cases import (
    ADDON,
    AUTOSCALING,
    CASES,
    CONTACT,
    CONTACT_GROUP,
    PRIVILEGE,
    RULE,
    ZONE_ATTACHMENT,
    ZONE_RECORD,
    Case,
)
from tests.unit.alicloud_provider.conftest import Engine, Place, urn

REPEATED_SAFELY = (
    ADDON,
    AUTOSCALING,
    CONTACT,
    CONTACT_GROUP,
    PRIVILEGE,
    RULE,
    ZONE_ATTACHMENT,
    ZONE_RECORD,
)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.token not in REPEATED_SAFELY], ids=str
)
def test_it_is_found_under_the_providers_id(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    if "tags" in inputs:
        inputs["tags"] = {**inputs["tags"], URN_TAG: urn_tag(urn(case.token))}
    read = _SandboxApi(engine.cloud)
    if "tags" in inputs or case.token.startswith("alicloud:log/"):
        assert lookup.find(read, case.token, urn(case.token), inputs) is None
    id, _ = engine.create(case.token, inputs)
    assert lookup.find(read, case.token, urn(case.token), inputs) == id


@pytest.mark.parametrize("case", [case for case in CASES if case.token in REPEATED_SAFELY], ids=str)
def test_repeating_the_creation_makes_nothing_twice(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    first, _ = engine.create(case.token, inputs)
    before = engine.cloud.inventory()
    second, _ = engine.create(case.token, inputs)
    assert first == second
    assert engine.cloud.inventory() == before
