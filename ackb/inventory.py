"""What a plan declares, in the words of the field: vSwitches, node pools, workloads, data stores.

Plain data read from type tokens and wire-form properties; imports neither Pulumi nor the planner.
Pictures and capacity checks are made from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ackb.domain.unknown import UNKNOWN

_REFERENCE: Final = re.compile(r"<\w+ of ([^>]+)>")
"""How a plan writes a value that another resource will have: `<id of net-vpc>`."""

_VIRTUAL_NODE: Final = "ack-virtual-node"
_WORKLOADS: Final = ("Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet")


class Declared(Protocol):
    """A resource of a plan."""

    @property
    def type(self) -> str:
        """Type token."""
        ...

    @property
    def name(self) -> str:
        """Logical name."""
        ...

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Properties by wire name."""
        ...


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC."""

    name: str
    cidr: str


@dataclass(frozen=True, kw_only=True)
class VSwitch:
    """A vSwitch of the VPC."""

    name: str
    cidr: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class SecurityGroup:
    """A security group; `kind` is `basic` or `enterprise`."""

    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The managed cluster."""

    resource: str
    """Logical name of its resource."""
    name: str
    spec: str
    version: str
    network_plugin: str
    add_ons: tuple[str, ...]
    switches: tuple[str, ...]
    pod_switches: tuple[str, ...]
    security_group: str | None


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """ECS nodes of one kind; without autoscaling `lowest` and `highest` are equal."""

    resource: str
    name: str
    instance_types: tuple[str, ...]
    lowest: int
    highest: int
    spot: bool
    switches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VirtualNode:
    """The managed virtual node: where its ECI pods get their addresses."""

    name: str
    switches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Autoscaler:
    """A HorizontalPodAutoscaler."""

    name: str
    lowest: int
    highest: int
    cpu: int | None
    """Target in percent of the request, where it scales on CPU."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A Service in front of a workload."""

    name: str
    type: str
    ports: tuple[int, ...]
    policy: str | None
    annotations: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Pods of one kind, and what scales and places them."""

    resource: str
    kind: str
    name: str
    namespace: str
    lowest: int
    highest: int
    surge: int
    """Pods above `highest` while a new version is rolled out."""
    pod: Mapping[str, Any]
    """The pod's spec."""
    autoscaler: Autoscaler | None
    service: Service | None
    most_on_ecs: int | None
    """Pods that a ResourcePolicy keeps on ECS nodes; None where no policy says so."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Something that takes an address of a vSwitch: a database, a mount target, a gateway."""

    type: str
    name: str
    switches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything that was read."""

    network: Network | None
    switches: tuple[VSwitch, ...]
    security_groups: tuple[SecurityGroup, ...]
    cluster: Cluster | None
    pools: tuple[NodePool, ...]
    virtual_node: VirtualNode | None
    workloads: tuple[Workload, ...]
    endpoints: tuple[Endpoint, ...]


def read(resources: Iterable[Declared]) -> Inventory:
    """Read the resources of a plan. What is not known before deployment is left out."""
    found = tuple(resources)
    add_ons = _of(found, "alicloud:cs/kubernetesAddon:KubernetesAddon")
    return Inventory(
        network=next(
            (
                Network(name=one.name, cidr=_text(one.inputs.get("cidrBlock")))
                for one in _of(found, "alicloud:vpc/network:Network")
            ),
            None,
        ),
        switches=tuple(
            VSwitch(
                name=one.name,
                cidr=_text(one.inputs.get("cidrBlock")),
                zone=_text(one.inputs.get("zoneId")),
            )
            for one in _of(found, "alicloud:vpc/switch:Switch")
        ),
        security_groups=tuple(
            SecurityGroup(
                name=one.name,
                kind="enterprise"
                if one.inputs.get("securityGroupType") == "enterprise"
                else "basic",
            )
            for one in _of(found, "alicloud:ecs/securityGroup:SecurityGroup")
        ),
        cluster=next(
            (
                _cluster(one, add_ons)
                for one in _of(found, "alicloud:cs/managedKubernetes:ManagedKubernetes")
            ),
            None,
        ),
        pools=tuple(_pool(one) for one in _of(found, "alicloud:cs/nodePool:NodePool")),
        virtual_node=next(
            (
                VirtualNode(name=_VIRTUAL_NODE, switches=_config_switches(one))
                for one in add_ons
                if one.inputs.get("name") == _VIRTUAL_NODE
            ),
            None,
        ),
        workloads=tuple(_workloads(found)),
        endpoints=tuple(
            Endpoint(type=one.type, name=one.name, switches=references(one.inputs["vswitchId"]))
            for one in found
            if one.type.startswith("alicloud:") and references(one.inputs.get("vswitchId"))
        ),
    )


def references(value: object) -> tuple[str, ...]:
    """Logical names of the resources whose ids `value` holds, in their order."""
    if isinstance(value, str):
        return tuple(_REFERENCE.findall(value))
    if isinstance(value, (list, tuple)):
        return tuple(name for part in value for name in references(part))
    return ()


def surge_of(strategy: Mapping[str, Any] | None, replicas: int) -> int:
    """Pods that a Deployment may have above `replicas` during a rollout (default 25 %, rounded up).

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge
    """
    strategy = strategy or {}
    if strategy.get("type") == "Recreate":
        return 0
    value = (strategy.get("rollingUpdate") or {}).get("maxSurge", "25%")
    if isinstance(value, str) and value.endswith("%"):
        return -(-replicas * int(value[:-1]) // 100)
    return int(value)


def _of(resources: Sequence[Declared], token: str) -> list[Declared]:
    return sorted((one for one in resources if one.type == token), key=lambda one: one.name)


def _cluster(one: Declared, installed: Sequence[Declared]) -> Cluster:
    inputs = one.inputs
    built_in = [
        _text(add_on.get("name"))
        for add_on in inputs.get("addons") or ()
        if not add_on.get("disabled")
    ]
    later = [_text(add_on.inputs.get("name")) for add_on in installed]
    group = references(inputs.get("securityGroupId"))
    plugin = next((name.split("-")[0] for name in built_in if name.startswith(_PLUGINS)), "")
    return Cluster(
        resource=one.name,
        name=_text(inputs.get("name")) or one.name,
        spec=_text(inputs.get("clusterSpec")),
        version=_text(inputs.get("version")),
        network_plugin=plugin,
        add_ons=tuple(dict.fromkeys([*built_in, *later])),
        switches=references(inputs.get("vswitchIds")),
        pod_switches=references(inputs.get("podVswitchIds")),
        security_group=group[0] if group else None,
    )


_PLUGINS: Final = ("terway", "flannel")


def _pool(one: Declared) -> NodePool:
    inputs = one.inputs
    scaling = inputs.get("scalingConfig") or {}
    size = _number(inputs.get("desiredSize"))
    bounds = (size, size)
    if scaling.get("enable"):
        bounds = (_number(scaling.get("minSize")), _number(scaling.get("maxSize")))
    return NodePool(
        resource=one.name,
        name=_text(inputs.get("nodePoolName")) or one.name,
        instance_types=tuple(inputs.get("instanceTypes") or ()),
        lowest=bounds[0],
        highest=bounds[1],
        spot=inputs.get("spotStrategy") not in (None, "NoSpot"),
        switches=references(inputs.get("vswitchIds")),
    )


def _config_switches(add_on: Declared) -> tuple[str, ...]:
    """The vSwitches of the key `vSwitchIds` of the add-on's configuration (JSON)."""
    try:
        config = json.loads(add_on.inputs.get("config") or "{}")
    except (TypeError, ValueError):
        return ()
    return references(config.get("vSwitchIds"))


