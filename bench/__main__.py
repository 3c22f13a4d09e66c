"""Measures what a user waits for, and prints it with the machine it was measured on.

Takes about five minutes. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ackb.domain.home import Home
from bench import collecting, command, machine, report, workspace
from bench.blueprint import STACK, Blueprint, Runs
from bench.collecting import Samples
from bench.command import say
from bench.measuring import SAMPLE_SECONDS
from bench.results import Results
from bench.trivial import runs as trivial_runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 when a command that is measured fails, 130 when stopped."""
    options = _options(arguments)
    return command.run(
        lambda: _measure(options.cycles), options.output, report.screen, report.missed
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--cycles",
        type=int,
        default=3,
        help="times that all is measured, after one that is not (default: 3)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Home.find(workspace.CLONE).root / "bench.json",
        help="file for the results (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _measure(cycles: int) -> Results:
    revision, conditions = machine.revision(), machine.describe()
    blueprint, trivial = collecting.new(), collecting.new()
    for number in range(cycles + 1):
        say(f"Cycle {number} of {cycles}" if number else "Once unmeasured, to warm up")
        with workspace.folder() as project:
            stack = Blueprint(project)
            _collect(stack.cycle(), blueprint if number else None)
        with workspace.folder() as project:
            other = trivial_runs.cycle(project, stack.resources, stack.state_bytes)
            _collect(other, trivial if number else None, "trivial program: ")
    # Last, since it makes everything cold.
    with workspace.folder() as project:
        say("Checks")
        _collect(Blueprint(project).checks(cycles), blueprint)
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        revision=revision,
        machine=conditions,
        stack=STACK,
        resources=stack.resources,
        state_bytes=stack.state_bytes,
        sample_seconds=SAMPLE_SECONDS,
        at_rest=collecting.by_program(stack.at_rest),
        figures=collecting.figures(blueprint, trivial),
        policies=collecting.shares(blueprint),
    )


def _collect(runs: Runs, samples: Samples | None, of: str = "") -> None:
    for operation, sample in runs:
        say(f"  {of}{operation.name}: {sample.seconds:.1f} s")
        if samples is not None:
            samples[operation].append(sample)


if __name__ == "__main__":
    sys.exit(main())
