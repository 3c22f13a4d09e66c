"""Measures bursts of pods beside plain kwok. Takes about a quarter of an hour for the defaults."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ackb.burst.course import Row
from ackb.domain.home import Home
from bench import command, machine, workspace
from bench.command import say
from bench.measuring import CommandFailed
from bench.pods import report
from bench.pods.plain import Plain
from bench.pods.results import Pair, Results, Side

STACK: Final = "burst-dev"
_SIZES: Final = (1000, 3000, 10000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 when a command fails, 130 when stopped."""
    options = _options(arguments)
    return command.run(
        lambda: _measure(options.pods), options.output, report.markdown, report.missed
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pods", description=__doc__)
    parser.add_argument("--pods", type=int, nargs="+", default=_SIZES, help="numbers of pods")
    parser.add_argument(
        "--output",
        type=Path,
        default=Home.find(workspace.CLONE).root / "bench-pods.json",
        help="file for the results (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _measure(sizes: Sequence[int]) -> Results:
    pairs = []
    with workspace.folder() as project:
        workspace.copy_project(project)
        for pods in sizes:
            plain = _plain(project, pods)
            say(f"plain kwok, {pods} pods: {plain.seconds:.0f} s")
            _ackb(project, "up")
            found = _ackb(project, "burst", "--pods", str(pods), "--unlimited")
            pairs.append(_pair(pods, plain, found))
            say(f"ackb burst, {pods} pods: {found['seconds']:.0f} s ({pairs[-1].ratio:.2f})")
            # Down each time: plain kwok has the machine to itself.
            left = _ackb(project, "down")["left"]
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        revision=machine.revision(),
        machine=machine.describe(),
        pairs=tuple(pairs),
        left=tuple(f"{one['service']} {one['id']}" for one in left or ()),
    )


def _plain(project: Path, pods: int) -> Side:
    with Plain(project.parent / f"plain-{pods}") as plane:
        rows = plane.run(pods, _nothing)
        load = machine.load()
    last = rows[-1]
    sums = [sum(one.memory_mib for one in row.processes.values()) for row in rows]
    return Side(
        seconds=round(last.seconds, 1),
        peak_mib=round(max(sums), 1),
        cpu_seconds={name: round(one.cpu_seconds, 1) for name, one in last.processes.items()},
        load=round(load, 2),
    )


def _pair(pods: int, plain: Side, found: Mapping[str, Any]) -> Pair:
    burst = Side(
        seconds=found["seconds"],
        peak_mib=found["peak_mib"],
        cpu_seconds=found["cpu_seconds"],
        load=round(machine.load(), 2),
    )
    return Pair(
        pods=pods,
        plain=plain,
        burst=burst,
        check_passed=found["check"]["passed"],
        removed_seconds=found["removed_seconds"],
    )


def _ackb(project: Path, name: str, *options: str) -> dict[str, Any]:
    words = ["ackb", name, STACK, *options, "--json"]
    done = subprocess.run(
        words,
        cwd=project,
        env=workspace.environment(project),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise CommandFailed(f"`{' '.join(words)}` ended with {done.returncode}:\n{said}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _nothing(_row: Row) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    sys.exit(main())
