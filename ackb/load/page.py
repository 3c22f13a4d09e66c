"""The page of a load test's report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ackb.html.model import Tone
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
from ackb.load import wording

_TIME: Final = "Time of the test (min:s)"
_GOOD: Final = 0.999
_BAD: Final = 0.95
_MOST_POINTS: Final = 600
"""Samples in a plot; more than that cannot be told apart on a screen."""

Sample = dict[str, Any]


def page(report: dict[str, Any]) -> Page:
    """The page of a report's document."""
    sections = [
        Section("Result", [_figures(report), *_sentences(report)]),
        Section("Users and pods", [_replicas(report)]),
        Section("What the users saw", [_throughput(report), _answers(report)]),
        Section("What the autoscaler saw", [_cpu(report), *_decisions(report)]),
        Section("Cost", _cost(report)),
        Section("How it was tested", _conditions(report)),
    ]
    speed = f", {report['speed']} times as fast as real time" if report["speed"] > 1 else ""
    return Page(
        title=f"Load test of {report['stack']}",
        subtitle=f"{report['profile']['title']}{speed}; {report['workload']['name']}, "
        f"{report['region']}",
        language="en",
        made_at=datetime.fromisoformat(report["begun"]),
        sections=sections,
        simulated=True,
    )


def _figures(report: dict[str, Any]) -> KeyFigures:
    found = report["summary"]
    success = found["success"]
    tone: Tone = "plain" if success is None else _tone(success)
    wrong = found["disagreements"]
    return KeyFigures(
        [
            KeyFigure(
                "Replicas wanted",
                f"{found['replicas'][0]} to {max(found['replicas'])}",
                f"at most {found['peak_ready']} ready, {found['peak_eci']} of them on ECI",
            ),
            KeyFigure(
                "Success rate",
                wording.percent(success),
                f"{wording.percent(found['lowest_success'])} at the worst moment",
                tone,
            ),
            KeyFigure(
                "Response time",
                wording.seconds(found["mean_seconds"]),
                f"p95 at the worst moment {wording.seconds(found['worst_p95_seconds'])}",
            ),
            KeyFigure("Most answers", f"{found['peak_tps']:.0f}/s"),
            KeyFigure(
                "Longest wait for pods",
                f"{found['longest_lag_seconds']:.0f} s",
                "fewer ready than wanted",
            ),
            KeyFigure(
                "ECI at list prices",
                wording.money(found["eci_cost"]),
                f"ECS nodes: {wording.money(found['ecs_cost'])}",
            ),
            KeyFigure(
                "Decisions as documented",
                f"{found['decisions'] - wrong} of {found['decisions']}",
                tone="bad" if wrong else "good",
            ),
        ]
    )


def _sentences(report: dict[str, Any]) -> list[Text]:
    found = report["summary"]
    steps = f"Replicas wanted: {wording.replicas(found['replicas'])}."
    return [Text(line) for line in [steps, *wording.verdict(found, report["autoscaler"])]]


def _replicas(report: dict[str, Any]) -> Plot:
    scaler = report["autoscaler"]
    bounds = [] if scaler is None else [("least", scaler["min"]), ("most", scaler["max"])]
    return Plot(
        title="Virtual users, replicas wanted, pods ready on ECS and ECI",
        x_title=_TIME,
        y_title="pods",
        y2_title="users",
        x_form="elapsed",
        series=[
            _series(report, "users", "users", "step", axis=2),
            _series(report, "wanted", "wanted", "step", dashed=True),
            _series(report, "ready", "ready", "step"),
            _series(report, "ready on ECS", "ready_ecs", "step"),
            _series(report, "ready on ECI", "ready_eci", "step"),
        ],
        marks=[Mark(f"{name}: {value}", y=value) for name, value in bounds],
        note="Where the dashed line is above the pods that are ready, scale-out lags.",
    )


def _throughput(report: dict[str, Any]) -> Plot:
    return Plot(
        title="Answers and time-outs",
        x_title=_TIME,
        y_title="per second",
        y2_title="success rate (%)",
        x_form="elapsed",
        series=[
            _series(report, "answers (TPS)", "tps", "line"),
            _series(report, "time-outs", "failures", "line"),
            _series(report, "success rate", lambda row: 100 * row["success"], "line", axis=2),
        ],
    )


def _answers(report: dict[str, Any]) -> Plot:
    limit = report["demand"]["timeout_seconds"]
    return Plot(
        title="Response time",
        x_title=_TIME,
        y_title="seconds",
        x_form="elapsed",
        series=[
            _series(report, "mean", "mean_seconds", "line"),
            _series(report, "95th percentile", "p95_seconds", "line"),
        ],
        marks=[Mark("time-out", y=limit)],
    )


