"""The page of the right-sizing report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from ackb.domain.eci_sizes import EciSize
from ackb.domain.pod_resources import Amounts
from ackb.html.model import (
    Block,
    Cell,
    KeyFigure,
    KeyFigures,
    Language,
    Page,
    Plot,
    Section,
    Series,
    Table,
    Text,
    Tone,
    Value,
)
from ackb.reports.pages.frame import columns, framed
from ackb.reports.right_sizing import Application, RightSizing, Verdict
from ackb.reports.wording import Wording, number

_TONES: dict[Verdict, Tone] = {Verdict.OVER: "warn", Verdict.UNDER: "bad", Verdict.FITS: "good"}


def page(report: RightSizing, language: Language) -> Page:
    """The report in words, tables and plots."""
    words = Wording(language)
    sections = [
        Section(words("summary"), list(_summary(report, words))),
        Section(
            words("right_sizing.applications"),
            [
                _plot(report, words, "cpu", lambda one: one.cpu),
                _plot(report, words, "memory", lambda one: one.gib),
                _applications(report, words),
            ],
        ),
        Section(words("right_sizing.containers"), [_containers(report, words)]),
        Section(words("method"), list(_method(report, words))),
    ]
    return framed(report.live, words, "right_sizing.title", sections)


def _summary(report: RightSizing, words: Wording) -> Iterator[Block]:
    if not report.installed:
        yield Text(words("right_sizing.not_installed"), "warn")
        return
    judged = f"{len(report.judged)} / {len(report.applications)}"
    yield KeyFigures(
        [
            KeyFigure(words("right_sizing.judged"), judged),
            KeyFigure(words("right_sizing.cpu"), words("cores", count=number(report.freed.cpu))),
            KeyFigure(words("right_sizing.memory"), words("gib", count=number(report.freed.gib))),
            words.sum("right_sizing.saving", report.eci_saving, report.currency),
        ]
    )
    if any(one.same_size and one.on_eci for one in report.judged):
        yield Text(words("right_sizing.same_size"))
    for one in report.applications:
        if not one.off:
            yield Text(words("right_sizing.not_off", name=_name(one), mode=one.mode), "warn")
    if report.unobserved:
        yield Text(words("right_sizing.unobserved", names=", ".join(report.unobserved)))


def _plot(
    report: RightSizing, words: Wording, name: str, part: Callable[[Amounts], Fraction]
) -> Plot:
    names = [_name(one) for one in report.judged]
    whole = [
        (one.requested.times(one.pods), one.recommended.times(one.pods)) for one in report.judged
    ]
    return Plot(
        title=words(f"right_sizing.plot.{name}"),
        x_title=words("column.application"),
        y_title=words(f"unit.{name}"),
        series=[
            Series(words("column.requested"), names, [float(part(now)) for now, _ in whole], "bar"),
            Series(words("column.recommended"), names, [float(part(to)) for _, to in whole], "bar"),
        ],
        note=words("right_sizing.plot.note"),
    )


def _applications(report: RightSizing, words: Wording) -> Table:
    titles = columns(
        words,
        "application",
        "owner",
        "#on_ecs",
        "#on_eci",
        "#pod_cpu",
        "#pod_memory",
        "eci_size",
        "#freed_cpu",
        "#freed_memory",
        "#eci_saving",
    )
    return Table(titles, [_application(one, words) for one in report.applications])


def _application(one: Application, words: Wording) -> list[Value]:
    head: list[Value] = [_name(one), one.owner or words("nobody"), one.on_ecs, one.on_eci]
    if one.waiting:
        waiting = words("right_sizing.waiting", why=one.waiting)
        cpu, memory = number(one.requested.cpu), number(one.requested.gib)
        return [*head, cpu, memory, _size(one.size, words), waiting, "–", "–"]
    freed = one.freed
    before, after = _size(one.size, words), _size(one.recommended_size, words)
    return [
        *head,
        _change(one.requested.cpu, one.recommended.cpu),
        _change(one.requested.gib, one.recommended.gib),
        words("right_sizing.size_stays", size=before) if one.same_size else f"{before} → {after}",
        words.amount(freed.cpu, "good" if freed.cpu > 0 else "plain"),
        words.amount(freed.gib, "good" if freed.memory > 0 else "plain"),
        words.money(one.eci_saving, one.currency) if one.on_eci else "–",
    ]


def _containers(report: RightSizing, words: Wording) -> Table:
    titles = columns(
        words, "application", "container", "resource", "#requested", "#lower", "#target", "#upper"
    )
    rows: list[list[Value]] = []
    for one in report.judged:
        for box in one.containers:
            for name, verdict in (("cpu", box.cpu), ("memory", box.memory)):
                parts = (box.requested, box.lower, box.target, box.upper)
                requested, *bounds = (
                    float(part.cpu if name == "cpu" else part.gib) for part in parts
                )
                text = words(f"right_sizing.verdict.{verdict}", value=number(requested))
                rows.append(
                    [
                        _name(one),
                        box.name,
                        words(f"unit.{name}"),
                        Cell(text, requested, _TONES[verdict]),
                        *(words.amount(value) for value in bounds),
                    ]
                )
    return Table(titles, rows)


def _method(report: RightSizing, words: Wording) -> Iterator[Block]:
    yield Text(words("right_sizing.method"))
    yield Text(words("right_sizing.method.apply"))
    yield Text(words("right_sizing.method.eci"))
    if report.eci_saving.unknown:
        yield Text(words("price.unknown", region=report.live.region))


def _name(one: Application) -> str:
    return f"{one.namespace}/{one.workload.partition(' ')[2]}"


def _change(before: Fraction, after: Fraction) -> Cell:
    return Cell(f"{number(before)} → {number(after)}", float(after))


def _size(size: EciSize | None, words: Wording) -> str:
    if size is None:
        return words("right_sizing.no_size")
    return words("eci_age.size", vcpu=number(size.vcpu), gib=number(size.memory_gib))
