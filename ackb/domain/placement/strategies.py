"""The ways to send pods to ECI, and what stands behind each today: a table with sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal

from ackb.domain.data import load

VIRTUAL_NODE_ADD_ON: Final = "ack-virtual-node"
"""Add-on that brings managed virtual nodes; self-managed ones serve every way as well."""
VIRTUAL_NODE_LABEL: Final = ("type", "virtual-kubelet")
"""Label of every virtual node."""
VIRTUAL_NODE_TAINT: Final = ("virtual-kubelet.io/provider", "alibabacloud", "NoSchedule")
"""Key, value and effect of the taint of every virtual node. Both from
https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/configure-eci-scaling"""
ECI_LABEL: Final = ("alibabacloud.com/eci", "true")
"""Label of pods and namespaces that must run on ECI."""
BURST_RESOURCE: Final = "alibabacloud.com/burst-resource"
"""Annotation of pods, out of maintenance."""
AFFINITY_INJECTION: Final = ("virtual-node-affinity-injection", "enabled")
"""Label of namespaces, replaced by `ECI_LABEL`."""


class StrategyName(StrEnum):
    """Every way, in the order in which they are told."""

    ECI_LABEL = "eci_label"
    NAMESPACE_LABEL = "namespace_label"
    ECI_PROFILE = "eci_profile"
    ECS_FIRST = "ecs_first"
    WORKLOAD_SPREAD = "workload_spread"
    UNITED_DEPLOYMENT = "united_deployment"
    NODE_AFFINITY = "node_affinity"
    ELASTIC_WORKLOAD = "elastic_workload"
    BURST_RESOURCE = "burst_resource"
    AFFINITY_INJECTION = "affinity_injection"


class WorkloadKind(StrEnum):
    """What owns the pods."""

    DEPLOYMENT = "Deployment"
    CLONE_SET = "CloneSet"
    UNITED_DEPLOYMENT = "UnitedDeployment"
    STATEFUL_SET = "StatefulSet"
    JOB = "Job"
    CRON_JOB = "CronJob"
    DAEMON_SET = "DaemonSet"


Version = tuple[int, int]
"""Major and minor of Kubernetes."""


@dataclass(frozen=True, kw_only=True)
class CreatedObject:
    """An object that a strategy creates."""

    kind: str
    when: str
    """`before` or `after` the workload, or `instead of` it."""
    name: str | None


@dataclass(frozen=True, kw_only=True)
class StrategyFacts:
    """What is known about one strategy."""

    name: StrategyName
    mechanism: str
    """What it is to Kubernetes."""
    standing: Literal["recommended", "supported", "legacy"]
    standing_reason: str
    source: str
    as_of: date
    effect: str
    """What it does to the pods."""
    pod: str | None
    """What it changes on the pod template."""
    namespace: str | None
    """What it changes on the namespace."""
    objects: tuple[CreatedObject, ...]
    places: Literal["eci", "both", "either"]
    """Whether it sends all pods to ECI, divides them, or does whichever is asked of it."""
    order: Literal["strict", "preferred"] | None
    """How surely ECS nodes fill up first."""
    eci_first_out: Mapping[WorkloadKind, Version]
    """Kinds whose scale-in takes ECI pods first, each from this version of Kubernetes."""
    splits: frozenset[str]
    """`number`, `ratio`."""
    splits_since: Version | None
    subsets: bool
    """Whether there can be more than one subset on each side."""
    scope: Literal["workload", "namespace", "selector"]
    leaves_workload_alone: bool
    """Whether the workload itself stays as it is."""
    deletion_cost: bool
    """Whether it writes pod-deletion-cost."""
    kinds: frozenset[WorkloadKind]
    kinds_reason: str | None
    since: Version | None
    before: Version | None
    """First version of Kubernetes that it is not maintained for."""
    pro: bool
    """Whether it needs ACK Pro."""
    add_ons: tuple[str, ...]

    @property
    def legacy(self) -> bool:
        """Whether a new design should not use it."""
        return self.standing == "legacy"


def version(text: str) -> Version:
    """Return major and minor of `1.36`, `1.36.1-aliyun.1` or `v1.36.3`.

    Raises:
        ValueError: it is no version of Kubernetes.
    """
    found = re.match(r"v?(\d+)\.(\d+)(?:\D|$)", text)
    if found is None:
        raise ValueError(f"{text!r} is no version of Kubernetes")
    return int(found[1]), int(found[2])


@cache
def strategies() -> Mapping[StrategyName, StrategyFacts]:
    """Return the facts of every strategy, in the order in which they are told."""
    table = load("placement_strategies")
    as_of = date.fromisoformat(table["as_of"])
    return {name: _facts(name, table["strategies"][name], as_of) for name in StrategyName}


def facts(name: StrategyName) -> StrategyFacts:
    """Return the facts of one strategy."""
    return strategies()[name]


def _facts(name: StrategyName, row: Mapping[str, Any], as_of: date) -> StrategyFacts:
    return StrategyFacts(
        name=name,
        mechanism=row["mechanism"],
        standing=row["standing"],
        standing_reason=row["standing_reason"],
        source=row["source"],
        as_of=as_of,
        effect=row["effect"],
        pod=row.get("pod"),
        namespace=row.get("namespace"),
        objects=tuple(
            CreatedObject(kind=one["kind"], when=one["when"], name=one.get("name"))
            for one in row.get("objects", ())
        ),
        places=row["places"],
        order=row.get("order"),
        eci_first_out={
            WorkloadKind(kind): version(one) for kind, one in row.get("eci_first_out", {}).items()
        },
        splits=frozenset(row.get("splits", ())),
        splits_since=_version(row.get("splits_since")),
        subsets=row.get("subsets", False),
        scope=row["scope"],
        leaves_workload_alone=row.get("leaves_workload_alone", False),
        deletion_cost=row.get("deletion_cost", False),
        kinds=frozenset(WorkloadKind(one) for one in row["kinds"]),
        kinds_reason=row.get("kinds_reason"),
        since=_version(row.get("since")),
        before=_version(row.get("before")),
        pro=row.get("pro", False),
        add_ons=tuple(row["add_ons"]),
    )


def _version(text: str | None) -> Version | None:
    return None if text is None else version(text)
