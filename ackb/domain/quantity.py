"""Kubernetes quantities: `500m`, `1Gi`, `2`, `1e3`.

Grammar and meaning are those of k8s.io/apimachinery/pkg/api/resource. Values are exact fractions,
never floats, so that "equal" means equal.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

from ackb.domain.problems import Broken, Refused

_SUFFIXES: Final[dict[str, Fraction]] = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "Ti": Fraction(2**40),
    "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
}
_FORM: Final = re.compile(
    r"(?P<number>[+-]?(\d+(\.\d*)?|\.\d+))((?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<exp>[+-]?\d+))?"
)
# Kubernetes caps at 2**63-1; a longer exponent is a slip of the pen and costly to compute.
_LARGEST_EXPONENT: Final = 18

GIB: Final = _SUFFIXES["Gi"]
_MIB: Final = _SUFFIXES["Mi"]
# Above these a value is a slip of the unit: no ECS or ECI instance is near either.
_MOST_CPU: Final = Fraction(1024)
_LEAST_MEMORY: Final = _MIB


def parse(text: str | int | float) -> Fraction:
    """Return the value of a quantity in its base unit (cores, bytes).

    A number is taken as the API takes it in JSON: as the same number without a suffix.

    Raises:
        Refused: it is not a quantity.
    """
    found = _FORM.fullmatch(str(text)) if not isinstance(text, bool) else None
    if found is None or abs(int(found["exp"] or 0)) > _LARGEST_EXPONENT:
        raise Refused(
            Broken(
                "be a Kubernetes quantity, such as 500m or 2 for CPU and 512Mi or 1Gi for memory",
                "write a number with a unit Kubernetes knows",
            )
        )
    if found["exp"] is not None:
        return Fraction(found["number"]) * Fraction(10) ** int(found["exp"])
    return Fraction(found["number"]) * _SUFFIXES[found["suffix"] or ""]


def equal(one: str | int | float, other: str | int | float) -> bool:
    """Tell whether two quantities have the same value: `1` and `1000m` do.

    Raises:
        Refused: one of them is not a quantity.
    """
    return parse(one) == parse(other)


def millicores(cpu: str | int | float) -> int:
    """Return an amount of CPU in thousandths of a core, rounded up as Kubernetes does.

    Raises:
        Refused: it is not a quantity.
    """
    return math.ceil(parse(cpu) * 1000)


def gib(memory: str | int | float) -> Fraction:
    """Return an amount of memory in GiB.

    Raises:
        Refused: it is not a quantity.
    """
    return parse(memory) / GIB


def check_cpu(cpu: str) -> Broken | None:
    """Return what is wrong with an amount of CPU for a container, or None."""
    try:
        value = parse(cpu)
    except Refused as refused:
        return refused.broken
    if value <= 0:
        return Broken("be more than 0", "write an amount such as 500m (half a core)")
    if value > _MOST_CPU:
        return Broken(
            f"be at most {_MOST_CPU} cores", "write CPU without a memory unit, such as 500m or 2"
        )
    if (value * 1000).denominator != 1:
        return Broken("be a whole number of millicores", f"write {millicores(cpu)}m")
    return None


def check_memory(memory: str) -> Broken | None:
    """Return what is wrong with an amount of memory for a container, or None."""
    try:
        value = parse(memory)
    except Refused as refused:
        return refused.broken
    if value <= 0:
        return Broken("be more than 0", "write an amount such as 512Mi")
    if value < _LEAST_MEMORY:
        return Broken(
            "be at least 1Mi (a number without a unit is bytes, and 'm' is a thousandth)",
            "write a unit such as Mi or Gi",
        )
    return None
