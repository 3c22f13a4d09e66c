"""Schedules of CronHPA: what they mean and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import cron
from ackb.domain.problems import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def runs(text: str, begin: str, count: int, zone: ZoneInfo = SHANGHAI) -> list[str]:
    """The next times after a local time, as local times."""
    schedule, at = cron.parse(text), datetime.fromisoformat(begin).replace(tzinfo=zone)
    found = []
    for _ in range(count):
        following = schedule.next(at, zone)
        assert following is not None
        at = following
        found.append(at.strftime("%Y-%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("text", "begin", "expected"),
    [
        (
            "30 */1 * * * *",
            "2026-11-22 10:00:30",
            ["2026-11-22 10:01:30", "2026-11-22 10:02:30"],
        ),
        ("0 0 8 * * MON-FRI", "2026-11-20 08:00:00", ["2026-11-23 08:00:00"]),
        ("0 0 0 29 2 ?", "2026-11-22 00:00:00", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        # Both days limited: either is enough, as in every cron.
        ("0 0 9 13 * FRI", "2026-11-08 10:00:00", ["2026-11-13 09:00:00", "2026-11-20 09:00:00"]),
        ("0 50/5 23 * * *", "2026-11-22 23:52:00", ["2026-11-22 23:55:00", "2026-11-23 23:50:00"]),
        (
            "3-59/15 0 0 * * *",
            "2026-11-21 12:00:00",
            ["2026-11-22 00:00:03", "2026-11-22 00:00:18"],
        ),
        (
            "0 0 0 1 jan,JUL *",
            "2026-11-22 00:00:00",
            ["2027-01-01 00:00:00", "2027-07-01 00:00:00"],
        ),
        ("@hourly", "2026-12-31 23:00:00", ["2027-01-01 00:00:00"]),
        ("@weekly", "2026-11-22 00:00:01", ["2026-11-29 00:00:00"]),
        ("@yearly", "2026-01-01 00:00:00", ["2027-01-01 00:00:00"]),
        ("@every 1h30m10s", "2026-11-22 10:00:00", ["2026-11-22 11:30:10", "2026-11-22 13:00:20"]),
        ("@every 300ms", "2026-11-22 10:00:00", ["2026-11-22 10:00:01"]),
        ("@date 2026-12-31 21:54:00", "2026-11-22 10:00:00", ["2026-12-31 21:54:00"]),
    ],
)
def test_next(text: str, begin: str, expected: list[str]) -> None:
    """S2-14: when the jobs of a CronHPA run."""
    assert runs(text, begin, len(expected)) == expected


def test_a_date_that_has_passed_never_comes() -> None:
    at = datetime(2026, 12, 31, 21, 54, tzinfo=SHANGHAI)
    assert cron.parse("@date 2026-12-31 21:54:00").next(at, SHANGHAI) is None


def test_times_are_those_of_the_zone() -> None:
    at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    eight = cron.parse("0 0 20 * * *")
    assert eight.next(at, SHANGHAI) == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert eight.next(at, ZoneInfo("UTC")) == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def test_clock_changes() -> None:
    skipped = runs("0 30 2 * * *", "2026-03-28 03:00:00", 1, BERLIN)
    assert skipped == ["2026-03-30 02:30:00"], "02:30 does not exist on the 29th"
    doubled = runs("0 30 2 * * *", "2026-10-25 00:00:00", 2, BERLIN)
    assert doubled == ["2026-10-25 02:30:00", "2026-10-26 02:30:00"], "02:30 happens twice"


@pytest.mark.parametrize(
    ("text", "rule", "fix"),
    [
        (
            "30 8 * * 1-5",
            "must have six fields, seconds first; these five are a crontab line",
            'put the seconds in front: "0 30 8 * * 1-5"',
        ),
        ("", "must not be empty", 'write six fields, such as "0 30 8 * * *" for 08:30'),
        ("0 0 0 * * * 2026", "not 7", "write all six, * for any"),
        (
            "60 * * * * *",
            "field 'second' 0 to 59, * for any; '60' is out of range",
            "write 0 to 59",
        ),
        ("0 0 24 * * *", "'24' is out of range", "write 0 to 23"),
        ("0 0 0 0 * *", "field 'day of month' 1 to 31", "write 1 to 31"),
        ("0 0 0 * * 7", "field 'day of week' 0 to 6 or SUN to SAT", "write 0 to 6"),
        ("0 0 22-6 * * *", "'22-6' is a range that runs backwards", "write it as 6-22"),
        ("0 */0 * * * *", "'*/0' is no step above 0", "write a number after the slash, as in */5"),
        ("? * * * * *", "'?' is no number", "write 0 to 59"),
        ("0 0 0 L * *", "'L' is no number", "write 1 to 31"),
        ("0 0 0 31 4,6 *", "no month it names has that day", "write a day the month has"),
        ("0 , * * * *", "'' is no number", "write 0 to 59"),
        ("@fortnightly", "be one of @yearly, @annually", "write one of these"),
        ("@every 10", "be a duration such as 30s", "write numbers, each with a unit"),
        ("@every 0s", "be more than 0", "write a duration such as 30s"),
        ("@date 2026-02-30 10:00:00", "a day and a time that exist", "write @date 2026-12-31"),
        ("@date", "a day and a time that exist", "write @date 2026-12-31"),
    ],
)
def test_refused(text: str, rule: str, fix: str) -> None:
    """Among them the five-field cron of issue 4's bad inputs."""
    with pytest.raises(Refused) as caught:
        cron.parse(text)
    told, _, advice = str(caught.value).rpartition("; ")
    assert rule in told
    assert advice.startswith(fix)


