"""The changes to pods by which a decision takes effect."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.controllers.node_objects import VIRTUAL_LABEL, VIRTUAL_TAINT
from sandbox.controllers.resource_policy.decision import GATE, UNITS
from sandbox.controllers.resource_policy.policy import Policy, Unit
from sandbox.kube.client import Object

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

_FIRST_WEIGHT = 100


def release(policy: Policy, pod: Object, units: tuple[int, ...]) -> Object:
    """Let a gated pod go to its units, in one change that also sets its deletion cost.

    A gated pod's affinity may only be narrowed, so terms of its own are kept and added to.
    """
    spec = pod["spec"]
    chosen = [policy.units[unit] for unit in units]
    change: Object = {
        "metadata": {
            "annotations": {
                UNITS: ",".join(str(unit) for unit in units),
                DELETION_COST: str(policy.cost(units[0])),
            }
        },
        "spec": {
            **without_gate(pod)["spec"],
            "affinity": {"nodeAffinity": _node_affinity(spec, chosen)},
        },
    }
    if any(unit.is_eci for unit in chosen):
        toleration = {**VIRTUAL_TAINT, "operator": "Equal"}
        change["spec"]["tolerations"] = [*(spec.get("tolerations") or []), toleration]
    return change


def without_gate(pod: Object) -> Object:
    """Remove the gate and nothing else: the pod is under no policy any more."""
    gates = pod["spec"].get("schedulingGates") or []
    return {"spec": {"schedulingGates": [gate for gate in gates if gate["name"] != GATE]}}


def settle(policy: Policy, pod: Object, unit: int) -> Object | None:
    """Mark a bound pod with the cost, labels and annotations of its unit; None when it is."""
    metadata = pod["metadata"]
    annotations: dict[str, str] = metadata.get("annotations") or {}
    labels: dict[str, str] = metadata.get("labels") or {}
    wanted: dict[str, Any] = {
        **policy.units[unit].pod_annotations,
        DELETION_COST: str(policy.cost(unit)),
    }
    extra = policy.units[unit].pod_labels
    changed = {key: value for key, value in wanted.items() if annotations.get(key) != value}
    relabelled = {key: value for key, value in extra.items() if labels.get(key) != value}
    if UNITS in annotations:
        changed[UNITS] = None
    if not changed and not relabelled:
        return None
    return {"metadata": {"annotations": changed, "labels": relabelled}}


def _node_affinity(spec: Object, units: list[Unit]) -> Object:
    own = copy.deepcopy((spec.get("affinity") or {}).get("nodeAffinity") or {})
    required = own.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = required.get("nodeSelectorTerms") or []
    if not terms:
        terms = [{"matchExpressions": _expressions(unit)} for unit in units]
    elif len(units) == 1:
        for term in terms:
            term["matchExpressions"] = [
                *(term.get("matchExpressions") or []),
                *_expressions(units[0]),
            ]
    own["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
    if len(units) > 1:
        # Halved each time: with the weight of the plugin in the scheduler's profile, the order of
        # the units outweighs every other consideration.
        own["preferredDuringSchedulingIgnoredDuringExecution"] = [
            *(own.get("preferredDuringSchedulingIgnoredDuringExecution") or []),
            *(
                {
                    "weight": max(1, _FIRST_WEIGHT >> at),
                    "preference": {"matchExpressions": _expressions(unit)},
                }
                for at, unit in enumerate(units)
            ),
        ]
    return own


def _expressions(unit: Unit) -> list[Object]:
    key, value = VIRTUAL_LABEL
    kind = {"key": key, "operator": "In" if unit.is_eci else "NotIn", "values": [value]}
    selected = [
        {"key": key, "operator": "In", "values": [value]}
        for key, value in sorted(unit.node_selector.items())
    ]
    return [kind, *selected]
