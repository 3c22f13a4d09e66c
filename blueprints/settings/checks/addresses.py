"""Address ranges: vSwitches inside the VPC and apart, pods and Services apart from the VPC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations

from ackb.domain import cidr
from ackb.domain.problems import MISSING, Problem
from blueprints.settings.base import known
from blueprints.settings.cluster import Flannel, Terway
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyCluster, AnyNetwork, AnyZone, ExistingCluster
from blueprints.settings.network import Network
from blueprints.settings.structure import ROOT


@dataclass(frozen=True)
class _Range:
    """A range and where it was written."""

    path: str
    network: IPv4Network


def check_vswitches_in_vpc(network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem for each vSwitch that is not a part of the VPC's range."""
    vpc = cidr.parse(network.vpc_cidr)
    for one in _vswitches(network):
        broken = cidr.check_vswitch(one.network, vpc)
        if broken is not None:
            yield Problem.of(Code.VSWITCH_RANGE, one.path, str(one.network), broken)


def check_vswitches_apart(network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem for each pair of vSwitches that share addresses."""
    for one, other in combinations(_vswitches(network), 2):
        yield from _overlap(Code.VSWITCH_OVERLAP, other, one, "must not overlap")


def check_ranges_apart(network: AnyNetwork, cluster: AnyCluster) -> Iterator[Problem]:
    """Yield a problem for each pair of VPC, Service and pod range that share addresses."""
    ranges = []
    if isinstance(cluster, ExistingCluster):
        return  # it runs with the ranges it has
    vpc_cidr, service_cidr = known(network, "vpc_cidr"), known(cluster, "service_cidr")
    if vpc_cidr is not None:
        ranges.append(_Range(f"{ROOT}.network.vpc_cidr", cidr.parse(vpc_cidr)))
    if service_cidr is not None:
        ranges.append(_Range(f"{ROOT}.cluster.service_cidr", cidr.parse(service_cidr)))
    plugin = known(cluster, "network_plugin")
    if isinstance(plugin, Flannel) and (pod_cidr := known(plugin, "pod_cidr")) is not None:
        ranges.append(_Range(f"{ROOT}.cluster.network_plugin.pod_cidr", cidr.parse(pod_cidr)))
    for one, other in combinations(ranges, 2):
        yield from _overlap(Code.RANGE_OVERLAP, other, one, "must not overlap")


def check_pod_ranges(network: AnyNetwork, cluster: AnyCluster) -> Iterator[Problem]:
    """Yield a problem for each zone without the pod range that Terway takes addresses from."""
    if isinstance(cluster, ExistingCluster) or not isinstance(cluster.network_plugin, Terway):
        return
    zones: Sequence[AnyZone] = network.zones
    for index, zone in enumerate(zones):
        if zone.pod_cidr is None:
            yield Problem(
                Code.POD_RANGE,
                f"{ROOT}.network.zones[{index}].pod_cidr",
                MISSING,
                "must be given, since Terway takes the addresses of pods from it",
                f"add a range of {network.vpc_cidr} that no other vSwitch has, or use flannel"
                if isinstance(network, Network)
                else "add pod_vswitch_id and pod_cidr of a vSwitch in that zone, or use flannel",
            )


def _vswitches(network: AnyNetwork) -> list[_Range]:
    return [
        _Range(f"{ROOT}.network.zones[{index}].{field}", cidr.parse(text))
        for index, zone in enumerate(network.zones)
        for field in ("node_cidr", "pod_cidr")
        if (text := known(zone, field)) is not None
    ]


def _overlap(code: Code, later: _Range, earlier: _Range, rule: str) -> Iterator[Problem]:
    shared = cidr.overlap(earlier.network, later.network)
    if shared is not None:
        where = earlier.path.removeprefix(f"{ROOT}.")
        yield Problem(
            code,
            later.path,
            str(later.network),
            f"{rule} {where} ({earlier.network}); they share {shared}",
            "choose a range of its own for one of them",
        )
