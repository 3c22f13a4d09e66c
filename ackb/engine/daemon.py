"""Starts, finds and stops the sandbox's daemon of one home."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil

from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine.errors import DaemonFailed
from sandbox.daemon.record import DaemonRecord, code_fingerprint, read

#: Seconds that a start or stop may take before it is given up: imports, and adopting clusters.
_START_LIMIT = 60.0
_STOP_LIMIT = 30.0

status = read


def ensure_running(home: Home) -> DaemonRecord:
    """The daemon of this home, started when none runs, restarted when its code is outdated.

    Raises:
        DaemonFailed: it did not start; the message has the last line of its log.
    """
    home.ensure()
    with _turn(home):
        record = read(home)
        if record is not None and record.code == code_fingerprint():
            return record
        _stop(record)
        return _start(home)


def _start(home: Home) -> DaemonRecord:
    log = home.logs / "daemon.log"
    with log.open("ab") as output:
        before = output.tell()
        child = subprocess.Popen(
            [sys.executable, "-m", "sandbox.daemon", str(home.root)],
            # Not the user's folder: it may hold other packages of the same names, or go away.
            cwd=home.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, "ACKB_HOME": str(home.root)},
        )
    found: DaemonRecord | None = None

    def over() -> bool:
        nonlocal found
        # Looked at before the record: a child that ended after publishing it is found all the same.
        ended = child.poll() is not None
        found = read(home)
        return found is not None or ended

    in_time = _wait(over, _START_LIMIT)
    if found is not None:
        return found
    if not in_time:
        child.kill()
    code = child.wait()
    ended = f"exit code {code}" if in_time else f"no answer in {_START_LIMIT:.0f} s"
    said = log.read_bytes()[before:].decode(errors="replace").strip().splitlines()
    raise DaemonFailed(
        Problem(
            code="ENG-01",
            path="sandbox daemon",
            value=ended,
            why="it did not start: " + (said[-1] if said else "it printed nothing"),
            fix=f"read {log}, then run `ackb sandbox start` again",
        )
    )


def stop(home: Home, *, unless: Callable[[], bool] = lambda: False) -> bool:
    """End the daemon of this home; its clusters end with it. False when none ran.

    ``unless`` is asked when no other process may start or stop it: it stays where that is true. A
    run that holds its stack's lock before it calls ``ensure_running`` is never left without it.

    Raises:
        DaemonFailed: it did not end in time.
    """
    if not home.root.exists():
        return False
    with _turn(home):
        return False if unless() else _stop(read(home))


def _stop(record: DaemonRecord | None) -> bool:
    if record is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(record.pid).terminate()
    if not _wait(lambda: not record.is_alive(), _STOP_LIMIT):
        raise DaemonFailed(
            Problem(
                code="ENG-02",
                path="sandbox daemon",
                value=f"pid {record.pid}",
                why=f"it did not end within {_STOP_LIMIT:.0f} s",
                fix=f"run `kill -9 {record.pid}`; the next `ackb up` repairs what it left",
            )
        )
    return True


@contextlib.contextmanager
def _turn(home: Home) -> Iterator[None]:
    """Starts and stops take turns: none ends the daemon that another has just started."""
    with (home.root / "daemon.turn").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _wait(done: Callable[[], bool], limit: float) -> bool:
    deadline = time.monotonic() + limit
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
