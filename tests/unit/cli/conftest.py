"""A project of its own for every test: the real program, a stack file that the test may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ackb.cli.main import main
from ackb.domain.home import Home

CLONE = Path(__file__).resolve().parents[3]
STACK = "wordpress-dev"


@dataclass
class Ran:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Project:
    """A copy of the project's program and stacks."""

    folder: Path
    home: Home

    def edit(self, change: Callable[[dict[str, Any]], None], stack: str = STACK) -> None:
        """Change the settings of a stack."""
        path = self.folder / "stacks" / f"Pulumi.{stack}.yaml"
        content = yaml.safe_load(path.read_text())
        change(content["config"]["ackb:settings"])
        path.write_text(yaml.safe_dump(content))


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(CLONE / name, tmp_path / name)
    shutil.copytree(CLONE / "stacks", tmp_path / "stacks")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACKB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("ACKB_DEBUG", raising=False)
    monkeypatch.delenv("PULUMI_DEBUG_PROVIDERS", raising=False)
    return Project(tmp_path, Home(tmp_path / "home"))


@pytest.fixture
def ackb(project, capsys) -> Callable[..., Ran]:
    """Run a command as the console script does."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
