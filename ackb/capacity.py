"""Whether a design has room for what it may grow to: addresses, routes, members, ECI sizes.

Pure arithmetic over the inventory of a plan, with the limits of `ackb.domain`. Counted are nodes at
their upper bounds and pods at their autoscaler's maximum with the surge of a rollout. Pods of
add-ons are not counted: ACK decides how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ackb.domain import api_connections, cidr, eci_sizes, quantity
from ackb.domain.eci_annotations import SPOT_STRATEGY, USE_SPECS
from ackb.domain.problems import Broken, Problem, Refused
from ackb.domain.quotas import quota
from ackb.inventory import Inventory, Workload
from ackb.inventory.values import listing, mapping

ADDRESSES, MEMBERS, SIZES, LIMITS = "CAP-01", "CAP-02", "CAP-03", "CAP-04"
ROUTES, CONNECTIONS = "CAP-05", "CAP-06"
"""Ids of the checks, for life."""

TITLES: Final = {
    ADDRESSES: "vSwitches have an address for every node and pod",
    MEMBERS: "a security group takes every node and pod",
    SIZES: "the size of a pod is one that ECI sells",
    LIMITS: "a pod that may run on ECI keeps the limits of ECI",
    ROUTES: "the route table of the VPC has an entry for every Flannel node",
    CONNECTIONS: "the API server can keep a connection for every ECI pod",
}


@dataclass(frozen=True)
class Fact:
    """One comparison of what is needed with what there is."""

    code: str
    subject: str
    needed: int
    limit: int
    unit: str
    because: str
    """How the needed number comes about."""

    @property
    def fits(self) -> bool:
        """There is room."""
        return self.needed <= self.limit


@dataclass(frozen=True)
class Shortage:
    """What does not fit, or costs more than was asked for; `stops` tells the two apart."""

    resource: str
    """Logical name of the resource to change."""
    problem: Problem
    stops: bool


@dataclass(frozen=True)
class Capacity:
    """All facts, and what is wrong."""

    facts: tuple[Fact, ...]
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True)
class _Demand:
    count: int
    what: str
    switches: frozenset[str]


def assess(inventory: Inventory, region: str) -> Capacity:
    """Compare what the design may grow to with the limits that it meets."""
    addresses = list(_addresses(inventory))
    members = list(_members(inventory))
    routes = list(_routes(inventory))
    shortages = [
        *(_too_few_addresses(fact, names) for fact, names in addresses if not fact.fits),
        *(_too_many_members(fact, name) for fact, name in members if not fact.fits),
        *(_too_many_routes(fact, name) for fact, name in routes if not fact.fits),
        *_connections(inventory),
        *_sizes(inventory, region),
    ]
    facts = [fact for fact, _ in (*addresses, *members, *routes)]
    return Capacity(tuple(facts), tuple(shortages))


def _addresses(inventory: Inventory) -> Iterator[tuple[Fact, list[str]]]:
    """Needs of every group of vSwitches that serve together.

    Demands may share vSwitches (nodes use two, a database one of them). A group has room if
    everything that can only go there fits; checked are the groups that a demand names, and those
    that overlapping demands form together.
    """
    known = [one for one in inventory.switches if one.cidr]
    free = {one.name: cidr.usable_ips(cidr.parse(one.cidr)) for one in known}
    demands = [one for one in _demands(inventory) if one.count and one.switches <= free.keys()]
    for group in _groups(demands):
        bound = [one for one in demands if one.switches <= group]
        names = sorted(group)
        yield (
            Fact(
                code=ADDRESSES,
                subject=", ".join(names),
                needed=sum(one.count for one in bound),
                limit=sum(free[name] for name in names),
                unit="addresses",
                because=_sum_of(bound),
            ),
            names,
        )


def _groups(demands: Iterable[_Demand]) -> list[frozenset[str]]:
    named = {one.switches for one in demands}
    joined = set(named)
    for one in named:
        whole = one
        while True:
            more = whole.union(*(other for other in named if other & whole))
            if more == whole:
                break
            whole = more
        joined.add(whole)
    return sorted(joined, key=sorted)


def _demands(inventory: Inventory) -> Iterator[_Demand]:
    for pool in inventory.pools:
        yield _Demand(pool.highest, "nodes", frozenset(pool.switches))
    for endpoint in inventory.endpoints:
        # A database with a standby names two vSwitches and has an address in each.
        for name in endpoint.switches:
            yield _Demand(1, "for data stores and gateways", frozenset([name]))
    cluster, virtual = inventory.cluster, inventory.virtual_node
    terway = frozenset(cluster.pod_switches if cluster else ())
    eci = frozenset(virtual.switches if virtual else ())
    for one in inventory.workloads:
        most = one.highest + one.surge
        on_ecs = most if not eci else min(one.most_on_ecs or 0, most)
        if one.most_on_ecs is None and eci:
            # Nothing says where its pods go: they may all be in either place.
            yield _Demand(most, f"pods of {one.name}", terway | eci if terway else eci)
            continue
        if terway:
            yield _Demand(on_ecs, f"pods of {one.name} on ECS", terway)
        yield _Demand(most - on_ecs, f"pods of {one.name} on ECI", eci)


def _sum_of(demands: Iterable[_Demand]) -> str:
    counts: dict[str, int] = {}
    for one in demands:
        counts[one.what] = counts.get(one.what, 0) + one.count
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _too_few_addresses(fact: Fact, names: list[str]) -> Shortage:
    missing = fact.needed - fact.limit
    try:
        each = -(-fact.needed // len(names))
        advice = f"give each of them a /{cidr.prefix_for(each)} or larger, or add a vSwitch"
    except ValueError:
        advice = "add vSwitches"
    problem = Problem(
        ADDRESSES,
        f"vSwitches {fact.subject}",
        fact.limit,
        f"{fact.needed} addresses are needed ({fact.because}), {missing} more than there are",
        advice,
    )
    return Shortage(names[0], problem, stops=True)


def _members(inventory: Inventory) -> Iterator[tuple[Fact, str]]:
    """Members of the cluster's security group: every node, Terway pod and ECI pod is one."""
    cluster = inventory.cluster
    group = next(
        (
            one
            for one in inventory.security_groups
            if cluster and one.name == cluster.security_group
        ),
        None,
    )
    if cluster is None or group is None:
        return
    nodes = sum(pool.highest for pool in inventory.pools)
    pods = sum(
        one.highest + one.surge
        for one in inventory.workloads
        if cluster.pod_switches or inventory.virtual_node
    )
    limit = quota(f"ecs.security_group.{group.kind}.members")
    yield (
        Fact(
            code=MEMBERS,
            subject=f"security group {group.name} ({group.kind})",
            needed=nodes + pods,
            limit=limit.value,
            unit="members",
            because=f"{nodes} nodes, {pods} pods",
        ),
        group.name,
    )


