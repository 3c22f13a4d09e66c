"""A ResourcePolicy as the decisions need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.controllers.node_objects import is_virtual
from sandbox.kube.client import Object

EXCEED_MAX = "ExceedMax"
LACK_RESOURCE = "LackResourceOrExceedMax"
NO_TERMINATING = "LackResourceAndNoTerminating"
_TIMEOUT = "TimeoutOrExceedMax"

_ECS, _ECI = "ecs", "eci"
_COST_STEP = 100


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One kind of resource that pods may use."""

    resource: str
    max: int | None
    node_selector: dict[str, str]
    pod_labels: dict[str, str]
    pod_annotations: dict[str, str]

    @property
    def is_eci(self) -> bool:
        """Whether its nodes are virtual."""
        return self.resource == _ECI

    def has(self, node: Object) -> bool:
        """Whether the node belongs to the unit."""
        labels = node["metadata"].get("labels") or {}
        chosen = all(labels.get(key) == value for key, value in self.node_selector.items())
        return chosen and is_virtual(node) == self.is_eci


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One ResourcePolicy."""

    name: str
    namespace: str
    selector: dict[str, str]
    units: tuple[Unit, ...]
    match_label_keys: tuple[str, ...]
    ignore_terminating: bool
    try_next: str

    def selects(self, pod: Object) -> bool:
        """Whether the pod is under this policy; an empty selector takes the whole namespace."""
        metadata = pod["metadata"]
        labels = metadata.get("labels") or {}
        return metadata["namespace"] == self.namespace and all(
            labels.get(key) == value for key, value in self.selector.items()
        )

    def unit_of(self, node: Object | None) -> int | None:
        """Index of the first unit that the node belongs to."""
        if node is None:
            return None
        return next((at for at, unit in enumerate(self.units) if unit.has(node)), None)

    def cost(self, unit: int) -> int:
        """Deletion cost of a pod in the unit: the last unit's pods are the first to go."""
        return _COST_STEP * (len(self.units) - unit)


def read(obj: Object) -> Policy:
    """The policy behind an object."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    units = [_unit(unit) for unit in spec.get("units") or [] if _kind(unit) in (_ECS, _ECI)]
    policy = (spec.get("whenTryNextUnits") or {}).get("policy", LACK_RESOURCE)
    return Policy(
        name=metadata["name"],
        namespace=metadata["namespace"],
        selector=spec.get("selector") or {},
        units=tuple(units),
        match_label_keys=tuple(spec.get("matchLabelKeys") or ()),
        ignore_terminating=spec.get("ignoreTerminatingPod", True),
        try_next=LACK_RESOURCE if policy == _TIMEOUT else policy,
    )


def not_simulated(obj: Object) -> Iterator[str]:
    """What the policy asks for and the sandbox does not do, one sentence each."""
    spec = obj.get("spec") or {}
    units = spec.get("units") or []
    for unit in units:
        if _kind(unit) not in (_ECS, _ECI):
            yield f"units of resource {_kind(unit)} are ignored"
    if any("maxResources" in unit for unit in units):
        yield "maxResources is ignored; max counts"
    if spec.get("preemptPolicy") == "BeforeNextUnit":
        yield "preemptPolicy BeforeNextUnit is ignored"
    if spec.get("ignorePreviousPod"):
        yield "ignorePreviousPod is ignored: pods older than the policy count"
    if (spec.get("whenTryNextUnits") or {}).get("policy") == _TIMEOUT:
        yield f"{_TIMEOUT} acts as {LACK_RESOURCE}: nothing waits for the timeout"


def _kind(unit: dict[str, Any]) -> str:
    return str(unit.get("resource", _ECS))


def _unit(unit: dict[str, Any]) -> Unit:
    return Unit(
        resource=_kind(unit),
        max=unit.get("max"),
        node_selector=unit.get("nodeSelector") or {},
        pod_labels=unit.get("podLabels") or {},
        pod_annotations=unit.get("podAnnotations") or {},
    )
