"""HPA-03: what an autoscaler measures in percent of the request is requested by every container.

A LimitRange of the namespace may fill a request in; whether it does is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ackb.domain import autoscaling
from ackb.domain.problems import MISSING
from ackb.domain.unknown import UNKNOWN
from policies.autoscaling import scalers
from policies.model import Outcome, Resource
from policies.rules import Context
from policies.workloads import pods

_HPA: Final = ("autoscaling", autoscaling.HPA)


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type measure use in percent of the request."""
    return pods.kind_of(resource) == _HPA


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield each container of the target that requests nothing of what is measured."""
    named = scalers.reference_of(resource)
    if named is None or not context.stack.complete or not named.known:
        return
    filled_in = any(pods.in_namespace(context.stack, pods.LIMIT_RANGE, named.namespace))
    for measured, container in scalers.utilisations(resource):
        for target in scalers.objects_named(context.stack, named):
            for template in pods.pod_templates(target):
                spec = UNKNOWN if template.spec is UNKNOWN else template.spec or {}
                for one in autoscaling.without_requests(spec, [measured], container):
                    yield _outcome(one, str(named), template, filled_in)


def _outcome(
    one: autoscaling.NoRequest, target: str, template: pods.PodTemplate, filled_in: bool
) -> Outcome:
    path = template.at("spec", "containers", one.container, "resources")
    certain = one.certain and not filled_in
    if certain:
        return Outcome(f"{target} {path}", MISSING, f"must {one.broken.rule}", one.broken.fix)
    return Outcome(
        f"{target} {path}",
        UNKNOWN,
        f"whether every container requests {one.resource}, which the autoscaler measures use "
        "against, is not known before deployment",
        f"write the {one.resource} limit as a plain amount in the pod",
        certain=False,
    )
