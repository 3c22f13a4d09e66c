"""The cluster: Kubernetes objects on the left, ECS nodes and ECI pods by zone on the right."""

from __future__ import annotations

from ackb.picture.blocks import FACT, FACT_STEP, PAD, TITLE_STEP, Block, frame_title, small_text
from ackb.picture.canvas import GAP, OBJECTS, Canvas
from ackb.picture.geometry import Box, Line, Rect
from ackb.picture.model import Workload
from ackb.picture.style import STROKES
from ackb.picture.text import wrapped

_LINK = 0.28
"""Height of the short arrows between Kubernetes objects."""
_LANE = 0.16
"""Distance of the two placement arrows from the middle of their box."""
_BEND = 0.2
"""Distance from the Kubernetes objects at which a placement arrow turns."""
_ABOVE = 0.05
"""Distance of a label from its arrow."""
_MOST_MARKS = 6
_POD_MARKS = 4


def place_cluster(canvas: Canvas, y: float) -> Rect:
    """Place the cluster from `y` down, if there is one, and return the space it takes."""
    architecture = canvas.architecture
    if not architecture.cluster and not architecture.workloads:
        return Rect(canvas.cluster_x, y, 0.0, 0.0)
    top, frames = y + GAP, []
    right = top
    if architecture.cluster:
        right = _control_plane(canvas, right) + GAP
    for pool in architecture.pools:
        key = f"pool:{pool.name}"
        title = f"Node pool {pool.name}"
        frame = _pool(
            canvas, key, "pool", "ecs", title, pool.facts, pool.switches, right, pool.nodes
        )
        frames.append(frame)
        right = frame.rect.bottom + GAP
    virtual = architecture.virtual_node
    overflow = None
    if virtual:
        title = f"Virtual node {virtual.name}"
        overflow = _pool(
            canvas, "virtual", "virtual", "eci", title, virtual.facts, virtual.switches, right, -1
        )
        right = overflow.rect.bottom + GAP
    if architecture.cluster and architecture.cluster.pod_switches:
        right = _pod_addresses(canvas, architecture.cluster.pod_switches, right) + GAP
    left = _objects(canvas, top)
    _placement(canvas, frames[0] if frames else None, overflow)
    rect = Rect(
        canvas.cluster_x,
        y,
        canvas.zones_right + GAP / 2 - canvas.cluster_x,
        max(left, right) - y,
    )
    registered = architecture.cluster is not None and architecture.cluster.registered
    kind = "registered" if registered else "cluster"
    return canvas.frame("cluster", kind, rect, parent="vpc").rect


def _control_plane(canvas: Canvas, y: float) -> float:
    cluster = canvas.architecture.cluster
    if cluster is None:
        return y
    facts = [" · ".join(cluster.facts)]
    if cluster.add_ons:
        facts.append("add-ons: " + ", ".join(cluster.add_ons))
    wide = canvas.zones_right - canvas.zones_x - 2 * PAD
    what = "Registered cluster" if cluster.registered else "ACK cluster"
    block = Block(
        canvas.kind("control"), "kubernetes", f"{what} {cluster.name}", tuple(facts), wide
    )
    return canvas.place("control", block, canvas.zones_x + PAD, y, "cluster").rect.bottom


def _pool(
    canvas: Canvas,
    key: str,
    kind: str,
    icon: str,
    title: str,
    facts: tuple[str, ...],
    switches: tuple[str, ...],
    y: float,
    nodes: int,
) -> Box:
    columns = canvas.columns(switches)
    first, last = min(columns, default=0), max(columns, default=len(canvas.architecture.zones) - 1)
    x = canvas.zone_x(first) + PAD
    wide = canvas.zone_x(last) + canvas.zone_width - PAD - x
    lines, height = frame_title(title, facts, x + PAD, y + PAD, wide - 2 * PAD)
    body = y + height + 2 * PAD
    deepest = body
    for position, names in enumerate(columns.values()):
        below = body
        marks = _POD_MARKS if nodes < 0 else _share(nodes, position, len(columns))
        for index, name in enumerate(names):
            shown = marks if index == 0 else 0
            cell = canvas.switch(f"{key}:{name}", name, below, key, shown, kind)
            below = cell.rect.bottom + PAD
        deepest = max(deepest, below)
    return canvas.frame(key, kind, Rect(x, y, wide, deepest - y), lines, icon, "cluster")


