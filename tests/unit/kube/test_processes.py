from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from sandbox.kube import processes


@pytest.fixture
def component(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose binary seems to lie in the folder's `bin`."""
    command = [f"{tmp_path}/bin/etcd", "-c", "import time; time.sleep(60)"]
    started = subprocess.Popen(command, executable=sys.executable)
    yield started
    started.kill()
    started.wait()


def test_found_by_the_folder_in_the_command(
    tmp_path: Path, component: subprocess.Popen[bytes]
) -> None:
    found = processes.of_folder(tmp_path)
    assert {name: one.pid for name, one in found.items()} == {"etcd": component.pid}
    assert processes.are_running(found.values())
    # A folder whose name only begins the same is another one.
    assert processes.of_folder(tmp_path.parent / tmp_path.name[:-1]) == {}


def test_a_binary_that_is_asked_for_its_version_is_no_component(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the answer takes long enough to be seen; its end is no failed start."""
    etcd, server = f"{tmp_path}/bin/etcd", f"{tmp_path}/bin/kube-apiserver"
    listed = [
        SimpleNamespace(info={"cmdline": command})
        for command in ([etcd, "--version"], [server, "--etcd-servers=x"])
    ]
    monkeypatch.setattr(psutil, "process_iter", lambda _: listed)
    assert processes.of_folder(tmp_path) == {"kube-apiserver": listed[1]}


def test_killed_and_gone_even_before_anybody_reaps_it(
    tmp_path: Path, component: subprocess.Popen[bytes]
) -> None:
    found = processes.of_folder(tmp_path)
    processes.kill(tmp_path)
    assert psutil.Process(component.pid).status() == psutil.STATUS_ZOMBIE
    assert not processes.are_running(found.values())
    assert processes.of_folder(tmp_path) == {}


def test_killing_nothing_is_fine(tmp_path: Path) -> None:
    processes.kill(tmp_path)
