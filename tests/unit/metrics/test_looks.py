from __future__ import annotations

from pathlib import Path

from ackb.domain.home import Home
from sandbox.metrics.answers import Sample
from sandbox.metrics.load import Usage
from sandbox.metrics.looks import Looks
from tests.unit.metrics.test_metrics import READY_AT, pod


def sample() -> Sample:
    one, new, other = pod("a"), pod("b", ready="", phase="Pending"), pod("c")
    other["metadata"]["labels"] = {"app": "db"}
    usage = {"a": {"c": Usage(0.0600001, 1024.4)}}
    return Sample(READY_AT, [one], [], usage, 2.0, [one, new, other])


def test_looks_are_noted_only_between_begin_and_end(tmp_path: Path) -> None:
    looks = Looks(Home(tmp_path), "c1")
    looks.note(1.0, "shop", "app=web", sample())
    assert looks.read() == []
    looks.begin()
    looks.note(2.0, "shop", "app=web", sample())
    assert [look["at"] for look in looks.read()] == [2.0]
    looks.end()
    looks.note(3.0, "shop", "app=web", sample())
    assert looks.read() == []


def test_a_look_tells_of_the_pods_that_were_asked_for(tmp_path: Path) -> None:
    """Amounts are the whole thousandths in which the autoscaler counts, rounded up."""
    looks = Looks(Home(tmp_path), "c1")
    looks.begin()
    looks.note(2.0, "shop", "app=web", sample())
    (look,) = looks.read()
    assert (look["sampled"], look["window"]) == (READY_AT, 2.0)
    assert look["pods"] == [
        {
            "name": "a",
            "phase": "Running",
            "leaving": False,
            "ready": True,
            "since": "2026-11-22T08:00:00Z",
            "started": None,
            "requested": {"cpu": 500, "memory": 100 * 1024 * 1024 * 1000},
            "used": {"cpu": 61, "memory": 1024 * 1000},
        },
        {
            "name": "b",
            "phase": "Pending",
            "leaving": False,
            "ready": None,
            "since": None,
            "started": None,
            "requested": {"cpu": 500, "memory": 100 * 1024 * 1024 * 1000},
            "used": None,
        },
    ]


def test_half_a_line_is_not_read(tmp_path: Path) -> None:
    looks = Looks(Home(tmp_path), "c1")
    looks.begin()
    looks.note(2.0, "shop", "", sample())
    (file,) = (tmp_path / "looks").glob("*.jsonl")
    with file.open("a") as more:
        more.write('{"at": 3')
    assert len(looks.read()) == 1
