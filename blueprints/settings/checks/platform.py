"""Checks of every blueprint that stands on a managed ACK cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ackb.domain.problems import Problem
from blueprints.settings.base import known
from blueprints.settings.checks import (
    addons,
    addresses,
    cluster_form,
    existing,
    gpu,
    identity,
    nodes,
    places,
    scaling,
    workload,
)
from blueprints.settings.platform import PlatformSettings


def checks(s: PlatformSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run.

    Each reads what it needs when it runs, so that a field left out of a draft ends that check only.
    """
    yield lambda: identity.check_stack_name(stack)
    yield lambda: identity.check_tags(s.tags, stack)
    yield lambda: identity.check_account(s.target, s.expected_account_id)
    yield lambda: workload.check_registry(s.registry, s.region)
    yield lambda: places.check_zones(s.network, s.region)
    yield lambda: addresses.check_vswitches_in_vpc(s.network)
    yield lambda: addresses.check_vswitches_apart(s.network)
    yield lambda: addresses.check_ranges_apart(s.network, s.cluster)
    yield lambda: addresses.check_pod_ranges(s.network, s.cluster)
    pools = known(s, "node_pools") or ()
    yield partial(nodes.check_names, pools)
    for index, pool in enumerate(pools):
        yield partial(nodes.check_size, pool, index)
        yield partial(nodes.check_payment, pool, index)
        yield partial(_pool_zones, s, index)
        yield partial(_pool_density, s, index)
        yield partial(gpu.check_types, pool, index)
        yield partial(_pool_gpus, s, index)
    yield lambda: cluster_form.check_form(s)
    yield lambda: nodes.check_there_are(s.node_pools, s.cluster)
    yield lambda: existing.check_network(s.network)
    yield lambda: existing.check_cluster_place(s)
    yield lambda: existing.check_install(s)
    yield lambda: existing.check_shared_objects(s)
    yield lambda: nodes.check_pod_range_size(s.cluster, s.node_pools)
    yield lambda: scaling.check_node_autoscaling(s.cluster)
    yield lambda: addons.check_required_addons(s)
    yield lambda: addons.check_conflicts(s)
    yield lambda: addons.check_capabilities(s)
    yield lambda: addons.check_kubernetes(s)


def _pool_zones(s: PlatformSettings, index: int) -> Iterable[Problem]:
    return nodes.check_zones(s.node_pools[index], index, s.network)


def _pool_density(s: PlatformSettings, index: int) -> Iterable[Problem]:
    return nodes.check_density(s.cluster, s.node_pools[index], index)


def _pool_gpus(s: PlatformSettings, index: int) -> Iterable[Problem]:
    return gpu.check_sharing(s.node_pools[index], index, s.cluster.spec)
