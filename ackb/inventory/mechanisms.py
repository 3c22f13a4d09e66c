"""Which ways of placing pods are at work on a workload, read from the objects of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ackb.domain.placement import ByNumber, ByRatio, Mechanism, Split, StrategyName
from ackb.domain.placement.strategies import (
    AFFINITY_INJECTION,
    BURST_RESOURCE,
    ECI_LABEL,
    VIRTUAL_NODE_LABEL,
)
from ackb.inventory.model import Declared
from ackb.inventory.placements import Placeable, is_target, on_virtual_nodes, selects
from ackb.inventory.values import kind_of, listing, mapping, namespace_of, text

_PROFILE: Final = ("kube-system", "eci-profile")
_PROFILE_KINDS: Final = ("ConfigMap", "ConfigMapPatch")
_NAMESPACE_NAME: Final = "kubernetes.io/metadata.name"


def mechanisms(
    one: Placeable, workload: Declared, pod: Mapping[str, Any], objects: Sequence[Declared]
) -> Iterator[Mechanism]:
    """Yield every way that says where the pods of a workload go.

    Args:
        one: the workload, with the labels of its pods.
        workload: its resource.
        pod: template of its pods.
        objects: all objects of the plan.
    """
    yield from _of_the_pods(one, pod)
    yield from _of_the_namespace(one, objects)
    for other in objects:
        yield from _of_an_object(one, workload, other, objects)
    if one.kind == "UnitedDeployment":
        topology = mapping(one.spec.get("topology"))
        yield Mechanism(
            strategy=StrategyName.UNITED_DEPLOYMENT,
            where=f"UnitedDeployment {one.namespace}/{one.name}",
            split=_split_of(listing(topology.get("subsets"))),
        )


def _of_the_pods(one: Placeable, pod: Mapping[str, Any]) -> Iterator[Mechanism]:
    key, value = ECI_LABEL
    if one.labels.get(key) == value:
        yield Mechanism(strategy=StrategyName.ECI_LABEL, where=f"the pod label {key}={value}")
    annotation = mapping(mapping(pod.get("metadata")).get("annotations")).get(BURST_RESOURCE)
    if annotation is not None:
        yield Mechanism(
            strategy=StrategyName.BURST_RESOURCE,
            where=f"the pod annotation {BURST_RESOURCE}={text(annotation)}",
        )
    spec = mapping(pod.get("spec"))
    label, virtual = VIRTUAL_NODE_LABEL
    if mapping(spec.get("nodeSelector")).get(label) == virtual or _names_virtual_nodes(
        mapping(mapping(spec.get("affinity")).get("nodeAffinity"))
    ):
        yield Mechanism(strategy=StrategyName.NODE_AFFINITY, where="the node affinity of the pods")


def _names_virtual_nodes(affinity: Mapping[str, Any]) -> bool:
    required = mapping(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    terms = [
        *listing(required.get("nodeSelectorTerms")),
        *(
            mapping(one.get("preference"))
            for one in listing(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"))
        ),
    ]
    return any(
        expression.get("key") == VIRTUAL_NODE_LABEL[0]
        for term in terms
        for expression in listing(term.get("matchExpressions"))
    )


def _of_the_namespace(one: Placeable, objects: Sequence[Declared]) -> Iterator[Mechanism]:
    labels = _namespace_labels(one.namespace, objects)
    for strategy, (key, value) in (
        (StrategyName.NAMESPACE_LABEL, ECI_LABEL),
        (StrategyName.AFFINITY_INJECTION, AFFINITY_INJECTION),
    ):
        # The label of a pod itself comes first, whatever it says.
        if labels.get(key) == value and key not in one.labels:
            where = f"the label {key}={value} of the namespace {one.namespace}"
            yield Mechanism(strategy=strategy, where=where)


def _namespace_labels(namespace: str, objects: Sequence[Declared]) -> dict[str, Any]:
    found: dict[str, Any] = {_NAMESPACE_NAME: namespace}
    for other in objects:
        metadata = mapping(other.inputs.get("metadata"))
        if kind_of(other) == "Namespace" and metadata.get("name") == namespace:
            found |= mapping(metadata.get("labels"))
    return found


def _of_an_object(
    one: Placeable, workload: Declared, other: Declared, objects: Sequence[Declared]
) -> Iterator[Mechanism]:
    kind, spec = kind_of(other), mapping(other.inputs.get("spec"))
    metadata = mapping(other.inputs.get("metadata"))
    where = f"{kind} {namespace_of(other)}/{text(metadata.get('name')) or other.name}"
    if kind in _PROFILE_KINDS:
        yield from _of_the_profile(one, other, objects)
    if namespace_of(other) != one.namespace:
        return
    if kind == "ResourcePolicy" and selects(spec.get("selector"), one.labels):
        limits = [
            int(unit["max"])
            for unit in listing(spec.get("units"))
            if unit.get("resource") == "ecs" and "max" in unit
        ]
        yield Mechanism(
            strategy=StrategyName.ECS_FIRST,
            where=where,
            split=ByNumber(pods=limits[0]) if limits else None,
        )
    elif kind == "WorkloadSpread" and is_target(spec.get("targetRef"), one):
        yield Mechanism(
            strategy=StrategyName.WORKLOAD_SPREAD,
            where=where,
            split=_split_of(listing(spec.get("subsets"))),
            made_before=_waits_for(workload, other),
        )
    elif kind == "ElasticWorkload" and is_target(spec.get("sourceTarget"), one):
        most = mapping(spec.get("sourceTarget")).get("max")
        yield Mechanism(
            strategy=StrategyName.ELASTIC_WORKLOAD,
            where=where,
            split=None if most is None else ByNumber(pods=int(most)),
        )


def _of_the_profile(
    one: Placeable, other: Declared, objects: Sequence[Declared]
) -> Iterator[Mechanism]:
    metadata = mapping(other.inputs.get("metadata"))
    if (metadata.get("namespace"), metadata.get("name")) != _PROFILE:
        return
    try:
        entries = json.loads(text(mapping(other.inputs.get("data")).get("selectors")) or "[]")
    except ValueError:
        return
    labels = _namespace_labels(one.namespace, objects)
    for entry in listing(entries):
        found = mapping(entry)
        effect = mapping(mapping(found.get("effect")).get("labels"))
        if (
            effect.get(ECI_LABEL[0]) == ECI_LABEL[1]
            and ECI_LABEL[0] not in one.labels
            and _matches(found.get("namespaceSelector"), labels)
            and _matches(found.get("objectSelector"), one.labels)
        ):
            where = f"the selector {text(found.get('name'))} of kube-system/eci-profile"
            yield Mechanism(strategy=StrategyName.ECI_PROFILE, where=where)
            return  # the first that matches counts


def _matches(selector: object, labels: Mapping[str, Any]) -> bool:
    wanted = mapping(mapping(selector).get("matchLabels"))
    return not wanted or selects(wanted, labels)


def _split_of(subsets: Sequence[Any]) -> Split | None:
    """The split, where one subset on ECS has a limit and the others are on ECI."""
    here = [one for one in subsets if not on_virtual_nodes(one)]
    limit = here[0].get("maxReplicas") if len(here) == 1 else None
    if limit is None:
        return None
    if text(limit).endswith("%"):
        return ByRatio(share=int(text(limit)[:-1]) / 100)
    return ByNumber(pods=int(limit))


def _waits_for(workload: Declared, other: Declared) -> bool | None:
    """Whether the workload waits for the other; None where that is not known of the resource."""
    waits = getattr(workload, "dependencies", None)
    return None if waits is None else other.name in waits
