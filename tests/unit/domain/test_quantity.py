from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import quantity
from ackb.domain.problems import Refused

#: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
NUMBERS = st.decimals(
    min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=3
).map(lambda number: format(number, "f"))


@given(NUMBERS, st.sampled_from(sorted(DECIMAL)))
def test_decimal_suffixes_are_powers_of_ten(number, suffix):
    assert quantity.parse(number + suffix) == Fraction(number) * Fraction(10) ** DECIMAL[suffix]


@given(NUMBERS, st.sampled_from(sorted(BINARY)))
def test_binary_suffixes_are_powers_of_two(number, suffix):
    assert quantity.parse(number + suffix) == Fraction(number) * 2 ** BINARY[suffix]


@given(NUMBERS, st.integers(-9, 18), st.sampled_from("eE"))
def test_exponents(number, exponent, letter):
    assert (
        quantity.parse(f"{number}{letter}{exponent}") == Fraction(number) * Fraction(10) ** exponent
    )


@given(st.integers(1, 10**6))
def test_millicores_and_cores_are_the_same_amount(cores):
    assert quantity.equal(f"{cores * 1000}m", cores)
    assert quantity.millicores(cores) == cores * 1000


def test_equal_is_exact():
    assert quantity.equal("0.1", "100m")
    assert quantity.equal("1Gi", "1024Mi")
    assert not quantity.equal("1G", "1Gi")
    assert not quantity.equal("9007199254740993", "9007199254740992")


def test_units():
    assert quantity.millicores("500m") == 500
    assert quantity.millicores("1500u") == 2
    assert quantity.gib("512Mi") == Fraction(1, 2)
    assert quantity.parse(2) == 2
    assert quantity.parse(0.5) == Fraction(1, 2)
    assert quantity.parse("1E") == 10**18
    assert quantity.parse("1E1") == 10


@pytest.mark.parametrize(
    "text", ["", "m", "1 Gi", "1gi", "1GB", "one", "1e", "1e19", "--1", "1Gi ", ".", "1mi", True]
)
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(Refused) as error:
        quantity.parse(text)
    assert str(error.value) == (
        "must be a Kubernetes quantity, such as 500m or 2 for CPU and 512Mi or 1Gi for memory; "
        "write a number with a unit Kubernetes knows"
    )


@pytest.mark.parametrize(
    ("cpu", "rule"),
    [
        ("1m", None),
        ("1024", None),
        ("0.5", None),
        ("0", "be more than 0"),
        ("-1", "be more than 0"),
        ("1025", "be at most 1024 cores"),
        ("2Gi", "be at most 1024 cores"),
        ("0.5m", "be a whole number of millicores"),
        ("x", "be a Kubernetes quantity, such as 500m or 2 for CPU and 512Mi or 1Gi for memory"),
    ],
)
def test_amounts_of_cpu(cpu, rule):
    broken = quantity.check_cpu(cpu)
    assert (broken.rule if broken else None) == rule


@pytest.mark.parametrize(
    ("memory", "rule"),
    [
        ("1Mi", None),
        ("1Ti", None),
        ("1048575", "be at least 1Mi (a number without a unit is bytes, and 'm' is a thousandth)"),
        ("500m", "be at least 1Mi (a number without a unit is bytes, and 'm' is a thousandth)"),
        ("0", "be more than 0"),
        ("1gb", "be a Kubernetes quantity, such as 500m or 2 for CPU and 512Mi or 1Gi for memory"),
    ],
)
def test_amounts_of_memory(memory, rule):
    broken = quantity.check_memory(memory)
    assert (broken.rule if broken else None) == rule
