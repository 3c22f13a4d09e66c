"""The sizes an ECI pod can have; a request between two of them is rounded up, and billed so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken, Refused

_LIMITS: Final[dict[str, int]] = {
    name: limit["value"] for name, limit in load("eci_sizes")["limits"].items()
}
_NAMED: Final = re.compile(r"(?P<vcpu>\d+(?:\.\d+)?)-(?P<memory>\d+(?:\.\d+)?)Gi")
MAX_CONTAINERS: Final = _LIMITS["containers"]
"""Most containers of one ECI pod."""


FINER_REGION: Final[str] = load("eci_sizes")["some_regions"]["regions"][0]
"""A region that sells every size there is."""


@dataclass(frozen=True, order=True)
class EciSize:
    """A size that is sold: vCPU and memory in GiB."""

    vcpu: Fraction
    memory_gib: Fraction

    def __str__(self) -> str:
        return f"{_number(self.vcpu)} vCPU, {_number(self.memory_gib)} GiB"


@dataclass(frozen=True)
class Waste:
    """What rounding adds to a request: paid, but not asked for."""

    vcpu: Fraction
    memory_gib: Fraction

    @property
    def none(self) -> bool:
        """The request is a size that is sold."""
        return self.vcpu == 0 and self.memory_gib == 0


DEFAULT: Final = EciSize(
    Fraction(load("eci_sizes")["default"]["vcpu"]), Fraction(load("eci_sizes")["default"]["memory"])
)
"""Size of a pod that asks for nothing."""


@cache
def sizes(region: str | None = None, *, spot: bool = False) -> tuple[EciSize, ...]:
    """Return the sizes sold in a region, smallest first; without a region those sold everywhere."""
    table = load("eci_sizes")
    rows = list(table["everywhere"].items())
    finer = table["some_regions"]
    if region in finer["regions"] and not spot:
        rows += finer["sizes"].items()
    return tuple(
        sorted(EciSize(Fraction(vcpu), Fraction(memory)) for vcpu, all_ in rows for memory in all_)
    )


def round_up(
    vcpu: Fraction, memory_gib: Fraction, region: str | None = None, *, spot: bool = False
) -> EciSize:
    """Return the size ECI gives a pod that requests this much in total.

    The fewest vCPUs that have enough memory, then the least memory: the documentation only says
    "the nearest size that is not smaller" and gives 7 vCPU, 13 GiB -> 8 vCPU, 14 GiB (Hangzhou).
    A pod that requests nothing gets the default size.

    Raises:
        Refused: no size is large enough.
    """
    if vcpu <= 0 and memory_gib <= 0:
        return DEFAULT
    for size in sizes(region, spot=spot):
        if size.vcpu >= vcpu and size.memory_gib >= memory_gib:
            return size
    largest = sizes(region, spot=spot)[-1]
    raise Refused(
        Broken(f"fit the largest ECI size ({largest})", "request less, or run it on ECS nodes")
    )


def parse(text: str) -> EciSize | None:
    """Return the size that an annotation such as `2-4Gi` names, or None where it names none."""
    found = _NAMED.fullmatch(text.strip())
    return found and EciSize(Fraction(found["vcpu"]), Fraction(found["memory"]))


def waste(vcpu: Fraction, memory_gib: Fraction, size: EciSize) -> Waste:
    """Return what `size` has beyond the request."""
    return Waste(size.vcpu - vcpu, size.memory_gib - memory_gib)


def check_pod(*, vcpu: Fraction, containers: int, volumes: int) -> list[Broken]:
    """Return the limits of an ECI pod that this one breaks."""
    found = (
        ("vCPUs", vcpu, "vcpu"),
        ("containers", containers, "containers"),
        ("volumes", volumes, "volumes"),
    )
    return [
        Broken(
            f"have at most {_LIMITS[limit]} {what} to run on ECI (it has {_number(Fraction(got))})",
            f"use at most {_LIMITS[limit]} {what}, or run it on ECS nodes",
        )
        for what, got, limit in found
        if got > _LIMITS[limit]
    ]


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
