from __future__ import annotations

from pathlib import Path

import pytest

from ackb.domain.home import Home
from sandbox.kube.configuration import AUTOSCALER_SECONDS
from sandbox.kube.pace import SPEEDS, Pace


def test_a_home_runs_in_real_time_unless_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert Pace.of(home) == Pace(1)
    Pace(5).set(home)
    assert Pace.of(home).seconds(300) == 60
    assert Pace.of(home).rate(20) == 100


@pytest.mark.parametrize("speed", [0, 2, 10, -5])
def test_other_speeds_are_refused(speed: int) -> None:
    with pytest.raises(ValueError, match=r"one of 1, 3, 5, 15 \(got"):
        Pace(speed)


@pytest.mark.parametrize("speed", SPEEDS)
def test_times_of_the_autoscaler_stay_whole(speed: int) -> None:
    """Its flags and the behaviour of its objects count in seconds."""
    for real in AUTOSCALER_SECONDS.values():
        assert Pace(speed).seconds(real).is_integer()
