"""The page of the utilisation report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from ackb.domain.tiers import Tier
from ackb.html.model import (
    Block,
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
from ackb.reports.capacity import IDLE, Share, percent
from ackb.reports.pages.frame import columns, framed
from ackb.reports.utilisation import OTHER, Group, Machine, Utilisation
from ackb.reports.wording import Wording, number

_TIERS = {
    Tier.ONLINE.value: "utilisation.tier.online",
    Tier.OFFLINE.value: "utilisation.tier.offline",
    Tier.SYSTEM.value: "utilisation.tier.system",
    OTHER: "utilisation.tier.other",
}


def page(report: Utilisation, language: Language) -> Page:
    """The report in words, tables and plots."""
    words = Wording(language)
    sections = [
        Section(words("summary"), list(_summary(report, words))),
        Section(words("utilisation.tiers"), [_groups(report, words, report.tiers, "tier")]),
        Section(words("utilisation.qos"), [_groups(report, words, report.qos, "qos")]),
        Section(
            words("capacity.machines"),
            [
                _plot(report, words, "cpu", lambda share: share.cpu),
                _plot(report, words, "memory", lambda share: share.memory),
                _machines(report.machines, words),
            ],
        ),
        Section(words("method"), [Text(words("utilisation.method"))]),
    ]
    return framed(report.live, words, "utilisation.title", sections)


def _summary(report: Utilisation, words: Wording) -> Iterator[Block]:
    unused = report.unused
    yield KeyFigures(
        [
            _figure(words, "capacity.cpu_used", report.capacity.used),
            _figure(words, "utilisation.cpu_online", report.share(Tier.ONLINE)),
            _figure(words, "utilisation.cpu_offline", report.share(Tier.OFFLINE)),
            KeyFigure(words("utilisation.unused"), words("unknown"))
            if unused is None
            else KeyFigure(
                words("utilisation.unused"),
                words("utilisation.cores", cpu=number(unused.cpu)),
                words("utilisation.room", gib=number(unused.gib)),
            ),
        ]
    )
    if not report.measured:
        yield Text(words("capacity.no_metrics"), "warn")
    if report.idle:
        share = f"{float(IDLE) * 100:.0f} %"
        yield Text(words("capacity.idle", names=", ".join(report.idle), share=share), "warn")


def _figure(words: Wording, title: str, share: Share) -> KeyFigure:
    return KeyFigure(words(title), words.known(words.percent(share.cpu)))


def _groups(report: Utilisation, words: Wording, groups: tuple[Group, ...], first: str) -> Table:
    titles = columns(
        words,
        first,
        "#pods",
        "#requested_cpu",
        "#used_cpu",
        "#cpu_of_machines",
        "#requested_memory",
        "#used_memory",
        "#memory_of_machines",
    )
    return Table(titles, [_group(report, words, one) for one in groups])


def _group(report: Utilisation, words: Wording, one: Group) -> list[Value]:
    share = report.of_machines(one.used)
    return [
        words(_TIERS[one.name]) if one.name in _TIERS else one.name,
        one.pods,
        words.amount(one.requested.cpu),
        words.amount(one.used.cpu) if one.used else None,
        words.percent(share.cpu),
        words.amount(one.requested.gib),
        words.amount(one.used.gib) if one.used else None,
        words.percent(share.memory),
    ]


def _plot(
    report: Utilisation, words: Wording, name: str, part: Callable[[Share], Fraction | None]
) -> Plot:
    names = [one.node.name for one in report.machines]
    requested = [percent(part(one.node.share(one.node.requested))) for one in report.machines]
    series = [Series(words("column.requested"), names, requested, "bar")]
    if report.measured:
        there = [one.name for one in report.tiers if one.pods]
        for tier, title in ((one, _TIERS[one]) for one in there):
            shares = [percent(part(one.share(tier))) for one in report.machines]
            series.append(Series(words(title), names, shares, "bar"))
    return Plot(
        title=words(f"utilisation.plot.{name}"),
        x_title=words("column.node"),
        y_title=words("capacity.share"),
        y_max=100,
        series=series,
    )


def _machines(machines: tuple[Machine, ...], words: Wording) -> Table:
    titles = columns(
        words,
        "node",
        "type",
        "#pods",
        "#cpu_requested",
        "#cpu_used",
        "#cpu_online",
        "#cpu_offline",
        "#memory_requested",
        "#memory_used",
        "#memory_online",
        "#memory_offline",
    )
    return Table(titles, [_machine(one, words) for one in machines])


def _machine(one: Machine, words: Wording) -> list[Value]:
    node = one.node
    requested, used = node.share(node.requested), node.share(node.used)
    online, offline = one.share(Tier.ONLINE), one.share(Tier.OFFLINE)
    tone: Tone = "warn" if node.idle else "plain"
    return [
        node.name,
        node.instance_type,
        node.pods,
        words.percent(requested.cpu),
        words.percent(used.cpu, tone),
        words.percent(online.cpu),
        words.percent(offline.cpu),
        words.percent(requested.memory),
        words.percent(used.memory),
        words.percent(online.memory),
        words.percent(offline.memory),
    ]