def fields(least: int, most: int) -> st.SearchStrategy[str]:
    """Texts of one field, of every form it has."""
    number = st.integers(least, most)
    span = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    base = st.one_of(st.just("*"), span)
    stepped = st.tuples(st.one_of(base, number.map(str)), st.integers(1, 40)).map(
        lambda both: f"{both[0]}/{both[1]}"
    )
    return st.lists(st.one_of(base, number.map(str), stepped), min_size=1, max_size=3).map(",".join)


def allowed(text: str, least: int, most: int) -> set[int]:
    """The values of a field, found in another way: by trying each."""

    def has(value: int, part: str) -> bool:
        span, _, step = part.partition("/")
        if span == "*":
            low, high = least, most
        elif "-" in span:
            low, high = (int(end) for end in span.split("-"))
        else:
            low, high = int(span), most if step else int(span)
        return low <= value <= high and (value - low) % int(step or 1) == 0

    return {
        value for value in range(least, most + 1) if any(has(value, p) for p in text.split(","))
    }


@given(
    second=fields(0, 59),
    minute=fields(0, 59),
    hour=fields(0, 23),
    weekday=fields(0, 6),
    begin=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
)
def test_the_next_time_is_the_first_that_fits(
    second: str, minute: str, hour: str, weekday: str, begin: datetime
) -> None:
    at = begin.replace(microsecond=0, tzinfo=UTC)
    found = cron.parse(f"{second} {minute} {hour} * * {weekday}").next(at, UTC)
    seconds, minutes, hours = allowed(second, 0, 59), allowed(minute, 0, 59), allowed(hour, 0, 23)
    days = allowed(weekday, 0, 6)
    assert found is not None
    assert found > at
    assert (found.second in seconds, found.minute in minutes, found.hour in hours) == (True,) * 3
    assert found.isoweekday() % 7 in days
    # Nothing that fits lies between: by the day, then inside the last day by the hour, and so on.
    probe = at + timedelta(seconds=1)
    while probe < found:
        if probe.isoweekday() % 7 not in days:
            probe = (probe + timedelta(days=1)).replace(hour=0, minute=0, second=0)
        elif probe.hour not in hours:
            probe = (probe + timedelta(hours=1)).replace(minute=0, second=0)
        elif probe.minute not in minutes:
            probe = (probe + timedelta(minutes=1)).replace(second=0)
        else:
            assert probe.second not in seconds
            probe += timedelta(seconds=1)


@given(st.text(alphabet="0123456789*/,-?@ LW#abcdeiorvy:", max_size=30))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        schedule = cron.parse(text)
    except Refused:
        return
    schedule.next(datetime(2026, 11, 22, tzinfo=UTC), UTC)
