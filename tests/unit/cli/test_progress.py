"""Events of the engine as lines and as a live table."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ackb.cli import output, progress
from ackb.engine.events import Event


def event(kind, op="create", name="net-vpc", token="alicloud:vpc/network:Network", **more):
    return Event(kind=kind, urn=f"urn::{token}::{name}", type=token, name=name, op=op, **more)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def record(clock):
    return progress.Record(clock=clock)


@pytest.fixture
def screen(monkeypatch):
    """A console that writes into a text; `terminal` decides which view is used."""

    def make(*, terminal: bool) -> io.StringIO:
        text = io.StringIO()
        console = Console(file=text, force_terminal=terminal, no_color=True, width=80, markup=False)
        monkeypatch.setattr(output, "err", lambda: console)
        return text

    return make


def test_a_change_is_noted_when_it_is_done_with_its_time(record, clock):
    assert record.take(event("started")) is None
    clock.now += 2.5
    change = record.take(event("done"))
    assert (change.op, change.name, change.seconds) == ("create", "net-vpc", 2.5)
    assert change.label == "VPC net-vpc"
    assert record.under_way == {}


def test_what_does_not_change_is_silent(record):
    for kind in ("started", "done"):
        record.take(event(kind, op="same"))
    assert (record.changes, record.summary()) == ([], "no change")


def test_components_and_providers_are_no_resources(record):
    for token in ("ackb:network:Network", "pulumi:providers:alicloud", "pulumi:pulumi:Stack"):
        record.take(event("started", token=token))
        record.take(event("done", token=token))
    assert record.changes == []


def test_a_replacement_is_its_creation_and_its_deletion(record):
    for op in ("create-replacement", "replace", "delete-replaced"):
        record.take(event("started", op=op))
        record.take(event("done", op=op))
    assert record.counts() == {"create-replacement": 1, "delete-replaced": 1}
    assert record.summary() == "1 created anew, 1 old one deleted"


def test_a_failed_resource_is_no_change(record):
    record.take(event("started"))
    record.take(event("failed"))
    assert (record.changes, record.under_way) == ([], {})


def test_the_same_resource_may_be_created_and_deleted_at_once(record, clock):
    record.take(event("started", op="create-replacement"))
    clock.now += 1
    record.take(event("started", op="delete-replaced"))
    clock.now += 1
    assert record.take(event("done", op="delete-replaced")).seconds == 1
    assert record.take(event("done", op="create-replacement")).seconds == 2


def test_the_properties_that_differ_are_kept(record):
    record.take(event("started", op="update", changed=("tags",)))
    assert record.take(event("done", op="update")).changed == ("tags",)


def test_errors_and_warnings_name_their_resource(record):
    record.take(event("diagnostic", message="QuotaExceeded.Vpc: no more", severity="error"))
    record.take(Event(kind="diagnostic", message="be careful", severity="warning"))
    record.take(Event(kind="diagnostic", message="just so you know", severity="info"))
    assert record.errors == ["VPC net-vpc: QuotaExceeded.Vpc: no more"]
    assert record.warnings == ["be careful"]


def test_a_traceback_stays_in_the_log(record):
    text = 'runtime error: bug\nTraceback (most recent call last):\n  File "x.py", line 1\n'
    record.take(Event(kind="diagnostic", message=text, severity="error"))
    assert record.errors == ["runtime error: bug (a defect: the log has the traceback)"]


def test_summary_counts_most_common_first(record):
    for name in ("a", "b", "c"):
        record.take(event("done", name=name))
    record.take(event("done", op="update"))
    assert record.summary() == "3 created, 1 updated"


def test_lines_where_there_is_no_terminal(record, clock, screen):
    text = screen(terminal=False)
    with progress.shown(record) as take:
        take(event("started"))
        clock.now += 0.4
        take(event("done"))
        take(Event(kind="policy", message="WL-01: not Guaranteed", severity="advisory"))
        take(event("diagnostic", message="no more", severity="error"))
    assert text.getvalue() == (
        "created         VPC net-vpc  0.4 s\n"
        "advisory: WL-01: not Guaranteed\n"
        "VPC net-vpc: no more\n"
    )


def test_quiet_shows_only_problems(record, screen):
    text = screen(terminal=True)
    with progress.shown(record, quiet=True) as take:
        take(event("started"))
        take(event("done"))
        take(event("diagnostic", message="no more", severity="error"))
    assert text.getvalue() == "VPC net-vpc: no more\n"


def test_a_terminal_shows_what_is_under_way(record, clock, screen):
    text = screen(terminal=True)
    with progress.shown(record) as take:
        take(event("started"))
        clock.now += 61
        take(event("started", op="delete", name="old"))
        clock.now += 4
        table = progress._Under(record)
        console = Console(file=io.StringIO(), width=80)
        console.print(table)
        take(event("done"))
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert lines[0] == ["creating", "VPC", "net-vpc", "1", "min", "5", "s"]
    assert lines[1] == ["deleting", "VPC", "old", "4.0", "s"]
    assert "created         VPC net-vpc" in text.getvalue()


def test_before_the_first_resource_it_is_preparing(record):
    console = Console(file=io.StringIO(), width=80)
    console.print(progress._Under(record))
    assert console.file.getvalue().split() == ["preparing", "0.0", "s"]


def test_a_long_list_is_cut_so_that_it_does_not_scroll_away(record):
    for number in range(20):
        record.take(event("started", name=f"vpc-{number}"))
    console = Console(file=io.StringIO(), width=80)
    console.print(progress._Under(record))
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 14
    assert lines[12].split() == ["and", "8", "more"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (10, "10 s"), (59.4, "59 s"), (61, "1 min 1 s")],
)
def test_times_are_written_as_people_read_them(seconds, text):
    assert output.duration(seconds) == text
