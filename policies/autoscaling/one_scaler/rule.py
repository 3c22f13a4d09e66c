"""HPA-02: one autoscaler of replicas for each target.

A CronHorizontalPodAutoscaler that points at a HorizontalPodAutoscaler has another target, so that
the two may stand together.
"""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import autoscaling
from policies.autoscaling import scalers
from policies.model import Outcome, Resource
from policies.rules import Context

applies = scalers.scales_replicas


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield each earlier autoscaler that scales the same thing, so that a pair is told once."""
    named = scalers.reference_of(resource)
    if named is None or not context.stack.complete:
        return
    for other, its in scalers.scalers(context.stack):
        if other is resource:
            return
        if not scalers.scales_replicas(other):
            continue
        if named.known and its.known:
            broken = autoscaling.conflict(
                scalers.scaler_of(resource, named, context.stack),
                scalers.scaler_of(other, its, context.stack),
            )
            if broken is not None:
                yield Outcome(named.path, str(named), f"must {broken.rule}", broken.fix)
        elif named.may_be(its):
            yield Outcome(
                named.path,
                str(named),
                f"may be what {other.name} scales already, which is not known before deployment",
                "write the name and the namespace of the target as plain text",
                certain=False,
            )
