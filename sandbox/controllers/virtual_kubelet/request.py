"""The ECI instance that a pod asks for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ackb.domain.quantity import GIB, parse
from sandbox.controllers.node_objects import MANAGED_PREFIX
from sandbox.kube.client import Object

PREFIX = "k8s.aliyun.com/"
INSTANCE_ID = f"{PREFIX}eci-instance-id"
_SIDECAR = "Always"
_MATCH_CACHE = ("eci-auto-imc", "eci-image-cache")
"""Annotations that ask for an image cache to be matched; the second is the older one."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Parameters of CreateContainerGroup."""

    name: str
    node: str
    cpu: float
    memory: float
    """GiB."""
    containers: list[dict[str, Any]]
    vswitch_ids: tuple[str, ...]
    """To be tried in this order."""
    schedule_strategy: str
    """`VSwitchOrdered` or `VSwitchRandom`."""
    security_group_id: str
    spot_strategy: str
    spot_duration: int | None
    """Hours of protection; None for ECI's default."""
    auto_match_image_cache: bool
    image_cache_id: str
    fail_fast: bool
    """Give up after the first failure."""


def request(
    pod: Object, vswitch_ids: tuple[str, ...], security_group_id: str, zones: dict[str, str]
) -> Request:
    """What to create for a pod: its annotations come before the profile.

    `zones` is the zone of each vSwitch.
    """
    metadata, spec = pod["metadata"], pod["spec"]
    annotations = metadata.get("annotations") or {}
    own = _listed(annotations.get(f"{PREFIX}eci-vswitch"))
    zone = spec["nodeName"].removeprefix(MANAGED_PREFIX)
    # A vSwitch in the zone of the node first; another one before the pod cannot start at all.
    ordered = tuple(sorted(vswitch_ids, key=lambda one: zones.get(one) != zone))
    groups = _listed(annotations.get(f"{PREFIX}eci-security-group"))
    return Request(
        name=instance_name(pod),
        node=spec["nodeName"],
        cpu=float(_effective(spec, "cpu")),
        memory=float(_effective(spec, "memory") / GIB),
        containers=[{"Name": one["name"], "Image": one["image"]} for one in spec["containers"]],
        vswitch_ids=own or ordered,
        schedule_strategy=_own(annotations, "eci-schedule-strategy") or "VSwitchOrdered",
        security_group_id=groups[0] if groups else security_group_id,
        spot_strategy=annotations.get(f"{PREFIX}eci-spot-strategy", "NoSpot"),
        spot_duration=int(hours)
        if (hours := _own(annotations, "eci-spot-duration")).isdigit()
        else None,
        auto_match_image_cache=any(_own(annotations, one) == "true" for one in _MATCH_CACHE),
        image_cache_id=_own(annotations, "eci-imc-id"),
        fail_fast=_own(annotations, "eci-fail-strategy") == "fail-fast",
    )


def _own(annotations: dict[str, str], name: str) -> str:
    return annotations.get(f"{PREFIX}{name}", "")


def instance_name(pod: Object) -> str:
    """Name of the pod's instance."""
    return f"{pod['metadata']['namespace']}-{pod['metadata']['name']}"


def refusal(pod: Object) -> str:
    """Why ECI cannot run a pod; empty when it can."""
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return "HostNetwork is not supported on ECI"
    if any("hostPath" in volume for volume in spec.get("volumes") or []):
        return "HostPath volumes are not supported on ECI"
    return ""


def _effective(spec: dict[str, Any], resource: str) -> Fraction:
    """What Kubernetes counts for the pod: its containers and sidecars, or an init container."""
    sidecars = Fraction(0)
    largest_init = Fraction(0)
    for container in spec.get("initContainers") or []:
        if container.get("restartPolicy") == _SIDECAR:
            sidecars += _asked(container, resource)
        else:
            largest_init = max(largest_init, sidecars + _asked(container, resource))
    running = sum((_asked(container, resource) for container in spec["containers"]), sidecars)
    return max(running, largest_init)


def _asked(container: dict[str, Any], resource: str) -> Fraction:
    resources = container.get("resources") or {}
    requested = (resources.get("requests") or {}).get(resource)
    return parse(requested or (resources.get("limits") or {}).get(resource) or "0")


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (text or "").split(",") if one.strip())
