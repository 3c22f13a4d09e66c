"""Shows what each blueprint takes, as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench.blueprints.results import Results, Row, Times

_HEADINGS = (
    "stack",
    "resources",
    "control planes",
    "check s",
    "up s",
    "second up s",
    "down s",
    "MiB at rest",
    "MiB at most",
    "load",
)
_SAID_BEFORE = ("processor", "cores", "memory", "load before")


def markdown(results: Results) -> str:
    """What is printed, and what stands between the markers of the page."""
    rows = "\n".join(f"| {' | '.join(_row(row))} |" for row in results.rows)
    aligned = "|---|" + "---:|" * (len(_HEADINGS) - 1)
    machine = results.machine
    told = (f"{key} {value}" for key, value in machine.items() if key not in _SAID_BEFORE)
    versions = ", ".join(told)
    cycles = len(results.rows[0].up.seconds)
    how = "One run" if cycles == 1 else f"Medians of {cycles} runs"
    return (
        f"| {' | '.join(_HEADINGS)} |\n{aligned}\n{rows}\n\n"
        f"- {how}, each in a new project.\n"
        f"- Measured {results.date} at {results.revision}: {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory']}, load {machine['load before']} before.\n"
        f"- {versions}."
    )


def missed(results: Results) -> Iterator[str]:
    """What is left after `ackb down`."""
    for row in results.rows:
        if row.left:
            yield f"left after `ackb down` of {_name(row)}: {', '.join(row.left)}"


def _row(row: Row) -> tuple[str, ...]:
    peak = max(times.peak_mib for times in (row.up, row.unchanged, row.down))
    return (
        _name(row),
        str(row.resources),
        str(row.clusters),
        _seconds(row.check) if row.check else "",
        _seconds(row.up),
        _seconds(row.unchanged),
        _seconds(row.down),
        f"{sum(row.at_rest.values()):.0f}",
        f"{peak:.0f}",
        f"{row.load:.1f}",
    )


def _name(row: Row) -> str:
    return f"`{row.stacks[0]}`" if len(row.stacks) == 1 else f"all {len(row.stacks)}, `--all`"


def _seconds(times: Times) -> str:
    return f"{median(times.seconds):.1f}"
