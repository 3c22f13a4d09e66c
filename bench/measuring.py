"""Wall time of a command, and the memory that all processes of its home take meanwhile."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from ackb.domain.home import HOME_VARIABLE

#: Seconds between two looks at memory. A look takes about 1 % of that; shorter peaks are missed.
SAMPLE_SECONDS = 0.5

_MIB = 2**20

#: Unit of the blocks that the kernel counts as read for a process (getrusage(2)).
_BLOCK = 512


class CommandFailed(Exception):
    """A command that is measured did not succeed; the text has the end of its output."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run of a command."""

    seconds: float
    #: MiB by program at the moment when all processes of the home together took most.
    memory: dict[str, float]
    #: MiB that had to be read from disk, because they were not in the page cache.
    read_mib: float

    @property
    def peak_mib(self) -> float:
        """The most memory that all processes of the home took together."""
        return sum(self.memory.values())


def timed(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    good: Container[int] = (0,),
) -> Sample:
    """Run a command, whose environment names its home, to its end.

    Raises:
        CommandFailed: its exit code is none of the good ones.
    """
    read = _blocks_read()
    with _Watch(environment[HOME_VARIABLE]) as watch:
        begun = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - begun
    if done.returncode not in good:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise CommandFailed(f"`{' '.join(command)}` ended with {done.returncode}:\n{said}")
    read_mib = (_blocks_read() - read) * _BLOCK / _MIB
    return Sample(seconds=seconds, memory=watch.peak, read_mib=read_mib)


class _Watch:
    """Looks at the memory of a home's processes while it is entered."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            now = memory(self._home)
            if sum(now.values()) > sum(self.peak.values()):
                self.peak = now


def memory(home: str) -> dict[str, float]:
    """MiB by program that the processes of a home take now.

    A page that several processes share counts once: each of them takes its share of it (PSS).
    """
    found: defaultdict[str, float] = defaultdict(float)
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            # Control planes do not inherit the variable, but all of them name files of the home.
            if process.environ().get(HOME_VARIABLE) == home or any(home in word for word in words):
                found[program(words)] += process.memory_full_info().pss / _MIB
        except psutil.Error:
            continue
    return dict(found)


def program(words: Sequence[str]) -> str:
    """What a command line runs: of Python its module or script, otherwise the executable."""
    if not words:
        return "ending"
    name = Path(words[0]).name
    if not name.startswith("python") or len(words) == 1:
        return name
    options = [*words[1:]]
    if "-m" in options[:-1]:
        return options[options.index("-m") + 1]
    return next((Path(word).name for word in options if not word.startswith("-")), name)


def _blocks_read() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_inblock
