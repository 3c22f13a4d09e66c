"""Schedules of the CronHorizontalPodAutoscaler: six fields, seconds first.

The grammar is that of the controller's own parser (github.com/ringtail/go-cron, parser.go, and the
README of github.com/AliyunContainerService/kubernetes-cronhpa-controller, both read 2026-11-22). It
is narrower than what cron libraries accept: no `L`, `#` or `W`, no 7 for Sunday, no range that runs
backwards. So it is written here: a library would let through what the controller refuses.

Times follow the clock on the wall of one time zone. A time that the clock skips in spring does not
happen that day; a time that it shows twice in autumn happens the first time only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, Protocol

from ackb.domain.problems import Broken, Refused

_MONTHS: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: Nothing that happens at all is rarer than 29 February, which 1900 and 2100 leave out.
_YEARS_AHEAD: Final = 9


class Schedule(Protocol):
    """When something happens."""

    def next(self, after: datetime, tz: tzinfo) -> datetime | None:
        """Return the first time later than `after`, in `tz`; None when there is none.

        `after` must carry a time zone; `tz` is the one the schedule is meant in.
        """


def parse(text: str) -> Schedule:
    """Read a schedule: six fields, a name such as `@daily`, `@every 90m`, or `@date` and a time.

    Raises:
        Refused: it is none, or it never happens. Five fields, as crontab has, are refused too: the
            controller would take the minutes for seconds.
    """
    words = text.split()
    if not words:
        raise _refused("not be empty", 'write six fields, such as "0 30 8 * * *" for 08:30')
    if words[0].startswith("@"):
        return _named(words)
    if len(words) == len(_FIELDS) - 1:
        raise _refused(
            "have six fields, seconds first; these five are a crontab line, whose minutes would be "
            "taken for seconds",
            f'put the seconds in front: "0 {" ".join(words)}"',
        )
    if len(words) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise _refused(f"have six fields ({names}), not {len(words)}", "write all six, * for any")
    return _calendar(words)


@dataclass(frozen=True)
class Calendar:
    """Six fields: the values each of them allows."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either_day: bool
    """Both the day of month and the day of week are limited: then either of them is enough."""

    def has_day(self, day: date) -> bool:
        """Tell whether it happens on this day at all."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either_day else in_month and in_week

    def next(self, after: datetime, tz: tzinfo) -> datetime | None:
        """Return the first time later than `after`, in `tz`; None when there is none."""
        # Times of one zone would be compared by the clock on the wall, which turns back in autumn.
        after, local = after.astimezone(UTC), after.astimezone(tz)
        day, last = local.date(), local.year + _YEARS_AHEAD
        while day.year <= last:
            if day.month not in self.months:
                day = _first_of_next_month(day)
                continue
            if self.has_day(day):
                for time in self._times(day, tz):
                    if time > after:
                        return time
            day += timedelta(days=1)
        return None

    def _times(self, day: date, tz: tzinfo) -> Iterator[datetime]:
        for hour in self.hours:
            for minute in self.minutes:
                for second in self.seconds:
                    time = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=tz)
                    if _exists(time):
                        yield time


@dataclass(frozen=True)
class Every:
    """A fixed interval, counted from `after`: from when the job was made, then from each run."""

    interval: timedelta

    def next(self, after: datetime, tz: tzinfo) -> datetime | None:
        """Return `after` plus the interval, in whole seconds."""
        return (after.astimezone(UTC) + self.interval).replace(microsecond=0).astimezone(tz)


@dataclass(frozen=True)
class Once:
    """One moment of a clock on the wall."""

    at: datetime
    """Without a time zone: it is meant in that of the schedule."""

    def next(self, after: datetime, tz: tzinfo) -> datetime | None:
        """Return the moment unless it has passed."""
        moment = self.at.replace(tzinfo=tz)
        return moment if moment > after.astimezone(UTC) else None


@dataclass(frozen=True)
class _Field:
    name: str
    least: int
    most: int
    names: Sequence[str] = ()
    may_be_left_open: bool = False

    def parse(self, text: str) -> tuple[frozenset[int], bool]:
        """The values, and whether the field is open (`*` or `?` somewhere in it)."""
        values: set[int] = set()
        is_open = False
        for part in text.split(","):
            found, part_is_open = self._part(part)
            values.update(found)
            is_open |= part_is_open
        return frozenset(values), is_open

    def _part(self, text: str) -> tuple[range, bool]:
        span, slash, step = text.partition("/")
        low, hyphen, high = span.partition("-")
        is_open = span == "*" or (span == "?" and self.may_be_left_open)
        if is_open:
            first, last = self.least, self.most
        else:
            first = self._number(low, text)
            last = self._number(high, text) if hyphen else self.most if slash else first
        if first > last:
            raise self._wrong(text, "a range that runs backwards", f"write it as {last}-{first}")
        by = int(step) if step.isascii() and step.isdigit() else 0
        if slash and not by:
            raise self._wrong(text, "no step above 0", "write a number after the slash, as in */5")
        return range(first, last + 1, by or 1), is_open

    def _number(self, text: str, part: str) -> int:
        if text.upper() in self.names:
            return self.names.index(text.upper()) + self.least
        if not (text.isascii() and text.isdigit()):
            raise self._wrong(part, "no number", f"write {self._allowed()}")
        if not self.least <= int(text) <= self.most:
            raise self._wrong(part, "out of range", f"write {self._allowed()}")
        return int(text)

    def _allowed(self) -> str:
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.least} to {self.most}{names}, * for any"

    def _wrong(self, part: str, what: str, fix: str) -> Refused:
        rule = f"have in its field '{self.name}' {self._allowed()}; '{part}' is {what}"
        return _refused(rule, fix)


_FIELDS: Final = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31, may_be_left_open=True),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 6, _DAYS, may_be_left_open=True),
)
_NAMED: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION_PART: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_DURATION: Final = re.compile(rf"(?:{_DURATION_PART.pattern})+")


def duration(text: str) -> timedelta:
    """Read a duration as Go writes it: `90s`, `1h30m`.

    Raises:
        Refused: it is none, or not positive.
    """
    if not _DURATION.fullmatch(text):
        raise _refused("be a duration such as 30s, 10m or 1h30m", "write numbers, each with a unit")
    found = _DURATION_PART.findall(text)
    length = timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in found))
    if not length:
        raise _refused("be more than 0", "write a duration such as 30s")
    return length


def _calendar(words: Sequence[str]) -> Calendar:
    parsed = [field.parse(word) for field, word in zip(_FIELDS, words, strict=True)]
    seconds, minutes, hours, days, months, weekdays = (values for values, _ in parsed)
    either = not parsed[3][1] and not parsed[5][1]
    if not either and all(min(days) > _LONGEST_MONTH[month - 1] for month in months):
        raise _refused(
            "happen at some time; no month it names has that day", "write a day the month has"
        )
    return Calendar(
        seconds=tuple(sorted(seconds)),
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=weekdays,
        either_day=either,
    )


def _named(words: Sequence[str]) -> Schedule:
    name, rest = words[0], words[1:]
    if name in _NAMED and not rest:
        return _calendar(_NAMED[name].split())
    if name == "@every" and len(rest) == 1:
        every = duration(rest[0])
        # The controller's engine counts whole seconds and takes less than one as one.
        return Every(timedelta(seconds=max(1, int(every.total_seconds()))))
    if name == "@date":
        try:
            return Once(datetime.strptime(" ".join(rest), "%Y-%m-%d %H:%M:%S"))
        except ValueError as error:
            raise _refused(
                "name after @date a day and a time that exist", "write @date 2026-12-31 21:54:00"
            ) from error
    known = ", ".join([*_NAMED, "@every 90m", "@date 2026-12-31 21:54:00"])
    raise _refused(f"be one of {known}, or six fields", "write one of these")


def _exists(time: datetime) -> bool:
    """Whether the clock shows this time on that day."""
    there_and_back = time.astimezone(UTC).astimezone(time.tzinfo)
    return there_and_back.replace(tzinfo=None) == time.replace(tzinfo=None)


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _refused(rule: str, fix: str) -> Refused:
    return Refused(Broken(rule, fix))
