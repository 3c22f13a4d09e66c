"""What a stack gives to a burst: by its plan, and in the sandbox as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ackb.burst.plan import Design
from ackb.burst.pods import SIZE, Container
from ackb.domain import cidr, virtual_nodes
from ackb.domain.problems import InvalidInput, Problem
from ackb.inventory import Inventory

if TYPE_CHECKING:
    from ackb.burst.access import KubeconfigApi
    from sandbox.cloud.cloud import Cloud

_PROFILE = f"/api/v1/namespaces/{virtual_nodes.NAMESPACE}/configmaps/eci-profile"
_NO_NODES = "BURST-06"
_NOBODY = 65534
_PAUSE = "registry.k8s.io/pause:3.10.1"
"""For a stack without workloads."""


def of_inventory(
    inventory: Inventory,
    *,
    replicas: int | None,
    cluster_ip: bool,
    vcpu_quota: int | None,
    api_connections: int | None = None,
) -> Design:
    """What the design promises: addresses that no node and no data store of it takes.

    `replicas` is the number of self-managed virtual nodes, None for the managed one.

    Raises:
        InvalidInput: the stack has no virtual nodes.
    """
    virtual = inventory.virtual_node
    if virtual is None:
        why = "has no virtual nodes, so that no pod can run on ECI"
        fix = "use a stack with virtual nodes, such as burst-dev"
        raise InvalidInput([Problem(_NO_NODES, "STACK", "", why, fix)])
    sizes = {one.name: cidr.usable_ips(cidr.parse(one.cidr)) for one in inventory.switches}
    switches = tuple(name for name in virtual.switches if name in sizes)
    mine = set(switches)
    nodes = sum(pool.highest for pool in inventory.pools)
    on_mine = sum(pool.highest for pool in inventory.pools if set(pool.switches) & mine)
    stores = sum(1 for one in inventory.endpoints for name in one.switches if name in mine)
    pods = sum(one.highest + one.surge for one in inventory.workloads)
    return Design(
        virtual_nodes=replicas,
        cluster_ip=cluster_ip,
        free_addresses=sum(sizes[name] for name in switches) - on_mine - stores - pods,
        switches=switches,
        group_kind=_kind(inventory),
        group_members=nodes + pods,
        eci_pods=0,
        vcpu=float(SIZE.vcpu),
        gib=float(SIZE.memory_gib),
        vcpu_quota=vcpu_quota,
        api_connections=api_connections,
    )


def container(inventory: Inventory) -> Container:
    """What the stack's first workload runs, since its nodes are known to get that image."""
    for work in inventory.workloads:
        context = work.pod.get("securityContext") or {}
        user = context.get("runAsUser") or _NOBODY
        for one in work.pod.get("containers") or ():
            own = (one.get("securityContext") or {}).get("runAsUser")
            return Container(image=str(one["image"]), user_id=int(own or user))
    return Container(image=_PAUSE, user_id=_NOBODY)


def as_it_is(design: Design, cloud: Cloud, cluster_id: str, switch_ids: Iterable[str]) -> Design:
    """The design with what the simulated cloud has left at this moment."""
    from sandbox.cloud.ecs.security_groups import MEMBER

    cluster = cloud.cs.backend.cluster(cluster_id)
    members = cloud.store.count(MEMBER, SecurityGroupId=cluster.security_group_id) if cluster else 0
    return replace(
        design,
        free_addresses=sum(cloud.vpc.free_addresses(one) for one in switch_ids),
        group_members=members,
        eci_pods=len(cloud.cs.backend.container_groups(cluster_id)),
        vcpu_quota=design.vcpu_quota or cloud.quota("eci.vcpus"),
    )


def switch_ids(api: KubeconfigApi) -> list[str]:
    """The vSwitches that the cluster's virtual nodes use now."""
    stateful_set = api.find(
        f"/apis/apps/v1/namespaces/{virtual_nodes.NAMESPACE}/statefulsets/"
        f"{virtual_nodes.STATEFUL_SET}"
    )
    if stateful_set is not None:
        containers = stateful_set["spec"]["template"]["spec"]["containers"]
        given = {
            one["name"]: str(one.get("value", ""))
            for container in containers
            for one in container.get("env") or ()
        }
        listed = given.get("ECI_VSWITCH", "")
    else:
        profile = api.get(_PROFILE)
        listed = str((profile.get("data") or {}).get("vSwitchIds", ""))
    return [one.strip() for one in listed.split(",") if one.strip()]


def _kind(inventory: Inventory) -> Literal["basic", "enterprise"] | None:
    cluster = inventory.cluster
    for group in inventory.security_groups:
        if cluster is not None and group.name == cluster.security_group:
            return "enterprise" if group.kind == "enterprise" else "basic"
    return None
