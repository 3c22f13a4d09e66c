"""What a page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Language = Literal["en", "zh"]
"""Language of a page: English or simplified Chinese."""
Kind = Literal["line", "step", "area", "bar"]
"""How a series is drawn: `step` and `area` keep a value until the next one, `area` filled."""
Tone = Literal["plain", "good", "warn", "bad"]
"""What a value means to the reader; shown by colour and, in a table, by a sign too."""
XForm = Literal["number", "elapsed"]
"""How numbers on the x axis read: as they are, or seconds as m:ss (h:mm:ss from an hour on)."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Series:
    """One series of a plot.

    Attributes:
        name: shown in the legend, which can hide the series.
        x: numbers in rising order, or the names of categories.
        y: one value for each x; None leaves a gap.
        kind: how it is drawn.
        axis: 1 is the axis on the left, 2 that on the right.
        dashed: drawn dashed, such as a limit or what was planned.
    """

    name: str
    x: Sequence[float] | Sequence[str]
    y: Sequence[float | None]
    kind: Kind = "line"
    axis: Literal[1, 2] = 1
    dashed: bool = False

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"series {self.name!r}: {len(self.x)} x and {len(self.y)} y values")


@dataclass(frozen=True)
class Mark:
    """A labelled line across the plot: upright at `x`, level at `y` of the left axis, or both."""

    label: str
    x: float | None = None
    y: float | None = None

    def __post_init__(self) -> None:
        if self.x is None and self.y is None:
            raise ValueError(f"mark {self.label!r} has neither x nor y")


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Series over one x axis. With categories as x and only bars, the bars lie.

    Attributes:
        title: heading of the plot.
        x_title: what is on the x axis, with its unit.
        y_title: what is on the left axis, with its unit.
        y2_title: the same for the right axis, where a series uses it.
        series: what is drawn; all x are numbers, or all are names.
        marks: labelled lines, in a plot over numbers.
        x_form: how numbers on the x axis read.
        stacked: bars and areas of one axis stand on each other.
        y_max: end of the left axis, such as 100 for a share; else the data decide.
        note: what to see in it, below the plot.
    """

    title: str
    x_title: str
    y_title: str
    series: Sequence[Series]
    y2_title: str = ""
    marks: Sequence[Mark] = ()
    x_form: XForm = "number"
    stacked: bool = False
    y_max: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        kinds = {isinstance(x, str) for one in self.series for x in one.x}
        if len(kinds) > 1:
            raise ValueError(f"plot {self.title!r} mixes numbers and names on its x axis")

    @property
    def categories(self) -> list[str]:
        """The names on the x axis in the order they come; none where it has numbers."""
        names = (x for one in self.series for x in one.x if isinstance(x, str))
        return list(dict.fromkeys(names))

    @property
    def empty(self) -> bool:
        """There is nothing to draw."""
        return all(value is None for one in self.series for value in one.y)


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class KeyFigure:
    """A number that says much."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class KeyFigures:
    """Key figures side by side."""

    figures: Sequence[KeyFigure]


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand on the right."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell whose order or meaning is not in its text.

    Attributes:
        text: what is shown.
        order: number to sort by.
        tone: what it means.
    """

    text: str
    order: float | None = None
    tone: Tone = "plain"


Value = Cell | str | int | float | None
"""A cell; None reads "unknown"."""


@dataclass(frozen=True)
class Table:
    """A table that the reader can sort by any column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    caption: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells, not {len(self.columns)}: {row}")


Block = Text | KeyFigures | Table | Plot


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page.

    Attributes:
        title: heading and name of the browser's tab.
        language: of all texts of the page.
        made_at: when its data was read.
        sections: what it says.
        subtitle: one line below the heading, such as stack and region.
        simulated: it tells of the sandbox, which the page then says.
    """

    title: str
    language: Language
    made_at: datetime
    sections: Sequence[Section]
    subtitle: str = ""
    simulated: bool = False
