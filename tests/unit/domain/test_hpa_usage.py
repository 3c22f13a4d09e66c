"""From the use of pods to a proposal, as the replica calculator of Kubernetes 1.36 finds it."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.hpa import Rules, Tolerance
from ackb.domain.hpa_usage import Pod, from_average, from_utilisation

REQUEST = 500
OTHERS = st.integers(0, 60)
USAGE = st.integers(0, 3000)
PERCENT = st.integers(1, 100)


def pods(ready: int, used: int, *, unready: int = 0, missing: int = 0) -> list[Pod]:
    return [
        *[Pod("ready", used, REQUEST)] * ready,
        *[Pod("unready", 0, REQUEST)] * unready,
        *[Pod("missing", 0, REQUEST)] * missing,
    ]


def wanted(found: list[Pod], current: int, target: int = 60) -> int | None:
    proposal = from_utilisation(found, current, target)
    return None if proposal is None else proposal.replicas


@pytest.mark.parametrize(
    ("used", "want"), [(300, 22), (330, 22), (335, 25), (270, 22), (265, 20), (0, 0), (600, 44)]
)
def test_the_tolerance_is_ten_percent(used: int, want: int) -> None:
    """S4-07, S2-46: 22 pods of 500m, target 60 %."""
    assert wanted(pods(22, used), 22) == want


def test_a_utilisation_is_cut_off_to_a_whole_percentage() -> None:
    two = [Pod("ready", 334, 500), Pod("ready", 333, 500)]
    found = from_utilisation(two, 2, 60)
    assert found is not None
    assert (found.usage, found.replicas) == (66, 2), "66.7 % would be outside the tolerance"


def test_each_direction_may_have_a_tolerance_of_its_own() -> None:
    eager = Tolerance.of(Rules((), tolerance=Fraction(0)), Rules(()))
    above, below = (from_utilisation(pods(10, used), 10, 60, eager) for used in (305, 295))
    assert above is not None and below is not None
    assert (above.replicas, below.replicas) == (11, 10)


@given(st.integers(1, 60), USAGE, PERCENT)
def test_with_all_pods_ready_it_is_the_formula(count: int, used: int, target: int) -> None:
    percent = used * 100 // REQUEST
    inside = 0.9 <= percent / target <= 1.1
    want = count if inside else math.ceil(percent / target * count)
    assert wanted(pods(count, used), count, target) == want


@given(st.integers(1, 60), OTHERS, OTHERS, USAGE, PERCENT)
def test_others_never_turn_the_direction(
    count: int, unready: int, missing: int, used: int, target: int
) -> None:
    current = count + unready + missing
    percent = used * 100 // REQUEST
    got = wanted(pods(count, used, unready=unready, missing=missing), current, target)
    assert got is not None
    assert got >= current or percent < target
    assert got <= current or percent > target


def test_pods_on_their_way_are_waited_for() -> None:
    """22 pods at their limit and 15 that start: 59 % over all of them is on target."""
    assert wanted(pods(22, 500, unready=15), 37) == 37
    assert wanted(pods(22, 500), 22) == 37


def test_a_pod_without_metrics_keeps_others() -> None:
    """It counts with its request when pods would go, and with nothing when more would come."""
    assert wanted(pods(10, 200, missing=0), 10) == 7
    assert wanted(pods(10, 200, missing=5), 15) == 15
    assert wanted(pods(10, 400, missing=1), 11) == 14
    assert wanted(pods(10, 400), 10) == 14


def test_nothing_is_proposed_without_metrics_or_request() -> None:
    """S4-06: a utilisation needs a request."""
    assert wanted(pods(0, 0, unready=3), 3) is None
    assert wanted([Pod("ready", 100, 0)], 1) is None


@pytest.mark.parametrize(("used", "want"), [(400, 8), (220, 4), (150, 3)])
def test_a_target_for_each_pod(used: int, want: int) -> None:
    found = from_average([Pod("ready", used)] * 4, 4, 200)
    assert found is not None
    assert (found.replicas, found.usage) == (want, used)
