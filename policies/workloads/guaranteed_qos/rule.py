"""WL-01: pods of tier online have the QoS class Guaranteed.

A container that leaves a limit out may get it from a LimitRange of its namespace. If the stack
declares one, the answer is not known before deployment; otherwise the limit is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ackb.domain.problems import MISSING, nearest
from ackb.domain.qos import QosClass, Reason, classify
from ackb.domain.tiers import REQUIRED_QOS, Tier
from ackb.domain.unknown import UNKNOWN
from policies.model import Outcome, Resource, Stack, read
from policies.rules import Context
from policies.workloads import pods

applies = pods.has_pods

_SIZES: Final = ("cpu", "memory")
_FIELDS: Final = {
    "container": "containers",
    "sidecar": "initContainers",
    "init container": "initContainers",
}


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield what keeps an online pod from being Guaranteed, one outcome for each cause."""
    for template in pods.pod_templates(resource):
        place, tier = pods.tier_of(resource, template, context.stack)
        if tier is None:
            continue
        if tier is UNKNOWN:
            outcomes = _unknown_tier(place)
        elif tier not in list(Tier):
            outcomes = _no_such_tier(place, tier)
        elif REQUIRED_QOS.get(Tier(tier)) is QosClass.GUARANTEED:
            outcomes = _not_guaranteed(resource, template, context.stack)
        else:
            continue
        for outcome in outcomes:
            # What one resource cannot decide alone may be plain once the whole stack is there.
            if outcome.certain or context.stack.complete:
                yield outcome


def _unknown_tier(place: str) -> Iterator[Outcome]:
    yield Outcome(
        place,
        UNKNOWN,
        "the tier decides whether the pods must be Guaranteed, and is not known before deployment",
        "write the tier as plain text",
        certain=False,
    )


def _no_such_tier(place: str, tier: object) -> Iterator[Outcome]:
    tiers = [str(one) for one in Tier]
    near = nearest(str(tier), tiers)
    yield Outcome(
        place,
        tier,
        f"must be one of {', '.join(tiers)}, or no rule about tiers holds for these pods",
        f"did you mean {near}" if near else "choose one of them",
    )


def _not_guaranteed(
    resource: Resource, template: pods.PodTemplate, stack: Stack
) -> Iterator[Outcome]:
    filled_in = _sizes_filled_in(resource, stack)
    spec = template.spec if template.spec is UNKNOWN else template.spec or {}
    for reason in classify(spec).reasons:
        if reason.resource not in filled_in:
            yield _outcome(reason, template)
    for reason in classify(spec, limit_range=True).reasons:
        if reason.resource in filled_in:
            yield _outcome(reason, template)


def _sizes_filled_in(resource: Resource, stack: Stack) -> frozenset[str]:
    """Return the sizes for which a LimitRange may give the pod's containers a limit.

    A Container item of a LimitRange gives the limit `default`, which is itself `max` where it is
    left out; see https://kubernetes.io/docs/concepts/policy/limit-range/.
    """
    if not stack.complete:
        return frozenset(_SIZES)
    sizes: set[str] = set()
    for limit_range in pods.in_namespace(stack, pods.LIMIT_RANGE, pods.namespace_of(resource)):
        items = limit_range.read("spec", "limits")
        for item in (UNKNOWN,) if items is UNKNOWN else items or ():
            if read(item, "type") not in (UNKNOWN, "Container"):
                continue
            for size in _SIZES:
                if read(item, "default", size) is not None or read(item, "max", size) is not None:
                    sizes.add(size)
    return frozenset(sizes)


def _outcome(reason: Reason, template: pods.PodTemplate) -> Outcome:
    path, resources = _place(reason, template)
    size = f"{reason.resource} " if reason.resource else "its size "
    if reason.certain:
        why = f"{size}{reason.why}, so the pod is not Guaranteed"
        fix = f"set the {reason.resource} limit, and the request to the same amount or not at all"
    else:
        why = f"{size}{reason.why}, so the QoS class is open until deployment"
        fix = "write cpu and memory limits as plain amounts in the pod"
    return Outcome(path, _amounts(resources, reason.resource), why, fix, reason.certain)


def _place(reason: Reason, template: pods.PodTemplate) -> tuple[str, Any]:
    """Return the path of the resources a reason is about, and what stands there."""
    if reason.kind == "pod":
        return template.at("spec", "resources"), read(template.spec, "resources")
    field = _FIELDS[reason.kind]
    if reason.container in _FIELDS.values():
        return template.at("spec", reason.container), UNKNOWN  # the list, or one item, is unknown
    path = template.at("spec", f"{field}[{reason.container}]", "resources")
    for container in read(template.spec, field):
        if read(container, "name") == reason.container:
            return path, read(container, "resources")
    return path, UNKNOWN


def _amounts(resources: Any, size: str) -> object:
    if resources is UNKNOWN or not size:
        return UNKNOWN
    found: Mapping[str, Any] = {
        kind: read(resources, kind, size)
        for kind in ("requests", "limits")
        if read(resources, kind, size) is not None
    }
    return found or MISSING
