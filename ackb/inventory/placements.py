"""How many pods of a workload stay on ECS nodes, from whatever places them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain.placement.strategies import AFFINITY_INJECTION, ECI_LABEL, VIRTUAL_NODE_LABEL
from ackb.inventory.model import Declared
from ackb.inventory.values import kind_of, listing, mapping, namespace_of, number, text

_SUBSETS: Final = ("requiredNodeSelectorTerm", "nodeSelectorTerm")
"""Where subsets of a WorkloadSpread and of a UnitedDeployment say which nodes are theirs."""


@dataclass(frozen=True, kw_only=True)
class Placeable:
    """What is known of a workload where its placement is looked for."""

    kind: str
    name: str
    namespace: str
    labels: Mapping[str, Any]
    """Labels of its pods."""
    spec: Mapping[str, Any]
    highest: int


def most_on_ecs(one: Placeable, objects: Sequence[Declared]) -> int | None:
    """Return the most pods that run on ECS nodes; None where nothing says so.

    Where several objects speak, the one that outranks the others counts: labels before all.
    """
    if _labelled(one, objects):
        return 0
    return next(_limits(one, objects), None)


def selects(selector: object, labels: Mapping[str, Any]) -> bool:
    """Whether a map of labels is one that selects pods with these."""
    wanted = mapping(selector)
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def _labelled(one: Placeable, objects: Sequence[Declared]) -> bool:
    key, value = ECI_LABEL
    if key in one.labels:
        return bool(one.labels[key] == value)
    return any(
        mapping(mapping(other.inputs.get("metadata")).get("labels")).get(label) == wanted
        for other in objects
        if kind_of(other) == "Namespace" and _name(other) == one.namespace
        for label, wanted in (ECI_LABEL, AFFINITY_INJECTION)
    )


def _limits(one: Placeable, objects: Sequence[Declared]) -> Iterator[int]:
    for other in objects:
        if namespace_of(other) != one.namespace:
            continue
        spec, kind = mapping(other.inputs.get("spec")), kind_of(other)
        if kind == "ResourcePolicy" and selects(spec.get("selector"), one.labels):
            yield from (
                number(unit["max"])
                for unit in listing(spec.get("units"))
                if unit.get("resource") == "ecs" and "max" in unit
            )
        elif kind == "WorkloadSpread" and is_target(spec.get("targetRef"), one):
            yield from _subset_limit(listing(spec.get("subsets")), one.highest)
        elif kind == "ElasticWorkload" and is_target(spec.get("sourceTarget"), one):
            yield number(mapping(spec.get("sourceTarget")).get("max"), one.highest)
    yield from _subset_limit(listing(mapping(one.spec.get("topology")).get("subsets")), one.highest)


def _subset_limit(subsets: Iterable[Mapping[str, Any]], highest: int) -> Iterator[int]:
    """The sum over the subsets on ECS nodes, where there are others and each has a limit."""
    here = [subset for subset in subsets if not on_virtual_nodes(subset)]
    limits = [subset.get("maxReplicas", subset.get("replicas")) for subset in here]
    if limits and None not in limits:
        yield min(highest, sum(_amount(limit, highest) for limit in limits))


def on_virtual_nodes(subset: Mapping[str, Any]) -> bool:
    """Whether a subset of a WorkloadSpread or UnitedDeployment is one on virtual nodes."""
    key, value = VIRTUAL_NODE_LABEL
    return any(
        expression.get("key") == key
        and expression.get("operator") == "In"
        and value in listing(expression.get("values"))
        for field in _SUBSETS
        for expression in listing(mapping(subset.get(field)).get("matchExpressions"))
    )


def _amount(limit: object, highest: int) -> int:
    """A number of pods, or a share of them, rounded up as OpenKruise does."""
    if text(limit).endswith("%"):
        return -(-highest * number(text(limit)[:-1]) // 100)
    return number(limit)


def is_target(reference: object, one: Placeable) -> bool:
    """Whether a reference by kind and name means this workload."""
    known = mapping(reference)
    return (known.get("kind"), known.get("name")) == (one.kind, one.name)


def _name(one: Declared) -> str:
    return text(mapping(one.inputs.get("metadata")).get("name")) or one.name
