"""A security group with its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain.problems import ArgumentProblem
from ackb.domain.security_rules import GroupType, SecurityRule, check_group
from components.checks import refuse
from components.naming import physical

_KINDS: Final[dict[GroupType, str]] = {"basic": "normal", "enterprise": "enterprise"}


@dataclass(frozen=True, kw_only=True)
class SecurityGroupArgs:
    """Arguments of `SecurityGroup`."""

    vpc_id: pulumi.Input[str]
    """VPC of the group; a change replaces it."""
    kind: GroupType = "enterprise"
    """`basic` holds 6,000 addresses, `enterprise` 65,536; a change replaces the group. Default:
    enterprise."""
    rules: Mapping[str, SecurityRule] = field(default_factory=dict)
    """Rules, each under a name of its own that becomes part of its logical name. Default: none."""


class SecurityGroup(pulumi.ComponentResource):
    """A security group for nodes, pods and whatever they talk to.

    Creates: one security group and one rule resource for each rule. Members of a basic group reach
    each other; in an enterprise group only what the rules let in comes through.

        from_vpc = SecurityRule(direction="ingress", protocol="all", cidr="10.0.0.0/8")
        group = SecurityGroup(
            "sg",
            SecurityGroupArgs(vpc_id=network.vpc_id, rules={"from-vpc": from_vpc}),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    security_group_id: pulumi.Output[str]
    """Id of the group."""

    def __init__(
        self, name: str, args: SecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("SecurityGroup", name, _problems(args))
        super().__init__("ackb:network:SecurityGroup", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = alicloud.ecs.SecurityGroup(
            f"{name}-group",
            security_group_name=physical("security_group", name),
            security_group_type=_KINDS[args.kind],
            # An enterprise group has no policy among its members.
            inner_access_policy="Accept" if args.kind == "basic" else None,
            vpc_id=args.vpc_id,
            opts=child,
        )
        self.security_group_id = group.id
        for key, rule in args.rules.items():
            alicloud.ecs.SecurityGroupRule(
                f"{name}-{key}",
                security_group_id=group.id,
                type=rule.direction,
                ip_protocol=rule.protocol,
                port_range=rule.port_range,
                cidr_ip=rule.cidr,
                source_security_group_id=rule.group_id,
                prefix_list_id=rule.prefix_list_id,
                policy=rule.policy,
                priority=rule.priority,
                nic_type="intranet",
                opts=child,
            )
        self.register_outputs({"security_group_id": self.security_group_id})


def _problems(args: SecurityGroupArgs) -> Iterator[ArgumentProblem]:
    keys, rules = list(args.rules), list(args.rules.values())
    for path, broken in check_group(args.kind, rules):
        place = path.removeprefix("rules[")
        if place == path:
            yield ArgumentProblem.of(path, len(rules), broken)
            continue
        index, attribute = place.split("].")
        got = getattr(rules[int(index)], attribute)
        yield ArgumentProblem.of(f'rules["{keys[int(index)]}"].{attribute}', got, broken)
