"""Fake tools and a fake Go on a PATH of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PutOnPath = Callable[..., Path]


@pytest.fixture
def built_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of built tools, in use for this test and its children."""
    folder = (tmp_path / "built").resolve()
    monkeypatch.setenv("ACKB_TOOLS", str(folder))
    return folder


@pytest.fixture
def put_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built_folder: Path) -> PutOnPath:
    """Write an executable into a folder on PATH; nothing else of this machine is on it."""
    needed_by_scripts = tmp_path / "path-base"
    needed_by_scripts.mkdir()
    for name in ("sh", "sleep", "chmod"):
        (needed_by_scripts / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(needed_by_scripts))

    def put(name: str, body: str, *, folder: str = "path", binary: bool = False) -> Path:
        directory = tmp_path / folder
        directory.mkdir(exist_ok=True)
        path = directory / name
        path.write_text(body if binary else f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        entries = os.environ["PATH"].split(os.pathsep)
        if str(directory) not in entries:
            monkeypatch.setenv(
                "PATH", os.pathsep.join([*entries[:-1], str(directory), entries[-1]])
            )
        return path

    return put
