"""Draws a finished layout as SVG and PNG. The same layout gives the same bytes of SVG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch, Polygon
from matplotlib.path import Path as Outline

from ackb.picture.blocks import PAD, TILE
from ackb.picture.geometry import Arrow, Box, Line, Rect, Sheet
from ackb.picture.icons import ICONS, Oval
from ackb.picture.style import LOOKS, STROKES, TONES, Look

RESOLUTION = 160
"""Dots per inch of the PNG."""
_SETTINGS: Any = {
    "svg.hashsalt": "ackb",
    "svg.fonttype": "none",
    "text.hinting": "none",
    "font.family": "DejaVu Sans",
}
_FONT = b"'DejaVu Sans'"
_FONT_WITH_FALLBACKS = _FONT + b", Verdana, sans-serif"
"""Verdana has the same widths, for viewers without DejaVu."""
_MARK, _MARK_STEP, _MARK_CORNER = 0.13, 0.19, 0.025
_ORDER = ("region", "vpc", "existing-vpc", "zone", "cluster")
"""Frames from the back to the front; everything else lies above them."""


@dataclass(frozen=True)
class Pictures:
    """One drawing in both formats."""

    svg: bytes
    png: bytes


def draw(sheet: Sheet) -> Pictures:
    """Render the layout; the fonts are those that matplotlib carries."""
    with rc_context(_SETTINGS):
        figure = _figure(sheet)
        svg, png = io.BytesIO(), io.BytesIO()
        described = {"Title": sheet.title, "Description": sheet.description}
        figure.savefig(svg, format="svg", metadata={**described, "Date": None, "Creator": None})
        figure.savefig(png, format="png", metadata={**described, "Software": None})
    return Pictures(svg.getvalue().replace(_FONT, _FONT_WITH_FALLBACKS), png.getvalue())


def _figure(sheet: Sheet) -> Figure:
    figure = Figure(figsize=(sheet.width, sheet.height), dpi=RESOLUTION, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, sheet.width)
    axes.set_ylim(sheet.height, 0)
    axes.set_axis_off()
    for box in sorted(sheet.boxes, key=_depth):
        _box(axes, box)
    for arrow in sheet.arrows:
        _arrow(axes, arrow)
    for entry in sheet.legend:
        if entry.what == "box":
            _rectangle(axes, entry.sample, LOOKS[entry.kind])
        else:
            middle = entry.sample.middle[1]
            points = ((entry.sample.x, middle), (entry.sample.right, middle))
            _arrow(axes, Arrow(entry.kind, points))
    for line in (*sheet.texts, *(entry.line for entry in sheet.legend)):
        _text(axes, line)
    return figure


def _depth(box: Box) -> tuple[int, bool]:
    behind = _ORDER.index(box.kind) if box.kind in _ORDER else len(_ORDER)
    return behind, box.leaf


def _box(axes: Axes, box: Box) -> None:
    look = LOOKS[box.kind]
    _rectangle(axes, box.rect, look)
    if box.icon:
        _tile(axes, box, look.tile or look.edge)
    for line in box.lines:
        _text(axes, line)
    left = box.lines[0].x if box.lines else box.rect.x + PAD
    for index in range(box.marks):
        x = left + index * _MARK_STEP
        symbol = Rect(x, box.rect.bottom - PAD - _MARK, _MARK, _MARK)
        colour = LOOKS[box.mark_kind].edge
        _rectangle(axes, symbol, Look(edge=colour, fill=colour, corner=_MARK_CORNER))


def _rectangle(axes: Axes, rect: Rect, look: Look) -> None:
    corner = min(look.corner, rect.width / 2, rect.height / 2)
    patch = FancyBboxPatch(
        (rect.x, rect.y),
        rect.width,
        rect.height,
        boxstyle=f"round,pad=0,rounding_size={corner}",
        facecolor=look.fill,
        edgecolor=look.edge,
        linewidth=look.line,
        linestyle=(0, look.dashes) if look.dashes else "solid",
    )
    axes.add_patch(patch)


def _tile(axes: Axes, box: Box, colour: str) -> None:
    """The icon: centred on the height of a leaf box, in the title row of a frame."""
    top = box.rect.y + PAD
    if box.leaf:
        text = [line.middle for line in box.lines]
        top = (min(text) + max(text)) / 2 - TILE / 2
    x = box.lines[0].x - TILE - PAD
    tile = Rect(x, top, TILE, TILE)
    _rectangle(axes, tile, Look(edge=colour, fill=colour, corner=0.05))
    for shape in ICONS[box.icon or ""]:
        if isinstance(shape, Oval):
            axes.add_patch(
                Ellipse(
                    (x + shape.centre[0] * TILE, top + shape.centre[1] * TILE),
                    2 * shape.rx * TILE,
                    2 * shape.ry * TILE,
                    facecolor="white" if shape.filled else "none",
                    edgecolor="white",
                    linewidth=1.0,
                )
            )
            continue
        points = [(x + px * TILE, top + py * TILE) for px, py in shape.points]
        if shape.closed:
            fill = "white" if shape.filled else "none"
            axes.add_patch(Polygon(points, facecolor=fill, edgecolor="white", linewidth=1.0))
        else:
            axes.add_line(Line2D(*zip(*points, strict=True), color="white", linewidth=1.0))


def _arrow(axes: Axes, arrow: Arrow) -> None:
    stroke = STROKES[arrow.kind]
    axes.add_patch(
        FancyArrowPatch(
            path=Outline(arrow.points),
            arrowstyle="-|>",
            mutation_scale=9,
            linewidth=1.4,
            linestyle=(0, stroke.dashes) if stroke.dashes else "solid",
            color=stroke.colour,
            joinstyle="round",
            shrinkA=0,
            shrinkB=0,
        )
    )
    for line in arrow.label:
        _text(axes, line)


def _text(axes: Axes, line: Line) -> None:
    axes.text(
        line.x,
        line.middle,
        line.text,
        fontsize=line.size,
        fontweight="bold" if line.bold else "normal",
        color=TONES[line.tone],
        ha=line.align,
        va="center_baseline",
        parse_math=False,
    )
