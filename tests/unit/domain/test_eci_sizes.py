from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import eci_sizes
from ackb.domain.eci_sizes import EciSize
from ackb.domain.problems import Refused

REGIONS = st.sampled_from([None, "cn-hangzhou", "eu-central-1"])
AMOUNTS = st.fractions(min_value=0, max_value=64, max_denominator=8)


def size(vcpu, memory):
    return EciSize(Fraction(str(vcpu)), Fraction(str(memory)))


@given(AMOUNTS, AMOUNTS, REGIONS)
def test_a_size_is_never_smaller_than_the_request_and_rounding_twice_changes_nothing(
    vcpu, memory, region
):
    rounded = eci_sizes.round_up(vcpu, memory, region)
    assert rounded in eci_sizes.sizes(region)
    if vcpu or memory:
        assert rounded.vcpu >= vcpu
        assert rounded.memory_gib >= memory
        waste = eci_sizes.waste(vcpu, memory, rounded)
        assert min(waste.vcpu, waste.memory_gib) >= 0
        assert waste.none is ((vcpu, memory) == (rounded.vcpu, rounded.memory_gib))
    assert eci_sizes.round_up(rounded.vcpu, rounded.memory_gib, region) == rounded


@given(AMOUNTS, AMOUNTS, AMOUNTS, REGIONS)
def test_asking_for_more_cpu_never_gives_less(vcpu, memory, more, region):
    if vcpu + more <= 64 and (vcpu or memory):
        smaller = eci_sizes.round_up(vcpu, memory, region)
        larger = eci_sizes.round_up(vcpu + more, memory, region)
        assert larger.vcpu >= smaller.vcpu


@pytest.mark.parametrize("one", eci_sizes.sizes("cn-hangzhou"), ids=str)
def test_a_size_that_is_sold_is_kept(one):
    assert eci_sizes.round_up(one.vcpu, one.memory_gib, "cn-hangzhou") == one


@pytest.mark.parametrize(
    ("vcpu", "memory", "region", "want"),
    [
        (7, 13, "cn-hangzhou", size(8, 14)),  # the example of the documentation
        (7, 13, "eu-central-1", size(8, 16)),
        (7, 13, None, size(8, 16)),
        ("0.5", 1, None, size("0.5", 1)),
        ("0.1", "0.1", None, size("0.25", "0.5")),
        ("0.25", 3, None, size(1, 4)),
        (5, 8, "cn-hangzhou", size(6, 8)),
        (5, 8, None, size(8, 8)),
        (64, 512, None, size(64, 512)),
        (0, 0, None, size(2, 4)),
    ],
)
def test_rounding(vcpu, memory, region, want):
    assert eci_sizes.round_up(Fraction(str(vcpu)), Fraction(str(memory)), region) == want


def test_the_finer_sizes_are_not_for_spot():
    assert eci_sizes.round_up(Fraction(7), Fraction(13), "cn-hangzhou", spot=True) == size(8, 16)


@pytest.mark.parametrize(("vcpu", "memory"), [("64.1", 1), (1, 513)])
def test_more_than_the_largest_size_is_refused(vcpu, memory):
    with pytest.raises(Refused) as error:
        eci_sizes.round_up(Fraction(str(vcpu)), Fraction(str(memory)))
    assert str(error.value) == (
        "must fit the largest ECI size (64 vCPU, 512 GiB); request less, or run it on ECS nodes"
    )


def test_limits_of_a_pod():
    assert eci_sizes.check_pod(vcpu=Fraction(64), containers=20, volumes=20) == []
    broken = eci_sizes.check_pod(vcpu=Fraction("64.5"), containers=21, volumes=21)
    assert [one.rule for one in broken] == [
        "have at most 64 vCPUs to run on ECI (it has 64.5)",
        "have at most 20 containers to run on ECI (it has 21)",
        "have at most 20 volumes to run on ECI (it has 21)",
    ]


def test_a_size_is_readable():
    assert str(size("0.25", "0.5")) == "0.25 vCPU, 0.5 GiB"