def _workloads(resources: Sequence[Declared]) -> Iterator[Workload]:
    objects = [one for one in resources if one.type.startswith("kubernetes:")]
    for one in sorted(objects, key=lambda one: one.name):
        kind = _kind(one)
        if kind in _WORKLOADS:
            yield _workload(one, kind, objects)


def _workload(one: Declared, kind: str, objects: Sequence[Declared]) -> Workload:
    metadata, spec = _mapping(one.inputs.get("metadata")), _mapping(one.inputs.get("spec"))
    if kind == "CronJob":
        spec = _mapping(_mapping(spec.get("jobTemplate")).get("spec"))
    name = _text(metadata.get("name")) or one.name
    namespace = _text(metadata.get("namespace")) or "default"
    template = _mapping(spec.get("template"))
    labels = _mapping(_mapping(template.get("metadata")).get("labels"))
    autoscaler = _autoscaler(kind, name, namespace, objects)
    fixed = _number(spec.get("parallelism" if kind in {"Job", "CronJob"} else "replicas"), 1)
    highest = autoscaler.highest if autoscaler else fixed
    return Workload(
        resource=one.name,
        kind=kind,
        name=name,
        namespace=namespace,
        lowest=autoscaler.lowest if autoscaler else fixed,
        highest=highest,
        surge=surge_of(spec.get("strategy"), highest) if kind == "Deployment" else 0,
        pod=_mapping(template.get("spec")),
        autoscaler=autoscaler,
        service=_service(labels, namespace, objects),
        most_on_ecs=_most_on_ecs(labels, namespace, objects),
    )


