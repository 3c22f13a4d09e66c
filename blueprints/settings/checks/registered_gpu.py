"""All checks of the blueprint `registered-gpu`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from ackb.domain import cidr
from ackb.domain.problems import MISSING, Problem
from blueprints.settings.base import known
from blueprints.settings.checks import (
    addons,
    addresses,
    existing,
    gpu,
    identity,
    nodes,
    places,
    scaling,
    workload,
)
from blueprints.settings.codes import Code
from blueprints.settings.registered_gpu import RegisteredGpuSettings
from blueprints.settings.structure import ROOT

_OLDEST_FOR_KUBEADM: Final = 26
"""Minor version from which kubeadm clusters get nodes without a script of their own: 1.26, 1.28,
1.30 and every one from 1.31.
https://www.alibabacloud.com/help/en/ack/distributed-cloud-container-platform-for-kubernetes/user-guide/create-and-manage-node-pools"""
_EVERY_FROM: Final = 31


def checks(s: RegisteredGpuSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield lambda: identity.check_stack_name(stack)
    yield lambda: identity.check_tags(s.tags, stack)
    yield lambda: identity.check_account(s.target, s.expected_account_id)
    yield lambda: workload.check_registry(s.registry, s.region)
    yield lambda: places.check_zones(s.network, s.region, eci=False)
    yield lambda: existing.check_network(s.network)
    yield lambda: addresses.check_vswitches_in_vpc(s.network)
    yield lambda: addresses.check_vswitches_apart(s.network)
    yield lambda: _check_data_centre(s)
    yield lambda: _check_name(s)
    yield lambda: _check_script(s)
    yield lambda: _check_way(s)
    yield lambda: _check_pull(s)
    pools = known(s, "node_pools") or ()
    yield partial(nodes.check_names, pools)
    for index, pool in enumerate(pools):
        yield partial(nodes.check_size, pool, index)
        yield partial(nodes.check_payment, pool, index)
        yield partial(_pool_zones, s, index)
        yield partial(gpu.check_types, pool, index)
        yield partial(gpu.check_sharing, pool, index, None)
    yield lambda: scaling.check_node_autoscaling(s.cluster)
    yield lambda: _check_device_plugin(s)
    yield lambda: _check_smoke_test(s)
    yield lambda: addons.check_required_addons(s)
    yield lambda: addons.check_conflicts(s)
    yield lambda: addons.check_capabilities(s)
    yield lambda: addons.check_kubernetes(s)


def _pool_zones(s: RegisteredGpuSettings, index: int) -> Iterable[Problem]:
    return nodes.check_zones(s.node_pools[index], index, s.network)


def _check_data_centre(s: RegisteredGpuSettings) -> Iterator[Problem]:
    vpc = cidr.parse(s.network.vpc_cidr)
    for index, text in enumerate(s.data_centre.cidrs):
        shared = cidr.overlap(vpc, cidr.parse(text))
        if shared is not None:
            yield Problem(
                Code.RANGE_OVERLAP,
                f"{ROOT}.data_centre.cidrs[{index}]",
                text,
                f"must not overlap network.vpc_cidr ({vpc}); they share {shared}",
                "choose a VPC range that the data centre does not use",
            )


def _check_name(s: RegisteredGpuSettings) -> Iterator[Problem]:
    if s.cluster.cluster_id is not None and s.cluster.name is not None:
        yield Problem(
            Code.REGISTERED,
            f"{ROOT}.cluster.name",
            s.cluster.name,
            "must be left out with cluster.cluster_id, whose cluster has a name",
            "remove one of them",
        )


def _check_script(s: RegisteredGpuSettings) -> Iterator[Problem]:
    version = s.cluster.version
    if version is None or s.cluster.node_script_url is not None or not s.node_pools:
        return
    minor = int(version.split(".")[1])
    if minor >= _EVERY_FROM or (minor >= _OLDEST_FOR_KUBEADM and minor % 2 == 0):
        return
    yield Problem(
        Code.REGISTERED,
        f"{ROOT}.cluster.node_script_url",
        MISSING,
        f"must be given for Kubernetes {version}: without a script nodes join kubeadm clusters of "
        "1.26, 1.28, 1.30 and 1.31 or newer only",
        "upload a script (docs/blueprints/registered-gpu.md), or raise the version of the cluster",
    )


def _check_way(s: RegisteredGpuSettings) -> Iterator[Problem]:
    if s.cluster.access == "public" and s.node_pools:
        yield Problem(
            Code.REGISTERED,
            f"{ROOT}.cluster.access",
            "public",
            "must be private for node pools: cloud nodes and cluster reach each other by their "
            "own addresses",
            "connect the data centre to the VPC and write private, or write node_pools: []",
        )


def _check_pull(s: RegisteredGpuSettings) -> Iterator[Problem]:
    pull = s.registry.pull if s.registry is not None else None
    if pull is not None and pull.type == "credential_free":
        yield Problem(
            Code.REGISTRY,
            f"{ROOT}.registry.pull.type",
            pull.type,
            "must be pull_secret: the credential helper of ACK logs in from managed clusters only",
            "write pull_secret, with the name of a Secret that is in kube-system and in the "
            "namespace of the smoke test",
        )


def _check_device_plugin(s: RegisteredGpuSettings) -> Iterator[Problem]:
    if s.device_plugin is not None and any(pool.gpu for pool in s.node_pools):
        at = f"{ROOT}.device_plugin"
        yield from workload.check_image_reachable(
            s.device_plugin.image, s.target, s.region, s.registry, at=at
        )


def _check_smoke_test(s: RegisteredGpuSettings) -> Iterator[Problem]:
    test = s.smoke_test
    if test is None:
        return
    at = f"{ROOT}.smoke_test"
    yield from workload.check_image_reachable(test.image, s.target, s.region, s.registry, at=at)
    yield from workload.check_resources(test.resources, at=at)
    with_gpus = [one for one in s.node_pools if one.gpu is not None]
    if not any(one.autoscaling.max if one.autoscaling else one.nodes for one in with_gpus):
        yield Problem(
            Code.GPU,
            at,
            "given" if "smoke_test" in s.model_fields_set else "left out, which means the default",
            "must have a pool of node_pools with 'gpu' and room for a node, or its pod waits "
            "forever",
            "add such a pool, or write smoke_test: null",
        )