def _cpu(report: dict[str, Any]) -> Plot:
    scaler = report["autoscaler"] or {"targets": []}
    targets = [
        one["value"]
        for one in scaler["targets"]
        if (one["resource"], one["kind"]) == ("cpu", "Utilization")
    ]
    return Plot(
        title="CPU use of the pods",
        x_title=_TIME,
        y_title="% of the request",
        x_form="elapsed",
        series=[
            _series(report, "now", "cpu", "line"),
            _series(report, "as the autoscaler saw it", "cpu_seen", "step"),
        ],
        marks=[Mark(f"target {value} %", y=value) for value in targets],
    )


def _cost(report: dict[str, Any]) -> list[Plot | Text]:
    found = report["summary"]
    parts = {"ECI instances": "eci_cost", "ECS nodes": "ecs_cost"}
    known = {name: key for name, key in parts.items() if found[key] is not None}
    blocks: list[Plot | Text] = []
    if known:
        plot = Plot(
            title=f"Cost so far at list prices: {' and '.join(known)}",
            x_title=_TIME,
            y_title="CNY",
            x_form="elapsed",
            stacked=True,
            series=[_series(report, name, key, "area") for name, key in known.items()],
            note="What the same course would cost on the real cloud; here nothing is billed.",
        )
        blocks.append(plot)
    if unknown := [name for name in parts if name not in known]:
        said = (
            f"The cost of {' and '.join(unknown)} is unknown: no public page states their price. A "
            "file with the prices of your contract, named by ACKB_PRICES, makes it known."
        )
        blocks.append(Text(said, "warn"))
    return blocks


def _decisions(report: dict[str, Any]) -> list[Table | Text]:
    changes = [
        one for one in report["decisions"] if one["current"] != one["desired"] or not one["agrees"]
    ]
    rows = [
        [
            Cell(_clock(one["seconds"]), one["seconds"]),
            one["usage"],
            f"{one['ready']} / {one['unready']} / {one['missing']}",
            one["current"],
            one["proposed"],
            one["expected"],
            one["desired"],
            Cell("yes", tone="good") if one["agrees"] else Cell("no", tone="bad"),
        ]
        for one in changes
    ]
    columns = [
        Column("Time"),
        Column("CPU %", number=True),
        Column("Pods ready / not ready / without metrics"),
        Column("Replicas", number=True),
        Column("Metrics ask for", number=True),
        Column("Formula", number=True),
        Column("Autoscaler", number=True),
        Column("Agree"),
    ]
    same = len(report["decisions"]) - len(changes)
    caption = f"Decisions that changed something or differ; {same} others kept the number."
    events = [
        [Cell(_clock(one["seconds"]), one["seconds"]), one["reason"], one["message"]]
        for one in report["events"]
    ]
    return [
        Table(columns, rows, caption),
        Table(
            [Column("Time"), Column("Event"), Column("Message")],
            events,
            "Events of the autoscaler, which carry whole seconds of real time",
        ),
    ]


def _conditions(report: dict[str, Any]) -> list[Table | Text]:
    demand, sources = report["demand"], report["model"]
    asked = [
        ["CPU time of a request", f"{demand['cpu_seconds']:g} s", sources["cpu_seconds_source"]],
        ["other time", f"{demand['other_seconds']:g} s", sources["other_seconds_source"]],
        ["time-out", f"{demand['timeout_seconds']:g} s", sources["timeout_seconds_source"]],
    ]
    blocks: list[Table | Text] = [
        Text(
            "The API server, the HorizontalPodAutoscaler, the other controllers and the scheduler "
            "are the real programs. No container runs: users, requests and CPU use come from a "
            "queueing model without think time (docs/load.md)."
        ),
        Table([Column("Request"), Column("Value"), Column("Default comes from")], asked),
    ]
    if report["divided"]:
        rows = [
            [one["what"], one["unit"], round(one["real"], 3), round(one["now"], 4)]
            for one in report["divided"]
        ]
        columns = [
            Column("Value"),
            Column("Unit"),
            Column("Real time", number=True),
            Column("This test", number=True),
        ]
        caption = f"Values that the speed of {report['speed']} has changed"
        blocks.append(Table(columns, rows, caption))
    return blocks


def _series(
    report: dict[str, Any],
    name: str,
    value: str | Callable[[Sample], float],
    kind: Any,
    *,
    axis: Any = 1,
    dashed: bool = False,
) -> Series:
    rows = _thinned(report["samples"])
    found = [row[value] if isinstance(value, str) else value(row) for row in rows]
    return Series(
        name, [row["seconds"] for row in rows], found, kind=kind, axis=axis, dashed=dashed
    )


def _thinned(rows: list[Sample]) -> list[Sample]:
    """Not more samples than a screen can show; every change of the replicas stays."""
    step = -(-len(rows) // _MOST_POINTS)
    return [
        row
        for index, row in enumerate(rows)
        if index % step == 0 or index == len(rows) - 1 or row["wanted"] != rows[index - 1]["wanted"]
    ]


def _tone(success: float) -> Tone:
    return "good" if success >= _GOOD else "warn" if success >= _BAD else "bad"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
