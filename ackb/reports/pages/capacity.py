"""The page of the capacity report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from ackb.domain.pod_resources import Amounts
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
from ackb.reports.capacity import BUSY, IDLE, Capacity, Namespace, Node, Share, percent
from ackb.reports.pages.frame import columns, framed
from ackb.reports.wording import Wording, number


def page(report: Capacity, language: Language) -> Page:
    """The report in words, tables and plots."""
    words = Wording(language)
    sections = [
        Section(words("summary"), list(_summary(report, words))),
        Section(
            words("capacity.machines"),
            [
                _node_plot(report, words, "cpu", lambda share: share.cpu),
                _node_plot(report, words, "memory", lambda share: share.memory),
                _machines(report, words),
            ],
        ),
        Section(words("capacity.virtual"), [_virtual(report, words)]),
        Section(
            words("capacity.namespaces"),
            [_namespace_plot(report, words), *_namespaces(report, words)],
        ),
        Section(words("method"), [Text(words("capacity.method"))]),
    ]
    return framed(report.live, words, "capacity.title", sections)


def _summary(report: Capacity, words: Wording) -> Iterator[Block]:
    idle = [node.name for node in report.machines if node.idle]
    busy = [node.name for node in report.machines if node.busy]
    whole = report.allocatable
    yield KeyFigures(
        [
            KeyFigure(
                words("capacity.machines"),
                str(len(report.machines)),
                words("capacity.room", cpu=number(whole.cpu), gib=number(whole.gib)),
            ),
            KeyFigure(words("capacity.cpu_requested"), _known(report.requested.cpu, words)),
            KeyFigure(words("capacity.memory_requested"), _known(report.requested.memory, words)),
            KeyFigure(words("capacity.cpu_used"), _known(report.used.cpu, words)),
            KeyFigure(words("capacity.memory_used"), _known(report.used.memory, words)),
        ]
    )
    if not report.measured:
        yield Text(words("capacity.no_metrics"), "warn")
    if idle:
        names = ", ".join(idle)
        yield Text(words("capacity.idle", names=names, share=_whole(IDLE)), "warn")
    if busy:
        names = ", ".join(busy)
        yield Text(words("capacity.busy", names=names, share=_whole(BUSY)), "warn")


def _node_plot(
    report: Capacity, words: Wording, name: str, part: Callable[[Share], Fraction | None]
) -> Plot:
    nodes = report.machines
    names = [node.name for node in nodes]
    amounts: dict[str, list[Amounts | None]] = {
        "column.requested": [node.requested for node in nodes],
        "column.limits": [node.limits for node in nodes],
        "column.used": [node.used for node in nodes],
    }
    series = [
        Series(
            words(title),
            names,
            [percent(part(node.share(one))) for node, one in zip(nodes, values, strict=True)],
            "bar",
        )
        for title, values in amounts.items()
    ]
    return Plot(
        title=words(f"capacity.plot.{name}"),
        x_title=words("column.node"),
        y_title=words("capacity.share"),
        y_max=100,
        series=[one for one in series if any(value is not None for value in one.y)],
    )


def _machines(report: Capacity, words: Wording) -> Table:
    titles = columns(
        words,
        "node",
        "type",
        "#cpu",
        "#cpu_requested",
        "#cpu_limits",
        "#cpu_used",
        "#memory",
        "#memory_requested",
        "#memory_limits",
        "#memory_used",
        "#pods",
    )
    return Table(titles, [_machine(node, words) for node in report.machines])


def _machine(node: Node, words: Wording) -> list[Value]:
    requested, limits, used = map(node.share, (node.requested, node.limits, node.used))
    tone: Tone = "warn" if node.idle or node.busy else "plain"
    return [
        node.name if node.ready else words("capacity.not_ready", name=node.name),
        node.instance_type,
        words.amount(node.allocatable.cpu),
        words.percent(requested.cpu),
        words.percent(limits.cpu),
        words.percent(used.cpu, tone),
        words.amount(node.allocatable.gib),
        words.percent(requested.memory),
        words.percent(limits.memory),
        words.percent(used.memory),
        words("of", part=node.pods, whole=node.most_pods),
    ]


def _virtual(report: Capacity, words: Wording) -> Table:
    rows: list[list[Value]] = [
        [
            node.name if node.ready else words("capacity.not_ready", name=node.name),
            node.pods,
            words.amount(node.requested.cpu),
            words.amount(node.requested.gib),
        ]
        for node in report.nodes
        if node.virtual
    ]
    return Table(columns(words, "node", "#pods", "#requested_cpu", "#requested_memory"), rows)


def _namespace_plot(report: Capacity, words: Wording) -> Plot:
    shown = [one for one in report.namespaces if one.requested.cpu or (one.used and one.used.cpu)]
    names = [one.name for one in shown]
    series = [
        Series(words("column.requested"), names, [float(o.requested.cpu) for o in shown], "bar")
    ]
    if report.live.pod_usage is not None:
        used = [float(one.used.cpu) if one.used else None for one in shown]
        series.append(Series(words("column.used"), names, used, "bar"))
    return Plot(
        title=words("capacity.plot.namespaces"),
        x_title=words("column.namespace"),
        y_title=words("unit.cpu"),
        series=series,
    )


def _namespaces(report: Capacity, words: Wording) -> Iterator[Block]:
    counts = (
        "namespace",
        "owner",
        "#pods",
        "#on_ecs",
        "#on_eci",
        "#deployments",
        "#replica_sets",
        "#old_replica_sets",
    )
    yield Table(
        columns(words, *counts),
        [_counts(one, words) for one in report.namespaces],
        words("capacity.objects"),
    )
    amounts = (
        "namespace",
        "#requested_cpu",
        "#limits_cpu",
        "#used_cpu",
        "#cpu_use",
        "#requested_memory",
        "#limits_memory",
        "#used_memory",
        "#memory_use",
    )
    yield Table(
        columns(words, *amounts),
        [_amounts(one, words) for one in report.namespaces],
        words("capacity.amounts"),
    )


def _counts(one: Namespace, words: Wording) -> list[Value]:
    return [
        one.name,
        one.owner or words("nobody"),
        one.pods,
        one.on_ecs,
        one.on_eci,
        one.deployments,
        one.replica_sets,
        one.old_replica_sets,
    ]


def _amounts(one: Namespace, words: Wording) -> list[Value]:
    return [
        one.name,
        words.amount(one.requested.cpu),
        words.amount(one.limits.cpu),
        words.amount(one.used.cpu) if one.used else None,
        words.percent(one.use.cpu) if one.requested.cpu else "–",
        words.amount(one.requested.gib),
        words.amount(one.limits.gib),
        words.amount(one.used.gib) if one.used else None,
        words.percent(one.use.memory) if one.requested.memory else "–",
    ]


def _known(share: Fraction | None, words: Wording) -> str:
    return words.known(words.percent(share))


def _whole(share: Fraction) -> str:
    return f"{float(share) * 100:.0f} %"
