from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ackb.domain import hpa
from ackb.domain.hpa import Change, Policy, Rules

REPLICAS = st.integers(1, 2000)
USAGE = st.fractions(min_value=0, max_value=1000, max_denominator=100)
TARGET = st.fractions(min_value=1, max_value=100, max_denominator=10)


@given(REPLICAS, USAGE, TARGET)
def test_a_proposal_brings_usage_to_the_target(current, usage, target):
    wanted = hpa.proposal(current, usage, target)
    if abs(usage / target - 1) <= Fraction(1, 10):
        assert wanted == current
        return
    total = current * usage
    assert wanted * target >= total
    assert wanted == 0 or (wanted - 1) * target < total


@given(REPLICAS, USAGE, USAGE, TARGET)
def test_more_usage_never_proposes_fewer_pods(current, one, other, target):
    low, high = sorted([one, other])
    assert hpa.proposal(current, low, target) <= hpa.proposal(current, high, target)


@pytest.mark.parametrize(
    ("usage", "want"),
    [(66, 22), ("66.1", 25), (54, 22), ("53.9", 20), (120, 44), (0, 0)],
)
def test_the_tolerance_is_ten_percent_on_both_sides(usage, want):
    """S2-46: target 60 % CPU, 22 pods."""
    assert hpa.proposal(22, Fraction(str(usage)), Fraction(60)) == want


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 500), st.integers(1, 500))
def test_the_bounds_always_hold(wanted, current, one, other):
    minimum, maximum = sorted([one, other])
    assert minimum <= hpa.limited(wanted, current, minimum=minimum, maximum=maximum) <= maximum
    limited = hpa.limited_without_behavior(wanted, current, minimum=minimum, maximum=maximum)
    assert minimum <= limited <= maximum


@given(st.integers(1, 500), st.integers(1, 500))
def test_a_step_never_goes_past_what_is_wanted_or_the_other_way(wanted, current):
    new = hpa.limited(wanted, current, minimum=1, maximum=10_000)
    assert min(current, wanted) <= new <= max(current, wanted)


def test_without_a_behavior_a_step_at_most_doubles():
    """S2-48: 22 pods become at most 44 at the first decision."""
    assert hpa.limited_without_behavior(200, 22, minimum=22, maximum=100) == 44
    assert hpa.limited_without_behavior(200, 44, minimum=22, maximum=100) == 88
    assert hpa.limited_without_behavior(200, 88, minimum=22, maximum=100) == 100
    assert hpa.limited_without_behavior(200, 1, minimum=1, maximum=100) == 4


def test_the_default_behavior_doubles_or_adds_four():
    assert hpa.limited(200, 22, minimum=1, maximum=1000) == 44
    assert hpa.limited(200, 1, minimum=1, maximum=1000) == 5
    assert hpa.limited(3, 100, minimum=1, maximum=1000) == 3


def test_changes_inside_the_period_count_against_the_limit():
    just_doubled = [Change(10, 22)]
    assert hpa.limited(200, 44, minimum=1, maximum=1000, changes=just_doubled) == 44
    earlier = [Change(15, 22)]
    assert hpa.limited(200, 44, minimum=1, maximum=1000, changes=earlier) == 88


def test_percent_rounds_in_favour_of_the_change():
    slow = Rules((Policy("Percent", 10, 60),))
    assert hpa.limited(200, 22, minimum=1, maximum=1000, up=slow) == 25
    assert hpa.limited(1, 22, minimum=1, maximum=1000, down=slow) == 19


def test_select_chooses_between_policies():
    policies = (Policy("Pods", 2, 60), Policy("Percent", 50, 60))
    assert hpa.limited(99, 10, minimum=1, maximum=99, up=Rules(policies, "Max")) == 15
    assert hpa.limited(99, 10, minimum=1, maximum=99, up=Rules(policies, "Min")) == 12
    assert hpa.limited(99, 10, minimum=1, maximum=99, up=Rules(policies, "Disabled")) == 10
    assert hpa.limited(1, 10, minimum=1, maximum=99, down=Rules(policies, "Max")) == 5
    assert hpa.limited(1, 10, minimum=1, maximum=99, down=Rules(policies, "Min")) == 8


@given(
    st.integers(0, 100),
    st.integers(0, 100),
    st.lists(st.integers(0, 100), max_size=5),
    st.lists(st.integers(0, 100), max_size=5),
)
def test_stabilising_never_leaves_the_span_of_what_was_proposed(wanted, current, up, down):
    new = hpa.stabilised(wanted, current, up_window=up, down_window=down)
    assert min([wanted, current, *up]) <= new <= max([wanted, current, *down])


def test_scale_in_waits_for_the_highest_proposal_of_the_window():
    assert hpa.stabilised(22, 100, down_window=[100, 83, 44]) == 100
    assert hpa.stabilised(22, 100, down_window=[44, 30]) == 44
    assert hpa.stabilised(22, 100) == 22
    assert hpa.stabilised(100, 22, up_window=[40]) == 40


@given(st.integers(-5, 20), st.integers(-5, 20))
def test_bounds_are_right_when_one_le_min_le_max(minimum, maximum):
    assert (hpa.check_bounds(minimum, maximum) is None) is (1 <= minimum <= maximum)


