"""The same operations on as many resources that do nothing: what the engine alone takes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ackb import toolchain
from ackb.engine import environment
from bench import operations, workspace
from bench.blueprint import Runs
from bench.measuring import Sample, timed
from sandbox.daemon.record import DaemonRecord

#: The stack and the default provider, which every program has, are not registered by the loop.
_ALWAYS_THERE = 2

#: A resource's place in the state holds its inputs and its outputs, which are the same here.
_COPIES = 2

_STACK = ("--stack", "trivial")
_AT_ONCE = ("--yes", "--skip-preview")


def cycle(project: Path, resources: int, state_bytes: int) -> Runs:
    """Bring a trivial stack up in a new folder, change one of its resources, take it down.

    Its state gets as many objects as the blueprint's, and about as many bytes.
    """
    for file in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(Path(__file__).parent / file, project / file)
    with _provider() as port:
        pulumi = _pulumi(project, port)
        pulumi("stack", "init", "trivial")
        pulumi("config", "set", "count", str(resources - _ALWAYS_THERE), *_STACK)
        pulumi("config", "set", "size", str(state_bytes // resources // _COPIES), *_STACK)
        yield operations.UP, pulumi("up", *_AT_ONCE, *_STACK)
        yield operations.PREVIEW, pulumi("preview", *_STACK)
        yield operations.UNCHANGED, pulumi("up", *_AT_ONCE, *_STACK)
        pulumi("config", "set", "changed", "true", *_STACK)
        yield operations.CHANGED, pulumi("up", *_AT_ONCE, *_STACK)
        yield operations.DOWN, pulumi("destroy", *_AT_ONCE, *_STACK)


def _pulumi(project: Path, port: int) -> Callable[..., Sample]:
    executable = toolchain.find("pulumi").path
    attached = DaemonRecord(pid=0, started=0, ports={"trivial": port}, code="")
    own = environment.for_sandbox(workspace.home_of(project), attached, executable)
    variables = {**workspace.environment(project), **own}

    def run(*arguments: str) -> Sample:
        return timed([str(executable), *arguments], project, variables)

    return run


@contextmanager
def _provider() -> Iterator[int]:
    """The port of the trivial provider."""
    module: Sequence[str] = (sys.executable, "-m", "bench.trivial.provider")
    with subprocess.Popen(module, cwd=workspace.CLONE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None  # noqa: S101 - opened as a pipe above
            yield int(server.stdout.readline())
        finally:
            server.kill()