def _autoscaler(
    kind: str, name: str, namespace: str, objects: Sequence[Declared]
) -> Autoscaler | None:
    for one in objects:
        if _kind(one) != "HorizontalPodAutoscaler" or _namespace(one) != namespace:
            continue
        spec = _mapping(one.inputs.get("spec"))
        target = _mapping(spec.get("scaleTargetRef"))
        if (target.get("kind"), target.get("name")) != (kind, name):
            continue
        return Autoscaler(
            name=_text(_mapping(one.inputs.get("metadata")).get("name")) or one.name,
            lowest=_number(spec.get("minReplicas"), 1),
            highest=_number(spec.get("maxReplicas"), 1),
            cpu=_cpu_target(spec.get("metrics") or ()),
        )
    return None


def _cpu_target(metrics: Iterable[Mapping[str, Any]]) -> int | None:
    for metric in metrics:
        resource = metric.get("resource") or metric.get("containerResource") or {}
        if resource.get("name") == "cpu":
            value = _mapping(resource.get("target")).get("averageUtilization")
            return None if value is None else _number(value)
    return None


def _service(
    labels: Mapping[str, Any], namespace: str, objects: Sequence[Declared]
) -> Service | None:
    """The Service that selects these pods; one with a load balancer before all others."""
    found = []
    for one in objects:
        spec = _mapping(one.inputs.get("spec"))
        if _kind(one) != "Service" or _namespace(one) != namespace:
            continue
        if not _selects(spec.get("selector"), labels):
            continue
        metadata = _mapping(one.inputs.get("metadata"))
        found.append(
            Service(
                name=_text(metadata.get("name")) or one.name,
                type=_text(spec.get("type")) or "ClusterIP",
                ports=tuple(_number(port.get("port")) for port in spec.get("ports") or ()),
                policy=spec.get("externalTrafficPolicy"),
                annotations=_mapping(metadata.get("annotations")),
            )
        )
    found.sort(key=lambda one: (one.type != "LoadBalancer", one.name))
    return found[0] if found else None


def _most_on_ecs(
    labels: Mapping[str, Any], namespace: str, objects: Sequence[Declared]
) -> int | None:
    for one in objects:
        spec = _mapping(one.inputs.get("spec"))
        if _kind(one) != "ResourcePolicy" or _namespace(one) != namespace:
            continue
        if not _selects(spec.get("selector"), labels):
            continue
        for unit in spec.get("units") or ():
            if unit.get("resource") == "ecs" and "max" in unit:
                return _number(unit["max"])
    return None


def _selects(selector: object, labels: Mapping[str, Any]) -> bool:
    wanted = _mapping(selector)
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def _kind(one: Declared) -> str:
    return one.type.rsplit(":", 1)[-1]


def _namespace(one: Declared) -> str:
    return _text(_mapping(one.inputs.get("metadata")).get("namespace")) or "default"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, default: int = 0) -> int:
    """A count; the wire has floats and numeric strings too."""
    if value is None or value is UNKNOWN:
        return default
    try:
        return int(float(str(value)))
    except ValueError:
        return default
