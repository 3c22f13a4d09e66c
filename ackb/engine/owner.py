"""Which process started an engine, and whether that process still lives."""

from __future__ import annotations

import os
import time

import psutil

#: Seconds between two looks at a process.
_POLL = 0.05

#: Seconds by which two readings of one process's start time may differ.
_SAME = 1.0


def owner_mark() -> str:
    """This process, told apart from a later one that gets the same pid."""
    return f"{os.getpid()}@{psutil.Process().create_time():.2f}"


def lives(mark: str) -> bool:
    """Whether the process that made the mark still runs."""
    pid, _, started = mark.partition("@")
    process = running(int(pid))
    return process is not None and abs(process.create_time() - float(started)) < _SAME


def running(pid: int) -> psutil.Process | None:
    """The process, unless it is gone or only waits to be reaped by its parent."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.NoSuchProcess:
        return None


def ends(pid: int, seconds: float) -> bool:
    """Wait for the end of a process that need not be a child; False when it takes longer.

    One that nobody collects, as in a container without an init process, has ended.
    """
    deadline = time.monotonic() + seconds
    while running(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
