"""From a plan to what its picture shows: the words of every box and arrow are chosen here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from ackb import inventory
from ackb.domain import private_names
from ackb.domain.qos import classify
from ackb.domain.quotas import quota
from ackb.inventory import existing
from ackb.inventory.values import listing, mapping
from ackb.picture.model import (
    Architecture,
    Cluster,
    Entry,
    Exit,
    Namespace,
    NodePool,
    Store,
    Switch,
    VirtualNode,
    Workload,
)

_ADDRESS_TYPE: Final = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type"
_ACCESS_LIST: Final = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-acl-status"
_PROTOCOL_PORT: Final = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-protocol-port"
"""Annotations of ACK's cloud controller manager."""
_WELL_KNOWN: Final = {80: "HTTP", 443: "HTTPS"}
_MOST_DRAWN: Final = 6
"""Workloads that are drawn one by one; more would make the picture a long ladder."""
_EXISTING: Final = "exists already"
_EXISTING_STORES: Final = (
    (existing.DATABASE, "RDS", "instance_id"),
    (existing.CACHE, "Redis", "instance_id"),
    (existing.FILE_STORAGE, "NAS", "file_system_id"),
)
"""Data stores that are there: which vSwitch they are in is not asked."""
_SPECS: Final = {"terway": "Terway", "flannel": "Flannel"}


class Settings(Protocol):
    """The settings that a picture names."""

    @property
    def blueprint(self) -> str:
        """Name of the architecture."""
        ...

    @property
    def region(self) -> str:
        """Region id."""
        ...

    @property
    def target(self) -> str:
        """`sandbox` or `alibaba-cloud`."""
        ...


def architecture(
    stack: str, resources: Sequence[inventory.Declared], settings: Settings
) -> Architecture:
    """What the picture of a stack shows, from the resources of its plan."""
    found = inventory.read(resources)
    network = found.network
    return Architecture(
        title=stack,
        subtitle=f"Blueprint {settings.blueprint}, drawn from the plan",
        simulated=settings.target == "sandbox",
        region=settings.region,
        vpc=_vpc(network),
        vpc_facts=tuple(_vpc_facts(found, resources)),
        existing=frozenset(_existing(found)),
        switches=tuple(
            Switch(name=one.name, cidr=one.cidr or _EXISTING, zone=one.zone)
            for one in found.switches
        ),
        namespace=_namespace(found),
        cluster=_cluster(found),
        pools=tuple(_pool(one) for one in found.pools),
        virtual_node=_virtual_node(found),
        workloads=tuple(_workload(one, found) for one in found.workloads),
        namespaces=tuple(_namespaces(found)),
        entry=_entry(found, resources),
        exit=_exit(resources),
        stores=tuple(_stores(resources)),
        regional=tuple(_regional(resources)),
    )


def _regional(resources: Sequence[inventory.Declared]) -> Iterator[tuple[str, str]]:
    for one in _of(resources, "alicloud:log/project:Project"):
        yield str(one.inputs.get("projectName", one.name)), "Log Service project"
    rules = len(_of(resources, "alicloud:cms/alarm:Alarm"))
    for one in _of(resources, "alicloud:cms/alarmContactGroup:AlarmContactGroup"):
        name = str(one.inputs.get("alarmContactGroupName", one.name))
        yield name, f"CloudMonitor contacts, {rules} alarm rules"


def _vpc(network: inventory.Network | None) -> str:
    if network is None:
        return "VPC"
    return f"VPC {network.name}" + (f" ({_EXISTING})" if network.existing else "")


def _vpc_facts(
    found: inventory.Inventory, resources: Sequence[inventory.Declared]
) -> Iterator[str]:
    if found.network and found.network.cidr:
        yield found.network.cidr
    for token, what, key in _EXISTING_STORES:
        for one in _of(resources, token):
            yield f"{what} {one.inputs.get(key, '')} ({_EXISTING})"
    for group in found.security_groups:
        most = quota(f"ecs.security_group.{group.kind}.members").value
        yield f"security group {group.name} ({group.kind}, up to {most:,} members)"


def _existing(found: inventory.Inventory) -> Iterator[str]:
    """Yield the kinds of boxes that are drawn as not the stack's own."""
    if found.network and found.network.existing:
        yield from ("vpc", "switch")
    if found.cluster and found.cluster.existing:
        yield "control"


def _namespace(found: inventory.Inventory) -> str | None:
    names = {one.namespace for one in found.workloads}
    return names.pop() if len(names) == 1 else None


