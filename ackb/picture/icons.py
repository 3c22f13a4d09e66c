"""White symbols on coloured tiles, drawn in a unit square whose y grows downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """A line through points; closed and filled where asked."""

    points: tuple[Point, ...]
    filled: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Oval:
    """An ellipse around a centre."""

    centre: Point
    rx: float
    ry: float
    filled: bool = False


Shape = Stroke | Oval


def _rect(x: float, y: float, width: float, height: float, filled: bool = False) -> Stroke:
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Stroke(corners, filled, closed=True)


def _line(*points: Point) -> Stroke:
    return Stroke(points)


def _solid(*points: Point) -> Stroke:
    return Stroke(points, filled=True, closed=True)


def _arc(centre: Point, rx: float, ry: float, start: float, end: float) -> Stroke:
    steps = 16
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return Stroke(
        tuple((centre[0] + rx * math.cos(a), centre[1] + ry * math.sin(a)) for a in angles)
    )


def _cylinder(top: float, bottom: float) -> tuple[Shape, ...]:
    return (
        Oval((0.5, top), 0.24, 0.09),
        _line((0.26, top), (0.26, bottom)),
        _line((0.74, top), (0.74, bottom)),
        _arc((0.5, bottom), 0.24, 0.09, 0, 180),
    )


def _hexagon(radius: float) -> Stroke:
    angles = [math.radians(60 * corner - 90) for corner in range(6)]
    points = tuple((0.5 + radius * math.cos(a), 0.5 + radius * math.sin(a)) for a in angles)
    return Stroke(points, closed=True)


def _wheel() -> tuple[Shape, ...]:
    """A helm with seven spokes."""
    angles = [math.radians(360 / 7 * spoke - 90) for spoke in range(7)]
    spokes = tuple(
        _line(
            (0.5 + 0.09 * math.cos(a), 0.5 + 0.09 * math.sin(a)),
            (0.5 + 0.34 * math.cos(a), 0.5 + 0.34 * math.sin(a)),
        )
        for a in angles
    )
    return (Oval((0.5, 0.5), 0.24, 0.24), Oval((0.5, 0.5), 0.06, 0.06, filled=True), *spokes)


ICONS: MappingProxyType[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "users": (
            Oval((0.5, 0.34), 0.14, 0.14, filled=True),
            _solid(
                (0.22, 0.8), (0.26, 0.64), (0.38, 0.55), (0.62, 0.55), (0.74, 0.64), (0.78, 0.8)
            ),
        ),
        "internet": (
            Oval((0.5, 0.5), 0.3, 0.3),
            Oval((0.5, 0.5), 0.12, 0.3),
            _line((0.2, 0.5), (0.8, 0.5)),
        ),
        "vpc": (
            _arc((0.36, 0.56), 0.16, 0.16, 90, 270),
            _arc((0.5, 0.44), 0.18, 0.18, 200, 340),
            _arc((0.66, 0.57), 0.15, 0.15, -80, 90),
            _line((0.36, 0.72), (0.66, 0.72)),
        ),
        "switch": (
            _line((0.22, 0.38), (0.76, 0.38)),
            _solid((0.66, 0.27), (0.8, 0.38), (0.66, 0.49)),
            _line((0.24, 0.64), (0.78, 0.64)),
            _solid((0.34, 0.53), (0.2, 0.64), (0.34, 0.75)),
        ),
        "balancer": (
            Oval((0.26, 0.5), 0.09, 0.09, filled=True),
            _line((0.3, 0.5), (0.68, 0.26)),
            _line((0.3, 0.5), (0.68, 0.5)),
            _line((0.3, 0.5), (0.68, 0.74)),
            _rect(0.66, 0.2, 0.14, 0.13, filled=True),
            _rect(0.66, 0.435, 0.14, 0.13, filled=True),
            _rect(0.66, 0.67, 0.14, 0.13, filled=True),
        ),
        "nat": (
            _rect(0.4, 0.24, 0.38, 0.52),
            _line((0.66, 0.5), (0.24, 0.5)),
            _solid((0.32, 0.38), (0.16, 0.5), (0.32, 0.62)),
        ),
        "kubernetes": _wheel(),
        "service": (
            _hexagon(0.16),
            Oval((0.5, 0.18), 0.07, 0.07, filled=True),
            Oval((0.2, 0.74), 0.07, 0.07, filled=True),
            Oval((0.8, 0.74), 0.07, 0.07, filled=True),
            _line((0.5, 0.25), (0.5, 0.34)),
            _line((0.26, 0.69), (0.37, 0.58)),
            _line((0.74, 0.69), (0.63, 0.58)),
        ),
        "workload": (
            _rect(0.3, 0.2, 0.46, 0.36),
            _rect(0.24, 0.32, 0.46, 0.36, filled=True),
            _line((0.2, 0.8), (0.66, 0.8)),
        ),
        "scaler": (
            _rect(0.37, 0.37, 0.26, 0.26, filled=True),
            _line((0.18, 0.34), (0.18, 0.18), (0.34, 0.18)),
            _line((0.66, 0.18), (0.82, 0.18), (0.82, 0.34)),
            _line((0.82, 0.66), (0.82, 0.82), (0.66, 0.82)),
            _line((0.34, 0.82), (0.18, 0.82), (0.18, 0.66)),
        ),
        "ecs": (
            _rect(0.22, 0.22, 0.56, 0.22),
            _rect(0.22, 0.56, 0.56, 0.22),
            Oval((0.34, 0.33), 0.035, 0.035, filled=True),
            Oval((0.34, 0.67), 0.035, 0.035, filled=True),
        ),
        "eci": (
            _line(
                (0.5, 0.2),
                (0.78, 0.35),
                (0.78, 0.66),
                (0.5, 0.81),
                (0.22, 0.66),
                (0.22, 0.35),
                (0.5, 0.2),
            ),
            _line((0.22, 0.35), (0.5, 0.5), (0.78, 0.35)),
            _line((0.5, 0.5), (0.5, 0.81)),
        ),
        "rds": (
            *_cylinder(0.27, 0.74),
            _arc((0.5, 0.43), 0.24, 0.09, 0, 180),
            _arc((0.5, 0.58), 0.24, 0.09, 0, 180),
        ),
        "redis": (
            *_cylinder(0.3, 0.72),
            _solid((0.55, 0.42), (0.42, 0.6), (0.5, 0.6), (0.45, 0.74), (0.6, 0.54), (0.51, 0.54)),
        ),
        "nas": (
            _line(
                (0.2, 0.74),
                (0.2, 0.27),
                (0.42, 0.27),
                (0.5, 0.36),
                (0.8, 0.36),
                (0.8, 0.74),
                (0.2, 0.74),
            ),
            _line((0.2, 0.48), (0.8, 0.48)),
        ),
        "regional": (
            _line((0.28, 0.3), (0.72, 0.3)),
            _line((0.28, 0.44), (0.72, 0.44)),
            _line((0.28, 0.58), (0.72, 0.58)),
            _line((0.28, 0.72), (0.54, 0.72)),
        ),
    }
)
