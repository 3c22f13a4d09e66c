"""HPA-04: the target of an autoscaler does not start with no pod.

Another number is no finding: under `ignore_changes` it stands in the inputs and is never applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ackb.domain import autoscaling
from ackb.domain.unknown import UNKNOWN
from policies.autoscaling import scalers
from policies.model import Outcome, Resource
from policies.rules import Context
from policies.workloads.pods import kind_of

_HPA: Final = ("autoscaling", autoscaling.HPA)


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type are switched off by a target without pods."""
    return kind_of(resource) == _HPA


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield a number of 0 in the target."""
    named = scalers.reference_of(resource)
    if named is None or not context.stack.complete or not named.known:
        return
    for target in scalers.objects_named(context.stack, named):
        replicas = target.read("spec", "replicas")
        path = f"{named} spec.replicas"
        if replicas is UNKNOWN:
            yield Outcome(
                path,
                UNKNOWN,
                "a number of 0 would switch the autoscaler off, and it is not known before "
                "deployment",
                "leave it out, so that the autoscaler owns it",
                certain=False,
            )
        elif replicas == 0 and (broken := autoscaling.check_replicas(0)):
            yield Outcome(path, 0, f"must {broken.rule}", broken.fix)
