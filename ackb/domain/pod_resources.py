"""What a pod asks for as a whole: what the scheduler counts, and ECI bills.

Follows `PodRequestsAndLimits` of k8s.io/component-helpers/resource: containers and sidecars add up,
an init container counts where it needs more than all that runs with it, the overhead of a runtime
class comes on top, and resources of the whole pod, where given, take the place of the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from ackb.domain.quantity import GIB, parse

Side = Literal["requests", "limits"]

_SIDECAR: Final = "Always"
"""`restartPolicy` of an init container that goes on running."""


@dataclass(frozen=True)
class Amounts:
    """CPU and memory."""

    cpu: Fraction = Fraction(0)
    """Cores."""
    memory: Fraction = Fraction(0)
    """Bytes."""

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.cpu + other.cpu, self.memory + other.memory)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.cpu - other.cpu, self.memory - other.memory)

    def times(self, count: int) -> Amounts:
        """So much for each of `count` pods."""
        return Amounts(self.cpu * count, self.memory * count)

    @property
    def gib(self) -> Fraction:
        """The memory in GiB."""
        return self.memory / GIB

    def plain(self) -> dict[str, float]:
        """As plain data: cores and GiB."""
        return {"cpu": round(float(self.cpu), 4), "memory_gib": round(float(self.gib), 4)}

    def fits(self, room: Amounts) -> bool:
        """Neither is more than `room` has."""
        return self.cpu <= room.cpu and self.memory <= room.memory


def amounts(values: Mapping[str, Any] | None) -> Amounts:
    """Read a list of amounts such as `requests`, `allocatable` or `usage`; absent counts as 0.

    Raises:
        Refused: one of them is not a quantity.
    """
    found = values or {}
    return Amounts(parse(found.get("cpu") or 0), parse(found.get("memory") or 0))


def total(parts: Iterable[Amounts]) -> Amounts:
    """Add up."""
    return sum(parts, Amounts())


def of_pod(spec: Mapping[str, Any], side: Side = "requests") -> Amounts:
    """Return what a pod asks for, from its spec as the API server shows it.

    Raises:
        Refused: an amount is not a quantity.
    """
    sidecars, largest_init = Amounts(), Amounts()
    for container in spec.get("initContainers") or ():
        asked = _asked(container, side)
        if container.get("restartPolicy") == _SIDECAR:
            sidecars += asked
        else:
            largest_init = _larger(largest_init, sidecars + asked)
    running = total(_asked(one, side) for one in spec.get("containers") or ()) + sidecars
    whole = _larger(running, largest_init)
    own = (spec.get("resources") or {}).get(side)
    if own:
        stated = amounts(own)
        whole = Amounts(
            stated.cpu if "cpu" in own else whole.cpu,
            stated.memory if "memory" in own else whole.memory,
        )
    return whole + amounts(spec.get("overhead"))


def _asked(container: Mapping[str, Any], side: Side) -> Amounts:
    return amounts((container.get("resources") or {}).get(side))


def _larger(one: Amounts, other: Amounts) -> Amounts:
    return Amounts(max(one.cpu, other.cpu), max(one.memory, other.memory))
