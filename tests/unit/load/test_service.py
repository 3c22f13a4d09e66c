from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ackb.load import service
from ackb.load.service import Demand, serve

PAGE = Demand(cpu_seconds=0.12, other_seconds=0.15, timeout_seconds=5.0)

USERS = st.integers(0, 1500)
PODS = st.integers(0, 120)
CORES = st.floats(0.05, 8)
DEMANDS = st.builds(Demand, st.floats(0.001, 2), st.floats(0, 3), st.floats(0.5, 60))


@given(USERS, PODS, CORES, DEMANDS)
@settings(max_examples=150)
def test_laws_that_hold_for_every_load(users: int, pods: int, cores: float, demand: Demand) -> None:
    """S2-49: Little's law, the capacity of the pods, and shares between 0 and 1."""
    found = serve(users, pods, cores, demand)
    assert 0 <= found.success <= 1
    assert found.cores <= pods * cores * (1 + 1e-9)
    assert found.tps * demand.cpu_seconds <= found.cores * (1 + 1e-9)
    assert found.mean_seconds <= demand.timeout_seconds * (1 + 1e-9)
    assert found.p95_seconds <= demand.timeout_seconds
    in_system = (found.tps + found.failures) * found.mean_seconds
    assert in_system == pytest.approx(users)


@given(USERS, st.integers(1, 120), CORES, DEMANDS)
@settings(max_examples=100)
def test_more_pods_never_serve_less_and_more_users_never_faster(
    users: int, pods: int, cores: float, demand: Demand
) -> None:
    found = serve(users, pods, cores, demand)
    more_pods = serve(users, pods + 1, cores, demand)
    more_users = serve(users + 1, pods, cores, demand)
    slack = 1e-9
    assert more_pods.tps >= found.tps * (1 - slack)
    assert more_pods.success >= found.success - slack
    if users:
        assert more_users.mean_seconds >= found.mean_seconds * (1 - slack)
        assert more_users.success <= found.success + slack
    assert more_users.cores >= found.cores * (1 - slack)


def test_one_user_waits_for_nobody() -> None:
    found = serve(1, 22, 0.5, PAGE)
    assert found.mean_seconds == pytest.approx(0.15 + 0.12 / 0.5)
    assert found.cores == pytest.approx(0.12 / (0.15 + 0.24))


def test_a_request_uses_one_core_at_a_time() -> None:
    """A pod of 4 cores is no faster for a single user than one of 1."""
    assert serve(1, 1, 4, PAGE).mean_seconds == serve(1, 1, 1, PAGE).mean_seconds
    assert serve(100, 1, 4, PAGE).tps > 3.5 * serve(100, 1, 1, PAGE).tps


def test_an_overloaded_site_works_at_its_capacity_and_times_out() -> None:
    """S2-50: the step to 200 users meets the 22 pods of the base load."""
    found = serve(200, 22, 0.44, PAGE)
    # Not all: requests go to a pod by chance, so some wait while another has nothing to do.
    assert 0.85 < found.cores / (22 * 0.44) < 0.95
    assert found.success < 0.95
    assert serve(200, 100, 0.44, PAGE).success > 0.998


def test_without_pods_everything_times_out() -> None:
    found = serve(100, 0, 0.5, PAGE)
    assert (found.tps, found.success, found.mean_seconds) == (0, 0, 5)
    assert found.failures == 20


def test_nobody_is_served_well() -> None:
    assert serve(0, 22, 0.5, PAGE) == service.IDLE


def test_a_page_that_waits_longer_than_its_users_is_never_seen() -> None:
    assert serve(10, 10, 1.0, Demand(0.01, 6.0, 5.0)).success == 0


def test_the_numbers_say_where_they_are_from() -> None:
    """S2-47: PTS waits 5 s."""
    assert service.default_demand().timeout_seconds == 5
    numbers = service.settings()
    for key in ("cpu_seconds", "other_seconds", "timeout_seconds"):
        assert len(numbers[f"{key}_source"]) > 20
