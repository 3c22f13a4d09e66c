"""What a laid-out picture is made of.

Lengths are inches, the origin is the top left corner, y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """An upright rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """y of the bottom edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def contains(self, other: Rect, slack: float = 1e-6) -> bool:
        """Whether `other` lies inside, borders included."""
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def overlaps(self, other: Rect, slack: float = 1e-6) -> bool:
        """Whether the two share an area; touching borders do not count."""
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )


@dataclass(frozen=True)
class Line:
    """One line of text; `baseline` is the y its middle is drawn at."""

    text: str
    x: float
    middle: float
    size: float
    bold: bool = False
    tone: str = "text"
    align: str = "left"


@dataclass(frozen=True)
class Box:
    """A frame around others, or a thing with an icon."""

    key: str
    kind: str
    """Names its look in `style.LOOKS`."""
    rect: Rect
    lines: tuple[Line, ...] = ()
    icon: str | None = None
    parent: str | None = None
    leaf: bool = False
    marks: int = 0
    """Small symbols along the bottom: nodes of a pool, pods of a virtual node."""
    mark_kind: str = "pool"
    """Names the colour of these symbols in `style.LOOKS`."""


@dataclass(frozen=True)
class Arrow:
    """A straight or bent connection; the head is at the last point."""

    kind: str
    points: tuple[tuple[float, float], ...]
    label: tuple[Line, ...] = ()


@dataclass(frozen=True)
class LegendEntry:
    """One sample of the legend."""

    what: str
    """`box` or `arrow`."""
    kind: str
    sample: Rect
    line: Line


@dataclass(frozen=True)
class Sheet:
    """A finished layout."""

    width: float
    height: float
    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    texts: tuple[Line, ...]
    legend: tuple[LegendEntry, ...]

    def box(self, key: str) -> Box:
        """The box with this key; raises KeyError when there is none."""
        return {box.key: box for box in self.boxes}[key]
