"""Checkpoints of a file backend, read without the engine, and put right when torn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ackb.engine import checkpoint
from ackb.engine.errors import StateBroken


def write(backend: Path, stack: str, latest: dict | None) -> Path:
    file = checkpoint.path(backend, "ackb", stack)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))
    return file


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///srv/state", "/srv/state"),
        ("file:///srv/my%20state", "/srv/my state"),
        ("file:///srv/state?no_tmp_dir=true", "/srv/state"),
        ("file://~/state", str(Path.home() / "state")),
        ("file://~", str(Path.home())),
    ],
)
def test_the_folder_of_a_file_backend(url: str, folder: str) -> None:
    assert checkpoint.file_backend({"PULUMI_BACKEND_URL": url}) == Path(folder)


@pytest.mark.parametrize("url", ["", "s3://bucket?region=cn-hangzhou", "https://api.pulumi.com"])
def test_other_backends_have_no_folder(url: str) -> None:
    assert checkpoint.file_backend({"PULUMI_BACKEND_URL": url}) is None
    assert checkpoint.file_backend({}) is None


def test_stacks_and_deployments_are_read(tmp_path: Path) -> None:
    assert checkpoint.stacks(tmp_path, "ackb") == []
    assert checkpoint.deployment(tmp_path, "ackb", "dev") == {}
    write(tmp_path, "dev", {"resources": [{"urn": "u"}]})
    write(tmp_path, "empty", None)
    assert checkpoint.stacks(tmp_path, "ackb") == ["dev", "empty"]
    assert checkpoint.deployment(tmp_path, "ackb", "dev") == {"resources": [{"urn": "u"}]}
    assert checkpoint.deployment(tmp_path, "ackb", "empty") == {}


def test_a_whole_checkpoint_is_left_alone(tmp_path: Path, reports: list[str]) -> None:
    file = write(tmp_path, "dev", {"resources": []})
    before = file.read_bytes()
    file.with_name("dev.json.bak").write_text("{}")
    checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    checkpoint.restore_if_broken(tmp_path, "ackb", "new", reports.append)
    assert file.read_bytes() == before
    assert reports == []


@pytest.mark.parametrize("left", [b"", b'{"version": 3, "checkpo', b"[]", b"\x00" * 100])
def test_a_torn_checkpoint_is_replaced_by_its_backup(
    tmp_path: Path, reports: list[str], left: bytes
) -> None:
    """F10, I5: nothing of what the backup knows is lost, and the broken file is kept."""
    file = write(tmp_path, "dev", {"resources": [{"urn": "u"}]})
    file.replace(file.with_name("dev.json.bak"))
    file.write_bytes(left)
    checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert checkpoint.deployment(tmp_path, "ackb", "dev") == {"resources": [{"urn": "u"}]}
    assert file.with_name("dev.json.broken").read_bytes() == left
    assert reports == ["the state of dev was torn by a kill; restored its last backup"]


@pytest.mark.parametrize("left", [b"", b'{"user.content_ty'])
@pytest.mark.parametrize("name", ["dev.json", "dev.json.bak", "../../meta.yaml"])
def test_torn_notes_on_a_file_are_removed(
    tmp_path: Path, reports: list[str], name: str, left: bytes
) -> None:
    """F10: with them the engine says no more than EOF. The state itself is whole."""
    file = write(tmp_path, "dev", {"resources": [{"urn": "u"}]})
    notes = (file.parent / f"{name}.attrs").resolve()
    notes.write_bytes(left)
    checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert not notes.exists()
    assert checkpoint.deployment(tmp_path, "ackb", "dev") == {"resources": [{"urn": "u"}]}
    assert reports == []


def test_whole_notes_on_a_file_stay(tmp_path: Path, reports: list[str]) -> None:
    file = write(tmp_path, "dev", {})
    notes = file.with_name("dev.json.attrs")
    notes.write_text('{"user.content_type": "application/json"}\n')
    checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert notes.exists()


def test_a_kill_during_the_repair_leaves_what_the_next_run_repairs(
    tmp_path: Path, reports: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: a stack without a checkpoint would be taken for new, and all of it made again."""
    file = write(tmp_path, "dev", {"resources": [{"urn": "u"}]})
    file.replace(file.with_name("dev.json.bak"))
    file.write_bytes(b"{")
    write_whole = checkpoint.write_atomically

    def killed(path: Path, data: bytes, mode: int) -> None:
        if path == file:
            raise KeyboardInterrupt
        write_whole(path, data, mode)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(checkpoint, "write_atomically", killed)
        checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert file.read_bytes() == b"{"
    checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert checkpoint.deployment(tmp_path, "ackb", "dev") == {"resources": [{"urn": "u"}]}


@pytest.mark.parametrize("backup", [None, b"{"])
def test_without_a_whole_backup_a_person_decides(
    tmp_path: Path, reports: list[str], backup: bytes | None
) -> None:
    file = write(tmp_path, "dev", {})
    file.write_bytes(b"{")
    if backup is not None:
        file.with_name("dev.json.bak").write_bytes(backup)
    with pytest.raises(StateBroken) as failure:
        checkpoint.restore_if_broken(tmp_path, "ackb", "dev", reports.append)
    assert str(failure.value) == (
        f'ENG-10 {file}: "not whole JSON" – the state of dev was torn by a kill, and so was its '
        f"backup dev.json.bak. Fix: copy the newest whole file of {tmp_path}/.pulumi/backups/ackb/"
        "dev over it."
    )
    assert file.read_bytes() == b"{"
