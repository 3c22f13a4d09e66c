"""What each blueprint takes, as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.blueprints import measuring, page, report
from bench.blueprints.results import Results, Row, Times

TIMES = {
    name: Times(seconds=(seconds, seconds + 9.0, seconds + 1.0), peak_mib=peak)
    for name, seconds, peak in (
        ("check", 1.0, 150.0),
        ("up", 20.0, 1100.4),
        ("unchanged", 4.0, 900.0),
        ("down", 9.0, 800.0),
    )
}
ROW = Row(
    stacks=("burst-dev",),
    resources=26,
    clusters=1,
    at_rest={"kube-apiserver": 300.0, "etcd": 40.2},
    load=0.25,
    left=(),
    **TIMES,
)
BOTH = ROW.model_copy(update={"stacks": ("burst-dev", "wordpress-dev"), "check": None})


@pytest.fixture
def results() -> Results:
    machine = {
        "processor": "AMD EPYC",
        "cores": "2",
        "memory": "24 GiB",
        "load before": "0.30",
        "Python": "3.11.7",
        "etcd": "3.6.5",
    }
    return Results(date="2026-11-22", revision="abc1234", machine=machine, rows=(ROW, BOTH))


def test_the_table_has_medians_memory_and_the_machine(results: Results) -> None:
    text = report.markdown(results)
    assert "| `burst-dev` | 26 | 1 | 2.0 | 21.0 | 5.0 | 10.0 | 340 | 1100 | 0.2 |" in text
    assert "| all 2, `--all` | 26 | 1 |  | 21.0 |" in text
    assert "- Medians of 3 runs, each in a new project." in text
    assert "at abc1234: AMD EPYC, 2 cores, 24 GiB, load 0.30 before." in text
    assert "- Python 3.11.7, etcd 3.6.5." in text


def test_what_stays_is_told(results: Results) -> None:
    assert list(report.missed(results)) == []
    left = ROW.model_copy(update={"left": ("vpc vpc-1", "process etcd")})
    found = results.model_copy(update={"rows": (left,)})
    assert list(report.missed(found)) == [
        "left after `ackb down` of `burst-dev`: vpc vpc-1, process etcd"
    ]


def test_results_are_read_as_they_were_written(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "new" / "blueprints.json"
    results.write(path)
    assert Results.read(path) == results


def test_every_sandbox_stack_is_measured() -> None:
    stacks = measuring.sandbox_stacks()
    assert {"burst-dev", "wordpress-dev"} <= set(stacks)
    assert not [name for name in stacks if name.endswith("-prod")]


def test_the_page_takes_the_figures_of_the_newest_run() -> None:
    current = page.PAGE.read_text("utf-8")
    assert page.text(current, page.newest()) == current, "run python -m bench.blueprints.page"
