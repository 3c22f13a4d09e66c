"""The page of a load test's report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from ackb.html.model import Block, Kind, Language, Tone
from ackb.html.page import (
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Mark,
    Page,
    Plot,
    Section,
    Series,
    Table,
    Text,
)
from ackb.load.wording import Wording, replicas

_GOOD: Final = 0.999
_BAD: Final = 0.95
_MOST_POINTS: Final = 600
"""Samples in a plot; more than that cannot be told apart on a screen."""

Report = dict[str, Any]
Sample = dict[str, Any]


def page(report: Report, language: Language = "en") -> Page:
    """The page of a report's document."""
    words = Wording(language)
    sections: dict[str, list[Block]] = {
        "result": [_figures(report, words), *_sentences(report, words)],
        "pods": [_pods(report, words)],
        "users": [_answers(report, words), _response(report, words)],
        "autoscaler": [_cpu(report, words), *_decisions(report, words)],
        "cost": _cost(report, words),
        "method": _method(report, words),
    }
    return Page(
        title=words("title", stack=report["stack"]),
        subtitle=words(
            "subtitle",
            load=words.load(report),
            workload=report["workload"]["name"],
            region=report["region"],
        ),
        language=language,
        made_at=datetime.fromisoformat(report["begun"]),
        sections=[Section(words(f"section.{name}"), blocks) for name, blocks in sections.items()],
        simulated=True,
    )


def _figures(report: Report, words: Wording) -> KeyFigures:
    found = report["summary"]
    wrong, steps = found["disagreements"], found["replicas"]
    return KeyFigures(
        [
            KeyFigure(
                words("figure.replicas"),
                words("figure.replicas.value", first=steps[0], most=max(steps)),
                words("figure.replicas.note", ready=found["peak_ready"], eci=found["peak_eci"]),
            ),
            KeyFigure(
                words("figure.success"),
                words.percent(found["success"]),
                words("figure.success.note", lowest=words.percent(found["lowest_success"])),
                _tone(found["success"]),
            ),
            KeyFigure(
                words("figure.response"),
                words.seconds(found["mean_seconds"]),
                words("figure.response.note", p95=words.seconds(found["worst_p95_seconds"])),
            ),
            KeyFigure(words("figure.tps"), f"{found['peak_tps']:.0f}/s"),
            KeyFigure(
                words("figure.lag"),
                words("seconds", value=f"{found['longest_lag_seconds']:.0f}"),
                words("figure.lag.note"),
            ),
            KeyFigure(
                words("figure.eci"),
                words.money(found["eci_cost"]),
                words("figure.eci.note", ecs=words.money(found["ecs_cost"])),
            ),
            KeyFigure(
                words("figure.decisions"),
                words(
                    "figure.decisions.value",
                    right=found["decisions"] - wrong,
                    all=found["decisions"],
                ),
                tone="bad" if wrong else "good",
            ),
        ]
    )


def _sentences(report: Report, words: Wording) -> list[Block]:
    steps = words("said.replicas", steps=replicas(report["summary"]["replicas"]))
    return [Text(line) for line in [steps, *words.verdict(report)]]


def _pods(report: Report, words: Wording) -> Plot:
    scaler = report["autoscaler"] or {}
    marks = [
        Mark(words(f"mark.{bound}", value=scaler[bound]), y=scaler[bound])
        for bound in ("min", "max")
        if bound in scaler
    ]
    return Plot(
        title=words("plot.pods"),
        x_title=words("time"),
        y_title=words("axis.pods"),
        y2_title=words("axis.users"),
        x_form="elapsed",
        series=[
            _series(report, words, "users", "step", axis=2),
            _series(report, words, "wanted", "step", dashed=True),
            _series(report, words, "ready", "step"),
            _series(report, words, "ready_ecs", "step"),
            _series(report, words, "ready_eci", "step"),
        ],
        marks=marks,
        note=words("plot.pods.note"),
    )


def _answers(report: Report, words: Wording) -> Plot:
    return Plot(
        title=words("plot.answers"),
        x_title=words("time"),
        y_title=words("axis.rate"),
        y2_title=words("axis.success"),
        x_form="elapsed",
        series=[
            _series(report, words, "tps", "line"),
            _series(report, words, "failures", "line"),
            _series(report, words, "success", "line", axis=2, factor=100),
        ],
    )


def _response(report: Report, words: Wording) -> Plot:
    return Plot(
        title=words("plot.response"),
        x_title=words("time"),
        y_title=words("axis.seconds"),
        x_form="elapsed",
        series=[
            _series(report, words, "mean_seconds", "line"),
            _series(report, words, "p95_seconds", "line"),
        ],
        marks=[Mark(words("mark.timeout"), y=report["demand"]["timeout_seconds"])],
    )


