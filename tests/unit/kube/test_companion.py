"""A process beside the control plane is found and ended like its components."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sandbox.kube import processes
from sandbox.kube.companion import Companion

SLEEP = Path("/bin/sleep").resolve()


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Path]:
    """The folder of a control plane."""
    (tmp_path / "plane" / "bin").mkdir(parents=True)
    yield tmp_path / "plane"
    processes.kill(tmp_path / "plane")


@pytest.fixture
def companion(plane: Path) -> Companion:
    return Companion(plane, plane.parent / "logs", "thing-manager")


def test_it_runs_until_it_is_stopped(plane: Path, companion: Companion) -> None:
    assert not companion.is_running()
    companion.start(SLEEP, ["60"], {})
    assert companion.is_running()
    assert set(processes.of_folder(plane)) == {"thing-manager"}
    assert companion.folder.stat().st_mode & 0o777 == 0o700
    companion.stop()
    assert not companion.is_running()
    assert not companion.folder.exists()
    assert processes.of_folder(plane) == {}


def test_one_left_by_a_killed_daemon_is_replaced(plane: Path, companion: Companion) -> None:
    companion.start(SLEEP, ["60"], {})
    (left,) = processes.of_folder(plane).values()
    (companion.folder / "old").touch()
    successor = Companion(plane, plane.parent / "logs", "thing-manager")
    assert not successor.is_running()
    successor.start(SLEEP, ["60"], {})
    (now,) = processes.of_folder(plane).values()
    assert now.pid != left.pid
    assert left.status() == psutil.STATUS_ZOMBIE or not left.is_running()
    assert list(companion.folder.iterdir()) == []
    # The first object is the parent here, and notices.
    assert not companion.is_running()


def test_an_end_by_itself_is_noticed_and_logged(companion: Companion) -> None:
    companion.start(SLEEP, ["no-number"], {"LC_ALL": "C"})
    deadline = time.monotonic() + 30
    while companion.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "invalid time interval" in companion.log.read_text()


def test_others_of_the_folder_are_left_alone(plane: Path, companion: Companion) -> None:
    other = Companion(plane, plane.parent / "logs", "another")
    other.start(SLEEP, ["60"], {})
    companion.start(SLEEP, ["60"], {})
    companion.stop()
    assert other.is_running()
    other.stop()
