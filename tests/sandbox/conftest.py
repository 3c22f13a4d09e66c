"""A project of its own for each end-to-end test: copied files, an empty home, a clean end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from ackb.domain.home import Home

CLONE = Path(__file__).parents[2]


@dataclass
class Sandbox:
    """A project folder with its home, driven as a user drives it: by commands."""

    project: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        return Home(self.project / ".ackb")

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ACKB_", "PULUMI_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {k: v for k, v in os.environ.items() if k == "ACKB_TOOLS"}
        return {**inherited, **kept, "PATH": path, **self.variables}

    def run(self, *command: str, code: int = 0, stdin: str = "") -> str:
        """Run a command in the project; it must end with ``code``. Returns what it printed."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == code, f"{command} ended with {done.returncode}:\n{output}"
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command in the project and leave it running."""
        return subprocess.Popen(
            command,
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def shell(self, script: str, code: int = 0) -> str:
        """Run a bash script in the project."""
        return self.run("bash", "-euo", "pipefail", "-c", script, code=code)

    def processes(self) -> list[psutil.Process]:
        """Every process that belongs to this home: by its environment or command line."""
        mark = str(self.home.root)
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                ours = any(mark in word for word in words)
                if ours or process.environ().get("ACKB_HOME") == mark:
                    found.append(process)
            except psutil.Error:
                continue
        return [p for p in found if p.pid != os.getpid()]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A copy of this project with the dev stack and an empty home; nothing of it outlives it."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(CLONE / name, project / name)
    shutil.copytree(CLONE / "stacks", project / "stacks")
    (project / "policies").symlink_to(CLONE / "policies")
    (project / ".venv").symlink_to(Path(sys.prefix))
    started = Sandbox(project)
    yield started
    for process in started.processes():
        process.kill()
