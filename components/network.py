"""A VPC over several zones, with a way out to the internet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import cidr
from ackb.domain.problems import ArgumentProblem
from components.checks import parsed_range, problem, refuse
from components.naming import physical


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One zone and the address ranges of its vSwitches."""

    zone_id: str
    """Zone id, such as `cn-hangzhou-j`."""
    node_cidr: str
    """Range of the vSwitch of nodes, data stores and load balancers."""
    pod_cidr: str | None = None
    """Range of the vSwitch of Terway pods and ECI pods. Default: no such vSwitch."""

    @property
    def key(self) -> str:
        """Part of logical names that tells the zones of a region apart, such as `j`."""
        return self.zone_id.rsplit("-", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Nat:
    """An Internet NAT gateway with one elastic IP address."""

    eip_bandwidth_mbps: int = 100
    """Peak bandwidth in Mbit/s, paid by traffic. Default: 100."""


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of `Network`."""

    vpc_cidr: str
    """Range of the VPC, such as `10.0.0.0/8`; a change replaces the whole network."""
    zones: Sequence[Zone]
    """Zones in use; the NAT gateway stands in the first one."""
    nat: Nat | None = Nat()
    """Way out to the internet. Default: a NAT gateway; None for no way out."""


class Network(pulumi.ComponentResource):
    """A VPC with a vSwitch for nodes, and one for pods, in each zone, behind a NAT gateway.

    Creates: VPC; for each zone a node vSwitch and, where it has a `pod_cidr`, a pod vSwitch; with
    `nat` an Internet NAT gateway (Enhanced, spread over zones by the cloud), an elastic IP address
    bound to it, and one SNAT entry for each vSwitch.

        zones = [
            Zone(zone_id="cn-hangzhou-i", node_cidr="10.0.0.0/20", pod_cidr="10.16.0.0/14"),
            Zone(zone_id="cn-hangzhou-j", node_cidr="10.0.16.0/20", pod_cidr="10.20.0.0/14"),
        ]
        network = Network(
            "net",
            NetworkArgs(vpc_cidr="10.0.0.0/8", zones=zones),
            pulumi.ResourceOptions(providers=[provider]),
        )
        pulumi.export("vpc_id", network.vpc_id)

    Depend on the whole component where something must reach the internet from its first moment.
    """

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    node_vswitch_ids: dict[str, pulumi.Output[str]]
    """Id of the node vSwitch of each zone, by zone id."""
    pod_vswitch_ids: dict[str, pulumi.Output[str]]
    """Id of the pod vSwitch of each zone that has one, by zone id."""
    egress_address: pulumi.Output[str] | None
    """Public address that outgoing connections come from; None without NAT."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Network", name, _problems(args))
        super().__init__("ackb:network:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vpc = alicloud.vpc.Network(
            f"{name}-vpc",
            vpc_name=physical("vpc", f"{name}-vpc"),
            cidr_block=args.vpc_cidr,
            opts=child,
        )
        self.vpc_id = vpc.id
        nodes = {
            zone.zone_id: _vswitch(f"{name}-nodes-{zone.key}", vpc, zone, zone.node_cidr, child)
            for zone in args.zones
        }
        pods = {
            zone.zone_id: _vswitch(f"{name}-pods-{zone.key}", vpc, zone, zone.pod_cidr, child)
            for zone in args.zones
            if zone.pod_cidr
        }
        self.node_vswitch_ids = {zone: vswitch.id for zone, vswitch in nodes.items()}
        self.pod_vswitch_ids = {zone: vswitch.id for zone, vswitch in pods.items()}
        self.egress_address = None
        if args.nat:
            inside = {f"nodes-{zone.key}": nodes[zone.zone_id] for zone in args.zones} | {
                f"pods-{zone.key}": pods[zone.zone_id] for zone in args.zones if zone.pod_cidr
            }
            first = self.node_vswitch_ids[args.zones[0].zone_id]
            self.egress_address = _way_out(name, args.nat, vpc, first, inside, child)
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "node_vswitch_ids": self.node_vswitch_ids,
                "pod_vswitch_ids": self.pod_vswitch_ids,
                "egress_address": self.egress_address,
            }
        )


