"""A project of its own for each end-to-end test: copied files, an empty home, a clean end."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from ruamel.yaml import YAML

from ackb import toolchain
from ackb.domain.home import Home
from bench.workspace import copy_project

STACK = "wordpress-dev"

LONGEST_FIRST = (
    "test_all_stacks.py",
    "test_load.py",
    "test_wordpress.py",
    "test_colocation.py",
    "test_elastic_platform.py",
    "test_registered_gpu.py",
    "test_virtual_nodes.py",
    "test_recovery.py",
    "kube/test_lifecycle.py",
    "test_existing.py",
    "test_pages.py",
)
"""Files of tests that run side by side: a long one that began last would be waited for alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest come first; what is inside a file keeps its order."""
    folder = Path(__file__).parent
    place = {folder / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@dataclass
class Sandbox:
    """A project folder with its home, driven as a user drives it: by commands."""

    project: Path
    variables: dict[str, str] = field(default_factory=dict)
    #: What the first `ackb up --json` said, where a fixture ran it.
    up: dict[str, Any] = field(default_factory=dict)
    #: The stack that `kubectl` and `set` are about.
    stack: str = STACK

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

    def ackb(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The JSON document of an ``ackb`` command."""
        answer: dict[str, Any] = json.loads(self.run("ackb", *arguments, "--json", code=code))
        return answer

    def kubectl(self, *arguments: str) -> str:
        """What kubectl answers with the kubeconfig that `ackb up` wrote for the user."""
        config = str(self.home.kubeconfigs / f"{self.stack}.yaml")
        kubectl = str(toolchain.find("kubectl").path)
        return self.run(kubectl, "--kubeconfig", config, *arguments)

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of `kubectl get ... -o json`."""
        items: list[dict[str, Any]] = json.loads(self.kubectl("get", *arguments, "-o", "json"))[
            "items"
        ]
        return items

    def set(self, path: str, value: Any, stack: str = "") -> None:
        """Change one setting in the stack file, such as ``scaling.max``."""
        file = self.project / "stacks" / f"Pulumi.{stack or self.stack}.yaml"
        yaml = YAML()
        content = yaml.load(file)
        where = content["config"]["ackb:settings"]
        *parents, last = path.split(".")
        for key in parents:
            where = where[int(key)] if key.isdigit() else where.setdefault(key, {})
        where[last] = value
        yaml.dump(content, file)

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


def copy_of_project(folder: Path) -> Sandbox:
    """The program, its stacks and its policies in a folder of their own, with an empty home."""
    project = folder / "project"
    project.mkdir()
    copy_project(project)
    (project / ".venv").symlink_to(Path(sys.prefix))
    return Sandbox(project)


def end(sandbox: Sandbox) -> None:
    """Kill whatever a test left behind."""
    for process in sandbox.processes():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A copy of this project with an empty home; nothing of it outlives the test."""
    started = copy_of_project(tmp_path)
    yield started
    end(started)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """``wordpress-dev``, up; shared by the tests of a module, which leave it up."""
    started = copy_of_project(tmp_path_factory.mktemp("running"))
    try:
        started.up = json.loads(started.run("ackb", "up", STACK, "--json"))
        yield started
    finally:
        end(started)
