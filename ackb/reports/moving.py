"""Whether a pod on ECI could run on a machine instead, and what that would save."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ackb.domain import prices
from ackb.domain.placement.strategies import ECI_LABEL, VIRTUAL_NODE_LABEL
from ackb.domain.pod_resources import Amounts, of_pod
from ackb.domain.prices import HOURS_A_MONTH, Charge, Price
from ackb.reports.live import (
    INSTANCE_TYPE,
    Live,
    Object,
    allocatable,
    is_ready,
    labels_of,
    name_of,
    namespace_of,
    node_of,
)

_BLOCKING: Final = ("NoSchedule", "NoExecute")
_CHARGES: Final[tuple[Charge, ...]] = ("PrePaid", "PostPaid")
_MACHINES: Final = "ecs"
"""Kind of a unit of a ResourcePolicy whose nodes are machines."""
_SPREAD: Final = "apps.kruise.io/matched-workloadspread"
"""Annotation of a pod in which OpenKruise keeps its WorkloadSpread and subset, as JSON."""


class Move(StrEnum):
    """What can be done with an ECI instance that has run for long."""

    FREE_ROOM = "free_room"
    """A node has room for its pod: after a restart the instance costs nothing more."""
    MORE_ECS = "more_ecs"
    """No node has room: a further machine would have to be paid."""
    BOUND = "bound"
    """Something declares that the pod runs on ECI: a restart would bring it back there."""
    ORPHAN = "orphan"
    """No pod belongs to it: it is to be deleted."""


@dataclass(frozen=True)
class Advice:
    """What can be done, the name of what stands against it, and what a month would save."""

    move: Move
    because: str = ""
    saving: float | None = None
    """In the currency of the instance's price; None where it is unknown."""


