"""IPv4 ranges as Alibaba Cloud takes them: VPCs, vSwitches, pods, Services."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken, Refused

_LIMITS: Final[dict[str, int]] = {
    name: limit["value"] for name, limit in load("network_limits")["limits"].items()
}

VPC_PREFIXES: Final = range(_LIMITS["vpc_prefix_min"], _LIMITS["vpc_prefix_max"] + 1)
"""Prefix lengths a VPC may have."""

VSWITCH_PREFIXES: Final = range(_LIMITS["vswitch_prefix_min"], _LIMITS["vswitch_prefix_max"] + 1)
"""Prefix lengths a vSwitch may have."""

NODE_MASKS: Final = range(_LIMITS["node_cidr_mask_min"], _LIMITS["node_cidr_mask_max"] + 1)
"""Prefix lengths that a node's share of a Flannel pod range may have."""

RESERVED_PER_VSWITCH: Final = _LIMITS["vswitch_reserved_first"] + _LIMITS["vswitch_reserved_last"]
"""Addresses of a vSwitch that Alibaba Cloud keeps: the first one and the last three."""

_ADDRESS_BITS: Final = 32


@dataclass(frozen=True)
class Overlap:
    """The addresses two ranges share, `first` and `last` included."""

    first: ipaddress.IPv4Address
    last: ipaddress.IPv4Address

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def parse(text: str) -> IPv4Network:
    """Return the range that `text` (such as `10.0.0.0/16`) names.

    Raises:
        Refused: it is not an IPv4 range, has no prefix length, or sets bits behind the prefix; the
            fix then names the range that was probably meant.
    """
    try:
        return IPv4Network(_with_prefix(text))
    except ValueError:
        pass
    try:
        meant = IPv4Network(_with_prefix(text), strict=False)
    except ValueError:
        raise Refused(
            Broken("be an IPv4 range such as 10.0.0.0/16", "write address and prefix length")
        ) from None
    raise Refused(
        Broken(
            f"have no bits set behind its prefix length of {meant.prefixlen}",
            f"write {meant}, if that is the range you mean",
        )
    )


def contains(outer: IPv4Network, inner: IPv4Network) -> bool:
    """Tell whether every address of `inner` lies in `outer`."""
    return inner.subnet_of(outer)


def overlap(one: IPv4Network, other: IPv4Network) -> Overlap | None:
    """Return the addresses both ranges hold, or None when they are apart."""
    first = max(one.network_address, other.network_address)
    last = min(one.broadcast_address, other.broadcast_address)
    return Overlap(first, last) if first <= last else None


def usable_ips(vswitch: IPv4Network) -> int:
    """Return how many addresses of a vSwitch resources can get (252 of a /24)."""
    return max(0, vswitch.num_addresses - RESERVED_PER_VSWITCH)


def prefix_for(ips: int) -> int:
    """Return the longest vSwitch prefix that leaves at least `ips` usable addresses.

    Raises:
        ValueError: no vSwitch is large enough; it takes several.
    """
    needed = max(1, ips) + RESERVED_PER_VSWITCH
    prefix = _ADDRESS_BITS - (needed - 1).bit_length()
    if prefix < VSWITCH_PREFIXES.start:
        raise ValueError(f"no vSwitch has {ips} usable addresses; spread them over several")
    return min(prefix, VSWITCH_PREFIXES[-1])


def pods_per_node(mask: int) -> int:
    """Return how many pods a Flannel node can run when its share of the pod range is `/mask`.

    2^(32-mask) - 1: 255 with 24 (pulumi-alicloud 4.0.0, cs.ManagedKubernetes node_cidr_mask).
    """
    return (1 << (_ADDRESS_BITS - mask)) - 1


def check_node_mask(mask: int) -> Broken | None:
    """Return what is wrong with the prefix length of a node's share of the pod range, or None."""
    if mask in NODE_MASKS:
        return None
    table = ", ".join(f"{one}: {pods_per_node(one)}" for one in NODE_MASKS)
    return Broken(
        f"be from {NODE_MASKS[0]} to {NODE_MASKS[-1]}",
        f"choose by the pods a node is to run ({table})",
    )


def check_form(text: str) -> Broken | None:
    """Return what is wrong with the text of a range, or None."""
    try:
        parse(text)
    except Refused as refused:
        return refused.broken
    return None


def check_vpc_text(text: str) -> Broken | None:
    """Return what is wrong with the range of a VPC, or None.

    Raises:
        Refused: it is not a range.
    """
    return check_vpc(parse(text))


def check_vpc(network: IPv4Network) -> Broken | None:
    """Return what is wrong with the range of a VPC, or None."""
    if network.prefixlen not in VPC_PREFIXES:
        return Broken(
            f"have a prefix length of {VPC_PREFIXES[0]} to {VPC_PREFIXES[-1]}",
            "choose a range such as 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        )
    for reserved in load("network_limits")["vpc_reserved"]["ranges"]:
        shared = overlap(network, IPv4Network(reserved))
        if shared:
            return Broken(
                f"stay clear of {reserved}, which the cloud keeps (they share {shared})",
                "choose a range inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            )
    return None


def check_vswitch(network: IPv4Network, vpc: IPv4Network) -> Broken | None:
    """Return what is wrong with the range of a vSwitch in `vpc`, or None."""
    if network.prefixlen not in VSWITCH_PREFIXES:
        return Broken(
            f"have a prefix length of {VSWITCH_PREFIXES[0]} to {VSWITCH_PREFIXES[-1]}",
            "change the prefix length",
        )
    if not contains(vpc, network):
        return Broken(f"lie inside the VPC range {vpc}", f"choose a part of {vpc}")
    return None


def _with_prefix(text: str) -> str:
    # ipaddress reads a bare address as /32, which is never what a network range means here.
    if "/" not in text or not text.rsplit("/", 1)[1].isdecimal():
        raise ValueError("no prefix length")
    return text
