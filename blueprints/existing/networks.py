"""VPC, vSwitches and security group that are there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ackb.domain.problems import Problem
from blueprints.existing.asking import Cloud
from blueprints.existing.comparing import Judge
from blueprints.settings.existing import AnyNetwork, ExistingNetwork, ExistingZone


def compare(said: AnyNetwork, cloud: Cloud, problems: list[Problem]) -> None:
    """Compare an existing network with its settings; of a new one there is nothing to compare."""
    if not isinstance(said, ExistingNetwork):
        return
    judge = Judge("network", problems)
    vpc = judge.one("vpc_id", said.vpc_id, lambda path: cloud.vpcs(path, said.vpc_id), "a VPC")
    if vpc is not None:
        judge.status("vpc_id", said.vpc_id, vpc.status, "Available", "VPC")
        # Its vSwitches lie in its range or in a secondary one.
        if said.vpc_cidr not in vpc.secondary_cidr_blocks:
            judge.same("vpc_cidr", said.vpc_cidr, vpc.cidr_block, f"the range of {said.vpc_id}")
    for index, zone in enumerate(said.zones):
        _compare_zone(judge, f"zones[{index}]", zone, said, cloud)
    group_id = said.security_group_id
    if group_id is not None:
        group = judge.one(
            "security_group_id",
            group_id,
            lambda path: cloud.security_groups(path, group_id),
            "a security group",
        )
        if group is not None:
            judge.in_vpc("security_group_id", group_id, group.vpc_id, said.vpc_id, "security group")


def _compare_zone(
    judge: Judge, at: str, zone: ExistingZone, said: ExistingNetwork, cloud: Cloud
) -> None:
    for role, vswitch_id, cidr in (
        ("node", zone.node_vswitch_id, zone.node_cidr),
        ("pod", zone.pod_vswitch_id, zone.pod_cidr),
    ):
        if vswitch_id is None:
            continue
        key = f"{at}.{role}_vswitch_id"
        there = judge.one(key, vswitch_id, partial(_vswitch, cloud, vswitch_id), "a vSwitch")
        if there is None:
            continue
        judge.in_vpc(key, vswitch_id, there.vpc_id, said.vpc_id, "vSwitch")
        judge.status(key, vswitch_id, there.status, "Available", "vSwitch")
        judge.same(f"{at}.zone_id", zone.zone_id, there.zone_id, f"the zone of {vswitch_id}")
        judge.same(f"{at}.{role}_cidr", cidr, there.cidr_block, f"the range of {vswitch_id}")


def _vswitch(cloud: Cloud, vswitch_id: str, path: str) -> Sequence[Any] | None:
    return cloud.vswitches(path, vswitch_id)
