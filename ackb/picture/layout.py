"""Places every part: users on the left, the cluster in the middle, a column for each zone.

Reading order is the way of a request: users, load balancer, Service and workload, ECS nodes and ECI
pods, data stores below. Connections are straight or bend at right angles, and none crosses a box.
"""

from __future__ import annotations

from ackb.picture.blocks import FACT, FACT_STEP, PAD, TILE, TITLE, Block, frame_title, small_text
from ackb.picture.canvas import (
    EDGE,
    FRAME_ROW,
    GAP,
    MARGIN,
    OUTSIDE,
    Canvas,
)
from ackb.picture.cluster import place_cluster
from ackb.picture.geometry import Box, LegendEntry, Line, Rect, Sheet
from ackb.picture.model import Architecture, Store
from ackb.picture.style import LOOKS, STROKES
from ackb.picture.text import width

_HEADING = 0.8
_TITLE_SIZE, _SUBTITLE_SIZE = 15.0, 9.0
_DROP = 0.42
"""Height of the arrows from the cluster to the data stores."""
_LEGEND_ROW = 0.32
_SAMPLE = 0.34
"""Width of the sample in a legend entry."""
_WIDEST_REGIONAL = 6.0
_BADGE = "Sandbox: a simulated Alibaba Cloud. Nothing listens, nothing is billed."


def arrange(architecture: Architecture) -> Sheet:
    """The finished layout of a picture."""
    canvas = Canvas(architecture)
    right = canvas.zones_right + 3 * GAP
    texts = _heading(canvas, right)
    region_y = MARGIN + _HEADING
    vpc_y = region_y + FRAME_ROW
    title, height = frame_title(
        architecture.vpc,
        architecture.vpc_facts,
        canvas.edge_x,
        vpc_y + PAD,
        canvas.zones_right - canvas.edge_x,
    )
    zones_y = vpc_y + height + 2 * PAD
    cluster = place_cluster(canvas, zones_y + FRAME_ROW)
    _way_in(canvas, cluster)
    _data_centre(canvas, cluster)
    zones_bottom = _data(canvas, cluster.bottom) + GAP / 2
    zones_bottom = max(zones_bottom, _way_out(canvas, cluster) + GAP / 2)
    _zones(canvas, zones_y, zones_bottom)
    vpc = Rect(canvas.vpc_x, vpc_y, right - GAP - canvas.vpc_x, zones_bottom + GAP - vpc_y)
    canvas.frame("vpc", canvas.kind("vpc"), vpc, title, "vpc", "region")
    bottom = _regional(canvas, vpc.bottom + GAP)
    middle = region_y + FRAME_ROW / 2
    name = f"Alibaba Cloud region {architecture.region}"
    line = Line(name, canvas.vpc_x, middle, FACT + 1, bold=True)
    rect = Rect(canvas.region_x, region_y, right - canvas.region_x, bottom - region_y)
    canvas.frame("region", "region", rect, (line,))
    legend, bottom = _legend(canvas, bottom + GAP, right)
    return Sheet(
        width=right + MARGIN,
        height=bottom + MARGIN,
        title=architecture.title,
        description=architecture.subtitle,
        boxes=tuple(canvas.boxes),
        arrows=tuple(canvas.arrows),
        texts=texts,
        legend=legend,
    )


def _heading(canvas: Canvas, right: float) -> tuple[Line, ...]:
    architecture = canvas.architecture
    if architecture.simulated:
        wide = width(_BADGE, FACT, bold=True) + 3 * PAD
        rect = Rect(right - wide, MARGIN, wide, 0.3)
        line = Line(_BADGE, *rect.middle, FACT, True, "badge", "center")
        canvas.boxes.append(Box("badge", "badge", rect, (line,), leaf=True))
    return (
        Line(architecture.title, MARGIN, MARGIN + 0.15, _TITLE_SIZE, bold=True),
        Line(architecture.subtitle, MARGIN, MARGIN + 0.46, _SUBTITLE_SIZE, tone="muted"),
    )


