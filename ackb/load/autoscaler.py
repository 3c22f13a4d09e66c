"""A HorizontalPodAutoscaler as its object in the cluster describes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ackb.domain.hpa import DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, Policy, Rules, Tolerance
from ackb.domain.quantity import parse

Object = Mapping[str, Any]

RESOURCES = ("cpu", "memory")
"""Resources of which the sandbox has metrics."""


@dataclass(frozen=True)
class Target:
    """What the use of one resource should be.

    Attributes:
        resource: `cpu` or `memory`.
        kind: in percent of the request, or as an amount for each pod.
        value: the percentage, or the amount in thousandths.
    """

    resource: str
    kind: Literal["Utilization", "AverageValue"]
    value: int


@dataclass(frozen=True)
class Autoscaler:
    """What an autoscaler goes by.

    Attributes:
        namespace: of the object and its target.
        name: of the object.
        minimum: least replicas.
        maximum: most replicas.
        targets: what it aims at.
        other_metrics: types of metrics that are not modelled here.
        behavior: rules up and down, or None where `spec.behavior` is absent.
        window_seconds: stabilisation of a scale-in that no behavior rules.
    """

    namespace: str
    name: str
    minimum: int
    maximum: int
    targets: tuple[Target, ...]
    other_metrics: tuple[str, ...]
    behavior: tuple[Rules, Rules] | None
    window_seconds: float

    @property
    def tolerance(self) -> Tolerance:
        """What counts as on target."""
        return Tolerance.of(*(self.behavior or (DEFAULT_SCALE_UP, DEFAULT_SCALE_DOWN)))

    @property
    def scale_in_window(self) -> float:
        """Seconds that a lower proposal must last."""
        return self.behavior[1].window_seconds if self.behavior else self.window_seconds


def read(hpa: Object, window_seconds: float) -> Autoscaler:
    """Return what the object says.

    Args:
        hpa: an object of autoscaling/v2 as the API server gives it, defaults filled in.
        window_seconds: the controller manager's downscale stabilisation.
    """
    spec = hpa["spec"]
    targets, others = [], []
    for metric in spec.get("metrics") or []:
        found = _target(metric)
        if found is None:
            others.append(str(metric["type"]))
        else:
            targets.append(found)
    behavior = spec.get("behavior")
    return Autoscaler(
        namespace=hpa["metadata"]["namespace"],
        name=hpa["metadata"]["name"],
        minimum=spec.get("minReplicas", 1),
        maximum=spec["maxReplicas"],
        targets=tuple(targets),
        other_metrics=tuple(others),
        behavior=None
        if behavior is None
        else (
            _rules(behavior.get("scaleUp") or {}, DEFAULT_SCALE_UP, 0),
            _rules(behavior.get("scaleDown") or {}, DEFAULT_SCALE_DOWN, window_seconds),
        ),
        window_seconds=window_seconds,
    )


def _target(metric: Object) -> Target | None:
    resource: Object = metric.get("resource") or {}
    if resource.get("name") not in RESOURCES:
        return None
    target = resource["target"]
    if target["type"] == "Utilization":
        return Target(resource["name"], "Utilization", target["averageUtilization"])
    if target["type"] == "AverageValue":
        amount = math.ceil(parse(target["averageValue"]) * 1000)
        return Target(resource["name"], "AverageValue", amount)
    return None


def _rules(given: Object, default: Rules, window: float) -> Rules:
    policies = tuple(
        Policy(one["type"], one["value"], one["periodSeconds"])
        for one in given.get("policies") or []
    )
    tolerance = given.get("tolerance")
    return Rules(
        policies or default.policies,
        given.get("selectPolicy") or default.select,
        given.get("stabilizationWindowSeconds", round(window)),
        None if tolerance is None else Fraction(parse(tolerance)),
    )
