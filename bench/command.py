"""What both benches do around a measurement: say how it goes, write, tell what missed its aim."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from bench import machine
from bench.measuring import CommandFailed


class Figures(Protocol):
    """The outcome of a measurement."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        ...


_F = TypeVar("_F", bound=Figures)


def run(
    measure: Callable[[], _F],
    output: Path,
    screen: Callable[[_F], str],
    missed: Callable[[_F], Iterable[str]],
) -> int:
    """Measure, print, write; 1 when a command that is measured fails, 130 when stopped."""
    if machine.load() > machine.QUIET:
        say(f"Other work (load {machine.load():.2f}) will show in the figures.")
    try:
        results = measure()
    except CommandFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("Stopped; nothing was written.")
        return 130
    results.write(output)
    print(screen(results))
    for line in missed(results):
        print(f"Aim missed: {line}")
    print(f"Written to {output}")
    return 0


def say(line: str) -> None:
    """Tell how it goes; results alone go to standard output."""
    print(line, file=sys.stderr, flush=True)
