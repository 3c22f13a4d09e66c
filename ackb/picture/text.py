"""Widths of text in the font that every picture uses, so that a layout knows what fits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font

POINTS_PER_INCH = 72.0
_MEASURED_AT = 100.0
_UNITS_PER_POINT = 64.0


def font_file(bold: bool) -> Path:
    """The DejaVu Sans file that matplotlib carries, so no font of the machine is needed."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(get_data_path()) / "fonts" / "ttf" / name


@cache
def _font(bold: bool) -> FT2Font:
    font = FT2Font(str(font_file(bold)))
    font.set_size(_MEASURED_AT, POINTS_PER_INCH)
    return font


@cache
def _width_at_100(text: str, bold: bool) -> float:
    font = _font(bold)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / _UNITS_PER_POINT


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of `text` in inches at `size` points."""
    return _width_at_100(text, bold) * size / _MEASURED_AT / POINTS_PER_INCH


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text`, or its two ends around an ellipsis when it is wider than `room` inches.

    Names differ at both ends (product in front, zone or hash at the end), so the middle goes.
    """
    if width(text, size, bold) <= room:
        return text
    keep = len(text) - 1
    while keep > 2:
        head = (keep + 1) // 2
        candidate = f"{text[:head]}…{text[len(text) - (keep - head) :]}"
        if width(candidate, size, bold) <= room:
            return candidate
        keep -= 1
    return text[:1] + "…"


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """`text` broken at spaces into lines of at most `room` inches; a longer word is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, room, size, bold))
    return lines
