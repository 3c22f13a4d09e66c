"""Chromium for the tests of HTML reports is found, installed where that is possible, or named."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.toolchain.scripts import load


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The script on a machine with nothing on PATH; notes the commands that it runs."""
    module = load("chromium")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    module.ran, module.folder = [], tmp_path
    module.outcomes = {}

    def run(command, **_more):
        module.ran.append(command)
        if command == module.INSTALL and module.ran.count(command) > module.outcomes.get(
            "fails", 0
        ):
            program(tmp_path, "chromium")
            return subprocess.CompletedProcess(command, 0)
        return subprocess.CompletedProcess(command, 0 if command != module.INSTALL else 100)

    monkeypatch.setattr(module.subprocess, "run", run)
    monkeypatch.setattr("sys.argv", ["chromium"])
    return module


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_one_that_is_there_is_taken_and_nothing_is_run(script, capsys, name):
    path = program(script.folder, name)
    assert script.main() == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert script.ran == []


def test_root_on_debian_gets_it_installed(script):
    program(script.folder, "apt-get")
    assert script.main() == 0
    assert script.ran == [script.INSTALL]


def test_an_old_index_of_packages_is_fetched_anew(script):
    program(script.folder, "apt-get")
    script.outcomes["fails"] = 1
    assert script.main() == 0
    assert script.ran == [script.INSTALL, ("apt-get", "update"), script.INSTALL]


def test_where_it_cannot_be_installed_one_sentence_says_what_to_do(script, capsys):
    program(script.folder, "apt-get")
    script.outcomes["fails"] = 2
    assert script.main() == 1
    assert capsys.readouterr().err == f"{script.MISSING}\n"


@pytest.mark.parametrize("user", [0, 1000])
def test_without_apt_or_root_nothing_is_run(script, monkeypatch, user):
    if user:
        program(script.folder, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert script.main() == 1
    assert script.ran == []


def test_a_check_changes_nothing(script, monkeypatch):
    program(script.folder, "apt-get")
    monkeypatch.setattr("sys.argv", ["chromium", "--check"])
    assert script.main() == 1
    assert script.ran == []
