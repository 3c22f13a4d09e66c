"""A Redis instance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import allow_lists, databases, passwords
from ackb.domain.problems import ArgumentProblem
from components.checks import checked_secret, problem, refuse
from components.instance_zone import InstanceZone
from components.naming import physical


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """Arguments of `Cache`."""

    zones: Sequence[InstanceZone]
    """Zone of the primary and, second, of the replica."""
    security_group_id: pulumi.Input[str]
    """Security group whose members may connect."""
    password: pulumi.Input[str]
    """Password of the instance; a secret."""
    engine_version: str = "7.0"
    """Redis version. Default: 7.0."""
    instance_class: str = "redis.shard.small.2.ce"
    """Instance class. Default: redis.shard.small.2.ce (1 GB)."""
    deletion_protection: bool = True
    """Refuse to release or replace the instance, in the cloud and in the engine. Default: true."""
    allowed_cidrs: Sequence[str] = ()
    """Ranges that may connect besides the security group. Default: none."""


class Cache(pulumi.ComponentResource):
    """A Redis instance with a password that members of a security group can use.

    Creates: one pay-as-you-go instance (Tair, Redis OSS-compatible).

        cache = Cache(
            "cache",
            CacheArgs(
                zones=[InstanceZone(zone_id="cn-hangzhou-j", vswitch_id=vswitch_id)],
                security_group_id=group.security_group_id,
                password=config.require_secret("cachePassword"),
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    instance_id: pulumi.Output[str]
    """Id of the instance."""
    address: pulumi.Output[str]
    """Host name inside the VPC; the port is that of Redis, 6379."""

    def __init__(
        self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Cache", name, _problems(args))
        super().__init__("ackb:data:Cache", name, None, opts)
        primary, *replica = args.zones
        instance = alicloud.kvstore.Instance(
            f"{name}-instance",
            db_instance_name=physical("kvstore_instance", name),
            instance_type="Redis",
            engine_version=args.engine_version,
            instance_class=args.instance_class,
            zone_id=primary.zone_id,
            secondary_zone_id=replica[0].zone_id if replica else None,
            vswitch_id=primary.vswitch_id,
            security_group_id=args.security_group_id,
            security_ips=list(args.allowed_cidrs) or None,
            password=checked_secret("Cache", name, "password", args.password, passwords.check),
            vpc_auth_mode="Open",
            payment_type="PostPaid",
            instance_release_protection=args.deletion_protection,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        self.instance_id = instance.id
        self.address = instance.connection_domain
        self.register_outputs({"instance_id": self.instance_id, "address": self.address})


def _problems(args: CacheArgs) -> Iterator[ArgumentProblem]:
    broken = databases.check_redis_class(args.instance_class)
    yield from problem("instance_class", args.instance_class, broken)
    if len(args.zones) not in (1, 2):
        zone_ids = [one.zone_id for one in args.zones]
        fix = "name the zone of the primary and of the replica"
        yield ArgumentProblem("zones", "hold one or two zones", zone_ids, fix)
    for index, entry in enumerate(args.allowed_cidrs):
        yield from problem(f"allowed_cidrs[{index}]", entry, allow_lists.check_entry(entry))
