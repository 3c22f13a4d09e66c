"""Colours and line styles of the picture; the only place that names them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a kind of box is drawn."""

    edge: str
    fill: str = "none"
    line: float = 1.0
    dashes: tuple[float, float] | None = None
    corner: float = 0.06
    """Radius of the corners in inches."""
    tile: str | None = None
    """Colour of the icon's tile; the edge colour when absent."""
    meaning: str | None = None
    """What the legend says; None leaves the look out of it."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """How a kind of arrow is drawn."""

    colour: str
    dashes: tuple[float, float] | None = None
    meaning: str


TONES = MappingProxyType(
    {"text": "#1F2933", "muted": "#52606D", "badge": "#8D2B0B", "inverse": "#FFFFFF"}
)

_GREY, _BLUE, _GREEN, _ORANGE = "#7B8794", "#2563EB", "#2F855A", "#E8590C"
_PURPLE, _RED, _TEAL, _INDIGO = "#7C3AED", "#C92A2A", "#0B7285", "#364FC7"

LOOKS = MappingProxyType(
    {
        "outside": Look(edge=_GREY, fill="#FFFFFF"),
        "region": Look(edge="#9AA5B1", fill="#FFFFFF", line=1.2, corner=0.1, meaning="region"),
        "vpc": Look(edge=_INDIGO, fill="#FBFCFF", line=1.4, corner=0.1, meaning="VPC"),
        "existing-vpc": Look(
            edge=_INDIGO,
            fill="#FBFCFF",
            line=1.4,
            dashes=(6, 3),
            corner=0.1,
            meaning="VPC that exists already",
        ),
        "zone": Look(edge="#9AA5B1", fill="#F1F3F6", dashes=(5, 3), corner=0.08, meaning="zone"),
        "cluster": Look(edge=_BLUE, line=1.6, corner=0.1, meaning="ACK cluster"),
        "registered": Look(
            edge=_BLUE, line=1.6, dashes=(6, 3), corner=0.1, meaning="cluster of the data centre"
        ),
        "control": Look(edge="#93B4F5", fill="#EEF4FF", tile=_BLUE),
        "existing-control": Look(
            edge=_BLUE,
            fill="#FFFFFF",
            dashes=(5, 3),
            tile=_BLUE,
            meaning="cluster that exists already",
        ),
        "namespace": Look(
            edge="#93B4F5", fill="#F5F9FF", dashes=(3, 2), corner=0.08, meaning="namespace"
        ),
        "kubernetes": Look(edge=_BLUE, fill="#FFFFFF", meaning="Kubernetes object"),
        "pool": Look(edge=_ORANGE, fill="#FFF6EF", line=1.2, corner=0.08, meaning="ECS nodes"),
        "virtual": Look(
            edge="#F08C00",
            fill="#FFFBEF",
            line=1.2,
            dashes=(4, 2.5),
            corner=0.08,
            meaning="virtual node (ECI)",
        ),
        "addresses": Look(edge=_GREEN, fill="#FFFFFF", dashes=(3, 2), corner=0.08),
        "switch": Look(edge=_GREEN, fill="#F2FBF5", corner=0.05, meaning="vSwitch"),
        "existing-switch": Look(
            edge=_GREEN,
            fill="#FFFFFF",
            dashes=(3, 2),
            corner=0.05,
            meaning="vSwitch that exists already",
        ),
        "data": Look(edge=_GREEN, fill="#FFFFFF", corner=0.08),
        "edge": Look(edge=_INDIGO, fill="#FFFFFF"),
        "rds": Look(edge=_PURPLE, fill="#FFFFFF", meaning="RDS"),
        "redis": Look(edge=_RED, fill="#FFFFFF", meaning="Redis"),
        "nas": Look(edge=_TEAL, fill="#FFFFFF", meaning="NAS"),
        "rds-standby": Look(edge=_PURPLE, fill="#FFFFFF", dashes=(3, 2), meaning="standby"),
        "redis-standby": Look(edge=_RED, fill="#FFFFFF", dashes=(3, 2), meaning="standby"),
        "regional": Look(edge=_GREY, fill="#FFFFFF"),
        "badge": Look(edge="#F08C00", fill="#FFF4E6"),
    }
)

STROKES = MappingProxyType(
    {
        "traffic": Stroke(colour=_BLUE, meaning="traffic of users"),
        "join": Stroke(colour=_INDIGO, meaning="joins the cluster of the data centre"),
        "place": Stroke(colour=_ORANGE, meaning="pods on ECS nodes"),
        "overflow": Stroke(colour="#F08C00", dashes=(4, 2.5), meaning="overflow to ECI"),
        "scale": Stroke(colour="#1864AB", dashes=(1.5, 1.5), meaning="scales"),
        "data": Stroke(colour=_PURPLE, meaning="pods to data stores"),
        "outbound": Stroke(colour=_GREY, dashes=(1.5, 1.5), meaning="outbound through NAT"),
    }
)
