from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench import measuring
from bench.measuring import CommandFailed


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["/opt/bin/etcd", "--data-dir", "x"], "etcd"),
        (["/usr/bin/python3.11", "-u", "-m", "pulumi.policy", "127.0.0.1:1"], "pulumi.policy"),
        (["python", "/opt/bin/ackb", "up", "wordpress-dev"], "ackb"),
        (["python", "-c"], "python"),
        (["python"], "python"),
        (["python", "-m"], "python"),
        ([], "ending"),
    ],
)
def test_a_program_is_named_for_what_it_runs(words: list[str], name: str) -> None:
    assert measuring.program(words) == name


def test_only_processes_of_the_home_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "SAMPLE_SECONDS", 0.02)
    waiting = "import time; time.sleep(0.5)"
    command = [sys.executable, "-c", waiting]
    ours = {**os.environ, "ACKB_HOME": str(tmp_path)}
    sample = measuring.timed(command, tmp_path, ours)
    assert sample.seconds >= 0.5
    (mib,) = sample.memory.values()
    assert 1 < mib == sample.peak_mib < 100
    assert measuring.memory(str(tmp_path / "another")) == {}


def test_a_command_that_fails_is_shown_with_the_end_of_its_output(tmp_path: Path) -> None:
    script = "import sys; [print(n) for n in range(30)]; sys.exit('no daemon')"
    command = [sys.executable, "-c", script]
    with pytest.raises(CommandFailed) as failed:
        measuring.timed(command, tmp_path, {**os.environ, "ACKB_HOME": str(tmp_path)})
    first, *lines = str(failed.value).splitlines()
    assert first.endswith("` ended with 1:")
    assert lines == [*(str(number) for number in range(11, 30)), "no daemon"]
