"""The page of the shortage report."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.html.model import (
    Block,
    KeyFigure,
    KeyFigures,
    Language,
    Page,
    Section,
    Table,
    Text,
    Value,
)
from ackb.reports.pages.frame import columns, framed, told
from ackb.reports.shortage import Overflow, Shortage, Waiting
from ackb.reports.wording import Wording

_ASKED = ("#requested_cpu", "#requested_memory")


def page(report: Shortage, language: Language) -> Page:
    """The report in words and tables."""
    words = Wording(language)
    sections = [
        Section(words("summary"), list(_summary(report, words))),
        Section(words("shortage.waiting"), [_waiting(report, words)]),
        Section(words("shortage.overflow"), [_overflow(report, words)]),
        Section(words("method"), [Text(words("shortage.method"))]),
    ]
    return framed(report.live, words, "shortage.title", sections)


def _summary(report: Shortage, words: Wording) -> Iterator[Block]:
    waiting, spilled = len(report.waiting), sum(one.pods for one in report.overflow)
    kind = report.machine.instance_type if report.machine else words("unknown")
    yield KeyFigures(
        [
            KeyFigure(words("shortage.pods"), str(waiting), tone="bad" if waiting else "good"),
            KeyFigure(words("shortage.nodes"), _count(report.machines_for_waiting, words), kind),
            KeyFigure(words("shortage.spilled"), str(spilled), tone="warn" if spilled else "good"),
            KeyFigure(words("shortage.more"), _count(report.machines_for_overflow, words), kind),
        ]
    )
    if waiting:
        yield Text(words("shortage.told.waiting"), "bad")
    if spilled:
        yield Text(words("shortage.told.overflow"))


def _count(machines: int | None, words: Wording) -> str:
    return words("unknown") if machines is None else str(machines)


def _waiting(report: Shortage, words: Wording) -> Table:
    names = ("since", "pod", "workload", "owner", *_ASKED, "reason")
    return Table(columns(words, *names), [_waiting_row(one, words) for one in report.waiting])


def _waiting_row(one: Waiting, words: Wording) -> list[Value]:
    return [
        words.moment(one.since),
        f"{one.namespace}/{one.pod}",
        one.workload,
        told(one.owner, one.contact, words),
        words.amount(one.requested.cpu),
        words.amount(one.requested.gib),
        one.reason,
    ]


def _overflow(report: Shortage, words: Wording) -> Table:
    names = ("namespace", "workload", "owner", "#pods", *_ASKED)
    return Table(columns(words, *names), [_overflow_row(one, words) for one in report.overflow])


def _overflow_row(one: Overflow, words: Wording) -> list[Value]:
    return [
        one.namespace,
        one.workload,
        told(one.owner, one.contact, words),
        words.amount(one.pods),
        words.amount(one.requested.cpu),
        words.amount(one.requested.gib),
    ]
