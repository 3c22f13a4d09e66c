"""`make tools`: find or build the native tools, and say where they are."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from collections import Counter
from typing import Final, NoReturn, TextIO

from ackb.toolchain import NAMES, GoMissing, Progress, Tool, ToolchainError, ensure
from ackb.toolchain.built import BuiltTools
from ackb.toolchain.pins import PINS

_FAILED: Final = 1
_PREREQUISITE_MISSING: Final = 3
_LIVE_SECONDS: Final = 0.2
_LOG_SECONDS: Final = 30.0
_CLEAR_LINE: Final = "\r\x1b[K"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0, or 1 for a failed build, or 3 where Go is missing or too old."""
    parser = argparse.ArgumentParser(prog="python -m ackb.toolchain", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="those that every stack needs, when none is named"
    )
    names = parser.parse_args(arguments).names or list(NAMES)
    if unknown := [name for name in names if name not in PINS]:
        parser.error(f"no such tool: {', '.join(unknown)} (there are {', '.join(PINS)})")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    report = _Report(sys.stderr)
    started = time.monotonic()
    try:
        tools = ensure(names, report)
    except (ToolchainError, OSError) as error:
        report.say(f"make tools: {error}")
        return _PREREQUISITE_MISSING if isinstance(error, GoMissing) else _FAILED
    except KeyboardInterrupt:
        report.say("make tools: stopped; what is built is kept, `make tools` goes on from there")
        return 128 + signal.SIGINT
    print(_summary(tools, time.monotonic() - started))
    return 0


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _summary(tools: dict[str, Tool], seconds: float) -> str:
    sources = Counter(tool.source for tool in tools.values())
    places = {"PATH": "PATH", "built": BuiltTools.find().folder}
    where = ", ".join(f"{number} in {places[source]}" for source, number in sources.items())
    return f"native tools ready: {where} ({seconds:.1f} s)"


class _Report:
    """Tells a build's progress: one live line on a terminal, a line now and then in a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._next = 0.0
        self._tool = ""

    def __call__(self, progress: Progress) -> None:
        if progress.state in ("ignored", "waiting"):
            self.say(progress.detail)
            return
        head = f"[{progress.number}/{progress.total}] {progress.tool} {progress.version}"
        if progress.state == "built":
            self.say(f"{head}: built in {progress.seconds:.0f} s")
            return
        now = time.monotonic()
        if progress.tool == self._tool and now < self._next:
            return
        self._tool = progress.tool
        self._next = now + (_LIVE_SECONDS if self._live else _LOG_SECONDS)
        text = f"{head}: {progress.seconds:.0f} s  {progress.detail or 'building'}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"{_CLEAR_LINE}{text[:width]}", end="", file=self._stream, flush=True)
        else:
            print(text, file=self._stream, flush=True)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        print(f"{_CLEAR_LINE if self._live else ''}{text}", file=self._stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