def _vswitch(
    logical: str,
    vpc: alicloud.vpc.Network,
    zone: Zone,
    cidr_block: str | None,
    child: pulumi.ResourceOptions,
) -> alicloud.vpc.Switch:
    return alicloud.vpc.Switch(
        logical,
        vswitch_name=physical("vswitch", logical),
        vpc_id=vpc.id,
        zone_id=zone.zone_id,
        cidr_block=cidr_block,
        opts=child,
    )


def _way_out(
    name: str,
    nat: Nat,
    vpc: alicloud.vpc.Network,
    vswitch_id: pulumi.Output[str],
    inside: dict[str, alicloud.vpc.Switch],
    child: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Declare gateway, address and SNAT entries; return the public address."""
    gateway = alicloud.vpc.NatGateway(
        f"{name}-nat",
        nat_gateway_name=physical("nat_gateway", f"{name}-nat"),
        vpc_id=vpc.id,
        vswitch_id=vswitch_id,
        nat_type="Enhanced",
        network_type="internet",
        payment_type="PayAsYouGo",
        internet_charge_type="PayByLcu",
        opts=child,
    )
    address = alicloud.ecs.EipAddress(
        f"{name}-eip",
        address_name=physical("eip", f"{name}-eip"),
        bandwidth=str(nat.eip_bandwidth_mbps),
        payment_type="PayAsYouGo",
        internet_charge_type="PayByTraffic",
        opts=child,
    )
    bound = alicloud.ecs.EipAssociation(
        f"{name}-eip-nat",
        allocation_id=address.id,
        instance_id=gateway.id,
        instance_type="Nat",
        opts=child,
    )
    for key, vswitch in inside.items():
        alicloud.vpc.SnatEntry(
            f"{name}-snat-{key}",
            snat_entry_name=physical("snat_entry", f"{name}-snat-{key}"),
            snat_table_id=gateway.snat_table_ids,
            source_vswitch_id=vswitch.id,
            snat_ip=address.ip_address,
            # The cloud refuses an entry whose address is not bound to the gateway yet, and the
            # address cannot be unbound while an entry uses it; no property says so.
            opts=pulumi.ResourceOptions(parent=child.parent, depends_on=[bound]),
        )
    return address.ip_address


def _problems(args: NetworkArgs) -> Iterator[ArgumentProblem]:
    vpc, found = parsed_range("vpc_cidr", args.vpc_cidr)
    yield from found
    if vpc:
        yield from problem("vpc_cidr", args.vpc_cidr, cidr.check_vpc(vpc))
    if not args.zones:
        yield ArgumentProblem("zones", "hold at least one zone", [], "add a zone")
    zone_ids = [zone.zone_id for zone in args.zones]
    for index, zone_id in enumerate(zone_ids):
        if zone_id in zone_ids[:index]:
            yield ArgumentProblem(
                f"zones[{index}].zone_id", "be given once", zone_id, "remove or change one of them"
            )
    ranges: dict[str, IPv4Network] = {}
    for index, zone in enumerate(args.zones):
        for role, text in (("node_cidr", zone.node_cidr), ("pod_cidr", zone.pod_cidr)):
            field = f"zones[{index}].{role}"
            if text is None:
                continue
            network, found = parsed_range(field, text)
            yield from found
            if network and vpc:
                yield from problem(field, text, cidr.check_vswitch(network, vpc))
            if network:
                ranges[field] = network
    for (field, one), (other_field, other) in combinations(ranges.items(), 2):
        shared = cidr.overlap(one, other)
        if shared:
            yield ArgumentProblem(
                other_field,
                f"not overlap '{field}', {one}",
                str(other),
                f"choose ranges that do not share {shared}",
            )
