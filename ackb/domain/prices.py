"""List prices of ECI and ECS, where a public page states one; everything else is unknown.

A price here is before any discount of an account, and belongs to one region. Nothing is guessed
from a neighbour: a total with an unknown part is unknown. A file in the form of data/prices.json
that `$ACKB_PRICES` names comes first, for the prices of a contract.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from ackb.domain.data import load
from ackb.domain.problems import InvalidInput, Problem

Charge = Literal["PostPaid", "PrePaid"]
"""How an ECS instance is paid: by use, or as a subscription."""

VARIABLE: Final = "ACKB_PRICES"
HOURS_A_MONTH: Final = 730
"""Hours of a month: a year of 8,760 hours by twelve, as price pages count."""
_SECONDS: Final = 3600
"""Seconds of an hour."""


@dataclass(frozen=True)
class Price:
    """Price of one hour.

    Attributes:
        amount: in `currency`.
        currency: ISO 4217 code, such as CNY.
        source: where it is stated.
        as_of: when it was read there.
    """

    amount: float
    currency: str
    source: str
    as_of: date


@dataclass(frozen=True)
class Discount:
    """What a way of paying takes off the price by use, as fractions of 1: `least` to `most`."""

    least: float
    most: float
    source: str
    as_of: date


@dataclass(frozen=True)
class Sum:
    """A total of which some parts may be unknown."""

    known: float
    """Total of the known parts."""
    unknown: int
    """Number of the others."""

    @classmethod
    def of(cls, parts: Iterable[float | None]) -> Sum:
        """Add up; None is an unknown part."""
        found = list(parts)
        known = [one for one in found if one is not None]
        return cls(sum(known), len(found) - len(known))

    @property
    def whole(self) -> float | None:
        """The total; None where a part is unknown, since the rest would read as all of it."""
        return None if self.unknown else self.known


def eci_hourly(vcpu: float, gib: float, region: str) -> Price | None:
    """Price of an hour of an ECI instance paid by use, billed by vCPU and memory.

    `vcpu` and `gib` are those of the size that ECI sells (`ackb.domain.eci_sizes.round_up`): the
    size is billed, not the request.

    Raises:
        InvalidInput: `$ACKB_PRICES` names no price file.
    """
    for row, as_of in _rows("eci"):
        if region in row["regions"]:
            second = vcpu * float(row["vcpu_second"]) + gib * float(row["gib_second"])
            return Price(second * _SECONDS, row["currency"], row["source"], as_of)
    return None


def ecs_hourly(instance_type: str, region: str, charge: Charge = "PostPaid") -> Price | None:
    """Price of an hour of an ECS instance without disks; of a subscription, its month by hours.

    Raises:
        InvalidInput: `$ACKB_PRICES` names no price file.
    """
    for row, as_of in _rows("ecs"):
        wanted = (row["instance_type"], row["charge"]) == (instance_type, charge)
        if wanted and region in row["regions"]:
            return Price(float(row["hour"]), row["currency"], row["source"], as_of)
    return None


def discount(name: str) -> Discount:
    """What is known of a discount: `eci.spot`, `eci.reserved` or `eci.savings_plan`.

    Raises:
        KeyError: there is no such discount.
    """
    table = load("prices")
    row = table["discounts"][name]
    as_of = date.fromisoformat(table["as_of"])
    return Discount(float(row["least"]), float(row["most"]), row["source"], as_of)


def _rows(product: str) -> Iterator[tuple[Mapping[str, Any], date]]:
    """Rows of a product with their date; those of the user's own file first."""
    own = os.environ.get(VARIABLE)
    for table in (*([_own(own)] if own else []), load("prices")):
        for row in table.get(product, ()):
            yield row, date.fromisoformat(table["as_of"])


@cache
def _own(path: str) -> Mapping[str, Any]:
    try:
        table = json.loads(Path(path).read_text("utf-8"))
        _check(table)
    except OSError as error:
        raise _invalid(path, f"cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        kind = type(error).__name__
        raise _invalid(path, f"is not a price file ({kind}: {error})") from None
    found: Mapping[str, Any] = table
    return found


def _check(table: Any) -> None:
    """Raises ValueError, KeyError or TypeError where the form is not that of data/prices.json."""
    date.fromisoformat(table["as_of"])
    amounts = {"eci": ("vcpu_second", "gib_second"), "ecs": ("hour",)}
    for product, names in amounts.items():
        for row in table.get(product, ()):
            if not isinstance(row["regions"], list):
                raise TypeError("regions must be a list")
            if any(float(row[name]) < 0 for name in names):
                raise ValueError(f"a price of {product} is below 0")
            _ = row["currency"], row["source"]
            if product == "ecs" and row["charge"] not in ("PostPaid", "PrePaid"):
                raise ValueError(f"charge {row['charge']!r} is neither PostPaid nor PrePaid")


def _invalid(path: str, why: str) -> InvalidInput:
    fix = f"give a file like ackb/domain/data/prices.json, or unset {VARIABLE}"
    return InvalidInput([Problem("PRC-01", VARIABLE, path, why, fix)])
