"""Pod templates of whatever kind carries them, the namespace they run in and their tier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain.tiers import LABEL
from ackb.domain.unknown import UNKNOWN
from policies.model import Resource, Stack, read

NAMESPACE: Final = "kubernetes:core/v1:Namespace"
LIMIT_RANGE: Final = "kubernetes:core/v1:LimitRange"

# Where the pod template of a kind lies: group, kind -> paths. Kinds of apps.kruise.io come from
# https://github.com/openkruise/kruise/tree/master/apis/apps, the others from the Kubernetes API.
_TEMPLATE: Final = ("spec", "template")
_TEMPLATES: Final[Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]] = {
    ("core", "Pod"): ((),),
    ("core", "ReplicationController"): (_TEMPLATE,),
    ("apps", "Deployment"): (_TEMPLATE,),
    ("apps", "StatefulSet"): (_TEMPLATE,),
    ("apps", "ReplicaSet"): (_TEMPLATE,),
    ("apps", "DaemonSet"): (_TEMPLATE,),
    ("batch", "Job"): (_TEMPLATE,),
    ("batch", "CronJob"): (("spec", "jobTemplate", *_TEMPLATE),),
    ("apps.kruise.io", "CloneSet"): (_TEMPLATE,),
    ("apps.kruise.io", "StatefulSet"): (_TEMPLATE,),
    ("apps.kruise.io", "DaemonSet"): (_TEMPLATE,),
    ("apps.kruise.io", "BroadcastJob"): (_TEMPLATE,),
    ("apps.kruise.io", "UnitedDeployment"): tuple(
        (*_TEMPLATE, f"{kind}Template", *_TEMPLATE)
        for kind in ("statefulSet", "advancedStatefulSet", "cloneSet", "deployment")
    ),
}
KINDS: Final = frozenset(_TEMPLATES)

_TOKEN: Final = re.compile(r"kubernetes:(?P<group>[^/:]+)/[^/:]+:(?P<kind>[^:]+)")


@dataclass(frozen=True)
class PodTemplate:
    """One pod template of a resource.

    Attributes:
        path: where it lies in the resource; empty for a Pod.
        labels: of the pods; may be `UNKNOWN`.
        spec: of the pods; may be `UNKNOWN`, `None` where absent.
    """

    path: tuple[str, ...]
    labels: Any
    spec: Any

    def at(self, *keys: str) -> str:
        """Return the path of a property below the template, as a person writes it."""
        return ".".join((*self.path, *keys))


def kind_of(resource: Resource) -> tuple[str, str] | None:
    """Return API group and kind of a Kubernetes object, None for anything else."""
    found = _TOKEN.fullmatch(resource.type)
    return (found["group"], found["kind"]) if found else None


def has_pods(resource: Resource) -> bool:
    """Tell whether resources of this type carry pod templates."""
    return kind_of(resource) in KINDS


def pod_templates(resource: Resource) -> Iterator[PodTemplate]:
    """Yield the pod templates of a resource; one that is absent is left out."""
    for path in _TEMPLATES.get(kind_of(resource) or ("", ""), ()):
        template = resource.read(*path)
        if template is not None:
            yield PodTemplate(path, read(template, "metadata", "labels"), read(template, "spec"))


def namespace_of(resource: Resource) -> Any:
    """Return the namespace of an object, `default` where none is given, or `UNKNOWN`."""
    name = resource.read("metadata", "namespace")
    return "default" if name is None else name


def in_namespace(stack: Stack, type_token: str, name: object) -> Iterator[Resource]:
    """Yield the objects of a type that are, or for all one knows may be, in namespace `name`."""
    for resource in stack.of(type_token):
        own = namespace_of(resource)
        if own is UNKNOWN or name is UNKNOWN or own == name:
            yield resource


def tier_of(resource: Resource, template: PodTemplate, stack: Stack) -> tuple[str, Any]:
    """Return where the tier of the pods is written, and what: a value, `UNKNOWN`, or `None`.

    The label of the pods wins; without one, that of the namespace counts, if the stack declares it.
    """
    own = read(template.labels, LABEL)
    place = template.at("metadata", "labels", LABEL)
    if own is not None:
        return place, own
    name = namespace_of(resource)
    maybe = []
    for namespace in stack.of(NAMESPACE):
        tier = namespace.read("metadata", "labels", LABEL)
        its_name = namespace.read("metadata", "name")
        if name is not UNKNOWN and its_name == name:
            return f"Namespace {name} metadata.labels.{LABEL}", tier
        if UNKNOWN in (name, its_name) or its_name is None:
            maybe.append(tier)
    # One of these may be the namespace: that matters only if one of them has a tier.
    return place, UNKNOWN if any(tier is not None for tier in maybe) else None
