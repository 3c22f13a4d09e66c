"""Wall time of a command and the memory that all processes of a home take meanwhile."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

#: Seconds between two looks at memory; shorter peaks are missed, and the output says so.
SAMPLE = 0.25


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured command."""

    what: str
    seconds: float
    #: Largest sum of resident memory over all processes of the home, in MiB.
    peak_mib: float


def timed(
    what: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    home: Path | None = None,
) -> Figure:
    """Run a command; it must succeed. ``home`` marks the processes whose memory counts."""
    peak = [0.0]
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(SAMPLE):
            peak[0] = max(peak[0], _resident_mib(home))

    watcher = threading.Thread(target=watch, daemon=True)
    if home is not None:
        watcher.start()
    before = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - before
    finished.set()
    if done.returncode != 0:
        raise RuntimeError(f"{what} failed: {(done.stdout + done.stderr)[-2000:]}")
    return Figure(what=what, seconds=seconds, peak_mib=peak[0])


def _resident_mib(home: Path | None) -> float:
    total = 0
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            ours = process.environ().get("ACKB_HOME") == str(home)
            if ours or any(str(home) in word for word in words):
                total += process.memory_info().rss
        except psutil.Error:
            continue
    return total / 2**20