def test_bounds_that_contradict_show_both_numbers():
    broken = hpa.check_bounds(30, 20)
    assert broken is not None
    assert broken.rule == "have min <= max (min is 30, max is 20)"
    assert broken.fix == "lower min to 20 or raise max to 30"


@pytest.mark.parametrize(("percent", "fine"), [(0, False), (1, True), (100, True), (101, False)])
def test_targets(percent, fine):
    assert (hpa.check_target(percent) is None) is fine


@given(REPLICAS, st.integers(1, 100))
def test_a_settled_autoscaler_stays(current, target):
    assume(1 <= current <= 1000)
    wanted = hpa.proposal(current, Fraction(target), Fraction(target))
    assert hpa.limited(wanted, current, minimum=1, maximum=1000) == current


@given(st.lists(st.integers(0, 200), min_size=1, max_size=5), st.integers(1, 200))
def test_of_several_metrics_the_largest_proposal_wins(proposals, current):
    """S4-05."""
    assert hpa.combined(proposals, current) == max(proposals)


def test_a_metric_that_cannot_be_read_keeps_pods_from_going_not_from_coming():
    assert hpa.combined([30, None], 22) == 30
    assert hpa.combined([22, None], 22) == 22
    assert hpa.combined([10, None], 22) is None
    assert hpa.combined([None, None], 22) is None
    assert hpa.combined([], 22) is None


def test_each_direction_has_a_tolerance_of_its_own():
    up_at_once = hpa.Tolerance(Fraction(0), Fraction(1, 5))
    assert hpa.proposal(10, Fraction(61), Fraction(60), tolerance=up_at_once) == 11
    assert hpa.proposal(10, Fraction(48), Fraction(60), tolerance=up_at_once) == 10
    assert hpa.proposal(10, Fraction(47), Fraction(60), tolerance=up_at_once) == 8


def test_a_rule_without_a_tolerance_has_ten_percent():
    given_down = Rules((), tolerance=Fraction(1, 20))
    assert hpa.Tolerance.of(Rules(()), given_down) == hpa.Tolerance(
        Fraction(1, 10), Fraction(1, 20)
    )


def test_a_target_of_no_pods_stays_without():
    """S4-08: replicas 0 switches the autoscaler off."""
    assert hpa.decided(50, 0, minimum=22, maximum=100) == 0


def test_outside_the_bounds_no_metric_counts():
    assert hpa.decided(1, 200, minimum=22, maximum=100) == 100
    assert hpa.decided(90, 5, minimum=22, maximum=100) == 22


def test_a_decision_waits_for_its_window_then_keeps_its_speed():
    down = Rules((Policy("Percent", 50, 60),), window_seconds=300)
    high = [hpa.Proposal(299, 80)]
    assert hpa.decided(22, 100, minimum=22, maximum=100, down=down, proposals=high) == 80
    earlier = [hpa.Proposal(300, 80)]
    assert hpa.decided(22, 100, minimum=22, maximum=100, down=down, proposals=earlier) == 50
    halved = [Change(30, -50)]
    after = hpa.decided(22, 50, minimum=22, maximum=100, down=down, changes=halved)
    assert after == 50


@given(
    st.integers(0, 300),
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(1, 300),
    st.lists(st.builds(hpa.Proposal, st.integers(0, 600), st.integers(0, 300)), max_size=4),
)
def test_a_decision_keeps_the_bounds(wanted, current, one, other, proposals):
    minimum, maximum = sorted([one, other])
    got = hpa.decided(wanted, current, minimum=minimum, maximum=maximum, proposals=proposals)
    assert minimum <= got <= maximum


def test_rules_that_kubernetes_would_refuse():
    rules = Rules((Policy("Pods", 0, 1801),), window_seconds=3601, tolerance=Fraction(3, 2))
    assert [(field, got, broken.rule) for field, got, broken in hpa.check_rules(rules)] == [
        ("policies[0].value", 0, "be at least 1"),
        ("policies[0].period_seconds", 1801, "be from 1 to 1800"),
        ("window_seconds", 3601, "be from 0 to 3600"),
        ("tolerance", 1.5, "be a share from 0 to 1, in whole thousandths"),
    ]
    assert [field for field, _, _ in hpa.check_rules(Rules(()))] == ["policies"]
    at_the_edge = Rules(
        (Policy("Pods", 1, 1), Policy("Percent", 1, 1800)),
        window_seconds=3600,
        tolerance=Fraction(0),
    )
    assert hpa.check_rules(at_the_edge) == []
    assert hpa.check_rules(hpa.DEFAULT_SCALE_UP) == hpa.check_rules(hpa.DEFAULT_SCALE_DOWN) == []


def test_an_autoscaler_must_be_able_to_act():
    shut = Rules((Policy("Pods", 1, 1),), "Disabled")
    assert hpa.check_directions(shut, hpa.DEFAULT_SCALE_DOWN) is None
    broken = hpa.check_directions(shut, shut)
    assert broken is not None
    assert "can never act" in broken.rule


def test_a_tolerance_is_a_quantity():
    shares = [Fraction(0), Fraction(1, 20), Fraction(1)]
    assert [hpa.tolerance_text(one) for one in shares] == ["0", "50m", "1"]
    assert [
        field
        for field, _, _ in hpa.check_rules(Rules((Policy("Pods", 1, 1),), tolerance=Fraction(1, 3)))
    ] == ["tolerance"]