def _share(nodes: int, position: int, zones: int) -> int:
    """Nodes drawn in one zone when they are spread evenly."""
    return min(nodes // zones + (position < nodes % zones), _MOST_MARKS)


def _pod_addresses(canvas: Canvas, switches: tuple[str, ...], y: float) -> float:
    facts = ("vSwitches that Terway takes the addresses of pods from",)
    return _pool(
        canvas, "pods", "addresses", "switch", "Pod addresses", facts, switches, y, 0
    ).rect.bottom


def _objects(canvas: Canvas, top: float) -> float:
    architecture = canvas.architecture
    if not architecture.workloads:
        return top
    x, wide = canvas.objects_x + PAD, OBJECTS - 2 * PAD
    y = top + PAD
    lines: tuple[Line, ...] = ()
    if architecture.namespace:
        middle = y + TITLE_STEP / 2
        lines = (Line(f"Namespace {architecture.namespace}", x, middle, FACT, True, "muted"),)
        y += TITLE_STEP + PAD / 2
    for namespace in architecture.namespaces:
        title = f"Namespace {namespace.name}"
        block = Block("kubernetes", "workload", title, namespace.facts, wide)
        y = canvas.place(f"namespace:{namespace.name}", block, x, y, "objects").rect.bottom + PAD
    for workload in architecture.workloads if not architecture.namespaces else ():
        y = _workload(canvas, workload, x, y, wide) + PAD
    rect = Rect(canvas.objects_x, top, OBJECTS, y - top)
    canvas.frame("objects", "namespace", rect, lines, parent="cluster")
    return y + GAP


def _workload(canvas: Canvas, workload: Workload, x: float, y: float, wide: float) -> float:
    """Service, workload and autoscaler below each other; returns where the next may start."""
    middle = x + wide / 2
    if workload.service:
        block = Block("kubernetes", "service", workload.service, workload.service_facts, wide)
        y = canvas.place(f"service:{workload.name}", block, x, y, "objects").rect.bottom
        canvas.connect("traffic", (middle, y), (middle, y + _LINK))
        y += _LINK
    block = Block("kubernetes", "workload", workload.name, workload.facts, wide)
    y = canvas.place(f"workload:{workload.name}", block, x, y, "objects").rect.bottom
    if workload.scaler:
        canvas.connect("scale", (middle, y + _LINK), (middle, y))
        block = Block("kubernetes", "scaler", workload.scaler, workload.scaler_facts, wide)
        scaler = canvas.place(f"scaler:{workload.name}", block, x, y + _LINK, "objects")
        y = scaler.rect.bottom
    return y


def _placement(canvas: Canvas, base: Box | None, overflow: Box | None) -> None:
    """Arrows from the workload, or from all of them together, to where their pods run."""
    workloads = canvas.architecture.workloads
    source = f"workload:{workloads[0].name}" if len(workloads) == 1 else "objects"
    boxes = {box.key: box.rect for box in canvas.boxes}
    for kind, target, phrases in (
        ("place", base, [one.base for one in workloads if one.base]),
        ("overflow", overflow, [one.overflow for one in workloads if one.overflow]),
    ):
        if phrases and target:
            words = phrases[0] if len(set(phrases)) == 1 else STROKES[kind].meaning
            _place(canvas, kind, words, boxes[source], target.rect)


def _place(canvas: Canvas, kind: str, words: str, source: Rect, target: Rect) -> None:
    start = source.middle[1] + (_LANE if kind == "overflow" else -_LANE)
    level = target.y + PAD < start < target.bottom - PAD
    end = start if level else target.middle[1]
    bend = canvas.objects_x + OBJECTS + _BEND
    points = [(source.right, start), (bend, start), (bend, end), (target.x, end)]
    if level:
        points = [points[0], points[-1]]
    left = bend + _ABOVE
    rows = wrapped(words, canvas.zones_x - left, FACT)
    label = small_text(rows, left, end - FACT_STEP * len(rows) - _ABOVE)
    canvas.connect(kind, *points, label=label)
