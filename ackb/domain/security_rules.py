"""Rules of ECS security groups: what one group can hold, and what one rule can say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ackb.domain import cidr
from ackb.domain.problems import Broken, Refused
from ackb.domain.quotas import quota

GroupType = Literal["basic", "enterprise"]

_PORTS: Final = re.compile(r"(\d{1,5})/(\d{1,5})")
_ALL_PORTS: Final = "-1/-1"
_LAST_PORT: Final = 65535
_PRIORITIES: Final = range(1, 101)


@dataclass(frozen=True, kw_only=True)
class SecurityRule:
    """One rule of a security group.

    Attributes:
        direction: `ingress` or `egress`.
        protocol: `tcp`, `udp`, `icmp`, `gre` or `all`.
        port_range: `80/80`, `8000/8080`; `-1/-1` means all ports and fits no other protocol than
            icmp, gre and all.
        cidr: range on the other side; exactly one of `cidr`, `group_id` and `prefix_list_id`.
        group_id: security group on the other side.
        prefix_list_id: prefix list on the other side.
        policy: `accept` or `drop`.
        priority: 1 (first) to 100.
    """

    direction: Literal["ingress", "egress"]
    protocol: Literal["tcp", "udp", "icmp", "gre", "all"]
    port_range: str = _ALL_PORTS
    cidr: str | None = None
    group_id: str | None = None
    prefix_list_id: str | None = None
    policy: Literal["accept", "drop"] = "accept"
    priority: int = 1


def check_group(group_type: GroupType, rules: Sequence[SecurityRule]) -> list[tuple[str, Broken]]:
    """Return what is wrong with a group's rules: pairs of a path (`rules[3].cidr`) and the rule."""
    limit = quota("ecs.security_group.rules").value
    broken: list[tuple[str, Broken]] = []
    if len(rules) > limit:
        broken.append(
            (
                "rules",
                Broken(
                    f"be at most {limit} rules in one security group (there are {len(rules)})",
                    "merge ranges or use a prefix list, or spread the rules over two groups",
                ),
            )
        )
    for index, rule in enumerate(rules):
        broken += [(f"rules[{index}].{field}", one) for field, one in _check(group_type, rule)]
    return broken


def _check(group_type: GroupType, rule: SecurityRule) -> list[tuple[str, Broken]]:
    broken: list[tuple[str, Broken]] = []
    peers = [peer for peer in (rule.cidr, rule.group_id, rule.prefix_list_id) if peer is not None]
    if len(peers) != 1:
        broken.append(
            (
                "cidr",
                Broken(
                    f"be the one peer of the rule ({len(peers)} of cidr, group_id and "
                    "prefix_list_id are given)",
                    "give exactly one of them",
                ),
            )
        )
    if rule.group_id is not None and group_type == "enterprise":
        broken.append(
            (
                "group_id",
                Broken(
                    "not be used in an enterprise security group, which knows no rules for other "
                    "groups",
                    "give the other side's CIDR or a prefix list, or make the group basic",
                ),
            )
        )
    if rule.cidr is not None:
        try:
            cidr.parse(rule.cidr)
        except Refused as refused:
            broken.append(("cidr", refused.broken))
    ports = _check_ports(rule)
    if ports is not None:
        broken.append(("port_range", ports))
    if rule.priority not in _PRIORITIES:
        broken.append(
            (
                "priority",
                Broken(
                    f"be a whole number from {_PRIORITIES[0]} to {_PRIORITIES[-1]}",
                    "choose 1 for the rule that is to win",
                ),
            )
        )
    return broken


def _check_ports(rule: SecurityRule) -> Broken | None:
    if rule.protocol not in ("tcp", "udp"):
        if rule.port_range == _ALL_PORTS:
            return None
        return Broken(f"be {_ALL_PORTS} for {rule.protocol}", f"write '{_ALL_PORTS}'")
    found = _PORTS.fullmatch(rule.port_range)
    if found and 1 <= int(found[1]) <= int(found[2]) <= _LAST_PORT:
        return None
    return Broken(
        f"be first/last with ports from 1 to {_LAST_PORT} for {rule.protocol}",
        "write '80/80' for one port, '1/65535' for all",
    )
