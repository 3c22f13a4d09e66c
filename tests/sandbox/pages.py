"""Runs the commands of a documentation page as a reader does who has followed the README.

A test of a stack runs the page that shows it, so that one ``up`` serves both::

    with reading(sandbox, "docs/blueprints/burst.md") as page:
        nodes = page.past("kubectl get nodes")    # all until there, and it; returns what it printed
        assert "virtual-node-eci-3" in nodes
        ...                                       # any other assert on the running stack
        page.until("ackb down burst-dev")         # all before it
        ...
                                                  # at the end of the block: all that is left

Every command of the page's ``sh`` blocks runs in order, in the project's folder, in one shell as it
were: variables that a command exports are there for the next. Each must end with exit code 0; else
the test fails with the line and all it printed. Blocks fenced ``sh real-cloud`` are not run.
Commands that take minutes stand in ``ELSEWHERE`` with the test that runs them, and are passed over.

``tests/meta/test_page_commands.py`` looks for the literal names given to ``reading`` to tell that
each page of ``docs`` with commands is run. A page in ``docs/zh`` has the commands of its original,
which is run for both.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ackb import toolchain
from tests.sandbox.conftest import Sandbox

ROOT: Final = Path(__file__).parents[2]

RUN: Final = "sh"
REAL_CLOUD: Final = "sh real-cloud"

_LOAD: Final = "tests/sandbox/test_load.py::test_the_load_test_of_the_best_practice"
_REAL_TIME: Final = "tests/sandbox/test_wordpress.py::test_a_load_test_in_real_time_leaves_no_load"
_MAKE_TEST: Final = (
    "tests/unit/toolchain/test_entry_points.py::test_ci_runs_the_test_command_and_nothing_else"
)
_BURST: Final = (
    "tests/sandbox/test_virtual_nodes.py::test_a_burst_and_fewer_virtual_nodes_afterwards"
)
_PLATFORM: Final = (
    "tests/sandbox/test_elastic_platform.py::test_load_on_core_services_makes_pods_on_eci"
)

ELSEWHERE: Final = {
    "make test": _MAKE_TEST,
    "ackb load wordpress-dev --speed 5": _LOAD,
    "ackb load wordpress-dev": _REAL_TIME,
    "ackb load wordpress-dev --profile spike --speed 15": _LOAD,
    "ackb load wordpress-dev --profile monday.csv --report monday --json": _REAL_TIME,
    "ackb load elastic-platform-dev --workload orders/checkout --profile spike --speed 5": (
        _PLATFORM
    ),
    "ackb burst burst-dev --pods 10000": _BURST,
    "ackb burst burst-dev --pods 10000 --unlimited": _BURST,
    "ackb virtual-nodes scale-in burst-dev --to 1 --delete-emptydir-data": _BURST,
}
"""Commands that take too long for a page, and the test that runs each, with smaller numbers."""

_FENCE: Final = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str, kind: str = RUN) -> list[str]:
    """The commands of a page (its path from the clone's root) in blocks of this kind, in order.

    Comments are left out, and lines that end with a backslash are joined.
    """
    text = (ROOT / page).read_text("utf-8")
    blocks = [code for fence, code in _FENCE.findall(text) if fence == kind]
    lines = [line for code in blocks for line in re.sub(r"\\\n\s*", "", code).splitlines()]
    return [command for line in lines if (command := _without_comment(line))]


@contextmanager
def reading(sandbox: Sandbox, page: str) -> Iterator[Reading]:
    """Follow a page in the project of ``sandbox``; what is left of it runs at the end."""
    follows = Reading(sandbox, page)
    yield follows
    follows.rest()


class Reading:
    """A page, and how far its reader is."""

    def __init__(self, sandbox: Sandbox, page: str) -> None:
        self._page = page
        self._project = sandbox.project
        self._variables = _variables(sandbox)
        self._left = commands(page)
        #: What each command printed that was run until now, standard error included.
        self.said: dict[str, str] = {}

    def until(self, command: str) -> None:
        """Run everything before the next place of ``command``."""
        assert command in self._left, f"{self._page}: {command!r} is not among {self._left}"
        while self._left[0] != command:
            self._next()

    def past(self, command: str) -> str:
        """Run everything to the next place of ``command``, and it; returns what it printed."""
        self.until(command)
        self._next()
        return self.said[command]

    def rest(self) -> None:
        """Run everything that is left."""
        while self._left:
            self._next()

    def _next(self) -> None:
        command = self._left.pop(0)
        if command not in ELSEWHERE:
            self.said[command] = self._run(command)

    def _run(self, command: str) -> str:
        exported = self._project / ".exported"
        script = f"{command}\nenv -0 > {shlex.quote(str(exported))}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self._project,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = f"{self._page}: `{command}` ended with {done.returncode}:\n{done.stdout}"
        assert done.returncode == 0, said
        pairs = exported.read_text("utf-8").split("\0")
        self._variables = dict(pair.split("=", 1) for pair in pairs if pair)
        exported.unlink()
        return done.stdout


def _variables(sandbox: Sandbox) -> dict[str, str]:
    """What a reader's shell has after the README's steps, without anything of this user's own."""
    house = sandbox.project.parent / "reader"
    house.mkdir(exist_ok=True)
    tools = toolchain.find_all(("pulumi", "kubectl", "helm")).values()
    folders = dict.fromkeys(str(tool.path.parent) for tool in tools)
    path = [str(Path(sys.prefix) / "bin"), *folders, os.environ["PATH"]]
    return {**sandbox.environment, "HOME": str(house), "PATH": os.pathsep.join(path)}


def _without_comment(line: str) -> str:
    for mark in re.finditer(r"(?:^|\s)#", line):
        before = line[: mark.start()]
        try:
            shlex.split(before)
        except ValueError:
            continue  # within quotes
        return before.strip()
    return line.strip()
