from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.problems import InvalidInput
from ackb.load import profile
from ackb.load.profile import Profile


def write(folder: Path, text: str) -> str:
    path = folder / "day.csv"
    path.write_text(text, "utf-8")
    return str(path)


def said(wanted: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        profile.load(wanted)
    return str(caught.value).splitlines()


def test_the_best_practice() -> None:
    """S2-47: at most 1,000 users, 10 % more each minute, 10 minutes."""
    found = profile.load("pts-step")
    assert (found.seconds, found.most) == (600, 1000)
    assert [found.users(60 * minute) for minute in range(10)] == list(range(100, 1001, 100))
    assert found.users(59.9) == 100
    assert found.users(599.9) == 1000
    assert found.users(600) == 0


@pytest.mark.parametrize("name", ["constant", "pts-step", "ramp", "sawtooth", "spike"])
def test_every_profile_is_told_about(name: str) -> None:
    found = profile.load(name)
    assert name in profile.names()
    assert found.title and found.source
    assert found.points[0][0] == 0
    assert found.most <= 1000


def test_a_linear_profile_joins_its_points() -> None:
    ramp = profile.load("ramp")
    assert [ramp.users(at) for at in (0, 300, 599.9)] == [0, 500, 1000]


@given(st.floats(-10, 2000, allow_nan=False), st.sampled_from(profile.names()))
def test_users_stay_between_none_and_the_most(at: float, name: str) -> None:
    found = profile.load(name)
    assert 0 <= found.users(at) <= found.most


def test_a_recorded_day_is_replayed(tmp_path: Path) -> None:
    found = profile.load(
        write(tmp_path, "time,users,seconds\n9:00,10,0\n9:01,25,60\n\n9:02,0,120\n")
    )
    assert found == Profile(
        "day.csv",
        "Replay of day.csv",
        str(tmp_path / "day.csv"),
        "step",
        ((0, 10), (60, 25), (120, 0)),
    )
    assert (found.users(59), found.users(60), found.users(120)) == (10, 25, 0)


def test_every_error_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    lines = said(write(tmp_path, "seconds,users\n5,10\n5,-3\nx,1.5\n7,9\n"))
    assert [line.split(": ")[0] for line in lines] == [
        "LOAD-01 day.csv:2 seconds",
        "LOAD-01 day.csv:3 seconds",
        "LOAD-01 day.csv:3 users",
        "LOAD-01 day.csv:4 seconds",
        "LOAD-01 day.csv:4 users",
    ]
    assert "does not come after 5, the row before it. Fix: sort the rows by time." in lines[1]
    assert "no whole number of users from 0 to 100000" in lines[2]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "lacks the column seconds and the column users"),
        ("seconds,visitors\n0,1\n", "lacks the column users"),
        ("seconds,users\n0,5\n", "has 1 row of numbers"),
        ("seconds,users\n0,0\n60,0\n", "has no user at any time"),
        ("seconds,users\n0,nan\n60,5\n", "is no whole number of users"),
        ("seconds,users\n0,100001\n60,5\n", "is no whole number of users"),
    ],
)
def test_a_file_that_makes_no_test(tmp_path: Path, text: str, part: str) -> None:
    (line,) = said(write(tmp_path, text))
    assert part in line


def test_many_errors_are_counted(tmp_path: Path) -> None:
    lines = said(write(tmp_path, "seconds,users\n" + "a,b\n" * 50))
    assert len(lines) == 21
    assert "80 more" in lines[-1]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (line,) = said(str(tmp_path / "none.csv"))
    assert "cannot be read (No such file or directory)" in line


def test_an_unknown_profile_names_the_near_one() -> None:
    (line,) = said("pts-steps")
    assert line == (
        "LOAD-01 --profile: \"pts-steps\" – is no load profile. Fix: did you mean 'pts-step'? name "
        "one of constant, pts-step, ramp, sawtooth, spike, or a file that ends in .csv."
    )
