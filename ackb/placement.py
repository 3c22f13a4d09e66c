"""What a design says about where its pods go: ways that exclude each other, and legacy ones.

Pure reading of the inventory of a plan by the rules of `ackb.domain.placement`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ackb.domain.eci_pods import check_kind, check_pod_spec, check_service
from ackb.domain.placement import (
    Choice,
    Mechanism,
    Needs,
    StrategyName,
    WorkloadKind,
    choose_placement,
    conflicts,
    facts,
)
from ackb.domain.problems import Broken, Problem
from ackb.inventory import Inventory, Workload
from ackb.inventory.values import mapping

CONFLICT, LEGACY, NOT_ON_ECI = "PLC-01", "PLC-02", "PLC-03"
"""Ids of the checks, for life."""

TITLES: Final = {
    CONFLICT: "one way of placing pods is at work on a workload, and in time",
    LEGACY: "the way of placing pods is one that is maintained",
    NOT_ON_ECI: "a pod that is sent to ECI has nothing that needs a node",
}

_PRO: Final = "ack.pro"


@dataclass(frozen=True)
class Finding:
    """What is wrong with a placement; `stops` tells what cannot work from what is only old."""

    resource: str
    """Logical name of the workload."""
    problem: Problem
    stops: bool


def judge(inventory: Inventory) -> Iterator[Finding]:
    """Yield what is wrong with the placement of each workload."""
    for workload in inventory.workloads:
        path = f"{workload.kind} {workload.namespace}/{workload.name}"
        for found in conflicts(workload.mechanisms):
            both = [one.where for one in (found.first, found.second) if one is not None]
            problem = Problem(CONFLICT, path, both, found.why, found.fix)
            yield Finding(workload.resource, problem, stops=True)
        for mechanism in workload.mechanisms:
            if facts(mechanism.strategy).legacy:
                problem = _legacy(path, mechanism, workload, inventory)
                yield Finding(workload.resource, problem, stops=False)
        if workload.mechanisms:
            for broken in _needs_a_node(workload):
                problem = Problem.of(NOT_ON_ECI, path, workload.kind, broken)
                yield Finding(workload.resource, problem, stops=True)


def needs_of(workload: Workload, inventory: Inventory) -> Needs:
    """Return what the ways at work on a workload are meant to do, as needs."""
    cluster = inventory.cluster
    found = [facts(one.strategy) for one in workload.mechanisms]
    split = next((one.split for one in workload.mechanisms if one.split is not None), None)
    kind = WorkloadKind(workload.kind)
    return Needs(
        kind=kind,
        kubernetes=cluster.version if cluster and cluster.version else Needs().kubernetes,
        pro=cluster.spec.startswith(_PRO) if cluster else True,
        all_on_eci=any(one.places == "eci" for one in found),
        whole_namespace=any(one.scope == "namespace" for one in found),
        workload_unchanged=any(one.name is StrategyName.ECI_PROFILE for one in found),
        strict_order=any(one.order == "strict" for one in found),
        eci_first_out=any(kind in one.eci_first_out for one in found),
        split=split,
    )


def choice_of(workload: Workload, inventory: Inventory) -> Choice:
    """Return what would be chosen today for what a workload's placement is meant to do."""
    return choose_placement(needs_of(workload, inventory))


def _legacy(path: str, mechanism: Mechanism, workload: Workload, inventory: Inventory) -> Problem:
    known = facts(mechanism.strategy)
    better = choice_of(workload, inventory).strategy
    fix = f"use {better} ({facts(better).mechanism})" if better else "run it on ECS nodes only"
    return Problem(
        LEGACY, path, mechanism.where, f"{known.mechanism} is legacy: {known.standing_reason}", fix
    )


def _needs_a_node(workload: Workload) -> Iterator[Broken]:
    broken = check_kind(workload.kind)
    if broken is not None:
        yield broken
    yield from check_pod_spec(mapping(workload.pod))
    if workload.service is not None:
        broken = check_service(workload.service.type)
        if broken is not None:
            yield broken
