"""Figures of bursts beside plain kwok."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.pods import page, report
from bench.pods.results import Pair, Results, Side

PLAIN = Side(seconds=100.0, peak_mib=1000.0, cpu_seconds={"etcd": 20.0, "kwok": 80.0}, load=2.0)
BURST = Side(
    seconds=110.0, peak_mib=1200.4, cpu_seconds={"etcd": 15.0, "sandbox daemon": 65.0}, load=2.5
)
PAIR = Pair(pods=10_000, plain=PLAIN, burst=BURST, check_passed=True, removed_seconds=60.0)


@pytest.fixture
def results() -> Results:
    machine = {"processor": "AMD EPYC", "cores": "2", "memory": "24 GiB"}
    return Results(date="2026-11-22", revision="abc1234", machine=machine, pairs=(PAIR,), left=())


def test_the_table_compares_both(results: Results) -> None:
    text = report.markdown(results)
    assert "| 10,000 | 100 | 110 | 1.10 | 91 | 1000 | 1200 | 100 | 80 | 2.0, 2.5 |" in text
    assert "- CPU seconds of the burst of 10,000: sandbox daemon 65, etcd 15." in text
    assert PAIR.cpu_ratio == pytest.approx(0.8)


def test_what_misses_its_aim_is_told(results: Results) -> None:
    assert list(report.missed(results)) == []
    exact = replace(PAIR, burst=replace(BURST, seconds=115.0))
    assert list(report.missed(replace(results, pairs=(exact,)))) == []
    slow = replace(PAIR, burst=replace(BURST, seconds=116.0), check_passed=False)
    assert list(report.missed(replace(results, pairs=(slow,), left=("eci eci-1",)))) == [
        "10000 pods took 1.16 times plain kwok (aim: 1.15)",
        "of 10000 pods some were lost or started twice",
        "left after `ackb down`: eci eci-1",
    ]


def test_results_are_read_as_they_were_written(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "new" / "pods.json"
    results.write(path)
    assert Results.read(path) == results


def test_the_page_takes_the_figures_of_the_newest_run() -> None:
    current = page.PAGE.read_text("utf-8")
    assert page.text(current, page.newest()) == current, "run python -m bench.pods.page"
