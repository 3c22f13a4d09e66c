"""Who works on a stack: our own lock per stack, and the engine's lock files in a file backend."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine.environment import OWNER
from ackb.engine.errors import StackBusy

#: Seconds given to an engine whose starter was killed to finish the operation it is in.
_ORPHAN_LIMIT = 60.0


@contextlib.contextmanager
def stack_lock(home: Home, stack: str) -> Iterator[None]:
    """Hold the stack for this process; the lock ends with the process, however that ends.

    Raises:
        StackBusy: another process holds it.
    """
    folder = home.root / "locks"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / stack).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise _busy(stack, file.read().strip() or "an unknown process") from None
        file.truncate(0)
        file.write(f"pid {os.getpid()}")
        file.flush()
        yield


@dataclass(frozen=True, kw_only=True)
class EngineLock:
    """One lock file that an engine wrote into the backend (pulumi pkg/backend/diy/lock.go)."""

    path: Path
    pid: int
    host: str
    since: str

    @property
    def is_stale(self) -> bool:
        """Written on this host by a process that no longer lives."""
        return self.host == socket.gethostname() and not psutil.pid_exists(self.pid)


def engine_locks(backend: Path, project: str, stack: str) -> list[EngineLock]:
    """The lock files of a stack in a file backend, oldest first."""
    folder = backend / ".pulumi" / "locks" / "organization" / project / stack
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text())
        except (OSError, ValueError):
            # Being written or just removed: its holder is alive and the engine will say so.
            continue
        lock = EngineLock(
            path=path, pid=content["pid"], host=content["hostname"], since=content["timestamp"]
        )
        found.append(lock)
    return sorted(found, key=lambda lock: lock.since)


def clear_engine_locks(
    backend: Path, project: str, stack: str, report: Callable[[str], None]
) -> None:
    """Remove locks of dead engines, and end engines whose ``ackb`` was killed.

    Call it while holding ``stack_lock``. What is removed or waited for is told to ``report``.

    Raises:
        StackBusy: a living engine that a person started holds the stack.
    """
    for lock in engine_locks(backend, project, stack):
        if lock.host == socket.gethostname() and _is_orphan(lock.pid):
            report(f"an interrupted run (pid {lock.pid}) still works on {stack}; ending it")
            _end(lock.pid)
        if not lock.path.exists():
            continue
        if not lock.is_stale:
            raise _busy(stack, f"pid {lock.pid} on {lock.host} since {lock.since}")
        report(f"removed the lock of a dead run (pid {lock.pid}, since {lock.since}) on {stack}")
        lock.path.unlink(missing_ok=True)


def _is_orphan(pid: int) -> bool:
    """Whether the process is an engine that ``ackb`` started and that outlived it."""
    try:
        owner = psutil.Process(pid).environ().get(OWNER)
    except psutil.Error:
        return False
    return owner is not None and not psutil.pid_exists(int(owner))


def _end(pid: int) -> None:
    """Interrupt once, so that the operation under way is recorded; kill when that takes long."""
    with contextlib.suppress(psutil.NoSuchProcess):
        engine = psutil.Process(pid)
        engine.send_signal(signal.SIGINT)
        with contextlib.suppress(psutil.TimeoutExpired):
            engine.wait(_ORPHAN_LIMIT)
            return
        engine.kill()
        time.sleep(0.1)


def _busy(stack: str, holder: str) -> StackBusy:
    return StackBusy(
        Problem(
            code="ENG-05",
            path=f"stack {stack}",
            value=holder,
            why="another run works on this stack",
            fix="wait until it ends; when it hangs, end it with Ctrl-C and run again",
        )
    )
