"""Which way of placing pods suits a workload, and why no other does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain import kubernetes_versions
from ackb.domain.placement.split import ByRatio, Split
from ackb.domain.placement.strategies import (
    StrategyFacts,
    StrategyName,
    WorkloadKind,
    facts,
    strategies,
    version,
)

_GATED: Final = (1, 21)
"""Here pod deletion cost needs a feature gate; from 1.22 it is on (KEP-2255)."""

_STANDINGS: Final = ("recommended", "supported", "legacy")


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a workload asks of its placement, and where it runs."""

    kind: WorkloadKind = WorkloadKind.DEPLOYMENT
    kubernetes: str = kubernetes_versions.DEFAULT
    pro: bool = True
    """Whether the cluster is ACK Pro."""
    add_ons: frozenset[str] | None = None
    """Add-ons that may be used; None for whatever is needed."""
    all_on_eci: bool = False
    """No pod on ECS nodes."""
    whole_namespace: bool = False
    """The same for every pod of the namespace."""
    workload_unchanged: bool = False
    """The workload cannot be edited."""
    may_change_kind: bool = False
    """The workload may become a UnitedDeployment."""
    strict_order: bool = False
    """ECS nodes fill up first, surely."""
    eci_first_out: bool = False
    """Scale-in takes ECI pods first."""
    split: Split | None = None
    """How many pods on each side; None for ECI where ECS nodes are full."""
    several_subsets: bool = False
    """More than one subset on one side, such as two node pools, or ECI at full price and spot."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The answer to some needs."""

    strategy: StrategyName | None
    """None where nothing does all of it."""
    reason: str
    rejected: Mapping[StrategyName, tuple[str, ...]]
    """Why not, for each of the others."""
    rule_of_2021: StrategyName | None
    """What the rule of the article says (S4-31), which knows two ways of using both sides."""


def choose_placement(needs: Needs) -> Choice:
    """Return the strategy for these needs, with its reason and why the others are not it."""
    against = _against(needs)
    best = _best(needs)
    rejected = {
        name: reasons or (_less_good(facts(name), best),)
        for name, reasons in against.items()
        if best is None or name is not best.name
    }
    return Choice(
        strategy=best.name if best else None,
        reason=_reason(best, needs) if best else _why_nothing(needs),
        rejected=rejected,
        rule_of_2021=(None if needs.all_on_eci else rule_of_2021(needs.kind, needs.kubernetes)),
    )


def unsuitable(name: StrategyName, needs: Needs) -> tuple[str, ...]:
    """Return why a strategy that somebody chose cannot work for this kind and this cluster.

    What is no longer maintained may still work, and is told where designs are judged.
    """
    one = facts(name)
    reasons = list(_reasons_of_the_kind(one, needs))
    at = version(needs.kubernetes)
    if one.since and at < one.since:
        reasons.append(f"it needs Kubernetes {_text(one.since)} or later")
    if one.pro and not needs.pro:
        reasons.append("it needs ACK Pro")
    return tuple(reasons)


def _against(needs: Needs) -> dict[StrategyName, tuple[str, ...]]:
    return {name: tuple(_reasons_against(one, needs)) for name, one in strategies().items()}


def _best(needs: Needs) -> StrategyFacts | None:
    possible = [facts(name) for name, reasons in _against(needs).items() if not reasons]
    # Of equal ones the first in the table.
    return min(possible, key=lambda one: _rank(one, needs), default=None)


def rule_of_2021(kind: WorkloadKind, kubernetes: str) -> StrategyName | None:
    """Return what S4-31 chooses: it asks for kind and version only, and knows no ResourcePolicy."""
    at = version(kubernetes)
    if kind is WorkloadKind.DEPLOYMENT:
        before = at < _GATED
        return StrategyName.ELASTIC_WORKLOAD if before else StrategyName.WORKLOAD_SPREAD
    if kind is WorkloadKind.CLONE_SET and at >= (1, 16):
        return StrategyName.WORKLOAD_SPREAD
    return None


def _rank(one: StrategyFacts, needs: Needs) -> tuple[bool, bool, int]:
    """Return how good a way is that does what is asked: legacy last, a kept order before a wish."""
    vague = not needs.all_on_eci and one.order != "strict"
    return one.legacy, vague, _STANDINGS.index(one.standing)


def _reasons_against(one: StrategyFacts, needs: Needs) -> Iterator[str]:
    yield from _reasons_of_the_cluster(one, needs)
    yield from _reasons_of_the_kind(one, needs)
    kind = _kind_under(one, needs)
    if needs.all_on_eci and one.places == "both":
        yield "it divides pods between ECS and ECI, and all are to run on ECI"
    if not needs.all_on_eci and one.places == "eci":
        yield "it sends every pod to ECI"
    if needs.whole_namespace and one.scope == "workload":
        yield "it is about one workload, not about a namespace"
    if not needs.whole_namespace and one.scope == "namespace":
        yield "it is about every pod of the namespace"
    if needs.workload_unchanged and not one.leaves_workload_alone:
        yield "it changes the workload"
    if needs.all_on_eci:
        return
    if needs.strict_order and one.order != "strict":
        yield "it keeps no strict order"
    if needs.eci_first_out:
        yield from _reasons_of_scale_in(one, kind, needs)
    if needs.split is not None:
        yield from _reasons_of_the_split(one, needs.split, needs)
    if needs.several_subsets and not one.subsets:
        yield "it knows one ECS side and one ECI side"


