from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bench import report
from bench.results import Results


def test_the_screen_has_a_row_for_each_operation(results: Results) -> None:
    lines = report.screen(results).splitlines()
    assert lines[:3] == ["date: 2026-11-22", "revision: abc1234", "cores: 2"]
    shown = {tuple(line.split()) for line in lines if line.startswith(("check", "up, no change "))}
    assert ("check,", "warm", "5.00", "4.00", "6.00", "3", "1.5", "120") in shown
    widths = {len(line) for line in lines if line.endswith("2.5")}
    heading = next(line for line in lines if line.endswith("ratio"))
    assert widths == {len(heading)}


def test_the_page_has_the_same_rows(results: Results) -> None:
    text = report.markdown(results)
    assert "| up, no change | 5.00 | 4.00 | 6.00 | 3 | 8 | 120 | 2.00 | 2.5 |" in text
    assert "- The policy pack's share of `up, no change`: 1.0 s (20 %)." in text
    assert "- Stack `wordpress-dev`: 56 objects in a state of 253 kB;" in text
    assert "| cores | 2 |" in text


def test_small_programs_are_added_up(results: Results) -> None:
    text = report.markdown(results)
    assert "with the stack up: 41 MiB (etcd 20, a 6, b 5, c 4, d 3, others 3)." in text


def test_a_missed_aim_is_told(results: Results) -> None:
    assert report.missed(results) == ["check, warm: 5.0 s, aimed at 1.5 s"]


def test_results_are_read_as_they_were_written(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.json"
    results.write(path)
    assert Results.read(path) == results


def test_a_file_of_another_form_is_refused(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(results.model_dump_json().replace('"stack"', '"stak"'))
    with pytest.raises(ValidationError, match="stak"):
        Results.read(path)
