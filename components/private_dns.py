"""Names that only a VPC resolves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import private_names
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class PrivateDnsArgs:
    """Arguments of `PrivateDns`."""

    zone_name: str
    """Name of the zone, such as `class.private`; a change replaces it."""
    vpc_id: pulumi.Input[str]
    """VPC whose pods and machines resolve the names."""
    addresses: Mapping[str, pulumi.Input[str]]
    """IPv4 address of each name below the zone; `@` is the zone itself."""
    ttl_seconds: int = private_names.DEFAULT_TTL_SECONDS
    """How long a resolver keeps an answer. Default: 60."""


class PrivateDns(pulumi.ComponentResource):
    """A private zone with its names, for one VPC (S1-20).

    Creates: a PrivateZone zone, an A record for each name, and the attachment to the VPC. The
    attachment comes last and goes first: a VPC that sees the zone before its records is told that
    the names do not exist, and remembers it. Without it the zone can be deleted.

        front = LoadBalancer("front", ...)
        PrivateDns(
            "names",
            PrivateDnsArgs(
                zone_name="class.private",
                vpc_id=network.vpc_id,
                addresses={"www": front.address},
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )

    Pods ask the VPC's DNS only with the DNS policy `Default`, or through CoreDNS.
    """

    zone_id: pulumi.Output[str]
    """Id of the zone."""
    names: dict[str, pulumi.Output[str]]
    """Full name of each key of `addresses`, known once the VPC resolves it."""

    def __init__(
        self, name: str, args: PrivateDnsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("PrivateDns", name, _problems(args))
        super().__init__("ackb:network:PrivateDns", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        zone = alicloud.pvtz.Zone(f"{name}-zone", zone_name=args.zone_name, opts=child)
        records = [
            alicloud.pvtz.ZoneRecord(
                f"{name}-{_key(host)}",
                zone_id=zone.id,
                rr=host,
                type="A",
                value=address,
                ttl=args.ttl_seconds,
                opts=child,
            )
            for host, address in args.addresses.items()
        ]
        attachment = alicloud.pvtz.ZoneAttachment(
            f"{name}-attachment",
            zone_id=zone.id,
            vpc_ids=[args.vpc_id],
            # Names that are asked for before they exist stay unknown for a while.
            opts=pulumi.ResourceOptions(parent=self, depends_on=records),
        )
        self.zone_id = zone.id
        self.names = {
            host: attachment.id.apply(partial(_full_name, host, args.zone_name))
            for host in args.addresses
        }
        self.register_outputs({"zone_id": self.zone_id, "names": self.names})


def _key(host: str) -> str:
    """Return the part of a logical name that stands for a host."""
    return "self" if host == private_names.OWN_NAME else host


def _full_name(host: str, zone: str, _attached: str) -> str:
    return private_names.full_name(host, zone)


def _problems(args: PrivateDnsArgs) -> Iterator[ArgumentProblem]:
    broken = private_names.check_zone(args.zone_name)
    yield from problem("zone_name", args.zone_name, broken)
    for host in args.addresses:
        yield from problem("addresses", host, private_names.check_host(host))
    if not args.addresses:
        yield ArgumentProblem("addresses", "hold at least one name", {}, "add a name")
    if args.ttl_seconds < 1:
        yield ArgumentProblem(
            "ttl_seconds", "be 1 or more", args.ttl_seconds, "choose a larger number"
        )
