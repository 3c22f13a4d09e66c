from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from ackb.domain.home import Home
from ackb.html.model import Language, Plot
from ackb.load import autoscaler, divided, profile, report, summary
from ackb.load.conduct import Findings
from ackb.load.course import run
from ackb.load.decisions import Decision
from ackb.load.page import page
from ackb.load.service import default_demand
from ackb.load.wording import Wording, replicas, texts
from ackb.load.workload import Workload
from sandbox.kube.pace import Pace
from tests.browser import Browser
from tests.unit.cli.test_json_page import PAGE, documented
from tests.unit.load.conftest import FakeScene, SetClock
from tests.unit.load.test_decisions import hpa


def findings_at(speed: int) -> Findings:
    clock = SetClock()
    begun = clock.now()
    users, demand = profile.load("pts-step"), default_demand()
    course = run(
        FakeScene(clock, speed),
        users,
        demand,
        speed=speed,
        quiet_at=22,
        window_seconds=300,
        clock=clock,
        on_row=lambda row: None,
    )
    decisions = [
        Decision(begun + 3, 22, 31, 31, 31, 83, 22, 0, 0),
        Decision(begun + 6, 31, 31, 31, 31, 83, 22, 9, 0),
        Decision(begun + 9, 31, 62, 40, 40, 77, 31, 0, 0),
    ]
    return Findings(
        workload=Workload("shop", "Deployment", "web", "/scale", {"app": "web"}, "web"),
        autoscaler=autoscaler.read(hpa(), 300),
        profile=users,
        demand=demand,
        pace=Pace(speed),
        course=course,
        decisions=decisions,
        events=[{"at": begun + 3, "reason": "SuccessfulRescale", "message": "New size: 31"}],
        summary=summary.of(course.rows, decisions, 100),
    )


BEHAVIOR = [("web behavior.scaleDown.stabilizationWindowSeconds", 300.0, 60.0)]


@pytest.fixture(scope="module")
def fast() -> Findings:
    return findings_at(5)


@pytest.fixture(scope="module")
def document(fast: Findings) -> dict[str, Any]:
    values = divided.values(Pace(5), BEHAVIOR)
    return report.document("shop-dev", "cn-hangzhou", fast, values)


def test_the_document_has_what_was_asked_for(document: dict[str, Any]) -> None:
    """S2-48, S2-49: replicas, ECS and ECI, CPU, TPS, success, response time, cost, events."""
    sample = document["samples"][-1]
    assert sample.keys() >= {
        "seconds",
        "users",
        "wanted",
        "ready",
        "ready_ecs",
        "ready_eci",
        "cpu",
        "cpu_seen",
        "tps",
        "success",
        "mean_seconds",
        "p95_seconds",
        "ecs_cost",
        "eci_cost",
    }
    assert document["summary"]["disagreements"] == 1
    assert [one["seconds"] for one in document["decisions"]] == [15.0, 30.0, 45.0]
    assert [one["agrees"] for one in document["decisions"]] == [True, True, False]
    assert document["events"][0]["seconds"] == 15.0
    assert json.loads(json.dumps(document)) == document


def test_its_fields_are_documented(document: dict[str, Any]) -> None:
    printed = {"schema", "command", "exit_code", "report", *document}
    assert printed == documented("ackb load")
    page = PAGE.split("## `ackb load`")[1].split("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", page))
    for part in ("summary", "demand"):
        assert document[part].keys() <= named
    for part in ("samples", "decisions", "events", "divided"):
        assert document[part][0].keys() <= named


def test_every_value_that_the_speed_changed_is_listed(document: dict[str, Any]) -> None:
    found = {one["what"]: (one["real"], one["now"]) for one in document["divided"]}
    assert found["horizontal-pod-autoscaler-sync-period"] == (15, 3)
    assert found["web behavior.scaleDown.stabilizationWindowSeconds"] == (300, 60)
    assert found["metrics window and resolution"] == (2, 0.4)
    assert found["stage pod-ready of pods"] == (0.2, 0.04)
    assert found["ECI creation budget"] == (20, 100)
    assert found["ECI start"] == (8, 1.6)


