"""What the parts of a layout share: the columns of the page and the boxes placed so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from ackb.picture.blocks import PAD, Block
from ackb.picture.geometry import Arrow, Box, Line, Rect
from ackb.picture.model import Architecture

MARGIN: Final = 0.3
GAP: Final = 0.16
ARROW_GAP: Final = 0.95
"""Between columns that an arrow with a label connects."""
GUTTER: Final = 0.95
"""Between Kubernetes objects and zones; holds the labels of the placement arrows."""
FRAME_ROW: Final = 0.38
OUTSIDE: Final = 1.4
EDGE: Final = 1.85
OBJECTS: Final = 2.75
_ZONE_WIDE, _ZONE_NARROW = 3.1, 2.75
_WIDE_UP_TO = 2
"""So many zones get the wide column; more would make the page too broad to print."""
_MARKS_ROW = 0.27


@dataclass
class Canvas:
    """The page under construction."""

    architecture: Architecture
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)

    @property
    def region_x(self) -> float:
        """Left edge of the region's frame."""
        return MARGIN + OUTSIDE + ARROW_GAP - GAP

    @property
    def vpc_x(self) -> float:
        """Left edge of the VPC's frame."""
        return self.region_x + GAP

    @property
    def edge_x(self) -> float:
        """Left edge of the load balancer and the NAT gateway."""
        return self.vpc_x + GAP

    @property
    def cluster_x(self) -> float:
        """Left edge of the cluster's frame."""
        return self.edge_x + EDGE + ARROW_GAP - GAP

    @property
    def objects_x(self) -> float:
        """Left edge of the frame of Kubernetes objects."""
        return self.cluster_x + GAP

    @property
    def zones_x(self) -> float:
        """Left edge of the first zone."""
        return self.objects_x + OBJECTS + GUTTER

    @property
    def zone_width(self) -> float:
        """Width of the column of a zone."""
        return _ZONE_WIDE if len(self.architecture.zones) <= _WIDE_UP_TO else _ZONE_NARROW

    def zone_x(self, column: int) -> float:
        """Left edge of the column of a zone."""
        return self.zones_x + column * (self.zone_width + GAP)

    @property
    def zones_right(self) -> float:
        """Right edge of the last zone."""
        return self.zone_x(max(len(self.architecture.zones), 1) - 1) + self.zone_width

    def kind(self, kind: str) -> str:
        """Return the look of a kind of box: another one where such things are there already."""
        return f"existing-{kind}" if kind in self.architecture.existing else kind

    def frame(
        self,
        key: str,
        kind: str,
        rect: Rect,
        lines: tuple[Line, ...] = (),
        icon: str | None = None,
        parent: str | None = None,
    ) -> Box:
        """Place a frame around what has been placed, or will be."""
        box = Box(key, kind, rect, lines, icon, parent)
        self.boxes.append(box)
        return box

    def place(self, key: str, block: Block, x: float, y: float, parent: str | None) -> Box:
        """Place a leaf box with its content."""
        box = block.box(key, x, y, parent)
        self.boxes.append(box)
        return box

    def switch(
        self, key: str, name: str, y: float, parent: str, marks: int = 0, mark_kind: str = "pool"
    ) -> Box:
        """Place the label of a vSwitch in the column of its zone, above small symbols if asked."""
        switch = self.architecture.switch(name)
        column = self.architecture.zones.index(switch.zone)
        wide = self.zone_width - 4 * PAD
        block = Block(self.kind("switch"), "switch", switch.name, (switch.cidr,), wide)
        box = block.box(key, self.zone_x(column) + 2 * PAD, y, parent)
        if marks:
            rect = replace(box.rect, height=box.rect.height + _MARKS_ROW)
            box = replace(box, rect=rect, marks=marks, mark_kind=mark_kind)
        self.boxes.append(box)
        return box

    def columns(self, switches: tuple[str, ...]) -> dict[int, list[str]]:
        """The vSwitches by the column of their zone, left to right."""
        found: dict[int, list[str]] = {}
        for name in switches:
            zone = self.architecture.switch(name).zone
            found.setdefault(self.architecture.zones.index(zone), []).append(name)
        return dict(sorted(found.items()))

    def connect(
        self, kind: str, *points: tuple[float, float], label: tuple[Line, ...] = ()
    ) -> None:
        """Draw an arrow through these points."""
        self.arrows.append(Arrow(kind, points, label))
