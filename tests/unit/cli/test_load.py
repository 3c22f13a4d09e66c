"""What `ackb load` says before anything runs; the test itself is in tests/sandbox/test_load.py."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from ackb.cli import load_view
from ackb.load import profile
from ackb.load.course import Row

ROW = Row(185.0, 400, 74, 22, 30, 74, 81, 79.6, 213.4, 4.5, 0.979, 1.38, 3.9, None, 1.25)


@pytest.mark.parametrize("speed", ["10", "0", "2", "-5"])
def test_a_speed_that_makes_no_whole_seconds(project, ackb, speed):
    ran = ackb("load", "wordpress-dev", "--speed", speed)
    assert ran.code == 3
    assert ran.err.splitlines() == [
        f"LOAD-03 --speed: {speed} – must divide the 15 s of the autoscaler so that its times stay "
        "whole seconds. Fix: give 1, 3, 5 or 15."
    ]
    assert not project.home.cloud_db.exists()


def test_everything_that_is_wrong_is_said_at_once(ackb):
    ran = ackb(
        "load",
        "wordpress-prod",
        "--speed",
        "10",
        "--profile",
        "pts",
        "--timeout-seconds",
        "0",
        "--json",
    )
    assert ran.code == 3
    codes = [line.split()[0] for line in ran.err.splitlines()]
    assert codes == ["LOAD-04", "LOAD-03", "LOAD-05", "LOAD-01"]
    assert "use PTS or k6 as docs/load.md describes" in ran.err
    document = json.loads(ran.out)
    assert (document["command"], len(document["problems"])) == ("load", 4)


def test_a_bad_csv_is_refused_before_anything_is_made(project, ackb):
    (project.folder / "day.csv").write_text("seconds,users\n0,5\n0,-1\n")
    ran = ackb("load", "wordpress-dev", "--profile", "day.csv", "--speed", "5")
    assert (ran.code, len(ran.err.splitlines())) == (3, 2)
    assert not (project.home.root / "load").exists()


def test_a_sample_in_a_line():
    assert load_view.line(ROW) == (
        "  3:05  users   400  replicas  52/74  (ECS 22, ECI 30)  CPU  81 %  TPS   213  "
        "success  97.9 %  response 1.38 s"
    )


def test_the_live_view_tells_the_same():
    console = Console(width=120, record=True, file=io.StringIO())
    view = load_view._Under(profile.load("pts-step"), 5)
    console.print(view)
    view.take(ROW)
    console.print(view)
    text = console.export_text()
    assert "waiting until all pods are ready" in text
    for part in ("3:05 of 10:00, 5 times as fast", "52 ready of 74 wanted", "30 on ECI", "81 %"):
        assert part in text
    assert "ECS unknown, ECI 1.25 CNY" in text
