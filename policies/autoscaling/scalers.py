"""Autoscalers of a stack and what they scale, read from their Kubernetes objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain.autoscaling import CRON, HPA, KEDA, VPA, Scaler, Target
from ackb.domain.unknown import UNKNOWN
from policies.model import Resource, Stack, read
from policies.workloads.pods import kind_of, namespace_of

ELASTIC_WORKLOAD: Final = ("autoscaling.alibabacloud.com", "ElasticWorkload")

_REFERENCES: Final[Mapping[tuple[str, str], str]] = {
    ("autoscaling", HPA): "scaleTargetRef",
    ("autoscaling.alibabacloud.com", CRON): "scaleTargetRef",
    ("keda.sh", KEDA): "scaleTargetRef",
    ("autoscaling.k8s.io", VPA): "targetRef",
}
"""Kinds of autoscalers, and the property of `spec` that names the target."""

KINDS: Final = frozenset(_REFERENCES)
_OF_REPLICAS: Final = frozenset(one for one in KINDS if one[1] != VPA)

_BOTH: Final = frozenset({"cpu", "memory"})
_CORE: Final = "core"
_KEDA_DEFAULT: Final = {"apiVersion": "apps/v1", "kind": "Deployment"}
"""What KEDA takes where a ScaledObject does not say what its target is."""
_VPA_DEFAULT: Final = "Recreate"
"""Update mode of a VerticalPodAutoscaler that names none."""
_MAKES_MORE: Final = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")
"""What creates objects that a stack does not show."""


@dataclass(frozen=True)
class Reference:
    """What an autoscaler names as its target.

    Attributes:
        path: where it stands.
        group: API group, or `UNKNOWN`; empty for the core group.
        kind: kind, or `UNKNOWN`.
        namespace: namespace, or `UNKNOWN`.
        name: name, or `UNKNOWN`.
    """

    path: str
    group: Any
    kind: Any
    namespace: Any
    name: Any

    @property
    def known(self) -> bool:
        """Whether all of it is known before deployment."""
        return UNKNOWN not in (self.group, self.kind, self.namespace, self.name)

    def target(self) -> Target:
        """Return it as the rules of the domain see it; only where it is known."""
        return Target(self.group, self.kind, self.namespace, self.name)

    def may_be(self, other: Reference) -> bool:
        """Tell whether both may name the same object, for all one knows."""
        pairs = (
            (self.group, other.group),
            (self.kind, other.kind),
            (self.namespace, other.namespace),
            (self.name, other.name),
        )
        return all(one is UNKNOWN or two is UNKNOWN or one == two for one, two in pairs)

    def __str__(self) -> str:
        """Return `Deployment shop/web`."""
        return str(self.target()) if self.known else str(self.kind)


def is_scaler(resource: Resource) -> bool:
    """Tell whether resources of this type are autoscalers."""
    return kind_of(resource) in KINDS


def scales_replicas(resource: Resource) -> bool:
    """Tell whether resources of this type change the number of pods."""
    return kind_of(resource) in _OF_REPLICAS


def reference_of(resource: Resource) -> Reference | None:
    """Return what an autoscaler names as its target; None where it names nothing."""
    kind = kind_of(resource) or ("", "")
    field = _REFERENCES[kind]
    given = resource.read("spec", field)
    if given is None:
        return None
    if kind[1] == KEDA and given is not UNKNOWN:
        given = {**_KEDA_DEFAULT, **given}
    version = read(given, "apiVersion")
    group = version if version is UNKNOWN else str(version or "").rpartition("/")[0]
    return Reference(
        f"spec.{field}", group, read(given, "kind"), namespace_of(resource), read(given, "name")
    )


def scalers(stack: Stack) -> Iterator[tuple[Resource, Reference]]:
    """Yield the autoscalers of a stack with their targets."""
    for resource in stack.resources:
        if is_scaler(resource):
            reference = reference_of(resource)
            if reference is not None:
                yield resource, reference


def scaler_of(resource: Resource, reference: Reference, stack: Stack) -> Scaler:
    """Return an autoscaler whose target is known as the rules of the domain see it."""
    kind = (kind_of(resource) or ("", ""))[1]
    name = resource.read("metadata", "name")
    mode, measured = "Off", frozenset[str]()
    if kind == VPA:
        mode, measured = _mode(resource), _controlled(resource)
    elif kind == HPA:
        measured = frozenset(one for one, _ in utilisations(resource))
    elif kind == KEDA:
        triggers = resource.read("spec", "triggers")
        kinds = {read(one, "type") for one in ([] if triggers is UNKNOWN else triggers or [])}
        measured = frozenset(_BOTH & {one for one in kinds if isinstance(one, str)})
    return Scaler(
        kind,
        name if isinstance(name, str) else resource.name,
        reference.target(),
        source=_source(reference, stack),
        resources=measured,
        mode=mode,
    )


def _mode(resource: Resource) -> str:
    mode = resource.read("spec", "updatePolicy", "updateMode")
    return _VPA_DEFAULT if mode is None or mode is UNKNOWN else str(mode)


def _controlled(resource: Resource) -> frozenset[str]:
    policies = resource.read("spec", "resourcePolicy", "containerPolicies")
    found: set[str] = set()
    for one in [] if policies is UNKNOWN else policies or []:
        given = read(one, "controlledResources")
        found |= _BOTH if given is None or given is UNKNOWN else set(given)
    return frozenset(found) if policies and policies is not UNKNOWN else _BOTH


def _source(reference: Reference, stack: Stack) -> Target | None:
    """Return the Deployment that an ElasticWorkload clones, where the stack declares it."""
    if (reference.group, reference.kind) != ELASTIC_WORKLOAD:
        return None
    for resource in stack.resources:
        if kind_of(resource) != ELASTIC_WORKLOAD or namespace_of(resource) != reference.namespace:
            continue
        source = resource.read("spec", "sourceTarget", "name")
        if resource.read("metadata", "name") == reference.name and isinstance(source, str):
            return Target("apps", "Deployment", reference.namespace, source)
    return None


def utilisations(resource: Resource) -> Iterator[tuple[str, str | None]]:
    """Yield each resource that an HPA measures in percent of the request, and its container."""
    metrics = resource.read("spec", "metrics")
    if metrics is None:
        # What the API server fills in; autoscaling/v1 has no other metric at all.
        yield "cpu", None
        return
    for metric in [] if metrics is UNKNOWN else metrics:
        for field in ("resource", "containerResource"):
            source = read(metric, field)
            if source is None or source is UNKNOWN:
                continue
            if read(source, "target", "type") not in (None, UNKNOWN, "Utilization"):
                continue
            name, container = read(source, "name"), read(source, "container")
            if name in _BOTH:
                yield str(name), container if isinstance(container, str) else None


def objects_named(stack: Stack, reference: Reference) -> list[Resource]:
    """Return the objects of a stack that a reference names, or for all one knows may name."""
    found = []
    for resource in stack.resources:
        kind = kind_of(resource)
        if kind is None:
            continue
        group = "" if kind[0] == _CORE else kind[0]
        name = resource.read("metadata", "name")
        own = Reference(
            "", group, kind[1], namespace_of(resource), UNKNOWN if name is None else name
        )
        if own.may_be(reference):
            found.append(resource)
    return found


def shows_everything(stack: Stack) -> bool:
    """Tell whether a stack declares all its objects itself."""
    return stack.complete and not any(stack.of(one) for one in _MAKES_MORE)