def _kind_under(one: StrategyFacts, needs: Needs) -> WorkloadKind:
    """Return the kind that the workload would have under a strategy."""
    scalable = {WorkloadKind.DEPLOYMENT, WorkloadKind.CLONE_SET}
    if needs.may_change_kind and needs.kind in scalable:
        wanted = WorkloadKind.UNITED_DEPLOYMENT
        return wanted if one.kinds == {wanted} else needs.kind
    return needs.kind


def _reasons_of_the_kind(one: StrategyFacts, needs: Needs) -> Iterator[str]:
    kind = _kind_under(one, needs)
    if kind not in one.kinds:
        why = f": {one.kinds_reason}" if one.kinds_reason else ""
        yield f"it is not for a {kind}{why}"


def _reasons_of_the_cluster(one: StrategyFacts, needs: Needs) -> Iterator[str]:
    at = version(needs.kubernetes)
    if one.since and at < one.since:
        yield f"it needs Kubernetes {_text(one.since)} or later"
    if one.before and at >= one.before:
        yield f"{one.standing_reason} (Kubernetes {_text(one.before)} and later)"
    if one.pro and not needs.pro:
        yield "it needs ACK Pro"
    allowed = needs.add_ons
    missing = [] if allowed is None else [name for name in one.add_ons if name not in allowed]
    if missing:
        yield f"it needs the add-on {' and '.join(missing)}"


def _reasons_of_scale_in(one: StrategyFacts, kind: WorkloadKind, needs: Needs) -> Iterator[str]:
    since = one.eci_first_out.get(kind)
    if since is None:
        if one.eci_first_out and kind in one.kinds:
            yield f"scale-in of a {kind} does not heed it"
        elif not one.eci_first_out:
            yield "scale-in takes pods as they come"
    elif version(needs.kubernetes) < since:
        yield f"scale-in takes ECI pods first from Kubernetes {_text(since)} on only"


def _reasons_of_the_split(one: StrategyFacts, split: Split, needs: Needs) -> Iterator[str]:
    form = "ratio" if isinstance(split, ByRatio) else "number"
    if form not in one.splits:
        other = " (only a number)" if "number" in one.splits else ""
        yield f"it takes no {form} of pods{other}"
    elif form == "ratio" and needs.kind is WorkloadKind.STATEFUL_SET:
        yield "for a StatefulSet it takes numbers only"
    elif one.splits_since and version(needs.kubernetes) < one.splits_since:
        yield f"a number of pods needs Kubernetes {_text(one.splits_since)} or later"


def _less_good(one: StrategyFacts, best: StrategyFacts | None) -> str:
    if best is None or one.legacy:
        return f"legacy: {one.standing_reason}"
    return f"would do it too; {best.mechanism} comes first: {best.standing_reason}"


def _reason(one: StrategyFacts, needs: Needs) -> str:
    parts = [f"{one.effect} ({one.standing}: {one.standing_reason})"]
    kind = _kind_under(one, needs)
    if kind is not needs.kind:
        parts.append(f"the {needs.kind} becomes a {kind}")
    heeded = needs.eci_first_out and one.deletion_cost and kind is WorkloadKind.DEPLOYMENT
    if heeded and version(needs.kubernetes) == _GATED:
        parts.append("on Kubernetes 1.21 the feature gate PodDeletionCost must be on")
    return "; ".join(parts)


def _why_nothing(needs: Needs) -> str:
    """Return which one thing to give up, where giving up one is enough."""
    if needs.kind is WorkloadKind.DAEMON_SET:
        return "ECI runs no DaemonSet: a virtual node is no machine"
    for field, words in _GIVING_UP.items():
        default = getattr(_NOTHING_SPECIAL, field)
        if getattr(needs, field) == default:
            continue
        changed: dict[str, Any] = {field: default}
        found = _best(dataclasses.replace(needs, **changed))
        if found is not None:
            return f"nothing does all of it; {words} {found.name} would do"
    found = _best(dataclasses.replace(needs, may_change_kind=True))
    if found is not None:
        return f"nothing does all of it; as a UnitedDeployment {found.name} would do"
    return "nothing does all of it; ask for less"


_NOTHING_SPECIAL: Final = Needs()

_GIVING_UP: Final = {
    "several_subsets": "with one subset on each side",
    "split": "without the split",
    "eci_first_out": "without ECI pods going first",
    "strict_order": "without the strict order",
    "workload_unchanged": "if the workload may be changed,",
    "whole_namespace": "for the one workload",
    "all_on_eci": "with some pods on ECS nodes",
    "add_ons": "with another add-on",
    "pro": "on ACK Pro",
}


def _text(of: tuple[int, int]) -> str:
    return f"{of[0]}.{of[1]}"