def _cpu(report: Report, words: Wording) -> Plot:
    scaler = report["autoscaler"] or {"targets": []}
    targets = [
        one["value"]
        for one in scaler["targets"]
        if (one["resource"], one["kind"]) == ("cpu", "Utilization")
    ]
    return Plot(
        title=words("plot.cpu"),
        x_title=words("time"),
        y_title=words("axis.cpu"),
        x_form="elapsed",
        series=[
            _series(report, words, "cpu", "line"),
            _series(report, words, "cpu_seen", "step"),
        ],
        marks=[Mark(words("mark.target", value=value), y=value) for value in targets],
    )


def _cost(report: Report, words: Wording) -> list[Block]:
    keys = ("eci_cost", "ecs_cost")
    known = [key for key in keys if report["summary"][key] is not None]
    blocks: list[Block] = []
    if known:
        plot = Plot(
            title=words("plot.cost", parts=_joined(known, words)),
            x_title=words("time"),
            y_title=words("axis.money"),
            x_form="elapsed",
            stacked=True,
            series=[_series(report, words, key, "area") for key in known],
            note=words("plot.cost.note"),
        )
        blocks.append(plot)
    if unknown := [key for key in keys if key not in known]:
        blocks.append(Text(words("cost.unknown", parts=_joined(unknown, words)), "warn"))
    return blocks


def _decisions(report: Report, words: Wording) -> list[Block]:
    shown = [
        one for one in report["decisions"] if one["current"] != one["desired"] or not one["agrees"]
    ]
    rows = [
        [
            _moment(one),
            one["usage"],
            f"{one['ready']} / {one['unready']} / {one['missing']}",
            one["current"],
            one["proposed"],
            one["expected"],
            one["desired"],
            Cell(words("yes"), tone="good") if one["agrees"] else Cell(words("no"), tone="bad"),
        ]
        for one in shown
    ]
    numbers = ("replicas", "proposed", "expected", "desired")
    columns = [
        _column("time", words),
        _column("cpu", words, number=True),
        _column("pods", words),
        *(_column(name, words, number=True) for name in numbers),
        _column("agree", words),
    ]
    events = [[_moment(one), one["reason"], one["message"]] for one in report["events"]]
    return [
        Table(
            columns, rows, words("caption.decisions", same=len(report["decisions"]) - len(shown))
        ),
        Table(
            [_column(name, words) for name in ("time", "event", "message")],
            events,
            words("caption.events"),
        ),
    ]


def _method(report: Report, words: Wording) -> list[Block]:
    asked = [
        [
            words(f"demand.{name}"),
            words("seconds", value=f"{value:g}"),
            report["model"][f"{name}_source"],
        ]
        for name, value in report["demand"].items()
    ]
    columns = [_column(name, words) for name in ("request", "value", "source")]
    blocks: list[Block] = [Text(words("method")), Table(columns, asked)]
    if report["divided"]:
        rows = [
            [one["what"], one["unit"], round(one["real"], 3), round(one["now"], 4)]
            for one in report["divided"]
        ]
        columns = [
            _column("value", words),
            _column("unit", words),
            _column("real", words, number=True),
            _column("now", words, number=True),
        ]
        blocks.append(Table(columns, rows, words("caption.divided", speed=report["speed"])))
    return blocks


def _series(
    report: Report,
    words: Wording,
    key: str,
    kind: Kind,
    *,
    axis: Literal[1, 2] = 1,
    dashed: bool = False,
    factor: int = 1,
) -> Series:
    rows = _thinned(report["samples"])
    values = [None if row[key] is None else row[key] * factor for row in rows]
    times = [row["seconds"] for row in rows]
    return Series(words(f"series.{key}"), times, values, kind=kind, axis=axis, dashed=dashed)


def _thinned(rows: list[Sample]) -> list[Sample]:
    """Not more samples than a screen can show; every change of the replicas stays."""
    step = -(-len(rows) // _MOST_POINTS)
    return [
        row
        for index, row in enumerate(rows)
        if index % step == 0 or index == len(rows) - 1 or row["wanted"] != rows[index - 1]["wanted"]
    ]


def _column(name: str, words: Wording, *, number: bool = False) -> Column:
    return Column(words(f"column.{name}"), number=number)


def _joined(keys: Sequence[str], words: Wording) -> str:
    return words("and").join(words(f"series.{key}") for key in keys)


def _moment(one: dict[str, Any]) -> Cell:
    minutes, rest = divmod(round(one["seconds"]), 60)
    return Cell(f"{minutes}:{rest:02d}", one["seconds"])


def _tone(success: float | None) -> Tone:
    if success is None:
        return "plain"
    return "good" if success >= _GOOD else "warn" if success >= _BAD else "bad"
