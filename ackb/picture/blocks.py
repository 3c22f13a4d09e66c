"""Boxes with an icon, a title and lines of facts; frames with a title row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ackb.picture.geometry import Box, Line, Rect
from ackb.picture.text import shortened, wrapped

TITLE, FACT = 10.0, 8.6
"""Text sizes in points."""
TITLE_STEP, FACT_STEP = 0.2, 0.17
"""Line heights in inches."""
PAD = 0.1
SEPARATOR = " · "
TILE = 0.38
"""Side of an icon's tile in inches."""


@dataclass(frozen=True)
class Block:
    """The content of one leaf box, wrapped to its width."""

    kind: str
    icon: str
    title: str
    facts: tuple[str, ...]
    width: float

    @property
    def _room(self) -> float:
        return self.width - 3 * PAD - TILE

    def _rows(self) -> list[str]:
        rows = [shortened(self.title, self._room, TITLE, bold=True)]
        for fact in self.facts:
            rows += wrapped(fact, self._room, FACT)
        return rows

    @property
    def height(self) -> float:
        """Height in inches that the icon and all lines need."""
        text = TITLE_STEP + FACT_STEP * (len(self._rows()) - 1)
        return max(text, TILE) + 2 * PAD

    def box(self, key: str, x: float, y: float, parent: str | None) -> Box:
        """The box at this place."""
        title, *facts = self._rows()
        left = x + 2 * PAD + TILE
        top = y + (self.height - TITLE_STEP - FACT_STEP * len(facts)) / 2
        lines = (
            Line(title, left, top + TITLE_STEP / 2, TITLE, bold=True),
            *small_text(facts, left, top + TITLE_STEP),
        )
        rect = Rect(x, y, self.width, self.height)
        return Box(key, self.kind, rect, lines, self.icon, parent, leaf=True)


def frame_title(
    title: str, facts: Sequence[str], x: float, y: float, room: float
) -> tuple[tuple[Line, ...], float]:
    """Title of a frame beside its icon, which stands at (x, y): the title, then the facts below.

    Returns the lines and the height of the whole row.
    """
    left, room = x + TILE + PAD, room - TILE - PAD
    rows = wrapped(SEPARATOR.join(facts), room, FACT) if facts else []
    text = TITLE_STEP + FACT_STEP * len(rows)
    top = y + max(TILE - text, 0.0) / 2
    lines = (
        Line(
            shortened(title, room, TITLE, bold=True), left, top + TITLE_STEP / 2, TITLE, bold=True
        ),
        *small_text([row.strip(" ·") for row in rows], left, top + TITLE_STEP),
    )
    return lines, max(TILE, text)


def small_text(rows: Sequence[str], x: float, y: float, align: str = "left") -> tuple[Line, ...]:
    """Rows of small text from `y` down."""
    return tuple(
        Line(row, x, y + FACT_STEP * (index + 0.5), FACT, tone="muted", align=align)
        for index, row in enumerate(rows)
    )
