"""The words of the inventory: one small class for each thing a plan declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ackb.domain.placement import Mechanism


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
    existing: bool = False
    """It is there already; the stack uses it."""


@dataclass(frozen=True, kw_only=True)
class VSwitch:
    """A vSwitch of the VPC."""

    name: str
    """Logical name, or the id of one that is there already."""
    cidr: str
    """Empty for one that is there already: what is free in it is not known."""
    zone: str


@dataclass(frozen=True, kw_only=True)
class SecurityGroup:
    """A security group; `kind` is `basic` or `enterprise`."""

    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The managed cluster, or the registered one of another place."""

    resource: str
    """Logical name of its resource."""
    spec: str
    version: str
    network_plugin: str
    add_ons: tuple[str, ...]
    switches: tuple[str, ...]
    pod_switches: tuple[str, ...]
    security_group: str | None
    existing: bool = False
    """It is there already; the stack uses it."""
    registered: bool = False
    """It runs elsewhere; of its design only what the cloud adds is known."""


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
    """The virtual nodes: where their ECI pods get addresses, and whether they reach ClusterIP."""

    resource: str
    """Logical name of what installs them."""
    name: str
    switches: tuple[str, ...]
    cluster_ip: bool = True


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
    annotations: Mapping[str, Any] = field(default_factory=dict)
    """Annotations of the pods."""
    mechanisms: tuple[Mechanism, ...] = ()
    """Every way that says where the pods go."""


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
