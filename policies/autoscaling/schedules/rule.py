"""HPA-11: a schedule is one, and stays inside the bounds of the autoscaler it points at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain import autoscaling
from ackb.domain.unknown import UNKNOWN
from policies.autoscaling import scalers
from policies.model import Outcome, Resource, read
from policies.rules import Context
from policies.workloads.pods import kind_of

_CRON: Final = ("autoscaling.alibabacloud.com", autoscaling.CRON)


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type have schedules."""
    return kind_of(resource) == _CRON


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield schedules that the controller would refuse or misread, and sizes out of bounds."""
    jobs = resource.read("spec", "jobs")
    for index, job in enumerate([UNKNOWN] if jobs is UNKNOWN else jobs or []):
        yield from _schedule(f"spec.jobs[{index}].schedule", read(job, "schedule"), context)
        if context.stack.complete:
            yield from _size(f"spec.jobs[{index}].targetSize", job, resource, context)
    days = resource.read("spec", "excludeDates")
    for index, day in enumerate([UNKNOWN] if days is UNKNOWN else days or []):
        yield from _schedule(f"spec.excludeDates[{index}]", day, context)


def _schedule(path: str, text: Any, context: Context) -> Iterator[Outcome]:
    if text is UNKNOWN:
        if context.stack.complete:
            yield Outcome(
                path,
                UNKNOWN,
                "whether it is a schedule is not known before deployment",
                "write it as plain text",
                certain=False,
            )
    elif broken := autoscaling.check_schedule(str(text)):
        yield Outcome(path, text, f"must {broken.rule}", broken.fix)


def _size(path: str, job: Any, resource: Resource, context: Context) -> Iterator[Outcome]:
    named, size = scalers.reference_of(resource), read(job, "targetSize")
    if named is None or not named.known or named.kind != autoscaling.HPA:
        return
    for target in scalers.objects_named(context.stack, named):
        least, most = target.read("spec", "minReplicas"), target.read("spec", "maxReplicas")
        bounds = [1 if least is None else least, most, size]
        if not all(isinstance(one, int | float) for one in bounds):
            continue
        minimum, maximum, wanted = (int(one) for one in bounds)
        if broken := autoscaling.check_scheduled_size(wanted, minimum, maximum):
            yield Outcome(path, wanted, f"must {broken.rule}", broken.fix)