def _way_in(canvas: Canvas, cluster: Rect) -> None:
    """Users and load balancer, level with the Service they reach."""
    entry = canvas.architecture.entry
    if entry is None:
        return
    services = [box for box in canvas.boxes if box.key.startswith("service:")]
    target = services[0].rect if services else cluster
    level = services[0].rect.middle[1] if services else cluster.y + 0.6
    block = Block("edge", "balancer", entry.name, entry.facts, EDGE)
    top = max(level - block.height / 2, cluster.y)
    canvas.place("entry", block, canvas.edge_x, top, "vpc")
    who = (
        ("Clients", ("in the VPC, or linked to it",))
        if entry.within_vpc
        else ("Users", ("Internet",))
    )
    users = Block("outside", "users", *who, OUTSIDE)
    canvas.place("users", users, MARGIN, level - users.height / 2, None)
    above = level - FACT_STEP * len(entry.traffic) - 0.04
    between = (MARGIN + OUTSIDE + canvas.region_x) / 2
    label = small_text(entry.traffic, between, above, align="center")
    canvas.connect("traffic", (MARGIN + OUTSIDE, level), (canvas.edge_x, level), label=label)
    canvas.connect("traffic", (canvas.edge_x + EDGE, level), (target.x, level))


def _data_centre(canvas: Canvas, cluster: Rect) -> None:
    """Where a registered cluster runs, level with the upper edge of what the cloud adds to it."""
    if canvas.architecture.cluster is None or not canvas.architecture.cluster.registered:
        return
    block = Block("outside", "ecs", "IDC", ("data centre: control plane, machines",), OUTSIDE)
    above = [one.rect.bottom for one in canvas.boxes if one.key in ("users", "entry")]
    top = max([cluster.y, *(edge + GAP for edge in above)])
    box = canvas.place("data-centre", block, MARGIN, top, None)
    level = box.rect.middle[1]
    label = small_text(["agent, nodes"], canvas.edge_x, level - FACT_STEP - 0.04)
    canvas.connect("join", (cluster.x, level), (box.rect.right, level), label=label)


def _way_out(canvas: Canvas, cluster: Rect) -> float:
    """NAT gateway and Internet, at the foot of the cluster; returns the lowest edge."""
    out = canvas.architecture.exit
    if out is None:
        return cluster.bottom
    facts = out.facts if out.switch is None else (*out.facts, f"in {out.switch}")
    block = Block("edge", "nat", out.name, facts, EDGE)
    above = [box.rect.bottom for box in canvas.boxes if box.key == "entry"]
    top = max(cluster.bottom - GAP - block.height, cluster.y, *(edge + 2 * GAP for edge in above))
    box = canvas.place("exit", block, canvas.edge_x, top, "vpc")
    level = box.rect.middle[1]
    source = cluster.x if cluster.y < level < cluster.bottom else canvas.zones_x
    outside = Block("outside", "internet", "Internet", ("registries, updates",), OUTSIDE)
    canvas.place("internet", outside, MARGIN, level - outside.height / 2, None)
    canvas.connect("outbound", (source, level), (canvas.edge_x + EDGE, level))
    canvas.connect("outbound", (canvas.edge_x, level), (MARGIN + OUTSIDE, level))
    return box.rect.bottom


def _data(canvas: Canvas, top: float) -> float:
    """Data stores under the cluster, each in its zone under the label of its vSwitch."""
    architecture = canvas.architecture
    deepest = top
    groups: dict[str, list[Store]] = {}
    for store in architecture.stores:
        groups.setdefault(store.switch, []).append(store)
    for column, names in canvas.columns(tuple(groups)).items():
        y = top + _DROP
        x = canvas.zone_x(column) + canvas.zone_width / 2
        label = small_text(["data"], x + 0.08, top + _DROP / 2 - FACT_STEP / 2)
        canvas.connect("data", (x, top), (x, y), label=label)
        for name in names:
            y = _stores(canvas, name, groups[name], y) + GAP
        deepest = max(deepest, y - GAP)
    deepest = max(deepest, _standbys(canvas, top, deepest))
    return max(deepest, _unused_switches(canvas, deepest + GAP, deepest))