def test_the_files(tmp_path: Path, document: dict[str, Any], fast: Findings) -> None:
    files = report.write(tmp_path / "new" / "folder", document, fast)
    with Path(files["csv"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(document["samples"])
    assert rows[0]["wanted"] == "22"
    assert json.loads(Path(files["json"]).read_text("utf-8")) == document


def test_reports_lie_in_the_home_unless_told(tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)
    found = report.folder(Home(tmp_path), "shop-dev", None, at)
    assert found == tmp_path / "reports" / "load-shop-dev-20261122-080000"
    assert report.folder(Home(tmp_path), "shop-dev", Path("here")) == Path("here")


def test_every_text_exists_in_both_languages_with_the_same_places() -> None:
    def places(text: str) -> list[str]:
        return sorted({name for _, name, _, _ in Formatter().parse(text) if name})

    english, chinese = texts("en"), texts("zh")
    assert list(english) == list(chinese)
    assert {name: places(text) for name, text in english.items()} == {
        name: places(text) for name, text in chinese.items()
    }
    assert {f"profile.{name}" for name in profile.names()} <= english.keys()


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Load test of shop-dev"), ("zh", "shop-dev 的压测")]
)
def test_the_page_in_a_browser(
    tmp_path: Path, document: dict[str, Any], fast: Findings, language: Language, title: str
) -> None:
    """S2-49: no script error, every plot drawn."""
    files = report.write(tmp_path, document, fast, language)
    browser = Browser()
    try:
        browser.start()
        seen = browser.open(Path(files["html"]))
    finally:
        browser.stop()
    seen.check()
    assert len(seen.plots) == 5
    assert seen.title == title


def test_an_unknown_cost_is_said_and_not_drawn(document: dict[str, Any]) -> None:
    (cost,) = [one for one in page(document).sections if one.title == "Cost"]
    plot, said = cost.blocks
    assert isinstance(plot, Plot)
    assert [one.name for one in plot.series] == ["ECI instances"]
    assert "The cost of ECS nodes is unknown" in str(said)


def test_a_long_test_is_thinned_for_the_screen(document: dict[str, Any]) -> None:
    many = {**document, "samples": document["samples"] * 5}
    for section in page(many).sections:
        for plot in section.blocks:
            if isinstance(plot, Plot):
                assert all(len(one.x) < 800 for one in plot.series)


def test_what_the_terminal_says(document: dict[str, Any]) -> None:
    said = report.lines(document, {"html": "/tmp/report.html"})
    text = "\n".join(said)
    assert "Replicas       22 → " in text
    assert "Report         /tmp/report.html" in text
    assert "traffic rose faster than scale-out" in text
    assert "The upper bound of 100 pods is too low for this load" in text
    assert "Scale-in took pods from ECI before any from ECS." in text
    assert "3 decisions of the autoscaler compared, 1 not as the formula says." in text


def test_a_test_without_trouble_says_so(document: dict[str, Any]) -> None:
    calm = {**document["summary"], "timeouts": 0.0, "timeouts_at_bound": 0.0, "disagreements": 0}
    calm["eci_first"] = None
    said = Wording().verdict({"summary": calm, "autoscaler": None})
    assert said == [
        "No request timed out.",
        "3 decisions of the autoscaler compared, all as the formula says.",
    ]


@pytest.mark.parametrize(
    ("ecs", "eci", "said"),
    [
        (1.0, 2.0, "3.00 CNY (ECS 1.00, ECI 2.00)"),
        (None, 2.0, "ECS unknown, ECI 2.00 CNY"),
        (None, None, "ECS unknown, ECI unknown"),
    ],
)
def test_costs(ecs: float | None, eci: float | None, said: str) -> None:
    assert Wording().cost(ecs, eci) == said


def test_a_long_row_of_replicas_loses_its_middle() -> None:
    assert replicas([22, 31, 44]) == "22 → 31 → 44"
    assert replicas(list(range(20))) == ("0 → 1 → 2 → 3 → 4 → 5 → … → 14 → 15 → 16 → 17 → 18 → 19")
