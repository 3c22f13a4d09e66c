"""The page of the ECI-age report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ackb.domain.prices import Sum, discount
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
from ackb.reports.eci_age import EciAge, Instance
from ackb.reports.moving import Advice, Move
from ackb.reports.pages.frame import columns, framed, told
from ackb.reports.wording import Wording, number

_CLASSES = ((1 / 24, "hour"), (1.0, "day"), (3.0, "three_days"), (7.0, "week"), (30.0, "month"))
"""Classes of age: their end in days, and the name of their text."""
_TONES: dict[Move, Tone] = {
    Move.FREE_ROOM: "warn",
    Move.MORE_ECS: "plain",
    Move.BOUND: "plain",
    Move.ORPHAN: "bad",
}


def page(report: EciAge, language: Language) -> Page:
    """The report in words, tables and plots."""
    words = Wording(language)
    sections = [
        Section(words("summary"), list(_summary(report, words))),
        Section(words("eci_age.old", days=number(report.days)), list(_old(report, words))),
        Section(words("eci_age.all"), [_ages(report, words), _owners(report, words)]),
        Section(words("method"), list(_method(report, words))),
    ]
    return framed(report.live, words, "eci_age.title", sections)


def _summary(report: EciAge, words: Wording) -> Iterator[Block]:
    old = len(report.old)
    currency = report.currency
    figures = [
        KeyFigure(words("eci_age.instances"), str(len(report.instances))),
        KeyFigure(
            words("eci_age.older", days=number(report.days)),
            str(old),
            tone="warn" if old else "good",
        ),
        words.sum("eci_age.cost", report.cost, currency),
        words.sum("eci_age.saving", report.saving, currency),
    ]
    yield KeyFigures(figures)
    if report.unlisted:
        yield Text(words("eci_age.unlisted", count=report.unlisted), "warn")
    counts = Counter(one.advice.move for one in report.old if one.advice)
    for move, count in sorted(counts.items()):
        yield Text(words(f"eci_age.told.{move}", count=count))
    if counts[Move.BOUND]:
        reserved, plan = (discount(f"eci.{name}").most for name in ("reserved", "savings_plan"))
        yield Text(words("eci_age.stays", reserved=_whole(reserved), plan=_whole(plan)))


def _old(report: EciAge, words: Wording) -> Iterator[Block]:
    names = ("#age", "pod", "workload", "owner", "size", "#cost", "advice", "#saving", "instance")
    yield Table(
        columns(words, *names),
        [_row(one, one.advice, report.currency, words) for one in report.old if one.advice],
    )


def _row(one: Instance, advice: Advice, currency: str, words: Wording) -> list[Value]:
    move = advice.move
    size = words("eci_age.size", vcpu=number(one.vcpu), gib=number(one.gib))
    return [
        Cell(_age(one.days, words), one.days, "warn"),
        f"{one.namespace}/{one.pod}" if one.namespace else one.pod,
        one.workload,
        told(one.owner, one.contact, words),
        words("eci_age.spot", size=size) if one.spot else size,
        words.money(one.cost, currency),
        Cell(words(f"eci_age.move.{move}", because=advice.because), tone=_TONES[move]),
        "–" if move is Move.BOUND else words.money(advice.saving, currency),
        one.id,
    ]


def _age(days: float, words: Wording) -> str:
    if days < 1:
        return words("hours", hours=f"{days * 24:.1f}")
    return words("days", days=f"{days:.1f}")


def _ages(report: EciAge, words: Wording) -> Plot:
    names = [words(f"age.{name}") for _, name in _CLASSES] + [words("age.older")]
    counts = [0] * len(names)
    for one in report.instances:
        place = next((at for at, (end, _) in enumerate(_CLASSES) if one.days < end), len(_CLASSES))
        counts[place] += 1
    return Plot(
        title=words("eci_age.plot.ages"),
        x_title=words("column.age"),
        y_title=words("eci_age.instances"),
        series=[Series(words("eci_age.instances"), names, counts, "bar")] if any(counts) else [],
    )


def _owners(report: EciAge, words: Wording) -> Plot:
    owners = sorted({one.owner for one in report.old})
    costs = [Sum.of(one.cost for one in report.old if one.owner == owner).whole for owner in owners]
    return Plot(
        title=words("eci_age.plot.owners", days=number(report.days)),
        x_title=words("column.owner"),
        y_title=words("eci_age.cost_in", currency=report.currency or words("unknown")),
        series=[
            Series(words("column.cost"), [one or words("nobody") for one in owners], costs, "bar")
        ],
    )


def _method(report: EciAge, words: Wording) -> Iterator[Block]:
    yield Text(words("eci_age.method"))
    yield Text(words("eci_age.method.room"))
    price = next((one.price for one in report.instances if one.price), None)
    if price is None:
        yield Text(words("price.unknown", region=report.live.region))
    else:
        yield Text(words("price.source", source=price.source, date=price.as_of.isoformat()))
    if any(one.spot for one in report.old):
        spot = discount("eci.spot")
        yield Text(words("eci_age.method.spot", least=_whole(spot.least), most=_whole(spot.most)))


def _whole(fraction: float) -> str:
    return f"{fraction * 100:.0f} %"
