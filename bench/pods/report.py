"""The figures as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bench.pods.results import Results

AIM: Final = 1.15
"""Most that a burst without budget may take, by the time of plain kwok."""

_HEAD: Final = (
    "pods",
    "plain s",
    "burst s",
    "ratio",
    "pods/s",
    "plain MiB",
    "burst MiB",
    "plain CPU s",
    "burst CPU s",
    "load",
)


def markdown(results: Results) -> str:
    """A table, and what took the CPU time."""
    rows = [
        (
            f"{one.pods:,}",
            f"{one.plain.seconds:.0f}",
            f"{one.burst.seconds:.0f}",
            f"{one.ratio:.2f}",
            f"{one.pods / one.burst.seconds:.0f}",
            f"{one.plain.peak_mib:.0f}",
            f"{one.burst.peak_mib:.0f}",
            f"{one.plain.cpu:.0f}",
            f"{one.burst.cpu:.0f}",
            f"{one.plain.load:.1f}, {one.burst.load:.1f}",
        )
        for one in results.pairs
    ]
    lines = [_row(_HEAD), "|" + "---:|" * len(_HEAD), *map(_row, rows), ""]
    for one in results.pairs:
        shares = sorted(one.burst.cpu_seconds.items(), key=lambda item: -item[1])
        parts = ", ".join(f"{name} {seconds:.0f}" for name, seconds in shares)
        lines.append(f"- CPU seconds of the burst of {one.pods:,}: {parts}.")
    conditions = results.machine
    lines.append(
        f"- Measured {results.date} at {results.revision}: {conditions['processor']}, "
        f"{conditions['cores']} cores, {conditions['memory']}."
    )
    return "\n".join(lines)


def missed(results: Results) -> Iterator[str]:
    """What did not go as it should."""
    for one in results.pairs:
        if one.ratio > AIM:
            yield f"{one.pods} pods took {one.ratio:.2f} times plain kwok (aim: {AIM})"
        if not one.check_passed:
            yield f"of {one.pods} pods some were lost or started twice"
    if results.left:
        yield f"left after `ackb down`: {', '.join(results.left)}"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