class Room:
    """What is free on the machines of a stack; each pod that is moved takes its part."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._nodes = {name_of(node): node for node in live.ecs_nodes()}
        self._priced = [
            (whole, price)
            for kind, whole in {
                (labels_of(node).get(INSTANCE_TYPE, ""), allocatable(node))
                for node in self._nodes.values()
            }
            for price in _known(kind, live.region)
        ]
        """What a machine of each kind in use has for pods, and its price where that is known."""
        self._placed: dict[str, Counter[tuple[str, ...]]] = {}
        """Pods of each ResourcePolicy that are on machines, by what tells its groups apart."""
        self._free = {
            name: allocatable(node) - live.requested_on(name)
            for name, node in self._nodes.items()
            if is_ready(node) and not node["spec"].get("unschedulable")
        }

    def advise(self, pod: Object, price: Price | None) -> Advice:
        """Say what can be done with the instance of a pod, and take the room that it would use."""
        bound = self._bound(pod)
        if bound:
            return Advice(Move.BOUND, bound)
        needed = of_pod(pod["spec"])
        for name, free in self._free.items():
            if needed.fits(free) and _accepts(self._nodes[name], pod):
                self._free[name] = free - needed
                return Advice(Move.FREE_ROOM, name, month(price))
        return Advice(Move.MORE_ECS, "", self._saving(needed, price))

    def _bound(self, pod: Object) -> str:
        """The name of what keeps a pod on ECI; empty where nothing does."""
        key, value = ECI_LABEL
        if labels_of(pod).get(key) == value:
            return f"{key}={value}"
        if self._live.namespace_labels.get(namespace_of(pod), {}).get(key) == value:
            return f"Namespace {namespace_of(pod)} {key}={value}"
        key, value = VIRTUAL_NODE_LABEL
        if (pod["spec"].get("nodeSelector") or {}).get(key) == value:
            return f"nodeSelector {key}={value}"
        full = (name_of(one) for one in self._live.policies if self._is_full(one, pod))
        policy = next((f"ResourcePolicy {name}" for name in full), "")
        return policy or self._bound_by_spread(pod)

    def _bound_by_spread(self, pod: Object) -> str:
        """The WorkloadSpread whose earlier subsets have all the pods that they may."""
        given = (pod["metadata"].get("annotations") or {}).get(_SPREAD)
        matched = json.loads(given) if given else {}
        for spread in self._live.spreads:
            here = namespace_of(spread) == namespace_of(pod)
            if here and name_of(spread) == matched.get("name") and _has_filled(spread, matched):
                return f"WorkloadSpread {name_of(spread)}"
        return ""

    def _is_full(self, policy: Object, pod: Object) -> bool:
        """Whether a ResourcePolicy lets no further pod of this kind onto machines."""
        spec = policy["spec"]
        if not _selects(policy, pod):
            return False
        most = [unit.get("max") for unit in spec["units"] if unit.get("resource") == _MACHINES]
        if None in most:
            return False
        there = self._on_machines(policy)[_group(policy, pod)]
        return there >= sum(int(one) for one in most)

    def _on_machines(self, policy: Object) -> Counter[tuple[str, ...]]:
        """Counted once: with 10,000 pods it would else be done 10,000 times."""
        key = f"{namespace_of(policy)}/{name_of(policy)}"
        if key not in self._placed:
            self._placed[key] = Counter(
                _group(policy, pod)
                for pod in self._live.active
                if node_of(pod) in self._nodes and _selects(policy, pod)
            )
        return self._placed[key]

    def _saving(self, needed: Amounts, price: Price | None) -> float | None:
        """Saving of a month, if the pod took its share of a further machine of a kind in use."""
        if price is None:
            return None
        shares = [
            ecs.amount * share
            for whole, ecs in self._priced
            if ecs.currency == price.currency and (share := _share(needed, whole)) is not None
        ]
        if not shares:
            return None
        return max(price.amount - min(shares), 0.0) * HOURS_A_MONTH


def _has_filled(spread: Object, matched: Mapping[str, Any]) -> bool:
    """Whether no subset before that of the pod takes a further pod."""
    statuses = (spread.get("status") or {}).get("subsetStatuses") or ()
    missing = {one["name"]: one.get("missingReplicas") for one in statuses}
    names = [one["name"] for one in spread["spec"]["subsets"]]
    before = names[: names.index(matched["subset"])] if matched.get("subset") in names else []
    return bool(before) and all(missing.get(name) == 0 for name in before)


def month(price: Price | None) -> float | None:
    """What a month costs; None where the price is unknown."""
    return None if price is None else price.amount * HOURS_A_MONTH


def _known(instance_type: str, region: str) -> Iterator[Price]:
    for charge in _CHARGES:
        found = prices.ecs_hourly(instance_type, region, charge)
        if found is not None:
            yield found


def _share(needed: Amounts, whole: Amounts) -> float | None:
    """The part of a machine that a pod fills; None where it does not fit."""
    if not whole.cpu or not whole.memory or not needed.fits(whole):
        return None
    return float(max(needed.cpu / whole.cpu, needed.memory / whole.memory))


def _selects(policy: Object, pod: Object) -> bool:
    if namespace_of(policy) != namespace_of(pod):
        return False
    wanted: Mapping[str, str] = policy["spec"].get("selector") or {}
    return wanted.items() <= labels_of(pod).items()


def _group(policy: Object, pod: Object) -> tuple[str, ...]:
    """What a ResourcePolicy counts pods by."""
    keys = policy["spec"].get("matchLabelKeys") or ()
    return tuple(labels_of(pod).get(key, "") for key in keys)


def _accepts(node: Object, pod: Object) -> bool:
    """Whether selector and taints let the pod onto the node; affinity is not looked at."""
    wanted: Mapping[str, str] = pod["spec"].get("nodeSelector") or {}
    if not wanted.items() <= labels_of(node).items():
        return False
    tolerations = pod["spec"].get("tolerations") or ()
    return all(
        any(_tolerates(one, taint) for one in tolerations)
        for taint in node["spec"].get("taints") or ()
        if taint.get("effect") in _BLOCKING
    )


def _tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint.get("key"))
    same_key = toleration.get("key") == taint.get("key")
    return same_key and (toleration.get("value") or "") == (taint.get("value") or "")
