"""Memory pressure on a node of the sandbox: asked for, waited for, told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from ackb.domain.problems import MISSING, InvalidInput, Problem, nearest
from ackb.reports.live import Live, Object, name_of, namespace_of, node_of, phase_of

if TYPE_CHECKING:
    from rich.console import Console

    from ackb.cli.context import Stack
    from sandbox.cloud.cloud import Cloud
    from sandbox.metrics.pressure import Cause, Pressure

PARTS: Final = ("nodes", "pods")
"""What is looked at, as attributes of `Live`."""
CAUSES: Final = ("pods", "system")

_LOOK_SECONDS: Final = 0.3
_QUIET_SECONDS: Final = 3.0
"""No further pod goes: a kubelet of the sandbox looks every second."""
_CONDITION: Final = "MemoryPressure"
_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Outcome:
    """What became of a node that was asked for memory."""

    node: str
    pressed: bool
    """It reports MemoryPressure."""
    available: float | None
    """Bytes that pods or node had left at the last look that changed anything."""
    threshold: float
    """Bytes below which pods are evicted."""
    evicted: tuple[dict[str, Any], ...] = ()
    left: tuple[dict[str, Any], ...] = field(default=())

    def fields(self) -> dict[str, Any]:
        """The same as plain data."""
        evicted = [{"order": n, **one} for n, one in enumerate(self.evicted, start=1)]
        return {
            "node": self.node,
            "memory_pressure": self.pressed,
            "available_bytes": None if self.available is None else int(self.available),
            "threshold_bytes": int(self.threshold),
            "evicted": evicted,
            "left": list(self.left),
        }


def share(text: str) -> float:
    """The share of a node's memory behind `95%` or `0.95`.

    Raises:
        InvalidInput: it is none, or no more than 0 or more than all.
    """
    number = text.strip()
    try:
        value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        _refuse("SBX-02", "--memory", text, "must be above 0% and at most 100%", "give it as 95%")
    return value


def node_for(live: Live, node: str | None, pod: str | None) -> str:
    """The ECS node that is meant.

    Raises:
        InvalidInput: there is no such node, or several and none is named.
    """
    names = sorted(name_of(one) for one in live.ecs_nodes())
    if node is not None:
        if node not in names:
            near = nearest(node, names)
            fix = f"did you mean {near}?" if near else f"give one of {', '.join(names) or 'none'}"
            _refuse("SBX-03", "--node", node, "is no ECS node of the cluster", fix)
        return node
    if pod is not None:
        return _node_of(live, pod, names)
    if len(names) == 1:
        return names[0]
    fix = f"give --node with one of {', '.join(names)}, or --pod NAMESPACE/NAME"
    return _refuse("SBX-03", "--node", MISSING, "is needed where there are several nodes", fix)


def press(cloud: Cloud, live: Live, node: str, share: float, cause: str) -> None:
    """Ask a node for memory."""
    from sandbox.metrics import pressure

    wanted = pressure.Pressure(node=node, share=share, cause=cast("Cause", cause))
    pressure.save(cloud, live.cluster_id, wanted)


def wait(
    cloud: Cloud, cluster_id: str, node: str, seconds: float, told: Callable[[Object], None]
) -> bool:
    """Wait until no further pod has to go; tells each that does. False when it takes too long."""
    from sandbox.metrics import pressure

    deadline = time.monotonic() + seconds
    known, quiet_since = 0, time.monotonic()
    while time.monotonic() < deadline:
        found = pressure.find(cloud, cluster_id, node)
        if found is None or found.over:
            _tell(found, known, told)
            return True
        if len(found.evicted) > known:
            _tell(found, known, told)
            known, quiet_since = len(found.evicted), time.monotonic()
        if found.began and time.monotonic() - quiet_since > _QUIET_SECONDS:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def outcome(cloud: Cloud, live: Live, node: str) -> Outcome:
    """How the node stands now; `live` is a fresh look."""
    from sandbox.controllers.pressure.signals import threshold
    from sandbox.metrics import pressure

    found = pressure.find(cloud, live.cluster_id, node)
    return Outcome(
        node=node,
        pressed=any(
            one["type"] == _CONDITION and one["status"] == "True"
            for obj in live.nodes
            if name_of(obj) == node
            for one in obj["status"].get("conditions") or ()
        ),
        available=found.available if found else None,
        threshold=threshold(),
        evicted=tuple(dict(one) for one in found.evicted) if found else (),
        left=tuple(
            {
                "namespace": namespace_of(pod),
                "pod": name_of(pod),
                "qos": pod["status"].get("qosClass", ""),
            }
            for pod in sorted(live.active, key=name_of)
            if node_of(pod) == node
        ),
    )


def show(found: Outcome, console: Console) -> None:
    """Print it."""
    state = "reports MemoryPressure" if found.pressed else "has no memory pressure"
    if not found.evicted:
        console.print(f"{found.node} {state}; no pod was evicted{_why(found)}.")
    else:
        pods = "1 pod was" if len(found.evicted) == 1 else f"{len(found.evicted)} pods were"
        console.print(f"{found.node} {state}; {pods} evicted, in this order:")
        for number, one in enumerate(found.evicted, start=1):
            console.print(f"  {number}. {line(one)}")
    for one in found.left:
        console.print(f"  stays: {one['namespace']}/{one['pod']} ({one['qos']})")


def _why(found: Outcome) -> str:
    if found.pressed or found.available is None:
        return ""
    left, least = found.available / _MIB, found.threshold / _MIB
    return f": {left:.0f} MiB are available, and pods go below {least:.0f} MiB"


def line(one: Object) -> str:
    """An evicted pod in a line."""
    used, asked = one["used_bytes"] / _MIB, one["requested_bytes"] / _MIB
    return (
        f"{one['namespace']}/{one['pod']} ({one['qos']}, priority {one['priority']}): "
        f"{used:.0f} MiB used, {asked:.0f} MiB requested"
    )


def refuse_real(stack: Stack) -> None:
    """Raises InvalidInput for a stack of the real cloud."""
    if not stack.simulated:
        _refuse(
            "SBX-04",
            f"stack {stack.name}",
            stack.target,
            "runs on the real cloud, whose kubelets measure real memory",
            "use a stack of the sandbox",
        )


def _node_of(live: Live, pod: str, names: list[str]) -> str:
    known = {
        f"{namespace_of(one)}/{name_of(one)}": node_of(one)
        for one in live.active
        if phase_of(one) == "Running"
    }
    found = known.get(pod)
    if found is None:
        near = nearest(pod, sorted(known))
        fix = f"did you mean {near}?" if near else "give NAMESPACE/NAME of a running pod"
        _refuse("SBX-05", "--pod", pod, "is no running pod of the cluster", fix)
    if found not in names:
        why = f"runs on {found}, which is no machine and never short of memory"
        _refuse("SBX-05", "--pod", pod, why, "give a pod on an ECS node")
    return found


def _tell(found: Pressure | None, known: int, told: Callable[[Object], None]) -> None:
    for one in (found.evicted if found else ())[known:]:
        told(one)


def _refuse(code: str, path: str, value: object, why: str, fix: str) -> NoReturn:
    raise InvalidInput([Problem(code, path, value, why, fix)])
