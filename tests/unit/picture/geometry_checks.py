"""What is wrong with a layout: overlaps, text outside its box, arrows through boxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from ackb.picture.blocks import FACT_STEP, TITLE, TITLE_STEP
from ackb.picture.geometry import Line, Rect, Sheet
from ackb.picture.text import width


def faults(sheet: Sheet) -> list[str]:
    """One sentence for each fault; empty for a layout that can be drawn."""
    return [
        *_outside_page(sheet),
        *_overlaps(sheet),
        *_outside_parent(sheet),
        *_text_outside(sheet),
        *_arrows_through(sheet),
        *_labels(sheet),
    ]


def area(line: Line) -> Rect:
    """The space that a line of text takes."""
    wide = width(line.text, line.size, line.bold)
    tall = TITLE_STEP if line.size >= TITLE else FACT_STEP
    left = line.x - wide / 2 if line.align == "center" else line.x
    return Rect(left, line.middle - tall / 2, wide, tall)


def _outside_page(sheet: Sheet) -> Iterator[str]:
    page = Rect(0, 0, sheet.width, sheet.height)
    parts = {box.key: box.rect for box in sheet.boxes}
    parts |= {line.text: area(line) for line in sheet.texts}
    parts |= {entry.line.text: area(entry.line) for entry in sheet.legend}
    yield from (
        f"{name} is off the page" for name, rect in parts.items() if not page.contains(rect)
    )


def _overlaps(sheet: Sheet) -> Iterator[str]:
    for one, other in combinations((box for box in sheet.boxes if box.leaf), 2):
        if one.rect.overlaps(other.rect):
            yield f"{one.key} overlaps {other.key}"
    frames = [box for box in sheet.boxes if not box.leaf and box.kind != "zone"]
    for one, other in combinations(frames, 2):
        if one.parent == other.parent and one.rect.overlaps(other.rect):
            yield f"frame {one.key} overlaps frame {other.key}"


def _outside_parent(sheet: Sheet) -> Iterator[str]:
    for box in sheet.boxes:
        if box.parent and not sheet.box(box.parent).rect.contains(box.rect):
            yield f"{box.key} is not inside {box.parent}"


def _text_outside(sheet: Sheet) -> Iterator[str]:
    for box in sheet.boxes:
        for line in box.lines:
            if not box.rect.contains(area(line)):
                yield f"text {line.text!r} runs out of {box.key}"
        for one, other in combinations(box.lines, 2):
            if area(one).overlaps(area(other), slack=0.02):
                yield f"texts {one.text!r} and {other.text!r} overlap"


def _arrows_through(sheet: Sheet) -> Iterator[str]:
    texts = [area(line) for box in sheet.boxes if not box.leaf for line in box.lines]
    for arrow in sheet.arrows:
        for start, end in pairwise(arrow.points):
            path = _thin(start, end)
            for box in sheet.boxes:
                if box.leaf and path.overlaps(box.rect):
                    yield f"{arrow.kind} arrow {arrow.points} crosses {box.key}"
            if any(path.overlaps(text) for text in texts):
                yield f"{arrow.kind} arrow {arrow.points} crosses a title"


def _labels(sheet: Sheet) -> Iterator[str]:
    labels = [line for arrow in sheet.arrows for line in arrow.label]
    for line in labels:
        for box in sheet.boxes:
            if box.leaf and area(line).overlaps(box.rect):
                yield f"label {line.text!r} lies on {box.key}"
            if not box.leaf and box.rect.overlaps(area(line)) and not box.rect.contains(area(line)):
                yield f"label {line.text!r} crosses the border of {box.key}"
        for arrow in sheet.arrows:
            for start, end in pairwise(arrow.points):
                if area(line).overlaps(_thin(start, end)):
                    yield f"label {line.text!r} lies on a {arrow.kind} arrow"
    for one, other in combinations(labels, 2):
        if area(one).overlaps(area(other), slack=0.01):
            yield f"labels {one.text!r} and {other.text!r} overlap"


def _thin(start: tuple[float, float], end: tuple[float, float]) -> Rect:
    """The strip an arrow takes; its ends, which touch boxes, are left out."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    half, ends = 0.015, 0.03
    if right - left > bottom - top:
        return Rect(left + ends, top - half, right - left - 2 * ends, 2 * half)
    return Rect(left - half, top + ends, 2 * half, bottom - top - 2 * ends)
