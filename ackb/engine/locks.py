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
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psutil

from ackb.domain.home import HOME_VARIABLE, Home
from ackb.domain.problems import Problem
from ackb.engine.environment import OWNER
from ackb.engine.errors import StackBusy
from ackb.engine.owner import ends, lives, running

#: Seconds given to an engine whose starter was killed to finish the operation it is in.
_ORPHAN_LIMIT = 60.0

#: Seconds in which a killed process is gone.
_KILL_LIMIT = 5.0

#: Seconds after which a lock is free again that ``any_work`` only looked at.
_GLANCE = 0.1

#: Seconds by which a clock may be off between a lock's time and its process's start.
_CLOCK_SLACK = 1.0


@contextlib.contextmanager
def stack_lock(home: Home, stack: str) -> Iterator[None]:
    """Hold the stack for this process; the lock ends with the process, however that ends.

    Raises:
        StackBusy: another process holds it.
    """
    folder = _folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    # A name of a stack may hold slashes: organization/project/stack.
    with (folder / quote(stack, safe="")).open("a+", encoding="utf-8") as file:
        if not (_taken(file.fileno()) or _taken(file.fileno(), after=_GLANCE)):
            file.seek(0)
            raise _busy(stack, file.read().strip() or "a run that has just begun")
        file.truncate(0)
        file.write(f"pid {os.getpid()}")
        file.flush()
        yield


def any_work(home: Home) -> bool:
    """Whether a run of any stack of this home is under way."""
    for path in _folder(home).glob("*"):
        with path.open("a+", encoding="utf-8") as file:
            if not _taken(file.fileno()):
                return True
    return False


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
        if self.host != socket.gethostname():
            return False
        process = running(self.pid)
        if process is None:
            return True
        written = datetime.fromisoformat(self.since).timestamp()
        # A process that began after the lock was written only has the pid of the one that wrote it.
        return process.create_time() > written + _CLOCK_SLACK


def engine_locks(backend: Path, project: str, stack: str) -> list[EngineLock]:
    """The lock files of a stack in a file backend, oldest first."""
    folder = backend / ".pulumi" / "locks" / "organization" / project / stack
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text("utf-8"))
            lock = EngineLock(
                path=path, pid=content["pid"], host=content["hostname"], since=content["timestamp"]
            )
        except (OSError, ValueError, KeyError):
            # Being written or just removed: its holder is alive and the engine will say so.
            continue
        found.append(lock)
    return sorted(found, key=lambda lock: lock.since)


def end_orphans(home: Home, stack: str, report: Callable[[str], None]) -> None:
    """End the engines of this home and stack whose ``ackb`` was killed; call it with the lock held.

    Each is interrupted once, so that what it is doing is recorded, and killed when that takes long.
    """
    for engine in _orphans(home, stack):
        report(f"an interrupted run (pid {engine.pid}) still works on {stack}; ending it")
        with contextlib.suppress(psutil.NoSuchProcess):
            engine.send_signal(signal.SIGINT)
            if not ends(engine.pid, _ORPHAN_LIMIT):
                engine.kill()
                ends(engine.pid, _KILL_LIMIT)


def clear_engine_locks(
    backend: Path, project: str, stack: str, report: Callable[[str], None]
) -> None:
    """Remove the locks of dead engines and tell ``report``; call it after ``end_orphans``.

    Raises:
        StackBusy: a living engine that a person started holds the stack.
    """
    for lock in engine_locks(backend, project, stack):
        if not lock.is_stale:
            raise _busy(stack, f"pid {lock.pid} on {lock.host} since {lock.since}")
        report(f"removed the lock of a dead run (pid {lock.pid}, since {lock.since}) on {stack}")
        lock.path.unlink(missing_ok=True)


def _folder(home: Home) -> Path:
    return home.root / "locks"


def _taken(descriptor: int, after: float = 0.0) -> bool:
    """Take the lock of an open file, unless another process holds it."""
    time.sleep(after)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _orphans(home: Home, stack: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if stack not in words or "--stack" not in words:
                continue
            variables = process.environ()
        except psutil.Error:
            continue
        owner = variables.get(OWNER)
        ours = variables.get(HOME_VARIABLE) == str(home.root)
        # The language host inherits the variables, but is no child of ackb and has no --stack.
        if ours and owner is not None and not lives(owner):
            yield process


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
