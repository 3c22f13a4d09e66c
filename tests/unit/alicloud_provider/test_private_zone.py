"""Private zones as the official provider treats them (S1-20)."""

import pytest

from sandbox.providers.serving import ProviderError
from tests.unit.alicloud_provider.cases import PRIVATE_ZONE, TAGS, ZONE_ATTACHMENT, ZONE_RECORD
from tests.unit.alicloud_provider.conftest import Engine, Place

ALIAS = {"rr": "www", "type": "CNAME", "value": "other.private"}


@pytest.fixture
def zone(engine: Engine) -> tuple[str, dict]:
    return engine.create(PRIVATE_ZONE, {"zoneName": "class.private", "tags": TAGS})


def test_a_bound_zone_is_not_deleted_and_says_what_to_do(engine: Engine, place: Place, zone):
    id, state = zone
    engine.create(ZONE_ATTACHMENT, {"zoneId": id, "vpcIds": [place.vpc_id]})
    with pytest.raises(ProviderError) as caught:
        engine.delete(PRIVATE_ZONE, id, state)
    told = str(caught.value)
    assert "Zone.VpcExists: Zone have vpc bound. (pvtz.delete_zone, request id " in told
    assert told.endswith("Next: take the zone from its VPCs, then run the same command again.")


def test_an_unbound_zone_goes(engine: Engine, place: Place, zone):
    id, state = zone
    attached, bound = engine.create(ZONE_ATTACHMENT, {"zoneId": id, "vpcIds": [place.vpc_id]})
    engine.delete(ZONE_ATTACHMENT, attached, bound)
    engine.delete(PRIVATE_ZONE, id, state)
    assert [one for one in engine.cloud.inventory() if one["service"] == "pvtz"] == []


def test_a_name_that_is_taken_says_what_to_do(engine: Engine, zone):
    engine.create(ZONE_RECORD, {"zoneId": zone[0], **ALIAS})
    with pytest.raises(ProviderError, match=r"Record\.Invalid\.Conflict: .* Next: remove the rec"):
        engine.create(ZONE_RECORD, {**ALIAS, "zoneId": zone[0], "type": "A", "value": "10.0.0.8"})


def test_an_attachment_to_another_vpc_takes_the_place_of_the_first(
    engine: Engine, place: Place, zone
):
    other, _ = engine.create("alicloud:vpc/network:Network", {"cidrBlock": "10.9.0.0/16"})
    inputs = {"zoneId": zone[0], "vpcIds": [place.vpc_id]}
    id, state = engine.create(ZONE_ATTACHMENT, inputs)
    state = engine.update(ZONE_ATTACHMENT, id, state, {**inputs, "vpcIds": [other]}, inputs)
    assert state["vpcIds"] == [other]
    assert [one["vpcId"] for one in state["vpcs"]] == [other]


def test_a_throttled_call_is_repeated(engine: Engine):
    engine.plan_faults({"verb": "pvtz.add_zone", "action": "throttle"})
    id, _ = engine.create(PRIVATE_ZONE, {"zoneName": "class.private"})
    assert engine.cloud.pvtz.describe_zone_info(zone_id=id)["ZoneName"] == "class.private"


def test_a_lost_answer_makes_a_second_zone_but_no_second_record(engine: Engine):
    """AddZone knows no name twice; of a record the one that is there is taken."""
    engine.plan_faults(
        {"verb": "pvtz.add_zone", "phase": "after", "action": "reset"},
        {"verb": "pvtz.add_zone_record", "phase": "after", "action": "reset"},
    )
    id, _ = engine.create(PRIVATE_ZONE, {"zoneName": "class.private"})
    engine.create(ZONE_RECORD, {"zoneId": id, "rr": "www", "type": "A", "value": "10.0.0.8"})
    kinds = [one["kind"] for one in engine.cloud.inventory() if one["service"] == "pvtz"]
    assert sorted(kinds) == ["Record", "Zone", "Zone"]