def _stores(canvas: Canvas, switch: str, stores: list[Store], y: float) -> float:
    key = f"data:{switch}"
    label = canvas.switch(f"{key}:{switch}", switch, y + PAD, key)
    below = label.rect.bottom + PAD
    for store in stores:
        block = Block(store.kind, store.kind, store.name, store.facts, label.rect.width)
        below = (
            canvas.place(f"store:{store.name}", block, label.rect.x, below, key).rect.bottom + PAD
        )
    rect = Rect(label.rect.x - PAD, y, label.rect.width + 2 * PAD, below - y)
    canvas.frame(key, "data", rect, parent="vpc")
    return rect.bottom


def _standbys(canvas: Canvas, top: float, deepest: float) -> float:
    """The second copies of stores, in their zone below what stands there."""
    zones = canvas.architecture.zones
    for store in canvas.architecture.stores:
        if store.standby_zone not in zones:
            continue
        x = canvas.zone_x(zones.index(store.standby_zone)) + 2 * PAD
        taken = [box.rect.bottom for box in canvas.boxes if box.rect.x == x and box.leaf]
        y = max([top + _DROP, *(edge + 2 * PAD for edge in taken if edge > top)])
        look, wide = f"{store.kind}-standby", canvas.zone_width - 4 * PAD
        block = Block(look, store.kind, store.name, ("standby",), wide)
        deepest = max(
            deepest, canvas.place(f"standby:{store.name}", block, x, y, "vpc").rect.bottom + PAD
        )
    return deepest


def _unused_switches(canvas: Canvas, y: float, deepest: float) -> float:
    """vSwitches that nothing drawn above stands in."""
    used = {name for pool in canvas.architecture.pools for name in pool.switches}
    used |= {store.switch for store in canvas.architecture.stores}
    if canvas.architecture.virtual_node:
        used |= set(canvas.architecture.virtual_node.switches)
    if canvas.architecture.cluster:
        used |= set(canvas.architecture.cluster.pod_switches)
    spare = tuple(one.name for one in canvas.architecture.switches if one.name not in used)
    for names in canvas.columns(spare).values():
        below = y
        for name in names:
            below = canvas.switch(f"spare:{name}", name, below, "vpc").rect.bottom + PAD
        deepest = max(deepest, below)
    return deepest


def _zones(canvas: Canvas, top: float, bottom: float) -> None:
    for column, zone in enumerate(canvas.architecture.zones):
        rect = Rect(canvas.zone_x(column), top, canvas.zone_width, bottom - top)
        line = Line(f"Zone {zone}", rect.x + PAD, top + FRAME_ROW / 2, FACT + 0.6, True, "muted")
        canvas.frame(f"zone:{zone}", "zone", rect, (line,), parent="vpc")


def _regional(canvas: Canvas, y: float) -> float:
    x, bottom = canvas.vpc_x, y
    for name, what in canvas.architecture.regional:
        wide = min(width(name, TITLE, bold=True) + TILE + 3 * PAD, _WIDEST_REGIONAL)
        block = Block("regional", "regional", name, (what,), wide)
        box = canvas.place(f"regional:{name}", block, x, y, "region")
        x, bottom = box.rect.right + GAP, box.rect.bottom + GAP
    return bottom


def _legend(canvas: Canvas, y: float, right: float) -> tuple[tuple[LegendEntry, ...], float]:
    """Samples of the frames, then of the arrows, that this picture uses."""
    boxes = {box.kind for box in canvas.boxes}
    arrows = {arrow.kind for arrow in canvas.arrows}
    rows = (
        ("box", [(kind, look.meaning) for kind, look in LOOKS.items() if kind in boxes]),
        ("arrow", [(kind, look.meaning) for kind, look in STROKES.items() if kind in arrows]),
    )
    placed: list[LegendEntry] = []
    middle = y
    for what, samples in rows:
        x, middle = MARGIN, middle + _LEGEND_ROW
        for kind, meaning in samples:
            if meaning is None or any(entry.line.text == meaning for entry in placed):
                continue
            wide = _SAMPLE + PAD + width(meaning, FACT)
            if x + wide > right:
                x, middle = MARGIN, middle + _LEGEND_ROW
            sample = Rect(x, middle - TILE / 4, _SAMPLE, TILE / 2)
            line = Line(meaning, x + _SAMPLE + PAD, middle, FACT, tone="muted")
            placed.append(LegendEntry(what, kind, sample, line))
            x += wide + 3 * PAD
    return tuple(placed), middle + _LEGEND_ROW / 2
