"""How many virtual users there are at each moment of a load test."""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ackb.domain.problems import InvalidInput, Problem, nearest

DEFAULT: Final = "pts-step"
"""The load test of the best practice."""

COLUMNS: Final = ("seconds", "users")
"""Columns of a CSV file."""

MOST_USERS: Final = 100_000
"""Above it a closed-loop test of one site makes no sense, and a misplaced comma is likely."""
MOST_SECONDS: Final = 24 * 3600
"""A day."""

_CODE: Final = "LOAD-01"
_FOLDER: Final = Path(__file__).parent / "profiles"
_SHOWN: Final = 20
"""Problems of a file that are listed one by one."""


@dataclass(frozen=True)
class Profile:
    """Users over time.

    Attributes:
        name: of the profile, or of the file it came from.
        title: what it is, in a line.
        source: where its numbers come from.
        shape: `step` keeps a number until the next point, `linear` joins the points.
        points: seconds from the start, and users from then on; the last point is the end.
    """

    name: str
    title: str
    source: str
    shape: Literal["step", "linear"]
    points: tuple[tuple[float, int], ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.points[-1][0]

    @property
    def most(self) -> int:
        """Users at its busiest moment."""
        return max(users for _, users in self.points)

    def users(self, at: float) -> int:
        """Users at a moment; none before the start and after the end."""
        if not 0 <= at < self.seconds:
            return 0
        index = bisect_right(self.points, at, key=lambda point: point[0]) - 1
        begin, users = self.points[index]
        if self.shape == "step":
            return users
        end, following = self.points[index + 1]
        return round(users + (following - users) * (at - begin) / (end - begin))


def names() -> list[str]:
    """The profiles that come with the program."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def load(wanted: str) -> Profile:
    """The profile of a name, or of a CSV file with the columns `seconds` and `users`.

    Raises:
        InvalidInput: there is no such profile, or the file has errors (all are named).
    """
    if wanted.lower().endswith(".csv"):
        return read_csv(Path(wanted))
    path = _FOLDER / f"{wanted}.json"
    if wanted not in names():
        near = nearest(wanted, names())
        choice = f"did you mean '{near}'? " if near else ""
        fix = f"{choice}name one of {', '.join(names())}, or a file that ends in .csv"
        raise InvalidInput([Problem(_CODE, "--profile", wanted, "is no load profile", fix)])
    found = json.loads(path.read_text("utf-8"))
    points = tuple((float(at), int(users)) for at, users in found["points"])
    return Profile(wanted, found["title"], found["source"], found["shape"], points)


def read_csv(path: Path) -> Profile:
    """Replay of a CSV file: a header `seconds,users`, then a row for each change.

    The number holds until the next row; the last row is the end.

    Raises:
        InvalidInput: with everything that is wrong in it.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidInput(
            [_problem(path, "", str(path), _reason(error), "name a file that can be read")]
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput(
            [_problem(path, "", str(path), "is no UTF-8 text", "save it as UTF-8")]
        ) from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        why = f"lacks the column {' and the column '.join(missing)}"
        fix = f"begin with the line '{','.join(COLUMNS)}'"
        raise InvalidInput([_problem(path, ":1", ",".join(header), why, fix)])
    points: list[tuple[float, int]] = []
    problems: list[Problem] = []
    columns = [header.index(name) for name in COLUMNS]
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            problems += _row(
                path, number, [row[at] if at < len(row) else "" for at in columns], points
            )
    if not problems and len(points) < 2:
        why = f"has {len(points)} row{'' if len(points) == 1 else 's'} of numbers"
        fix = "give at least two: a beginning and the end"
        problems.append(_problem(path, "", str(path), why, fix))
    if not problems and not any(users for _, users in points):
        problems.append(_problem(path, "", "users 0", "has no user at any time", "give some users"))
    if problems:
        raise InvalidInput(_at_most(problems, path))
    return Profile(path.name, f"Replay of {path.name}", str(path), "step", tuple(points))


def _row(
    path: Path, number: int, cells: Sequence[str], points: list[tuple[float, int]]
) -> Iterator[Problem]:
    """Add the point of a row, or tell what is wrong with it."""
    where = f":{number}"
    at = _number(cells[0])
    users = _number(cells[1])
    if at is None or not 0 <= at <= MOST_SECONDS:
        why = f"is no time from 0 to {MOST_SECONDS} seconds"
        yield _problem(path, f"{where} {COLUMNS[0]}", cells[0], why, "give seconds from the start")
    elif not points and at != 0:
        yield _problem(path, f"{where} {COLUMNS[0]}", cells[0], "is not 0", "begin at second 0")
    elif points and at <= points[-1][0]:
        why = f"does not come after {points[-1][0]:g}, the row before it"
        yield _problem(path, f"{where} {COLUMNS[0]}", cells[0], why, "sort the rows by time")
    if users is None or not users.is_integer() or not 0 <= users <= MOST_USERS:
        why = f"is no whole number of users from 0 to {MOST_USERS}"
        yield _problem(path, f"{where} {COLUMNS[1]}", cells[1], why, "give the users at that time")
    if at is not None:
        points.append((at, int(users or 0)))


def _number(text: str) -> float | None:
    try:
        found = float(text.strip())
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def _problem(path: Path, where: str, value: str, why: str, fix: str) -> Problem:
    return Problem(_CODE, f"{path.name}{where}", value.strip(), why, fix)


def _at_most(problems: list[Problem], path: Path) -> list[Problem]:
    more = len(problems) - _SHOWN
    if more <= 0:
        return problems
    rest = _problem(path, "", f"{more} more", "has more rows with errors", "correct these first")
    return [*problems[:_SHOWN], rest]


def _reason(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"
