"""`make tools`: find or build the native tools, and say where they are."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from typing import Final, NoReturn

from ackb.toolchain import NAMES, GoMissing, Tool, ToolchainError, ensure
from ackb.toolchain.built import BuiltTools
from ackb.toolchain.pins import PINS
from ackb.toolchain.report import Report

_FAILED: Final = 1
_PREREQUISITE_MISSING: Final = 3


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
    report = Report(sys.stderr)
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


if __name__ == "__main__":
    sys.exit(main())
