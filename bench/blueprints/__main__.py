"""Measures the sandbox stack of each blueprint, and all of them together, with their machine.

Takes about three minutes for each cycle. docs/benchmarks.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ackb.domain.home import Home
from bench import command, machine, workspace
from bench.blueprints import report
from bench.blueprints.measuring import measure, sandbox_stacks
from bench.blueprints.results import Results


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 when a command fails, 130 when stopped."""
    options = _options(arguments)
    return command.run(
        lambda: _measure(options.stacks, options.cycles),
        options.output,
        report.markdown,
        report.missed,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.blueprints", description=__doc__)
    parser.add_argument(
        "--stacks", nargs="+", default=sandbox_stacks(), help="stacks (default: %(default)s)"
    )
    parser.add_argument(
        "--cycles", type=int, default=3, help="times that all is measured (default: 3)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Home.find(workspace.CLONE).root / "bench-blueprints.json",
        help="file for the results (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _measure(stacks: Sequence[str], cycles: int) -> Results:
    conditions = machine.describe()
    groups = [(stack,) for stack in stacks]
    together = [tuple(stacks)] if len(stacks) > 1 else []
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        revision=machine.revision(),
        machine=conditions,
        rows=tuple(measure(group, cycles) for group in (*groups, *together)),
    )


if __name__ == "__main__":
    sys.exit(main())
