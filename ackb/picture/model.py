"""What a picture of a stack shows: plain values, worded for the reader, without Pulumi."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A vSwitch: its logical name, its CIDR and its zone."""

    name: str
    cidr: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Store:
    """A managed data store in one vSwitch: RDS, Redis or NAS."""

    kind: str
    """`rds`, `redis` or `nas`."""
    name: str
    facts: tuple[str, ...]
    """Lines under the name: engine and version, class, size, port."""
    switch: str
    standby_zone: str | None = None
    """Zone of the second copy where the store has one."""


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """A group of ECS nodes and the vSwitches its nodes join."""

    name: str
    facts: tuple[str, ...]
    nodes: int
    """Nodes drawn: the number at the start, or the lower bound."""
    switches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VirtualNode:
    """The virtual node: pods on it are ECI instances in these vSwitches."""

    name: str
    facts: tuple[str, ...]
    switches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A workload of the stack and what scales it."""

    kind: str
    name: str
    facts: tuple[str, ...]
    scaler: str | None = None
    """Name of the autoscaler where there is one."""
    scaler_facts: tuple[str, ...] = ()
    service: str | None = None
    service_facts: tuple[str, ...] = ()
    overflow: str | None = None
    """What goes to the virtual node, in words; None when nothing does."""
    base: str | None = None
    """What stays on ECS nodes, in words."""


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace whose workloads are told in a line each, since the stack has many."""

    name: str
    facts: tuple[str, ...]
    """A line for each workload."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The load balancer through which users, or clients within the VPC, come in."""

    name: str
    facts: tuple[str, ...]
    within_vpc: bool = False
    traffic: tuple[str, ...]
    """Protocols and ports, a row each, for the arrow."""


@dataclass(frozen=True, kw_only=True)
class Exit:
    """The NAT gateway through which nodes and pods reach the Internet."""

    name: str
    facts: tuple[str, ...]
    switch: str | None


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The managed cluster, or a registered one, whose control plane is elsewhere."""

    name: str
    facts: tuple[str, ...]
    add_ons: tuple[str, ...] = ()
    pod_switches: tuple[str, ...] = ()
    """vSwitches of pod addresses (Terway) where they are not those of the nodes."""
    registered: bool = False


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """Everything one picture shows."""

    title: str
    subtitle: str
    simulated: bool
    region: str
    vpc: str
    vpc_facts: tuple[str, ...]
    switches: tuple[Switch, ...]
    existing: frozenset[str] = frozenset()
    """Kinds of boxes (`vpc`, `switch`, `control`) for what is there already: drawn with dashes."""
    namespace: str | None = None
    cluster: Cluster | None = None
    pools: tuple[NodePool, ...] = ()
    virtual_node: VirtualNode | None = None
    workloads: tuple[Workload, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    """Drawn in place of the workloads where these are many."""
    entry: Entry | None = None
    exit: Exit | None = None
    stores: tuple[Store, ...] = ()
    regional: tuple[tuple[str, str], ...] = field(default=())
    """Services of the region outside the VPC, as (name, what it is)."""

    @property
    def zones(self) -> tuple[str, ...]:
        """Zones of the vSwitches, sorted."""
        return tuple(sorted({switch.zone for switch in self.switches}))

    def switch(self, name: str) -> Switch:
        """The vSwitch with this name; raises KeyError when the plan has none."""
        return {switch.name: switch for switch in self.switches}[name]
