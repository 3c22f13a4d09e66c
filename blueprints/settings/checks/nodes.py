"""Node pools: their size, their names, and the pods that fit on a node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ackb.domain import cidr, node_scaling
from ackb.domain.problems import MISSING, Problem
from blueprints.settings.base import known
from blueprints.settings.checks.places import check_use
from blueprints.settings.cluster import Flannel, NodePool
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyCluster, AnyNetwork, ExistingCluster, is_serverless
from blueprints.settings.structure import ROOT


def check_there_are(pools: Sequence[NodePool], cluster: AnyCluster) -> Iterator[Problem]:
    """Yield a problem when a new cluster is to have no nodes, or a serverless one some."""
    if is_serverless(cluster):
        if pools:
            yield Problem(
                Code.CLUSTER_FORM,
                f"{ROOT}.node_pools",
                [known(pool, "name") for pool in pools],
                "must be empty: a serverless cluster has no nodes",
                "write node_pools: []",
            )
    elif not pools and not isinstance(cluster, ExistingCluster):
        yield Problem(
            Code.OUT_OF_RANGE, f"{ROOT}.node_pools", [], "must have at least one entry", "add one"
        )


def check_names(pools: Sequence[NodePool]) -> Iterator[Problem]:
    """Yield a problem for each name that an earlier pool has."""
    names = [known(pool, "name") for pool in pools]
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            yield Problem(
                Code.DUPLICATE,
                f"{ROOT}.node_pools[{index}].name",
                name,
                f"must be given once (node_pools[{names.index(name)}] has it too)",
                "choose another name",
            )


def check_size(pool: NodePool, index: int) -> Iterator[Problem]:
    """Yield a problem when a pool does not have min <= nodes <= max."""
    bounds = pool.autoscaling
    if bounds is None or bounds.min <= pool.nodes <= bounds.max:
        return
    three = f"(min is {bounds.min}, nodes is {pool.nodes}, max is {bounds.max})"
    path = f"{ROOT}.node_pools[{index}]"
    if bounds.min > bounds.max:
        yield Problem(
            Code.NODE_POOL_SIZE,
            f"{path}.autoscaling.min",
            bounds.min,
            f"must not be more than max {three}",
            f"lower min to {bounds.max} or raise max to {bounds.min}",
        )
        return
    nearest = bounds.min if pool.nodes < bounds.min else bounds.max
    yield Problem(
        Code.NODE_POOL_SIZE,
        f"{path}.nodes",
        pool.nodes,
        f"must be from min to max {three}",
        f"write {nearest}, or widen the bounds",
    )


def check_payment(pool: NodePool, index: int) -> Iterator[Problem]:
    """Yield what is wrong with how the nodes of a pool are paid and where they come from."""
    path = f"{ROOT}.node_pools[{index}]"
    if pool.subscription is not None:
        broken = node_scaling.check_subscription(
            elastic=pool.autoscaling is not None, spot=pool.spot is not None
        )
        if broken is not None:
            months = pool.subscription.months
            yield Problem.of(Code.NODE_SCALING, f"{path}.subscription.months", months, broken)
    if pool.private_pool is not None:
        given = pool.private_pool.pool_id
        broken = node_scaling.check_private_pool(pool.private_pool.match, given)
        if broken is not None:
            value = MISSING if given is None else given
            yield Problem.of(Code.NODE_SCALING, f"{path}.private_pool.pool_id", value, broken)


def check_zones(pool: NodePool, index: int, network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem for each zone of a pool that is not one of the network's."""
    yield from check_use(pool.zones, network, f"{ROOT}.node_pools[{index}].zones")


def check_density(cluster: AnyCluster, pool: NodePool, index: int) -> Iterator[Problem]:
    """Yield a problem when a node is to run more pods than its share of the pod range holds."""
    plugin = cluster.network_plugin
    if not isinstance(plugin, Flannel) or pool.max_pods is None:
        return
    fit = cidr.pods_per_node(plugin.node_cidr_mask)
    if pool.max_pods > fit:
        yield Problem(
            Code.NODE_CIDR_MASK,
            f"{ROOT}.node_pools[{index}].max_pods",
            pool.max_pods,
            f"must be at most {fit}, the pods a node has addresses for with a node_cidr_mask of "
            f"{plugin.node_cidr_mask}",
            f"write {fit}, or lower the mask (24 gives {cidr.pods_per_node(24)})",
        )


def check_pod_range_size(cluster: AnyCluster, pools: Sequence[NodePool]) -> Iterator[Problem]:
    """Yield a problem when the pod range has fewer shares than there can be nodes."""
    plugin = cluster.network_plugin
    if not isinstance(plugin, Flannel):
        return
    if isinstance(cluster, ExistingCluster):
        return  # how many nodes it has besides is not known here
    nodes = sum(pool.autoscaling.max if pool.autoscaling else pool.nodes for pool in pools)
    network = cidr.parse(plugin.pod_cidr)
    spare_bits = plugin.node_cidr_mask - network.prefixlen
    shares = 1 << spare_bits if spare_bits >= 0 else 0
    if shares < nodes:
        wanted = plugin.node_cidr_mask - (nodes - 1).bit_length()
        yield Problem(
            Code.POD_RANGE_SIZE,
            f"{ROOT}.cluster.network_plugin.pod_cidr",
            plugin.pod_cidr,
            f"must have a share of /{plugin.node_cidr_mask} for each of up to {nodes} nodes (it "
            f"has {shares})",
            f"widen it to /{wanted}, or use fewer nodes",
        )
