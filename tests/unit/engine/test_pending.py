"""The state once pending creations are settled, judged as plain data."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from ackb.engine import pending

DATA = Path(__file__).parent / "data"

VPC = "urn:pulumi:dev::ackb::alicloud:vpc/network:Network::net"
SWITCH = "urn:pulumi:dev::ackb::alicloud:vpc/switch:Switch::nodes"


def resource(urn: str, identifier: str | None = None, **more: object) -> dict:
    token = urn.split("::")[2]
    found = {"urn": urn, "type": token, "custom": True, "inputs": {"name": "x"}, **more}
    return {**found, "id": identifier} if identifier else found


def deployment(*resources: dict, creating: tuple[dict, ...] = ()) -> dict:
    operations = [{"resource": one, "type": "creating"} for one in creating]
    return {"manifest": {}, "resources": list(resources), "pending_operations": operations}


def half_made(urn: str, identifier: str) -> dict:
    """What is found: as it was asked for, until the provider says more."""
    return resource(urn, identifier, outputs={"name": "x"}, initErrors=[pending.CUT_OFF])


def settled(state: dict, found: dict[str, str]) -> dict:
    return pending.settled(state, pending.creations(state), found)


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
    found = settled(state, {SWITCH: "vsw-1"})
    assert found["resources"] == [
        resource(VPC, "vpc-1"),
        half_made(SWITCH, "vsw-1"),
    ]
    assert found["pending_operations"] is None
    assert found["manifest"] == {}
    assert state == before


def test_what_was_not_found_is_dropped() -> None:
    state = deployment(resource(VPC, "vpc-1"), creating=(resource(SWITCH),))
    assert settled(state, {})["resources"] == [resource(VPC, "vpc-1")]


def test_a_state_of_nothing_but_a_creation() -> None:
    state = {
        "resources": None,
        "pending_operations": deployment(creating=(resource(VPC),))["pending_operations"],
    }
    found = settled(state, {VPC: "vpc-1"})
    assert [one["id"] for one in found["resources"]] == ["vpc-1"]


def test_the_old_one_of_a_replacement_waits_for_its_deletion() -> None:
    state = deployment(
        resource(VPC, "vpc-old"), resource(SWITCH, "vsw-1"), creating=(resource(VPC),)
    )
    found = settled(state, {VPC: "vpc-new"})
    assert found["resources"] == [
        resource(VPC, "vpc-old", delete=True),
        half_made(VPC, "vpc-new"),
        resource(SWITCH, "vsw-1"),
    ]


def test_an_old_one_that_was_deleted_first_gives_its_place() -> None:
    gone = resource(VPC, "vpc-old", pendingReplacement=True)
    state = deployment(gone, resource(SWITCH, "vsw-1"), creating=(resource(VPC),))
    found = settled(state, {VPC: "vpc-new"})
    assert [(one["urn"], one["id"]) for one in found["resources"]] == [
        (VPC, "vpc-new"),
        (SWITCH, "vsw-1"),
    ]


def test_one_that_waits_for_its_deletion_is_left_alone() -> None:
    earlier = resource(VPC, "vpc-0", delete=True)
    state = deployment(earlier, creating=(resource(VPC),))
    found = settled(state, {VPC: "vpc-1"})
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


def test_creations_without_an_answer_are_read_from_the_event_log() -> None:
    """F12: the engine takes them for not made; a dying provider may have made them."""
    [account, database] = pending.unanswered(DATA / "unanswered.jsonl")
    parent = "urn:pulumi:wordpress-dev::ackb::ackb:data:Database::db"
    assert database == {
        "urn": "urn:pulumi:wordpress-dev::ackb::ackb:data:Database$"
        "alicloud:rds/database:Database::db-database",
        "type": "alicloud:rds/database:Database",
        "custom": True,
        "parent": parent,
        "provider": "urn:pulumi:wordpress-dev::ackb::pulumi:providers:alicloud::alicloud::"
        "7a7e883b-e9c1-4530-99f2-9207d45c7d6c",
        "inputs": {
            "characterSet": "utf8mb4",
            "dataBaseName": "wordpress",
            "instanceId": "rm-p5jox7kpw4l3jq4qeoss",
        },
    }
    assert sorted(account["inputs"]) == ["accountName", "accountType", "dbInstanceId"]
    assert "[secret]" not in json.dumps(account)


def test_a_refused_creation_was_answered() -> None:
    """F33: what exists under its name was made by somebody else, and is not taken over."""
    assert '"op":"create"' in (DATA / "change.jsonl").read_text()
    assert "resOpFailedEvent" in (DATA / "change.jsonl").read_text()
    assert pending.unanswered(DATA / "change.jsonl") == []


@pytest.mark.parametrize(
    "reason",
    [
        "error reading from server: EOF",
        "error reading from server: connection reset by peer",
        'connection error: desc = "error reading server preface: connection reset by peer"',
        "transport is closing",
        'creating VPC net: Post "https://vpc.aliyuncs.com/": connection reset by peer. Next: wait',
        'Post "https://cs.cn-hangzhou.aliyuncs.com/": net/http: request canceled (Client.Timeout '
        "exceeded while awaiting headers)",
        'Post "https://rds.aliyuncs.com/": EOF',
    ],
)
def test_lost_answers_are_known_by_their_words(tmp_path: Path, reason: str) -> None:
    state = {"type": "t:t:T", "urn": VPC, "custom": True, "inputs": {}}
    failed = {"resOpFailedEvent": {"metadata": {"op": "create-replacement", "new": state}}}
    told = {"diagnosticEvent": {"urn": VPC, "message": f"{reason}\n", "severity": "error"}}
    log = tmp_path / "log"
    log.write_text("\n".join([json.dumps(told), json.dumps(failed), '{"torn']))
    assert [one["urn"] for one in pending.unanswered(log)] == [VPC]
    failed["resOpFailedEvent"]["metadata"]["op"] = "delete"
    log.write_text("\n".join([json.dumps(told), json.dumps(failed)]))
    assert pending.unanswered(log) == []


def test_no_run_before_left_nothing_unanswered(tmp_path: Path) -> None:
    assert pending.unanswered(tmp_path / "none") == []