def _cluster(found: inventory.Inventory) -> Cluster | None:
    cluster = found.cluster
    if cluster is None:
        return None
    virtual = set(found.virtual_node.switches if found.virtual_node else ())
    version = f"Kubernetes {cluster.version}" if cluster.version else ""
    elsewhere = "its control plane is in the data centre" if cluster.registered else ""
    facts = (
        "exists already" if cluster.existing else elsewhere,
        cluster.spec,
        version,
        _SPECS.get(cluster.network_plugin, cluster.network_plugin),
    )
    return Cluster(
        # Its name in the cloud can hold a hash of ids that a plan does not know.
        name=cluster.resource,
        facts=tuple(fact for fact in facts if fact),
        add_ons=cluster.add_ons,
        # Where ECI pods take addresses from the same vSwitches, one drawing of them is enough.
        pod_switches=() if set(cluster.pod_switches) <= virtual else cluster.pod_switches,
        registered=cluster.registered,
    )


def _pool(pool: inventory.NodePool) -> NodePool:
    facts = [
        _range(pool.lowest, pool.highest, "node", "nodes"),
        ", ".join(pool.instance_types),
        "grows by itself" if pool.lowest != pool.highest else "",
        "preemptible" if pool.spot else "",
    ]
    return NodePool(
        name=pool.name,
        facts=tuple(fact for fact in facts if fact),
        nodes=pool.lowest,
        switches=pool.switches,
    )


def _virtual_node(found: inventory.Inventory) -> VirtualNode | None:
    virtual = found.virtual_node
    if virtual is None:
        return None
    facts = ["every pod is an ECI instance, billed by the second"]
    if not virtual.cluster_ip:
        facts.append("reaches no ClusterIP")
    if found.cluster and set(found.cluster.pod_switches) & set(virtual.switches):
        facts.append("Terway pods share its vSwitches")
    return VirtualNode(name=virtual.name, facts=tuple(facts), switches=virtual.switches)


def _workload(one: inventory.Workload, found: inventory.Inventory) -> Workload:
    scaler, service = one.autoscaler, one.service
    containers = listing(one.pod.get("containers"))
    facts = [
        *_tier(one, found),
        f"{one.kind}, {_range(one.lowest, one.highest, 'pod', 'pods')}",
        *(_size(container) for container in containers[:1]),
        *(str(container.get("image", "")) for container in containers[:1]),
    ]
    scaled = () if scaler is None else ("HPA", *_targets(scaler))
    return Workload(
        kind=one.kind,
        name=one.name,
        facts=tuple(fact for fact in facts if fact),
        scaler=scaler.name if scaler else None,
        scaler_facts=(", ".join(scaled),) if scaled else (),
        service=service.name if service else None,
        service_facts=(_service_facts(service),) if service else (),
        base=_base(one, found),
        overflow=_overflow(one, found),
    )


def _tier(one: inventory.Workload, found: inventory.Inventory) -> Iterator[str]:
    """Yield what sets workloads of several namespaces apart."""
    if len({other.namespace for other in found.workloads}) > 1:
        yield f"namespace {one.namespace}, {classify(one.pod).qos}"


def _namespaces(found: inventory.Inventory) -> Iterator[Namespace]:
    if len(found.workloads) <= _MOST_DRAWN:
        return
    for name in sorted({one.namespace for one in found.workloads}):
        here = [one for one in found.workloads if one.namespace == name]
        yield Namespace(name=name, facts=tuple(map(_line, here)))


def _line(one: inventory.Workload) -> str:
    """A workload in a line: kind, pods, and what is special about it."""
    pods = _range(one.lowest, one.highest, "pod", "pods")
    scaled = f"HPA {one.lowest}–{one.highest}" if one.autoscaler else pods
    parts = [one.kind, scaled, *(["on ECI"] if one.most_on_ecs == 0 else [])]
    return f"{one.name}: {', '.join(parts)}"


def _targets(scaler: inventory.Autoscaler) -> Iterator[str]:
    if scaler.cpu is not None:
        yield f"CPU {scaler.cpu} %"
    yield _range(scaler.lowest, scaler.highest, "pod", "pods")


def _size(container: Mapping[str, Any]) -> str:
    resources = mapping(container.get("resources"))
    limits = mapping(resources.get("limits")) or mapping(resources.get("requests"))
    amounts = [f"{limits[key]} {key}" for key in ("cpu", "memory") if key in limits]
    return ", ".join(amounts).replace("cpu", "CPU")


def _service_facts(service: inventory.Service) -> str:
    ports = ", ".join(str(port) for port in service.ports)
    facts = [f"Service, port {ports}" if len(service.ports) == 1 else f"Service, ports {ports}"]
    if service.policy:
        facts.append(f"policy {service.policy}")
    return ", ".join(facts)


def _base(one: inventory.Workload, found: inventory.Inventory) -> str | None:
    if not found.pools or one.most_on_ecs == 0:
        return None
    if one.most_on_ecs is not None and found.virtual_node:
        return f"first {one.most_on_ecs} pods"
    return "pods"


