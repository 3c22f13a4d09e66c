"""Workloads of a plan, with the objects that scale, expose and place them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ackb.inventory import training
from ackb.inventory.mechanisms import mechanisms
from ackb.inventory.model import Autoscaler, Declared, Service, Workload
from ackb.inventory.placements import Placeable, most_on_ecs, selects
from ackb.inventory.values import kind_of, listing, mapping, namespace_of, number, text

_DEFAULT_SURGE: Final = "25%"
"""What Kubernetes takes where a Deployment does not say."""
_BOUNDS: Final = {
    "HorizontalPodAutoscaler": (("minReplicas", 1), ("maxReplicas", 1)),
    "ScaledObject": (("minReplicaCount", 0), ("maxReplicaCount", 100)),
}
"""Kinds that set a number of pods: their bounds, and what counts where one is left out."""
_WORKLOADS: Final = (
    "Deployment",
    "CloneSet",
    "UnitedDeployment",
    "StatefulSet",
    "Job",
    "CronJob",
    "DaemonSet",
    *training.KINDS,
)


def workloads(resources: Sequence[Declared]) -> Iterator[Workload]:
    """Yield the workloads among these resources, by name."""
    objects = [one for one in resources if one.type.startswith("kubernetes:")]
    for one in sorted(objects, key=lambda one: one.name):
        kind = kind_of(one)
        if kind in _WORKLOADS:
            yield _workload(one, kind, objects)


def _workload(one: Declared, kind: str, objects: Sequence[Declared]) -> Workload:
    metadata, spec = mapping(one.inputs.get("metadata")), mapping(one.inputs.get("spec"))
    if kind == "CronJob":
        spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
    name = text(metadata.get("name")) or one.name
    namespace = text(metadata.get("namespace")) or "default"
    template, fixed = _pods(kind, spec, objects)
    labels = mapping(mapping(template.get("metadata")).get("labels"))
    autoscaler = _autoscaler(kind, name, namespace, objects)
    highest = autoscaler.highest if autoscaler else fixed
    placeable = Placeable(
        kind=kind, name=name, namespace=namespace, labels=labels, spec=spec, highest=highest
    )
    return Workload(
        resource=one.name,
        kind=kind,
        name=name,
        namespace=namespace,
        lowest=autoscaler.lowest if autoscaler else fixed,
        highest=highest,
        surge=surge_of(spec.get("strategy"), highest) if kind == "Deployment" else 0,
        pod=mapping(template.get("spec")),
        autoscaler=autoscaler,
        service=_service(labels, namespace, objects),
        most_on_ecs=most_on_ecs(placeable, objects),
        annotations=mapping(mapping(template.get("metadata")).get("annotations")),
        mechanisms=tuple(mechanisms(placeable, one, template, objects)),
    )


def _pods(
    kind: str, spec: Mapping[str, Any], objects: Sequence[Declared]
) -> tuple[Mapping[str, Any], int]:
    """Return the template of the pods and their number, as far as no autoscaler sets it."""
    if kind in training.KINDS:
        return training.pods(kind, spec, objects)
    count = number(spec.get("parallelism" if kind in {"Job", "CronJob"} else "replicas"), 1)
    return _pod_template(kind, spec), count


def _pod_template(kind: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    template = mapping(spec.get("template"))
    if kind != "UnitedDeployment":
        return template
    # The template of one of the kinds that it makes, which holds that of the pods.
    inner = next((mapping(one) for one in template.values()), {})
    return mapping(mapping(inner.get("spec")).get("template"))


def _autoscaler(
    kind: str, name: str, namespace: str, objects: Sequence[Declared]
) -> Autoscaler | None:
    scaled = {(kind, name), *_above(kind, name, namespace, objects)}
    for one in objects:
        bounds = _BOUNDS.get(kind_of(one))
        if bounds is None or namespace_of(one) != namespace:
            continue
        spec = mapping(one.inputs.get("spec"))
        target = mapping(spec.get("scaleTargetRef"))
        if (target.get("kind", "Deployment"), target.get("name")) not in scaled:
            continue
        (low, least), (high, most) = bounds
        return Autoscaler(
            name=text(mapping(one.inputs.get("metadata")).get("name")) or one.name,
            lowest=number(spec.get(low), least),
            highest=number(spec.get(high), most),
            cpu=_cpu_target(listing(spec.get("metrics"))),
        )
    return None


def _above(
    kind: str, name: str, namespace: str, objects: Sequence[Declared]
) -> Iterator[tuple[str, str]]:
    """Kind and name of each ElasticWorkload that sets the number of this workload."""
    for one in objects:
        if kind_of(one) != "ElasticWorkload" or namespace_of(one) != namespace:
            continue
        source = mapping(mapping(one.inputs.get("spec")).get("sourceTarget"))
        if (source.get("kind"), source.get("name")) == (kind, name):
            own = text(mapping(one.inputs.get("metadata")).get("name"))
            yield "ElasticWorkload", own or one.name


def _cpu_target(metrics: Iterable[Mapping[str, Any]]) -> int | None:
    for metric in metrics:
        resource = mapping(metric.get("resource") or metric.get("containerResource"))
        if resource.get("name") == "cpu":
            value = mapping(resource.get("target")).get("averageUtilization")
            return None if value is None else number(value)
    return None


def _service(
    labels: Mapping[str, Any], namespace: str, objects: Sequence[Declared]
) -> Service | None:
    """The Service that selects these pods; one with a load balancer before all others."""
    found = []
    for one in objects:
        spec = mapping(one.inputs.get("spec"))
        if kind_of(one) != "Service" or namespace_of(one) != namespace:
            continue
        if not selects(spec.get("selector"), labels):
            continue
        metadata = mapping(one.inputs.get("metadata"))
        found.append(
            Service(
                name=text(metadata.get("name")) or one.name,
                type=text(spec.get("type")) or "ClusterIP",
                ports=tuple(number(port.get("port")) for port in listing(spec.get("ports"))),
                policy=spec.get("externalTrafficPolicy"),
                annotations=mapping(metadata.get("annotations")),
            )
        )
    found.sort(key=lambda one: (one.type != "LoadBalancer", one.name))
    return found[0] if found else None


def surge_of(strategy: object, replicas: int) -> int:
    """Pods that a Deployment may have above `replicas` during a rollout (default 25 %, rounded up).

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge
    """
    known = mapping(strategy)
    if known.get("type") == "Recreate":
        return 0
    value = mapping(known.get("rollingUpdate")).get("maxSurge", _DEFAULT_SURGE)
    if text(value).endswith("%"):
        return -(-replicas * number(text(value)[:-1]) // 100)
    return number(value)
