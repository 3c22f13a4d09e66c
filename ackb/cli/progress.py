"""Shows an engine run while it runs: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ackb.cli import kinds, output

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ackb.engine.events import Event

_DONE: Final = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "create-replacement": "created anew",
    "delete-replaced": "old one deleted",
    "read": "read",
    "refresh": "refreshed",
    "import": "imported",
}
_DOING: Final = {
    "create": "creating",
    "update": "updating",
    "delete": "deleting",
    "create-replacement": "creating anew",
    "delete-replaced": "deleting the old one",
    "read": "reading",
    "refresh": "refreshing",
    "import": "importing",
}
_STYLES: Final = {"create": "green", "delete": "red", "delete-replaced": "red"}
_SILENT: Final = frozenset({"same", "replace", "read-replacement", "discard", "discard-replaced"})
"""Operations without work of their own: a replacement is shown as its creation and deletion."""
_REFRESHES_PER_SECOND: Final = 4
_MOST_ROWS: Final = 12
"""Operations shown at once; a taller table would scroll away."""


@dataclass(frozen=True)
class Change:
    """What a run did, or a preview would do, to one resource."""

    op: str
    urn: str
    type: str
    name: str
    changed: tuple[str, ...] = ()
    seconds: float | None = None

    @property
    def label(self) -> str:
        """Such as `vSwitch net-nodes-j`."""
        return f"{kinds.short(self.type)} {self.name}"


@dataclass
class Record:
    """Everything that the events of a run said."""

    changes: list[Change] = field(default_factory=list)
    under_way: dict[tuple[str, str], tuple[Event, float]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    policies: list[tuple[str, str]] = field(default_factory=list)
    """(level, message) of each policy finding."""
    clock: Callable[[], float] = time.monotonic

    def take(self, event: Event) -> Change | None:
        """Note an event; returns the change it completes, if any."""
        if event.kind in {"started", "done", "failed"}:
            return self._resource(event)
        if event.kind == "policy":
            self.policies.append((event.severity, event.message))
        elif event.kind == "diagnostic" and event.severity in {"warning", "error"}:
            where = f"{kinds.short(event.type)} {event.name}: " if kinds.is_real(event.type) else ""
            collected = self.errors if event.severity == "error" else self.warnings
            collected.append(where + _without_traceback(event.message))
        return None

    def _resource(self, event: Event) -> Change | None:
        if event.op in _SILENT or not kinds.is_real(event.type):
            return None
        key = (event.urn, event.op)
        if event.kind == "started":
            self.under_way[key] = (event, self.clock())
            return None
        begun = self.under_way.pop(key, None)
        if event.kind == "failed":
            return None
        seconds = self.clock() - begun[1] if begun else None
        changed = event.changed or (begun[0].changed if begun else ())
        change = Change(event.op, event.urn, event.type, event.name, changed, seconds)
        self.changes.append(change)
        return change

    def counts(self) -> dict[str, int]:
        """How many resources met each operation, most common first."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.op] = found.get(change.op, 0) + 1
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def summary(self) -> str:
        """The counts as words, such as `70 created, 1 updated`; `no change` when there is none."""
        return told(self.counts())


def told(counts: Mapping[str, int]) -> str:
    """The number of resources that met each operation, as words."""
    words = [f"{count} {_DONE.get(op, op)}" for op, count in counts.items()]
    return ", ".join(words) or "no change"


def _without_traceback(message: str) -> str:
    """What went wrong, without the lines that only help to mend a defect; the log has them."""
    spoken, traceback, _ = message.partition("\nTraceback (most recent call last):")
    return f"{spoken} (a defect: the log has the traceback)" if traceback else message


@contextmanager
def shown(record: Record, *, quiet: bool = False) -> Iterator[Callable[[Event], None]]:
    """Show a run on standard error; yields what takes its events. `quiet` shows only problems."""
    console = output.err()
    if quiet or not console.is_terminal:
        yield _Lines(record, console, quiet=quiet)
        return
    from rich.live import Live

    view = _Lines(record, console, quiet=False)
    table = _Under(record)
    with Live(table, console=console, refresh_per_second=_REFRESHES_PER_SECOND, transient=True):
        yield view


class _Lines:
    """One line for each completed change, and for each problem as it comes."""

    def __init__(self, record: Record, console: Console, *, quiet: bool) -> None:
        self._record = record
        self._console = console
        self._quiet = quiet

    def __call__(self, event: Event) -> None:
        errors, warnings, policies = (
            len(self._record.errors),
            len(self._record.warnings),
            len(self._record.policies),
        )
        change = self._record.take(event)
        if change is not None and not self._quiet:
            took = "" if change.seconds is None else f"  {output.duration(change.seconds)}"
            style = _STYLES.get(change.op, "yellow")
            word = _DONE.get(change.op, change.op)
            self._console.print(f"{word:<16}{change.label}{took}", style=style)
        for text in self._record.errors[errors:]:
            self._console.print(text, style="red")
        for text in self._record.warnings[warnings:]:
            self._console.print(f"warning: {text}", style="yellow")
        for level, text in self._record.policies[policies:]:
            self._console.print(
                f"{level}: {text}", style="red" if level == "mandatory" else "yellow"
            )


class _Under:
    """The operations under way, drawn anew at each refresh."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._begun = record.clock()

    def __rich__(self) -> Table:
        from rich.table import Table

        now = self._record.clock()
        table = Table.grid(padding=(0, 2))
        rows = sorted(self._record.under_way.copy().values(), key=lambda row: row[1])
        for event, begun in rows[:_MOST_ROWS]:
            word = _DOING.get(event.op, event.op)
            label = f"{kinds.short(event.type)} {event.name}"
            table.add_row(word, label, output.duration(now - begun))
        if len(rows) > _MOST_ROWS:
            table.add_row("", f"and {len(rows) - _MOST_ROWS} more", "")
        words = self._record.summary() if self._record.changes or rows else "preparing"
        table.add_row("", words, output.duration(now - self._begun))
        return table
