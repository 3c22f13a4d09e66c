"""Events as the engine 3.256 writes them: `data/` holds real logs, trimmed (see its README)."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from ackb.engine.events import Event, EventLog, parse

DATA = Path(__file__).parent / "data"


def events(name: str) -> list[Event]:
    lines = (DATA / f"{name}.jsonl").read_text().splitlines()
    return [event for event in map(parse, lines) if event is not None]


def of(found: list[Event], kind: str) -> list[tuple[str, str]]:
    return [(event.op, event.name) for event in found if event.kind == kind]


def test_a_creation_starts_and_ends() -> None:
    found = events("create")
    assert ("create", "a") in of(found, "started")
    assert ("create", "a") in of(found, "done")
    assert of(found, "failed") == []
    thing = next(event for event in found if event.kind == "done" and event.name == "a")
    assert thing.type == "shelf:index:Thing"
    assert thing.urn == "urn:pulumi:dev::ackb::shelf:index:Thing::a"
    assert thing.changed == ()
    assert found[-1] == Event(kind="summary", counts=(("create", 5),), seconds=1)


def test_an_update_names_the_changed_properties_and_a_replacement_its_steps() -> None:
    found = events("change")
    changed = {(event.op, event.name): event.changed for event in found if event.kind == "done"}
    assert changed["update", "a"] == ("value",)
    assert changed["create-replacement", "b"] == ("place",)
    assert changed["replace", "b"] == ("place",)
    assert found[-1].counts == (("replace", 1), ("same", 3), ("update", 1))


def test_a_failure_names_the_resource_and_says_why_without_the_engines_prefix() -> None:
    found = events("change")
    assert of(found, "failed") == [("create", "c")]
    told = [event for event in found if event.kind == "diagnostic"]
    assert told == [
        Event(
            kind="diagnostic",
            urn="urn:pulumi:dev::ackb::shelf:index:Thing::c",
            type="shelf:index:Thing",
            name="c",
            message="creating c: NoSpace (request id 4F). Next: tidy up",
            severity="error",
        )
    ]


def test_policies_keep_level_and_text() -> None:
    [advice] = [event for event in events("create") if event.kind == "policy"]
    assert (advice.severity, advice.name) == ("advisory", "b")
    [violation] = [event for event in events("policy") if event.kind == "policy"]
    assert (violation.severity, violation.name) == ("mandatory", "a")
    assert violation.message == (
        "no-bad: no bad values\nvalue must not be bad.\nFix: another value."
    )


def test_a_destruction_deletes_replaced_ones_too() -> None:
    done = of(events("destroy"), "done")
    assert ("delete-replaced", "b") in done
    assert [name for op, name in done if op == "delete"][-1] == "ackb-dev"


def test_the_warning_about_the_own_language_host_is_not_shown() -> None:
    """Real logs begin with it; the person can do nothing about it."""
    raw = (DATA / "create.jsonl").read_text()
    assert raw.count("using pulumi-language-python") == 2
    assert [event for event in events("create") if event.kind == "diagnostic"] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"preludeEvent": {"config": {}}}, None),
        ({"cancelEvent": {}}, None),
        ({"diagnosticEvent": {"message": "working", "severity": "info", "ephemeral": True}}, None),
        ({"diagnosticEvent": {"message": "update failed\n", "severity": "error"}}, None),
        (
            {
                "diagnosticEvent": {
                    "message": "1 error occurred:\n\t* cluster c1: not ready\n\n",
                    "severity": "error",
                }
            },
            Event(kind="diagnostic", message="cluster c1: not ready", severity="error"),
        ),
        (
            {
                "diagnosticEvent": {
                    "message": "2 errors occurred:\n\t* one\n\t* another\n\n",
                    "severity": "error",
                }
            },
            Event(kind="diagnostic", message="one\nanother", severity="error"),
        ),
        (
            {"diagnosticEvent": {"message": "<{%fg 9%}>full<{%reset%}>\n", "severity": "warning"}},
            Event(kind="diagnostic", message="full", severity="warning"),
        ),
        (
            {
                "diagnosticEvent": {
                    "urn": "urn:pulumi:dev::ackb::box:a:B$shelf:index:Thing::a::b",
                    "message": "<{%unfinished",
                    "severity": "info",
                }
            },
            Event(
                kind="diagnostic",
                urn="urn:pulumi:dev::ackb::box:a:B$shelf:index:Thing::a::b",
                type="shelf:index:Thing",
                name="a::b",
                message="<{%unfinished",
                severity="info",
            ),
        ),
    ],
)
def test_single_lines(line: dict, expected: Event | None) -> None:
    assert parse(json.dumps({"sequence": 1, "timestamp": 2, **line})) == expected


def _line(text: str) -> bytes:
    event = {"diagnosticEvent": {"message": text, "severity": "info"}}
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


def test_the_log_is_followed_while_it_grows_and_whole_lines_only(tmp_path: Path) -> None:
    """A read may end inside a line, and inside a character of several bytes."""
    log, seen, arrived = tmp_path / "log", [], threading.Event()

    def take(event: Event) -> None:
        seen.append(event.message)
        arrived.set()

    first, second = _line("vSwitch"), _line("专有网络")
    cut = second.index("网".encode()) + 1
    with EventLog(log, take):
        with log.open("wb", buffering=0) as file:
            file.write(first + second[:cut])
            assert arrived.wait(30)
            assert seen == ["vSwitch"]
            file.write(second[cut:])
        log.open("ab").write(b'{"torn by a kill')
    assert seen == ["vSwitch", "专有网络"]


def test_what_is_written_last_is_read_before_the_end(tmp_path: Path) -> None:
    seen: list[Event] = []
    with EventLog(tmp_path / "log", seen.append):
        (tmp_path / "log").write_bytes(_line("last"))
    assert [event.message for event in seen] == ["last"]


def test_a_run_without_a_log_has_no_events(tmp_path: Path) -> None:
    seen: list[Event] = []
    with EventLog(tmp_path / "log", seen.append):
        pass
    assert seen == []


def test_a_failing_callback_is_told_at_the_end_not_lost_in_a_thread(tmp_path: Path) -> None:
    """A closed terminal, for one: the engine must be waited for all the same."""
    after = []

    def take(event: Event) -> None:
        raise BrokenPipeError("nobody reads")

    def follow() -> None:
        with EventLog(tmp_path / "log", take):
            (tmp_path / "log").write_bytes(_line("one"))
            after.append("the run went on")

    with pytest.raises(BrokenPipeError, match="nobody reads"):
        follow()
    assert after == ["the run went on"]
