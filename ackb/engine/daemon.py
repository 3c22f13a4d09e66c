"""Starts, finds and stops the sandbox's daemon of one home."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

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
        DaemonFailed: it did not start; the message ends with the last lines of its log.
    """
    record = read(home)
    if record is not None and record.code == code_fingerprint():
        return record
    if record is not None:
        stop(home)
    home.ensure()
    log = home.logs / "daemon.log"
    with log.open("ab") as output:
        start = output.tell()
        child = subprocess.Popen(
            [sys.executable, "-m", "sandbox.daemon", str(home.root)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, "ACKB_HOME": str(home.root)},
        )
    found: list[DaemonRecord] = []

    def ready() -> bool:
        current = read(home)
        if current is not None:
            found.append(current)
            return True
        # Exit code 3: another start won the race; its record appears in a moment.
        return child.poll() not in (None, 3)

    _wait(ready, _START_LIMIT)
    if found:
        return found[-1]
    tail = log.read_bytes()[start:].decode(errors="replace").strip().splitlines()[-5:]
    raise DaemonFailed(
        Problem(
            code="ENG-01",
            path="sandbox daemon",
            value=f"exit code {child.poll()}",
            why="it did not start: " + (" | ".join(tail) or "it printed nothing"),
            fix=f"read {log}, then run `ackb sandbox start` again",
        )
    )


def stop(home: Home) -> bool:
    """End the daemon of this home; its clusters end with it. False when none ran.

    Raises:
        DaemonFailed: it did not end in time.
    """
    record = read(home)
    if record is None:
        return False
    process = psutil.Process(record.pid)
    process.terminate()
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


def _wait(done: Callable[[], bool], limit: float) -> bool:
    deadline = time.monotonic() + limit
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