def _too_many_members(fact: Fact, group: str) -> Shortage:
    kind = "basic" if "(basic)" in fact.subject else "enterprise"
    known = quota(f"ecs.security_group.{kind}.members")
    named = f" (quota {known.quota_id})" if known.quota_id else ""
    problem = Problem(
        MEMBERS,
        fact.subject,
        fact.needed,
        f"a security group of this kind takes {fact.limit} {known.unit}{named}; the design may "
        f"need {fact.because}",
        "use an enterprise security group" if kind == "basic" else "spread over several clusters",
    )
    return Shortage(group, problem, stops=True)


def _routes(inventory: Inventory) -> Iterator[tuple[Fact, str]]:
    """Entries of the VPC's route table: Flannel has one for each node, ECI pods need none (S1-03).

    https://help.aliyun.com/document_detail/447462.html
    """
    cluster = inventory.cluster
    if cluster is None or cluster.existing or cluster.network_plugin != "flannel":
        return  # how many nodes an existing cluster has besides is not known here
    nodes = sum(pool.highest for pool in inventory.pools)
    limit = quota("vpc.route_table.custom_entries")
    fact = Fact(
        code=ROUTES,
        subject="route table of the VPC",
        needed=nodes,
        limit=limit.value,
        unit="entries",
        because=f"{nodes} Flannel nodes; virtual nodes need none",
    )
    yield fact, cluster.resource


