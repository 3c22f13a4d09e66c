from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from ackb.load import profile, summary
from ackb.load.course import Course, Row, run
from ackb.load.profile import Profile
from ackb.load.scene import Gone
from ackb.load.service import default_demand
from tests.unit.load.conftest import FakeScene, SetClock


def course_of(
    scene: FakeScene, clock: SetClock, users: Profile, quiet_at: int | None = 22
) -> Course:
    return run(
        scene,
        users,
        default_demand(),
        speed=scene.speed,
        quiet_at=quiet_at,
        window_seconds=300,
        clock=clock,
        on_row=lambda row: None,
    )


@pytest.fixture(scope="module")
def course() -> Course:
    clock = SetClock()
    return course_of(FakeScene(clock), clock, profile.load("pts-step"))


def test_the_load_test_of_the_best_practice(course: Course) -> None:
    """S2-47, S2-48, S2-50: 22, at most 44, up to 100; time-outs while pods are missing."""
    found = summary.of(course.rows, [], 100)
    assert found.replicas[0] == 22
    assert 22 < found.replicas[1] <= 44
    assert max(found.replicas) == found.peak_ready == 100
    assert found.timeouts_scaling > 100
    assert found.timeouts_at_bound > found.timeouts_scaling
    assert found.lowest_success < 0.85
    assert found.longest_lag_seconds >= 15
    assert found.eci_first
    assert course.settled


def test_every_second_is_written_down(course: Course) -> None:
    """S2-49: success, rate, response time, users."""
    gaps = {round(b.seconds - a.seconds, 6) for a, b in pairwise(course.rows)}
    assert gaps == {1.0}
    assert {row.users for row in course.rows} == {0, *range(100, 1001, 100)}
    for row in course.rows:
        assert row.tps + row.failures == pytest.approx(
            row.users / row.mean_seconds if row.users else 0
        )


def test_cost_adds_up_and_the_unknown_stays_unknown(course: Course) -> None:
    costs = [row.eci_cost for row in course.rows if row.eci_cost is not None]
    assert len(costs) == len(course.rows)
    assert costs == sorted(costs)
    assert costs[0] == 0 < costs[-1]
    assert {row.ecs_cost for row in course.rows} == {None}


@pytest.mark.parametrize("speed", [3, 5, 15])
def test_a_faster_test_takes_less_real_time_for_the_same_course(speed: int) -> None:
    clock = SetClock()
    begun = clock.now()
    fast = course_of(FakeScene(clock, speed), clock, profile.load("pts-step"))
    assert fast.rows[-1].seconds == pytest.approx((clock.now() - begun) * speed)
    found = summary.of(fast.rows, [], 100)
    assert (found.replicas[0], max(found.replicas), fast.settled) == (22, 100, True)


def test_without_an_autoscaler_the_test_ends_with_the_last_user() -> None:
    clock = SetClock()
    scene = FakeScene(clock, least=22, most=22)
    course = course_of(scene, clock, profile.load("constant"), quiet_at=None)
    assert course.rows[-1].seconds == 300


def test_an_autoscaler_that_keeps_more_pods_is_not_waited_for_without_an_end() -> None:
    clock = SetClock()
    course = course_of(FakeScene(clock, least=30), clock, profile.load("constant"), quiet_at=22)
    assert course.settled
    assert 300 + 300 < course.rows[-1].seconds < 300 + 300 + 200


def test_a_workload_that_goes_away_ends_the_test() -> None:
    clock = SetClock()
    scene = FakeScene(clock, ends_at=clock.now() + 10)
    with pytest.raises(Gone, match="it is gone"):
        course_of(scene, clock, profile.load("constant"))


ROW = Row(0, 10, 30, 22, 8, 30, 50, 50.0, 10.0, 0.0, 1.0, 0.5, 1.0, None, 0.0)


def rows(*pods: tuple[int, int]) -> list[Row]:
    return [
        replace(ROW, seconds=float(at), ready_ecs=ecs, ready_eci=eci)
        for at, (ecs, eci) in enumerate(pods)
    ]


@pytest.mark.parametrize(
    ("pods", "first"),
    [
        ([(22, 8), (22, 3), (22, 0)], True),
        ([(22, 8), (22, 0), (20, 0)], True),
        ([(22, 8), (20, 5), (20, 0)], False),
        ([(20, 0), (22, 8), (22, 8)], None),
    ],
)
def test_whether_scale_in_took_eci_first(pods: list[tuple[int, int]], first: bool | None) -> None:
    """S2-43: the order is that of the samples after the busiest moment."""
    assert summary.of(rows(*pods), [], None).eci_first is first


def test_a_test_without_requests_has_no_rates() -> None:
    nobody = [replace(ROW, seconds=float(at), users=0, tps=0.0) for at in range(3)]
    found = summary.of(nobody, [], None)
    assert (found.requests, found.success, found.mean_seconds) == (0, None, None)


def test_timeouts_are_told_apart_by_whether_more_pods_could_come() -> None:
    failing = [
        replace(ROW, seconds=0.0, failures=3.0, ready_ecs=22, ready_eci=0),
        replace(ROW, seconds=1.0, failures=5.0, ready_ecs=22, ready_eci=78),
        replace(ROW, seconds=2.0, failures=0.0),
    ]
    found = summary.of(failing, [], 100)
    assert (found.timeouts, found.timeouts_scaling, found.timeouts_at_bound) == (8, 3, 5)
