"""The state once pending creations are settled, judged as plain data."""

from __future__ import annotations

import copy

from ackb.engine import pending

VPC = "urn:pulumi:dev::ackb::alicloud:vpc/network:Network::net"
SWITCH = "urn:pulumi:dev::ackb::alicloud:vpc/switch:Switch::nodes"


def resource(urn: str, identifier: str | None = None, **more: object) -> dict:
    token = urn.split("::")[2]
    found = {"urn": urn, "type": token, "custom": True, "inputs": {"name": "x"}, **more}
    return {**found, "id": identifier} if identifier else found


def deployment(*resources: dict, creating: tuple[dict, ...] = ()) -> dict:
    operations = [{"resource": one, "type": "creating"} for one in creating]
    return {"manifest": {}, "resources": list(resources), "pending_operations": operations}


def test_only_creations_need_an_answer() -> None:
    """Changes and deletions are repeated by the next run as they are."""
    state = deployment(resource(VPC, "vpc-1"), creating=(resource(SWITCH),))
    state["pending_operations"] += [
        {"resource": resource(VPC, "vpc-1"), "type": "updating"},
        {"resource": resource(VPC, "vpc-1"), "type": "deleting"},
    ]
    assert pending.creations(state) == [resource(SWITCH)]
    assert pending.creations({}) == []
    assert pending.creations({"pending_operations": None}) == []


def test_what_was_found_is_recorded_last_and_as_half_made() -> None:
    state = deployment(resource(VPC, "vpc-1"), creating=(resource(SWITCH),))
    before = copy.deepcopy(state)
    found = pending.settled(state, {SWITCH: "vsw-1"})
    assert found["resources"] == [
        resource(VPC, "vpc-1"),
        resource(SWITCH, "vsw-1", initErrors=[pending.CUT_OFF]),
    ]
    assert found["pending_operations"] is None
    assert found["manifest"] == {}
    assert state == before


def test_what_was_not_found_is_dropped() -> None:
    state = deployment(resource(VPC, "vpc-1"), creating=(resource(SWITCH),))
    assert pending.settled(state, {})["resources"] == [resource(VPC, "vpc-1")]


def test_a_state_of_nothing_but_a_creation() -> None:
    state = {
        "resources": None,
        "pending_operations": deployment(creating=(resource(VPC),))["pending_operations"],
    }
    found = pending.settled(state, {VPC: "vpc-1"})
    assert [one["id"] for one in found["resources"]] == ["vpc-1"]


def test_the_old_one_of_a_replacement_waits_for_its_deletion() -> None:
    state = deployment(
        resource(VPC, "vpc-old"), resource(SWITCH, "vsw-1"), creating=(resource(VPC),)
    )
    found = pending.settled(state, {VPC: "vpc-new"})
    assert found["resources"] == [
        resource(VPC, "vpc-old", delete=True),
        resource(VPC, "vpc-new", initErrors=[pending.CUT_OFF]),
        resource(SWITCH, "vsw-1"),
    ]


def test_an_old_one_that_was_deleted_first_gives_its_place() -> None:
    gone = resource(VPC, "vpc-old", pendingReplacement=True)
    state = deployment(gone, resource(SWITCH, "vsw-1"), creating=(resource(VPC),))
    found = pending.settled(state, {VPC: "vpc-new"})
    assert [(one["urn"], one["id"]) for one in found["resources"]] == [
        (VPC, "vpc-new"),
        (SWITCH, "vsw-1"),
    ]


def test_one_that_waits_for_its_deletion_is_left_alone() -> None:
    earlier = resource(VPC, "vpc-0", delete=True)
    state = deployment(earlier, creating=(resource(VPC),))
    found = pending.settled(state, {VPC: "vpc-1"})
    assert [(one["id"], one.get("delete", False)) for one in found["resources"]] == [
        ("vpc-0", True),
        ("vpc-1", False),
    ]


def test_ids_that_the_state_knows() -> None:
    state = deployment(
        resource(VPC, "vpc-1"), resource(VPC, "vpc-0", delete=True), resource(SWITCH, "vsw-1")
    )
    assert pending.known_ids(state, "alicloud:vpc/network:Network") == {"vpc-0", "vpc-1"}
    assert pending.known_ids({}, "alicloud:vpc/network:Network") == set()


def test_a_mark_is_set_on_what_was_found_only() -> None:
    state = deployment(
        resource(VPC, "vpc-0", delete=True), resource(VPC, "vpc-1"), resource(SWITCH, "vsw-1")
    )
    marked = pending.cut_off(state, {VPC: "vpc-1"})
    assert [one.get("initErrors") for one in marked["resources"]] == [
        None,
        ["its creation was cut off; this update completes it"],
        None,
    ]
    assert all("initErrors" not in one for one in state["resources"])
