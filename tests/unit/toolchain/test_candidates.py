"""A suitable binary on PATH is used; any other is passed over with one line that says why."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import psutil
import pytest

from ackb import toolchain
from ackb.toolchain import candidates
from tests.unit.toolchain.conftest import PutOnPath


def test_a_suitable_binary_wins(put_on_path: PutOnPath) -> None:
    path = put_on_path("kubectl", "echo Client Version: v1.36.9")
    assert toolchain.find("kubectl") == toolchain.Tool("kubectl", path, "1.36.9", "PATH")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo etcd Version: 3.5.9", "version 3.5.9, needed 3.6.x"),
        ("echo etcd Version: 3.7.0", "version 3.7.0, needed 3.6.x"),
        ("echo hello", "`etcd --version` printed no version, needed 3.6.x"),
        ("printf '\\377\\376\\000'", "`etcd --version` printed no version, needed 3.6.x"),
        ("echo 3.6.5; exit 1", "`etcd --version` printed no version, needed 3.6.x"),
        ("echo 3.6.5 >&2", "`etcd --version` printed no version, needed 3.6.x"),
    ],
    ids=["too old", "too new", "garbage", "not text", "fails", "only on standard error"],
)
def test_an_unsuitable_binary_is_ignored_with_both_versions(
    put_on_path: PutOnPath, body: str, why: str
) -> None:
    path = put_on_path("etcd", body)
    with pytest.raises(toolchain.ToolMissing) as error:
        toolchain.find("etcd")
    assert str(error.value) == (
        f"etcd 3.6.x: neither on PATH nor built (ignored {path}: {why}); "
        "run `make tools` in the clone."
    )


def test_a_file_that_cannot_be_run_is_ignored(put_on_path: PutOnPath) -> None:
    path = put_on_path("etcd", "\x7fELF nonsense", binary=True)
    with pytest.raises(toolchain.ToolMissing, match=f"{path}: cannot be run"):
        toolchain.find("etcd")


def test_a_hanging_binary_is_killed_with_its_children(
    put_on_path: PutOnPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "ANSWER_SECONDS", 0.5)
    put_on_path("etcd", f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(toolchain.ToolMissing, match="`etcd --version` gave no answer in 0 s"):
        toolchain.find("etcd")
    _wait_until_gone(int((tmp_path / "child").read_text()))


def test_a_later_suitable_binary_is_found_behind_an_unsuitable_one(put_on_path: PutOnPath) -> None:
    old = put_on_path("kwok", "echo kwok version v0.7.0", folder="first")
    good = put_on_path("kwok", "echo kwok version v0.8.3", folder="second")
    tool = toolchain.find("kwok")
    assert (tool.path, tool.version) == (good, "0.8.3")
    assert tool.ignored == (f"ignored {old}: version 0.7.0, needed 0.8.x",)


def test_all_missing_tools_are_named_at_once(put_on_path: PutOnPath) -> None:
    put_on_path("helm", "echo v3.22.1")
    with pytest.raises(toolchain.ToolMissing) as error:
        toolchain.find_all(["pulumi", "helm", "kwok"])
    assert str(error.value) == (
        "pulumi 3.256 or later, below 4, kwok 0.8.x: neither on PATH nor built; "
        "run `make tools` in the clone."
    )


def test_relative_path_entries_and_the_built_folder_do_not_count_as_path(
    put_on_path: PutOnPath, built_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path("etcd", "echo etcd Version: 3.6.5", folder="relative")
    built_folder.mkdir()
    shutil.copy(tmp_path / "relative" / "etcd", built_folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"relative:{built_folder}:")
    with pytest.raises(toolchain.ToolMissing):
        toolchain.find("etcd")


def test_an_answer_is_remembered_until_the_binary_changes(
    put_on_path: PutOnPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(command: list[str]) -> str:
        asked.append(command[0])
        return "etcd Version: 3.6.5"

    monkeypatch.setattr(candidates, "_answer", answer)
    path = put_on_path("etcd", "\x7fELF", binary=True)
    assert [toolchain.find("etcd").version for _ in range(3)] == ["3.6.5"] * 3
    assert len(asked) == 1
    os.utime(path, ns=(0, 0))
    toolchain.find("etcd")
    assert len(asked) == 2


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_memory_is_made_anew(
    put_on_path: PutOnPath, built_folder: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(candidates, "_answer", lambda command: "etcd Version: 3.6.5")
    put_on_path("etcd", "\x7fELF", binary=True)
    built_folder.mkdir()
    (built_folder / ".versions.json").write_text(content)
    assert toolchain.find("etcd").version == "3.6.5"


def test_a_shim_is_asked_every_time(put_on_path: PutOnPath, tmp_path: Path) -> None:
    """A version manager's script stays the same while the version behind it changes."""
    put_on_path("etcd", f"read -r version < {tmp_path}/version; echo $version")
    (tmp_path / "version").write_text("3.6.5\n")
    assert toolchain.find("etcd").version == "3.6.5"
    (tmp_path / "version").write_text("3.6.6\n")
    assert toolchain.find("etcd").version == "3.6.6"


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.05)
