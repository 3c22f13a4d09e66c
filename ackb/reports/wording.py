"""Texts of the reports in every language, and how amounts read."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib.resources import files

from ackb.domain.prices import Sum
from ackb.html.model import Cell, KeyFigure, Language, Tone

_FEW_DIGITS = 4


class Wording:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._texts = texts(language)

    def __call__(self, name: str, /, **values: object) -> str:
        """The text called `name` with its places filled."""
        return self._texts[name].format_map(values)

    def amount(self, value: Fraction | float, tone: Tone = "plain") -> Cell:
        """Cores or GiB with few digits."""
        return Cell(number(value), float(value), tone)

    def percent(self, share: Fraction | None, tone: Tone = "plain") -> Cell | None:
        """A share in percent with two decimals; None where it is unknown."""
        if share is None:
            return None
        return Cell(f"{float(share) * 100:.2f} %", float(share), tone)

    def money(self, amount: float | None, currency: str, tone: Tone = "plain") -> Cell | None:
        """An amount of money; None where it is unknown."""
        if amount is None:
            return None
        return Cell(f"{amount:,.2f} {currency}".strip(), amount, tone)

    def sum(self, name: str, total: Sum, currency: str) -> KeyFigure:
        """A key figure with a sum of money; of one with unknown parts what it is at least."""
        if total.whole is not None:
            return KeyFigure(self(name), self.known(self.money(total.whole, currency)))
        note = self("sum.unknown", count=total.unknown)
        if not total.known:
            return KeyFigure(self(name), self("unknown"), note)
        least = self.known(self.money(total.known, currency))
        return KeyFigure(self(name), self("sum.least", amount=least), note)

    def known(self, cell: Cell | None) -> str:
        """The text of a cell, or the word for what is unknown."""
        return self("unknown") if cell is None else cell.text

    def moment(self, when: datetime) -> str:
        """A point in time."""
        return when.strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def number(value: Fraction | float) -> str:
    """A number with four digits at most, or all of those before the point."""
    found = float(value)
    return f"{found:,.0f}" if abs(found) >= 10**_FEW_DIGITS else f"{found:.{_FEW_DIGITS}g}"


@cache
def texts(language: Language) -> dict[str, str]:
    """Every text of a language by its name."""
    place = files("ackb.reports").joinpath("texts", f"{language}.json")
    found: dict[str, str] = json.loads(place.read_text("utf-8"))
    return found
