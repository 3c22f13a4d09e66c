"""HPA-05: a VerticalPodAutoscaler is the only one of its target, changes nothing that another
autoscaler measures, and evicts only what can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain import autoscaling
from ackb.domain.problems import Broken
from ackb.domain.unknown import UNKNOWN
from policies.autoscaling import scalers
from policies.model import Outcome, Resource, read
from policies.rules import Context
from policies.workloads.pods import kind_of

_VPA: Final = ("autoscaling.k8s.io", autoscaling.VPA)
_MODE: Final = ("spec", "updatePolicy", "updateMode")


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type are VerticalPodAutoscalers."""
    return kind_of(resource) == _VPA


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield what the mode is wrong for, and each autoscaler it must not stand beside."""
    named = scalers.reference_of(resource)
    if named is None:
        return
    mode = resource.read(*_MODE)
    if mode is UNKNOWN or not named.known:
        if context.stack.complete:
            yield Outcome(
                ".".join(_MODE) if mode is UNKNOWN else named.path,
                UNKNOWN,
                "whether it changes what another one measures is not known before deployment",
                "write mode and target as plain text",
                certain=False,
            )
        return
    own = scalers.scaler_of(resource, named, context.stack)
    if broken := autoscaling.check_vertical_target(own.target.kind):
        yield Outcome(f"{named.path}.kind", named.kind, f"must {broken.rule}", broken.fix)
    elif broken := _check_mode(resource, own):
        yield _told(mode, broken)
    if not context.stack.complete:
        return
    before = True
    for other, its in scalers.scalers(context.stack):
        before = before and other is not resource
        # A pair of two is told once, on the later one.
        if other is resource or not its.known or (applies(other) and not before):
            continue
        if broken := autoscaling.conflict(own, scalers.scaler_of(other, its, context.stack)):
            yield _told(mode, broken)


def _told(mode: Any, broken: Broken) -> Outcome:
    return Outcome(".".join(_MODE), mode, f"must {broken.rule}", broken.fix)


def _check_mode(resource: Resource, own: autoscaling.Scaler) -> Broken | None:
    policies = resource.read("spec", "resourcePolicy", "containerPolicies")
    if policies is UNKNOWN:
        return None
    allowed = [read(one, "maxAllowed") for one in policies or []]
    bounded = UNKNOWN in allowed or any(own.resources <= set(one or {}) for one in allowed)
    return autoscaling.check_vertical_mode(own.mode, own.target.kind, bounded=bounded)
