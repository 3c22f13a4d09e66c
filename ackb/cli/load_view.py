"""Shows a load test while it runs: a live table on a terminal, a line a minute elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ackb.cli import output
from ackb.load.course import Row
from ackb.load.profile import Profile
from ackb.load.wording import Wording

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_REFRESHES_PER_SECOND: Final = 4
_MINUTE: Final = 60.0
_WORDS: Final = Wording()
_BAR: Final = 40
"""Characters of the widest bar."""


@contextmanager
def shown(profile: Profile, speed: int, *, quiet: bool) -> Iterator[Callable[[Row], None]]:
    """Show the samples on standard error; yields what takes them. `quiet` shows none."""
    console = output.err()
    if quiet:
        yield _nothing
    elif not console.is_terminal:
        yield _Lines(console)
    else:
        from rich.live import Live

        view = _Under(profile, speed)
        with Live(view, console=console, refresh_per_second=_REFRESHES_PER_SECOND, transient=True):
            yield view.take


class _Lines:
    """One line at each change of the replicas, and one a minute of the test."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = 0.0
        self._wanted = -1

    def __call__(self, row: Row) -> None:
        if row.seconds >= self._next or row.wanted != self._wanted:
            self._next = row.seconds // _MINUTE * _MINUTE + _MINUTE
            self._wanted = row.wanted
            self._console.print(line(row))


class _Under:
    """The newest sample as a table with bars."""

    def __init__(self, profile: Profile, speed: int) -> None:
        self._profile = profile
        self._speed = speed
        self._row: Row | None = None

    def take(self, row: Row) -> None:
        self._row = row

    def __rich__(self) -> Table:
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        row = self._row
        if row is None:
            table.add_row("waiting until all pods are ready and the autoscaler has a figure")
            return table
        fast = f", {self._speed} times as fast" if self._speed > 1 else ""
        phase = "load" if row.seconds < self._profile.seconds else "scale-in"
        pods = max(row.wanted, row.pods, 1)
        ready = _bar(row.ready_ecs, pods, "█") + _bar(row.ready_eci, pods, "▓")
        table.add_row(
            "time", f"{clock(row.seconds)} of {clock(self._profile.seconds)}{fast}", phase
        )
        table.add_row("users", str(row.users), _bar(row.users, self._profile.most, "█"))
        table.add_row("replicas", f"{row.ready} ready of {row.wanted} wanted", ready)
        table.add_row("", f"{row.ready_ecs} on ECS █, {row.ready_eci} on ECI ▓", "")
        seen = "-" if row.cpu_seen is None else f"{row.cpu_seen} %"
        table.add_row(
            "CPU", f"{row.cpu:.0f} %, the autoscaler saw {seen}", _bar(row.cpu, 100.0, "█")
        )
        table.add_row("TPS", f"{row.tps:.0f}", "")
        table.add_row("success", _WORDS.percent(row.success), _bar(row.success, 1.0, "█"))
        table.add_row("response", f"{row.mean_seconds:.2f} s, p95 {row.p95_seconds:.2f} s", "")
        table.add_row("cost so far", _WORDS.cost(row.ecs_cost, row.eci_cost), "at list prices")
        return table


def line(row: Row) -> str:
    """A sample in a line."""
    seen = "-" if row.cpu_seen is None else f"{row.cpu_seen} %"
    return (
        f"{clock(row.seconds):>6}  users {row.users:>5}  replicas {row.ready:>3}/{row.wanted:<3} "
        f"(ECS {row.ready_ecs}, ECI {row.ready_eci})  CPU {seen:>5}  TPS {row.tps:>5.0f}  "
        f"success {_WORDS.percent(row.success):>7}  response {row.mean_seconds:.2f} s"
    )


def clock(seconds: float) -> str:
    """Time of the test: `3:05`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _nothing(row: Row) -> None:
    """Show nothing of it."""


def _bar(value: float, most: float, sign: str) -> str:
    return sign * round(_BAR * min(1.0, value / most if most else 0.0))
