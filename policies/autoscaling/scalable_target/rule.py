"""HPA-01: what an autoscaler of replicas names can be scaled, and is there."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import autoscaling
from ackb.domain.unknown import UNKNOWN
from policies.autoscaling import scalers
from policies.model import Outcome, Resource
from policies.rules import Context
from policies.workloads.pods import kind_of

applies = scalers.scales_replicas

_AN_AUTOSCALER = ("autoscaling", autoscaling.HPA)


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield a kind without a scale subresource, and a target that the stack does not declare."""
    named = scalers.reference_of(resource)
    if named is None:
        return
    if UNKNOWN in (named.group, named.kind):
        if context.stack.complete:
            yield Outcome(
                f"{named.path}.kind",
                UNKNOWN,
                "whether it can be scaled is not known before deployment",
                "write apiVersion and kind as plain text",
                certain=False,
            )
        return
    broken = autoscaling.check_target(named.group, named.kind)
    points = (kind_of(resource) or ("", ""))[1] == autoscaling.CRON
    if broken is not None and not (points and (named.group, named.kind) == _AN_AUTOSCALER):
        yield Outcome(f"{named.path}.kind", named.kind, f"must {broken.rule}", broken.fix)
    elif context.stack.complete and not scalers.objects_named(context.stack, named):
        yield Outcome(
            f"{named.path}.name",
            named.name,
            f"must name something that is there; the stack declares no {named}",
            "correct the name and the namespace, or remove the autoscaler",
            certain=scalers.shows_everything(context.stack),
        )
