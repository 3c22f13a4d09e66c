"""The page of a burst's report."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ackb.burst.plan import allowed_after
from ackb.html.page import (
    Column,
    KeyFigure,
    KeyFigures,
    Page,
    Plot,
    Section,
    Series,
    Table,
    Text,
)

_TIME: Final = "Time since the Deployment was created (min:s)"
_SHOWN: Final = 20
"""Names of lost or double pods on the page; the JSON has all."""


def page(report: dict[str, Any]) -> Page:
    """The page of a report's document."""
    sections = [
        Section("Result", [_figures(report), *_faults(report)]),
        Section("Pods", [_pods(report)]),
        Section("Plan", [_plan(report)]),
    ]
    if report["cpu_seconds"]:
        sections.append(Section("Control plane", [_memory(report), _cpu(report)]))
    sections.append(Section("How it was run", _conditions(report)))
    return Page(
        title=f"{report['pods']:,} ECI pods on {report['stack']}",
        subtitle=f"{report['region']}, {'no budget' if report['unlimited'] else 'ECI budget'}",
        language="en",
        made_at=datetime.fromisoformat(report["begun"]),
        sections=sections,
        simulated=report["simulated"],
    )


def _figures(report: dict[str, Any]) -> KeyFigures:
    check, cost = report["check"], report["hourly_cost"]
    budget = f"the budget allows {report['budget_seconds']:.0f} s"
    figures = [
        KeyFigure("Pods ready", f"{check['pods']:,}", f"{check['instances']:,} ECI instances"),
        KeyFigure(
            "Time to the last pod",
            f"{report['seconds']:.0f} s",
            "without the budget of ECI" if report["unlimited"] else budget,
        ),
        KeyFigure("Pods a second", f"{report['pods_per_second']:g}", "on average"),
        KeyFigure(
            "Lost or started twice",
            str(len(check["lost"]) + len(check["double"])),
            "pods compared with ECI instances",
            "good" if check["passed"] else "bad",
        ),
        KeyFigure(
            "An hour of these pods",
            "unknown" if cost is None else f"{cost['amount']:,.2f} {cost['currency']}",
            "" if cost is None else f"list price of {cost['as_of']}",
        ),
    ]
    if report["peak_mib"]:
        figures.append(KeyFigure("Control plane", f"{report['peak_mib']:,.0f} MiB", "at most"))
    return KeyFigures(figures)


def _faults(report: dict[str, Any]) -> list[Text]:
    check = report["check"]
    said = (("Lost", check["lost"]), ("Double", check["double"]))
    return [Text(f"{word}: {', '.join(names[:_SHOWN])}", "bad") for word, names in said if names]


def _pods(report: dict[str, Any]) -> Plot:
    samples = report["samples"]
    x = [one["seconds"] for one in samples]
    allowed = [min(float(report["pods"]), allowed_after(second)) for second in x]
    return Plot(
        title="Pods over time",
        x_title=_TIME,
        y_title="pods",
        x_form="elapsed",
        series=[
            Series("created", x, [one["created"] for one in samples]),
            Series("ready", x, [one["ready"] for one in samples]),
            Series("creation budget of ECI", x, allowed, dashed=True),
        ],
        note="Without the budget, `ready` may run above its line."
        if report["unlimited"]
        else "ECI creates no instance above the budget's line; each then takes its time to start.",
    )


def _memory(report: dict[str, Any]) -> Plot:
    samples = report["samples"]
    x = [one["seconds"] for one in samples]
    return Plot(
        title="Memory of the control plane",
        x_title=_TIME,
        y_title="MiB (resident)",
        x_form="elapsed",
        stacked=True,
        series=[
            Series(name, x, [one["memory_mib"].get(name) for one in samples], "area")
            for name in report["cpu_seconds"]
        ],
    )


def _cpu(report: dict[str, Any]) -> Table:
    total = sum(report["cpu_seconds"].values()) or 1.0
    rows = sorted(report["cpu_seconds"].items(), key=lambda one: -one[1])
    return Table(
        [Column("process"), Column("CPU seconds", number=True), Column("share %", number=True)],
        [[name, seconds, round(100 * seconds / total, 1)] for name, seconds in rows],
        caption="CPU time until the last pod was ready",
    )


def _plan(report: dict[str, Any]) -> Table:
    columns = [
        Column("what"),
        Column("needed", number=True),
        Column("limit", number=True),
        Column("unit"),
        Column("note"),
    ]
    rows = [
        [one["subject"], one["needed"], _limit(one["limit"]), one["unit"], one["note"]]
        for one in report["plan"]
    ]
    return Table(columns, rows, caption="Checked before the first pod was created")


def _limit(value: float | None) -> float | str:
    return "–" if value is None else value


def _conditions(report: dict[str, Any]) -> list[Text]:
    size = report["size"]
    said = [
        f"A Deployment of {report['pods']:,} pods of {size['vcpu']:g} vCPU and {size['gib']:g} GiB,"
        " all on virtual nodes. Scheduler, ReplicaSet controller and API server are the real ones.",
    ]
    if report["simulated"]:
        said.append(
            "ECI is simulated; no container ran. "
            + (
                "Its creation budget and start times were lifted, to see the control plane alone."
                if report["unlimited"]
                else "Its creation budget and start times were the real ones, as far as known."
            )
        )
    return [Text(one) for one in said]
