"""docs/mission.md: every row of the source articles is there once, and what serves it exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mission.md"

# Rows of each article: S0-01 to S0-18 and so on.
ROWS = {"S0": 18, "S1": 27, "S2": 52, "S3": 29, "S4": 42}
# What is not there yet, by the subject it belongs to; every other row names something that exists.
PLANNED = {
    "policies and preflight": {"S2-21", "S2-36", "S3-14"},
    "cost": {"S2-17", "S2-22", "S2-52"},
}

_ROW = re.compile(r"^\| (S\d-\d\d) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::((?:\w+::)?\w+)`")
_LINK = re.compile(r"\[[^\]]+\]\(([^)#]+)(?:#[^)]*)?\)")

TABLE = _ROW.findall(PAGE.read_text("utf-8"))


@cache
def functions_in(path: str) -> set[str]:
    """Return the test functions of a file: `name`, or `Class::name`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {
            prefix + one.name
            for one in inside
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            and one.name.startswith("test")
        }
    return found


def test_every_row_is_there_exactly_once_and_in_order() -> None:
    want = [f"{group}-{n:02}" for group, count in ROWS.items() for n in range(1, count + 1)]
    assert len(want) == 168
    assert [row for row, _, _ in TABLE] == want


def test_no_row_was_missed_by_its_form() -> None:
    text = PAGE.read_text("utf-8")
    assert len(re.findall(r"^\| S\d-", text, re.MULTILINE)) == len(TABLE)


@pytest.mark.parametrize(("row", "subject", "served"), TABLE, ids=[row for row, _, _ in TABLE])
def test_what_serves_a_row_exists(row: str, subject: str, served: str) -> None:
    if served.startswith("planned: "):
        assert row in PLANNED.get(served.removeprefix("planned: "), ()), f"{row}: {subject}"
        return
    tests, pages = _TEST.findall(served), _LINK.findall(served)
    assert tests or pages, f"{row} names neither a test nor a page"
    for path, name in tests:
        assert (ROOT / path).is_file(), f"{row}: there is no {path}"
        assert name in functions_in(path), f"{row}: {path} has no {name}"
    for page in pages:
        assert (PAGE.parent / page).exists(), f"{row}: there is no {page}"
    rest = _LINK.sub("", _TEST.sub("", served)).strip(" ,;")
    assert not rest, f"{row}: {rest!r} is neither a test nor a link"