def _too_many_routes(fact: Fact, cluster: str) -> Shortage:
    problem = Problem(
        ROUTES,
        fact.subject,
        fact.needed,
        f"a route table takes {fact.limit} custom entries, and Flannel needs one for each node, "
        "beside other routes of the VPC",
        "let virtual nodes take the rest, use Terway, or have the quota raised in the Quota Center",
    )
    return Shortage(cluster, problem, stops=True)


def _connections(inventory: Inventory) -> Iterator[Shortage]:
    """Watches of the API server: one for each ECI pod that reaches ClusterIP Services (S1-18)."""
    virtual = inventory.virtual_node
    if virtual is None or not virtual.cluster_ip:
        return
    pods = sum(
        most - min(one.most_on_ecs or 0, most)
        for one in inventory.workloads
        if (most := one.highest + one.surge)
    )
    if api_connections.many(pods):
        problem = Problem(
            CONNECTIONS,
            virtual.name,
            pods,
            f"that many ECI pods may each keep a connection to the API server, and from "
            f"{api_connections.watched_from()} pods on its load balancer is to be watched: "
            f"{api_connections.known()}",
            "write virtual_nodes.cluster_ip: false where pods call no ClusterIP Service, or watch "
            "the connections",
        )
        yield Shortage(virtual.resource, problem, stops=False)


def _sizes(inventory: Inventory, region: str) -> Iterator[Shortage]:
    """Pods that may run on ECI: sizes that are rounded up, and limits of ECI."""
    if inventory.virtual_node is None:
        return
    for workload in inventory.workloads:
        amounts = asked(workload)
        if workload.kind == "DaemonSet" or amounts is None or _named_type(workload):
            continue
        vcpu, memory = amounts
        path = f"{workload.kind} {workload.name} spec.template.spec"
        for broken in _limits(workload, vcpu):
            problem = Problem.of(LIMITS, path, f"{_number(vcpu)} vCPU", broken)
            yield Shortage(workload.resource, problem, stops=True)
        try:
            spot = SPOT_STRATEGY in workload.annotations
            size = _named_size(workload) or eci_sizes.round_up(vcpu, memory, region, spot=spot)
        except Refused as refused:
            found = f"{_number(vcpu)} vCPU, {_number(memory)} GiB"
            problem = Problem.of(LIMITS, path, found, refused.broken)
            yield Shortage(workload.resource, problem, stops=True)
            continue
        waste = eci_sizes.waste(vcpu, memory, size)
        if not waste.none:
            problem = Problem(
                SIZES,
                path,
                f"{_number(vcpu)} vCPU, {_number(memory)} GiB",
                f"ECI has no such size and bills {size}: {_number(waste.vcpu)} vCPU and "
                f"{_number(waste.memory_gib)} GiB more than asked for",
                f"request {size}, or less of what is rounded up",
            )
            yield Shortage(workload.resource, problem, stops=False)


def _named_size(workload: Workload) -> eci_sizes.EciSize | None:
    """The size that an annotation names first: it counts, whatever the containers ask for."""
    specs = str(workload.annotations.get(USE_SPECS, "")).split(",")
    return eci_sizes.parse(specs[0])


def _named_type(workload: Workload) -> bool:
    """Whether pods are billed as an instance type, which has no sizes to be rounded to."""
    return str(workload.annotations.get(USE_SPECS, "")).startswith("ecs.")


def _limits(workload: Workload, vcpu: Fraction) -> list[Broken]:
    return eci_sizes.check_pod(
        vcpu=vcpu,
        containers=len(listing(workload.pod.get("containers"))),
        volumes=len(listing(workload.pod.get("volumes"))),
    )


def asked(workload: Workload) -> tuple[Fraction, Fraction] | None:
    """vCPU and GiB that ECI counts: the sum of the containers; None where it is not known.

    Of a container the limit counts, or the request where there is no limit:
    https://www.alibabacloud.com/help/zh/doc-detail/165051.htm
    """
    vcpu, memory = Fraction(0), Fraction(0)
    for container in listing(workload.pod.get("containers")):
        resources = mapping(container.get("resources"))
        amounts = {**mapping(resources.get("requests")), **mapping(resources.get("limits"))}
        try:
            vcpu += quantity.parse(amounts.get("cpu", 0))
            memory += quantity.gib(amounts.get("memory", 0))
        except Refused:
            return None  # an unknown or unreadable amount is for the policies to judge
    return vcpu, memory


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
