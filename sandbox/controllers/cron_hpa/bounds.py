"""What a job does to a HorizontalPodAutoscaler that it points at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The autoscaler's bounds after the job."""

    min: int
    max: int
    scales: bool
    """Whether the workload behind it is scaled to the target at once as well."""


def adjusted(least: int, most: int, current: int, target: int) -> Bounds:
    """The bounds for `target` replicas, when there are `current` between `least` and `most`.

    Rules of `ScaleHPA` in pkg/controller/cronjob.go of
    github.com/AliyunContainerService/kubernetes-cronhpa-controller (read 2026-11-22): the maximum
    only ever grows, the minimum goes down to a smaller target and up to one that is not reached.
    """
    new_max = max(most, target)
    new_min = target if current < target else min(least, target)
    return Bounds(min=new_min, max=new_max, scales=current < target)
