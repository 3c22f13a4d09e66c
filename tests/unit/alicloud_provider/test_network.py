"""VPC and vSwitch through the provider."""

import pytest

from sandbox.providers.serving import PartialFailure, ProviderError
from tests.unit.alicloud_provider.conftest import VPC, VSWITCH, Engine

INPUTS = {"cidrBlock": "10.0.0.0/16", "vpcName": "net", "tags": {"env": "dev"}}


def vswitch_inputs(vpc_id: str, cidr: str = "10.0.0.0/24") -> dict[str, object]:
    return {"vpcId": vpc_id, "cidrBlock": cidr, "zoneId": "cn-hangzhou-h", "vswitchName": "zone-h"}


def test_a_vpc_with_a_vswitch_goes_up_and_down(engine: Engine):
    vpc_id, vpc = engine.create(VPC, INPUTS)
    assert vpc["status"] == "Available"
    assert vpc["routeTableId"].startswith("vtb-")
    vswitch_id, vswitch = engine.create(VSWITCH, vswitch_inputs(vpc_id))
    assert vswitch["zoneId"] == "cn-hangzhou-h"
    engine.delete(VSWITCH, vswitch_id, vswitch)
    engine.delete(VPC, vpc_id, vpc)
    assert engine.cloud.is_empty()


def test_preview_answers_no_id_and_leaves_the_cloud_alone(engine: Engine):
    vpc_id, planned = engine.create(VPC, INPUTS, preview=True)
    assert vpc_id == ""
    assert planned["cidrBlock"] == "10.0.0.0/16"
    assert repr(planned["routeTableId"]) == "UNKNOWN"
    assert engine.cloud.is_empty()


def test_deleting_what_is_gone_already_is_success(engine: Engine):
    engine.delete(VPC, "vpc-gone")
    engine.delete(VSWITCH, "vsw-gone")


def test_read_refreshes_and_finds_drift(engine: Engine):
    vpc_id, state = engine.create(VPC, INPUTS)
    engine.cloud.vpc.modify_vpc_attribute(vpc_id=vpc_id, vpc_name="renamed by hand")
    found, live, inputs = engine.read(VPC, vpc_id, state, INPUTS)
    assert found == vpc_id
    assert live["vpcName"] == "renamed by hand"
    assert inputs == {**INPUTS, "vpcName": "renamed by hand"}
    assert engine.diff(VPC, live, INPUTS).diffs == ["vpcName"]


def test_read_imports_by_id(engine: Engine):
    vpc_id, state = engine.create(VPC, INPUTS)
    found, live, inputs = engine.read(VPC, vpc_id, {}, {})
    assert found == vpc_id
    assert live == state
    assert inputs.items() >= INPUTS.items()


def test_read_of_a_missing_object_answers_no_id(engine: Engine):
    assert engine.read(VPC, "vpc-none", {}, INPUTS) == ("", {}, {})


def test_name_and_tags_change_in_place(engine: Engine):
    vpc_id, state = engine.create(VPC, INPUTS)
    wanted = {**INPUTS, "vpcName": "new", "tags": {"owner": "me"}}
    answer = engine.diff(VPC, state, wanted)
    assert (answer.changes, answer.diffs, answer.replaces) == (True, ["tags", "vpcName"], [])
    state = engine.update(VPC, vpc_id, state, wanted)
    assert (state["vpcName"], state["tags"]) == ("new", {"owner": "me"})
    assert not engine.diff(VPC, state, wanted).changes


def test_a_vswitch_with_another_cidr_is_a_new_one(engine: Engine):
    vpc_id, _ = engine.create(VPC, INPUTS)
    _, state = engine.create(VSWITCH, vswitch_inputs(vpc_id))
    answer = engine.diff(VSWITCH, state, vswitch_inputs(vpc_id, "10.0.1.0/24"))
    assert answer.replaces == ["cidrBlock"]


def test_an_unknown_vpc_id_plans_a_new_vswitch(engine: Engine):
    from ackb.domain.unknown import UNKNOWN

    vpc_id, _ = engine.create(VPC, INPUTS)
    _, state = engine.create(VSWITCH, vswitch_inputs(vpc_id))
    answer = engine.diff(VSWITCH, state, {**vswitch_inputs(vpc_id), "vpcId": UNKNOWN})
    assert answer.replaces == ["vpcId"]


def test_throttling_is_waited_out(engine: Engine):
    engine.plan_faults({"verb": "vpc.create_vpc", "times": 3, "action": "throttle"})
    _, state = engine.create(VPC, INPUTS)
    assert state["status"] == "Available"
    assert len(engine.cloud.inventory()) == 1


def test_endless_throttling_ends_with_code_tries_and_next_step(engine: Engine):
    engine.plan_faults({"verb": "vpc.create_vpc", "times": 0, "action": "throttle"})
    told = (
        r"creating VPC thing: Throttling\.User: Request was denied due to user flow control\."
        r" \(vpc\.create_vpc, request id [0-9A-F-]{36}\),"
        r" after \d+ tries in 10 minutes\. Next: run the same command"
    )
    with pytest.raises(ProviderError, match=told):
        engine.create(VPC, INPUTS)
    assert engine.cloud.is_empty()


def test_a_lost_answer_on_vpc_creation_makes_one_vpc(engine: Engine):
    engine.plan_faults({"verb": "vpc.create_vpc", "phase": "after", "action": "reset"})
    engine.create(VPC, INPUTS)
    assert len(engine.cloud.inventory()) == 1


def test_a_lost_answer_on_vswitch_creation_is_not_recognised(engine: Engine):
    """The official provider's hazard: each try has a new ClientToken."""
    vpc_id, _ = engine.create(VPC, INPUTS)
    engine.plan_faults({"verb": "vpc.create_vswitch", "phase": "after", "action": "reset"})
    with pytest.raises(ProviderError, match=r"InvalidCidrBlock\.Overlapped"):
        engine.create(VSWITCH, vswitch_inputs(vpc_id))
    assert [item["kind"] for item in engine.cloud.inventory()] == ["Vpc", "VSwitch"]


def test_an_object_that_does_not_get_ready_keeps_its_id_and_is_finished_later(engine: Engine):
    denied = {"code": "Forbidden.RAM", "message": "User not authorized.", "status": 403}
    engine.plan_faults({"verb": "vpc.describe_vpc_attribute", "action": "error", **denied})
    with pytest.raises(PartialFailure, match=r"Forbidden\.RAM: User not authorized\.") as caught:
        engine.create(VPC, INPUTS)
    failure = caught.value
    assert failure.resource_id.startswith("vpc-")
    assert failure.reasons[0].startswith(f"creating VPC thing ({failure.resource_id}): Forbidden")
    state = engine.update(VPC, failure.resource_id, INPUTS, INPUTS)
    assert state["status"] == "Available"
    assert len(engine.cloud.inventory()) == 1


def test_deletion_waits_for_what_is_inside_and_then_names_it(engine: Engine):
    vpc_id, _ = engine.create(VPC, INPUTS)
    vswitch_id, _ = engine.create(VSWITCH, vswitch_inputs(vpc_id))
    with pytest.raises(
        ProviderError,
        match=rf"DependencyViolation\.VSwitch: .* Still in it: {vswitch_id}\. Next: delete what",
    ):
        engine.delete(VPC, vpc_id)


def test_a_cancelled_run_stops_waiting(engine: Engine):
    from tests.unit.alicloud_provider.conftest import run

    run(engine.provider.cancel())
    with pytest.raises(PartialFailure, match=r"the run was interrupted\. Next: run the same"):
        engine.create(VPC, INPUTS)
