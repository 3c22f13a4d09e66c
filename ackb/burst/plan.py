"""Whether a number of ECI pods can be held, and how long they take: arithmetic, no cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ackb.domain import api_connections, virtual_nodes
from ackb.domain.problems import InvalidInput, Problem
from ackb.domain.quotas import quota

NODES, ADDRESSES, MEMBERS, VCPUS = "BURST-01", "BURST-02", "BURST-03", "BURST-04"
CONNECTIONS = "BURST-09"
"""Codes of what may be too small."""
_COUNT: Final = "BURST-05"


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a stack gives to a burst."""

    virtual_nodes: int | None
    """Self-managed virtual nodes; None where ACK manages the virtual node."""
    cluster_ip: bool
    """ECI pods reach ClusterIP Services."""
    free_addresses: int
    """Of the vSwitches of ECI pods together."""
    switches: tuple[str, ...]
    group_kind: Literal["basic", "enterprise"] | None
    """Of the security group of ECI pods; None where it is not known."""
    group_members: int
    """Members it has without the burst."""
    eci_pods: int
    """Pods on the virtual nodes without the burst."""
    vcpu: float
    """Of the ECI size of each pod."""
    gib: float
    api_connections: int | None = None
    """Connections that the load balancer of the API server takes; None where it is not known."""
    vcpu_quota: int | None
    """ECI vCPUs of the account in the region; None where it is not known."""


@dataclass(frozen=True)
class Fact:
    """One line of the plan: what is needed beside what there is."""

    subject: str
    needed: float
    limit: float | None
    """None where nothing limits it, or the limit is not known."""
    unit: str
    note: str = ""

    @property
    def fits(self) -> bool:
        """There is room, as far as is known."""
        return self.limit is None or self.needed <= self.limit


@dataclass(frozen=True)
class Plan:
    """A burst that can be held."""

    pods: int
    facts: tuple[Fact, ...]
    budget_seconds: float
    """Least time that ECI's creation budget allows."""


def plan(pods: int, design: Design) -> Plan:
    """Compare a burst with what a stack has room for.

    Raises:
        InvalidInput: more pods than can be held, with everything that is too small.
    """
    if pods < 1:
        why = "must be 1 or more"
        raise InvalidInput([Problem(_COUNT, "--pods", pods, why, "give the number of pods")])
    checked = list(_limits(pods, design))
    problems = [problem for fact, problem in checked if not fact.fits]
    if problems:
        raise InvalidInput(problems)
    facts = [fact for fact, _ in checked]
    seconds = budget_seconds(pods)
    burst, rate = quota("eci.create.burst"), quota("eci.create.per_second")
    facts += [
        Fact(
            "creation budget of ECI",
            round(seconds, 1),
            None,
            "seconds",
            f"{burst.value} at once, then {rate.value} a second",
        ),
    ]
    return Plan(pods, tuple(facts), seconds)


def budget_seconds(pods: int) -> float:
    """Least time to create so many instances: a burst at once, the rest at a fixed rate."""
    beyond = max(0, pods - quota("eci.create.burst").value)
    return beyond / quota("eci.create.per_second").value


def allowed_after(seconds: float) -> float:
    """How many instances the budget allows until then."""
    return quota("eci.create.burst").value + quota("eci.create.per_second").value * seconds


def _limits(pods: int, design: Design) -> Iterator[tuple[Fact, Problem]]:
    yield _nodes(pods, design)
    yield _addresses(pods, design)
    if design.group_kind is not None:
        yield _members(pods, design, design.group_kind)
    yield _vcpus(pods, design)
    yield _connections(pods, design)


def _nodes(pods: int, design: Design) -> tuple[Fact, Problem]:
    total = pods + design.eci_pods
    also = f", {design.eci_pods} others run there" if design.eci_pods else ""
    if design.virtual_nodes is None:
        limit = quota("eci.pods_per_cluster").value
        many = quota("eci.pods_per_cluster.many_services").value
        subject, fix = "managed virtual node", "spread them over several clusters"
        note = f"{many} where the cluster has many Services"
        why = f"the managed virtual node holds {limit} ECI pods{also}"
    else:
        limit = virtual_nodes.capacity(design.virtual_nodes)
        needed = virtual_nodes.nodes_for(total)
        subject = f"{design.virtual_nodes} self-managed virtual nodes"
        note = f"{virtual_nodes.pods_per_node()} each; {needed} would be enough"
        fix = f"set `virtual_nodes.replicas` to {needed} and run `ackb up`"
        why = f"{design.virtual_nodes} virtual nodes hold {limit} pods{also}; {needed} are needed"
    return Fact(subject, total, limit, "pods", note), Problem(NODES, "--pods", pods, why, fix)


def _addresses(pods: int, design: Design) -> tuple[Fact, Problem]:
    names = ", ".join(design.switches) or "none"
    fact = Fact(f"vSwitches {names}", pods, design.free_addresses, "free addresses")
    why = f"each ECI pod takes an address, and the vSwitches have {design.free_addresses} free"
    fix = "add vSwitches, or larger ones, to `network.zones` and run `ackb up`"
    return fact, Problem(ADDRESSES, "--pods", pods, why, fix)


def _members(
    pods: int, design: Design, kind: Literal["basic", "enterprise"]
) -> tuple[Fact, Problem]:
    limit = quota(f"ecs.security_group.{kind}.members").value
    needed = pods + design.group_members
    fact = Fact(f"{kind} security group", needed, limit, "members")
    why = (
        f"a {kind} security group takes {limit} members, of which {design.group_members} are taken"
    )
    basic = "set `network.security_group` to enterprise, which replaces the group"
    fix = basic if kind == "basic" else "spread them over several clusters"
    return fact, Problem(MEMBERS, "--pods", pods, why, fix)


def _vcpus(pods: int, design: Design) -> tuple[Fact, Problem]:
    needed, known = pods * design.vcpu, design.vcpu_quota
    note = "" if known is not None else "the quota of the account is not known: --vcpu-quota"
    fact = Fact(f"{design.vcpu:g} vCPU a pod", needed, known, "vCPU", note)
    why = f"{needed:g} vCPU are needed, and the quota of ECI in the region is {known}"
    fix = "have the quota raised in the Quota Center"
    return fact, Problem(VCPUS, "--pods", pods, why, fix)


def _connections(pods: int, design: Design) -> tuple[Fact, Problem]:
    """S1-18: one watch for each Running ECI pod that reaches ClusterIP Services."""
    total, known = pods + design.eci_pods, design.api_connections
    note = "one for each Running ECI pod that reaches ClusterIP Services"
    if not design.cluster_ip:
        total, note = 0, "ECI pods reach no ClusterIP Services"
    elif known is None and api_connections.many(total):
        note = f"{note}; {api_connections.known()}: --api-connections"
    fact = Fact("connections to the API server", total, known, "watches", note)
    why = (
        f"{total} ECI pods that reach ClusterIP Services each keep a connection to the API server, "
        f"whose load balancer takes {known}"
    )
    fix = "set `virtual_nodes.cluster_ip` to false, or give the API server a larger load balancer"
    return fact, Problem(CONNECTIONS, "--pods", pods, why, fix)
