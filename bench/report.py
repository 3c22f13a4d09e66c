"""Shows results: as a table on the screen, and as the generated part of a page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bench.operations import CHECK_COLD
from bench.results import Figure, Results

_HEADINGS = ("", "median s", "min", "max", "runs", "aim s", "peak MiB", "trivial s", "ratio")

#: Programs that are named when memory is told; the rest is added up.
_NAMED = 5


def screen(results: Results) -> str:
    """What `make bench` prints."""
    rows = [_HEADINGS, *(_row(figure) for figure in results.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    table = "\n".join(_padded(row, widths) for row in rows)
    lines = "\n".join(f"{key}: {value}" for key, value in _about(results))
    return f"{lines}\n\n{table}\n\n" + "\n".join(_remarks(results))


def markdown(results: Results) -> str:
    """What stands between the markers of the page."""
    about = "\n".join(f"| {key} | {value} |" for key, value in _about(results))
    rows = "\n".join(f"| {' | '.join(_row(figure))} |" for figure in results.figures)
    aligned = "|---|" + "---:|" * (len(_HEADINGS) - 1)
    remarks = "\n".join(f"- {remark}" for remark in _remarks(results))
    return (
        f"| {' | '.join(_HEADINGS)} |\n{aligned}\n{rows}\n\n{remarks}\n\n"
        f"Measured on:\n\n| | |\n|---|---|\n{about}"
    )


def missed(results: Results) -> list[str]:
    """A line for each aim that was not reached."""
    return [
        f"{figure.name}: {figure.median:.1f} s, aimed at {figure.aim:g} s"
        for figure in results.figures
        if figure.missed
    ]


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{figure.median:.2f}",
        f"{min(figure.seconds):.2f}",
        f"{max(figure.seconds):.2f}",
        str(len(figure.seconds)),
        f"{figure.aim:g}" if figure.aim is not None else "",
        f"{figure.peak_mib:.0f}",
        f"{figure.trivial_median:.2f}" if figure.trivial_median is not None else "",
        f"{figure.ratio:.1f}" if figure.ratio is not None else "",
    )


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = row
    cells = [first.ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
    return "  ".join(cells).rstrip()


def _about(results: Results) -> list[tuple[str, str]]:
    return [
        ("date", results.date),
        ("revision", results.revision),
        *results.machine.items(),
    ]


def _remarks(results: Results) -> list[str]:
    largest = max(results.figures, key=lambda figure: figure.peak_mib)
    (cold,) = (one for one in results.figures if one.name == CHECK_COLD.name)
    return [
        f"Stack `{results.stack}`: {results.resources} objects in a state of "
        f"{results.state_bytes / 1000:.0f} kB; the trivial program has as many, of the same size.",
        *(
            f"The policy pack's share of `{share.name}`: "
            f"{share.seconds:.1f} s ({share.percent:.0f} %)."
            for share in results.policies
        ),
        f"Memory at rest, with the stack up: {_memory(results.at_rest)}.",
        f"Memory at the peak of `{largest.name}`: {_memory(largest.memory)}.",
        f"A cold check reads {median(cold.read_mib):.0f} MiB from disk.",
    ]


def _memory(by_program: dict[str, float]) -> str:
    named = list(by_program.items())[:_NAMED]
    rest = sum(by_program.values()) - sum(mib for _, mib in named)
    parts = [f"{name} {mib:.0f}" for name, mib in named]
    parts += [f"others {rest:.0f}"] if rest >= 1 else []
    return f"{sum(by_program.values()):.0f} MiB ({', '.join(parts)})"