def _overflow(one: inventory.Workload, found: inventory.Inventory) -> str | None:
    if found.virtual_node is None or one.most_on_ecs is None:
        return None
    return "all others, removed first" if one.most_on_ecs else "pods"


def _entry(found: inventory.Inventory, resources: Sequence[inventory.Declared]) -> Entry | None:
    service = next(
        (one.service for one in found.workloads if one.service and _is_balanced(one.service)), None
    )
    if service is None:
        return None
    access = service.annotations.get(_ADDRESS_TYPE, "internet")
    return Entry(
        name="Load balancer",
        facts=(f"CLB, {access}", *_access_list(service), *_private_names(resources)),
        within_vpc=access == "intranet",
        traffic=tuple(_traffic(service)),
    )


def _access_list(service: inventory.Service) -> Iterator[str]:
    if service.annotations.get(_ACCESS_LIST) == "on":
        yield "with an access list"


def _private_names(resources: Sequence[inventory.Declared]) -> Iterator[str]:
    zones = {one.name: one for one in _of(resources, "alicloud:pvtz/zone:Zone")}
    for one in _of(resources, "alicloud:pvtz/zoneRecord:ZoneRecord"):
        for name in inventory.references(one.inputs.get("zoneId")):
            zone = str(zones[name].inputs.get("zoneName", ""))
            yield private_names.full_name(str(one.inputs.get("rr", "")), zone)


def _is_balanced(service: inventory.Service) -> bool:
    return service.type == "LoadBalancer"


def _traffic(service: inventory.Service) -> Iterator[str]:
    pairs = str(service.annotations.get(_PROTOCOL_PORT, "")).split(",")
    spoken = {port: protocol for protocol, _, port in (pair.partition(":") for pair in pairs)}
    for port in service.ports:
        protocol = spoken.get(str(port), "").upper() or _WELL_KNOWN.get(port, "TCP")
        yield f"{protocol} {port}"


def _exit(resources: Sequence[inventory.Declared]) -> Exit | None:
    for gateway in _of(resources, "alicloud:vpc/natGateway:NatGateway"):
        addresses = _of(resources, "alicloud:ecs/eipAddress:EipAddress")
        switches = inventory.references(gateway.inputs.get("vswitchId"))
        return Exit(
            name="NAT gateway",
            facts=(gateway.name, *(f"EIP {one.name}" for one in addresses)),
            switch=switches[0] if switches else None,
        )
    return None


def _stores(resources: Sequence[inventory.Declared]) -> Iterator[Store]:
    for one in _of(resources, "alicloud:rds/instance:Instance"):
        inputs = one.inputs
        engine = f"RDS {inputs.get('engine', '')} {inputs.get('engineVersion', '')}"
        size = f"{inputs.get('instanceType', '')}, {inputs.get('instanceStorage', '')} GB"
        yield from _store("rds", one, (engine, size), inputs.get("zoneIdSlaveA"))
    for one in _of(resources, "alicloud:kvstore/instance:Instance"):
        inputs = one.inputs
        version = f"Redis {inputs.get('engineVersion', '')}"
        facts = (version, str(inputs.get("instanceClass", "")))
        yield from _store("redis", one, facts, inputs.get("secondaryZoneId"))
    systems = {one.name: one for one in _of(resources, "alicloud:nas/fileSystem:FileSystem")}
    for one in _of(resources, "alicloud:nas/mountTarget:MountTarget"):
        named = inventory.references(one.inputs.get("fileSystemId"))
        system = systems.get(named[0]) if named else None
        if system is not None:
            kind = f"NAS {system.inputs.get('protocolType', '')}"
            facts = (f"{kind}, {system.inputs.get('storageType', '')}", f"mounted by {one.name}")
            yield from _store("nas", system, facts, None, one.inputs.get("vswitchId"))


def _store(
    kind: str,
    one: inventory.Declared,
    facts: tuple[str, ...],
    standby: object,
    place: object = None,
) -> Iterator[Store]:
    switches = inventory.references(place or one.inputs.get("vswitchId"))
    if switches:
        zone = standby if isinstance(standby, str) else None
        yield Store(kind=kind, name=one.name, facts=facts, switch=switches[0], standby_zone=zone)


def _of(resources: Sequence[inventory.Declared], token: str) -> list[inventory.Declared]:
    return sorted((one for one in resources if one.type == token), key=lambda one: one.name)


def _range(lowest: int, highest: int, singular: str, plural: str) -> str:
    if lowest == highest:
        return f"{lowest} {singular if lowest == 1 else plural}"
    return f"{lowest}–{highest} {plural}"
