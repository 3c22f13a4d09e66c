"""`render(Page(...))`: one HTML text that needs nothing else; it opens from a disk or an e-mail.

Plots are drawn by Chart.js, which is inside the page (assets/SOURCE.json says which version). The
page forbids itself every connection, and every script but its own two.
"""

from __future__ import annotations

import hashlib
import json
import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from ackb.html.model import (
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Language,
    Mark,
    Page,
    Plot,
    Section,
    Series,
    Table,
    Text,
    Value,
)

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = [
    "Cell",
    "Column",
    "KeyFigure",
    "KeyFigures",
    "Mark",
    "Page",
    "Plot",
    "Section",
    "Series",
    "Table",
    "Text",
    "render",
    "word",
]

_LIBRARY: Final = "chart.umd.min.js"
# What could end a script element or a JavaScript text, as escapes that JSON knows.
_ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_HEIGHT: Final = 320
_LYING_HEIGHT, _LYING_BAR = 110, 26
"""Pixels: height of a plot; of one with lying bars without its bars, and of each bar."""


def render(page: Page) -> str:
    """Return the page as HTML."""
    texts = _texts()[page.language]
    plots: list[dict[str, Any]] = []
    sections = [
        {
            "title": section.title,
            "id": f"section-{number}",
            "blocks": [_block(block, texts, plots) for block in section.blocks],
        }
        for number, section in enumerate(page.sections, 1)
    ]
    scripts = [_asset(_LIBRARY), _asset("page.js")] if plots else [_asset("page.js")]
    return _template().render(
        page=page,
        language={"en": "en", "zh": "zh-CN"}[page.language],
        made_at=page.made_at.strftime("%Y-%m-%d %H:%M:%S %Z").strip(),
        texts=texts,
        sections=sections,
        style=_asset("page.css"),
        scripts=scripts,
        policy=_policy(scripts),
        data=_inline({"language": page.language, "texts": texts, "plots": plots}),
    )


def word(language: Language, name: str) -> str:
    """A text of every page, such as `unknown`, for who shows a page in another way."""
    return _texts()[language][name]


def _block(block: object, texts: Mapping[str, str], plots: list[dict[str, Any]]) -> dict[str, Any]:
    """A block as the template reads it; a plot is added to `plots` too."""
    if isinstance(block, Table):
        rows = [
            [_cell(value, column, texts) for value, column in zip(row, block.columns, strict=True)]
            for row in block.rows
        ]
        return {"kind": "table", "table": block, "rows": rows}
    if isinstance(block, Plot):
        number = len(plots)
        if not block.empty:
            plots.append(_plot(block))
        return {
            "kind": "plot",
            "plot": block,
            "number": number,
            "height": _height(block),
            "summary": _summary(block, texts),
        }
    if isinstance(block, KeyFigures):
        return {"kind": "figures", "figures": block.figures}
    return {"kind": "text", "text": block}


def _cell(value: Value, column: Column, texts: Mapping[str, str]) -> dict[str, Any]:
    cell: dict[str, Any] = {"order": None, "tone": "plain", "number": column.number}
    if isinstance(value, Cell):
        return {**cell, "text": value.text, "order": value.order, "tone": value.tone}
    if value is None:
        return {**cell, "text": texts["unknown"], "tone": "unknown"}
    if isinstance(value, str):
        return {**cell, "text": value}
    return {**cell, "text": f"{value:,}", "order": float(value)}


def _plot(plot: Plot) -> dict[str, Any]:
    categories = plot.categories
    return {
        "title": plot.title,
        "xTitle": plot.x_title,
        "yTitle": plot.y_title,
        "y2Title": plot.y2_title,
        "xForm": plot.x_form,
        "stacked": plot.stacked,
        "yMax": plot.y_max,
        "categories": categories,
        "lying": _lying(plot),
        "marks": [{"label": one.label, "x": one.x, "y": one.y} for one in plot.marks],
        "series": [
            {
                "name": one.name,
                "kind": one.kind,
                "axis": one.axis,
                "dashed": one.dashed,
                "x": list(one.x),
                "y": [_number(value) for value in one.y],
            }
            for one in plot.series
        ],
    }


def _lying(plot: Plot) -> bool:
    return bool(plot.categories) and all(one.kind == "bar" for one in plot.series)


def _height(plot: Plot) -> int:
    if not _lying(plot):
        return _HEIGHT
    bars = len(plot.categories) * (1 if plot.stacked else len(plot.series))
    return _LYING_HEIGHT + _LYING_BAR * bars


def _summary(plot: Plot, texts: Mapping[str, str]) -> str:
    """What a reader who does not see the plot is told."""
    ranges = []
    for one in plot.series:
        values = [value for value in one.y if value is not None]
        if values:
            low, high, last = (f"{value:,.6g}" for value in (min(values), max(values), values[-1]))
            ranges.append(texts["range"].format(name=one.name, low=low, high=high, last=last))
    return plot.title + texts["colon"] + (texts["separator"].join(ranges) or texts["no_data"])


def _number(value: float | None) -> float | None:
    """A value for JSON, which knows no NaN and no infinity: both leave a gap."""
    return value if value is None or math.isfinite(value) else None


def _inline(data: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(
        _ESCAPES
    )


def _policy(scripts: Sequence[str]) -> str:
    """Content security policy: no connection, no other script."""
    hashes = (b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}"


@cache
def _texts() -> dict[Language, dict[str, str]]:
    found: dict[Language, dict[str, str]] = json.loads(
        files("ackb.html").joinpath("texts.json").read_text("utf-8")
    )
    return found


@cache
def _asset(name: str) -> str:
    return files("ackb.html").joinpath("assets", name).read_text("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return environment.from_string(_asset("page.html.j2"))
