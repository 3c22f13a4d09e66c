"""A page of a report on the terminal: the same texts, figures and tables, without its plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rich.table import Table as Grid
from rich.text import Text as Styled

from ackb.html.model import Cell, KeyFigures, Page, Plot, Table, Text, Value
from ackb.html.page import word

if TYPE_CHECKING:
    from rich.console import Console

_STYLES: Final = {"plain": "", "good": "green", "warn": "yellow", "bad": "red"}
_SIGNS: Final = {"plain": "", "good": "✓ ", "warn": "▲ ", "bad": "✗ "}
_PIPE_WIDTH: Final = 240
"""Columns where nobody looks: a row stays one line, so that grep finds it."""


def show(page: Page, console: Console) -> None:
    """Print a page."""
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    console.print(page.title, style="bold")
    if page.subtitle:
        console.print(page.subtitle, style="dim")
    if page.simulated:
        console.print(word(page.language, "simulated"), style="yellow")
    for section in page.sections:
        if all(isinstance(block, Plot) for block in section.blocks):
            continue
        console.print()
        console.print(section.title, style="bold underline")
        for block in section.blocks:
            if isinstance(block, Text):
                console.print(block.text, style=_STYLES[block.tone], soft_wrap=False)
            elif isinstance(block, KeyFigures):
                _figures(block, console)
            elif isinstance(block, Table):
                _table(block, page, console)


def _figures(block: KeyFigures, console: Console) -> None:
    grid = Grid.grid(padding=(0, 2))
    for figure in block.figures:
        value = Styled(f"{_SIGNS[figure.tone]}{figure.value}", style=_STYLES[figure.tone])
        grid.add_row(Styled(figure.label), value, Styled(figure.note, style="dim"))
    _print(grid, console)


def _table(block: Table, page: Page, console: Console) -> None:
    if not block.rows:
        console.print(word(page.language, "no_rows"), style="dim")
        return
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in block.columns:
        justify: Literal["left", "right"] = "right" if column.number else "left"
        grid.add_column(column.title, justify=justify, overflow="fold")
    for row in block.rows:
        grid.add_row(*(_cell(value, page) for value in row))
    _print(grid, console)


def _cell(value: Value, page: Page) -> Styled:
    if value is None:
        return Styled(word(page.language, "unknown"), style="dim italic")
    if isinstance(value, Cell):
        return Styled(f"{_SIGNS[value.tone]}{value.text}", style=_STYLES[value.tone])
    return Styled(value if isinstance(value, str) else f"{value:,}")


def _print(grid: Grid, console: Console) -> None:
    console.print(grid, soft_wrap=False)
