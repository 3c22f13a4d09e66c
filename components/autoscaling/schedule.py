"""Sizes at certain times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from ackb.domain import autoscaling
from ackb.domain.problems import ArgumentProblem
from components.checks import problem


@dataclass(frozen=True, kw_only=True)
class ScheduledSize:
    """A number of pods from a certain time on."""

    name: str
    """Name of the job, unique in its schedule."""
    schedule: str
    """When: six fields, seconds first (`0 30 8 * * *` is 08:30), `@every 90m`, or
    `@date 2026-12-31 21:54:00`, in the time zone of the add-on (`cron_controller`)."""
    size: int
    """Number of pods; under an autoscaler the least number."""
    run_once: bool = False
    """Do it once only. Default: false."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Sizes at certain times."""

    jobs: Sequence[ScheduledSize]
    """What happens when. Empty to end what an autoscaler had before."""
    exclude_dates: Sequence[str] = ()
    """Days on which nothing happens, in the form of `jobs[].schedule`: `* * * 15 11 *` is 15
    November. Default: none."""


def schedule_spec(schedule: Schedule, target: Mapping[str, pulumi.Input[str]]) -> dict[str, Any]:
    """Return the spec of a CronHorizontalPodAutoscaler."""
    spec: dict[str, Any] = {
        "scaleTargetRef": dict(target),
        "jobs": [
            {
                "name": one.name,
                "schedule": one.schedule,
                "targetSize": one.size,
                "runOnce": one.run_once,
            }
            for one in schedule.jobs
        ],
    }
    if schedule.exclude_dates:
        spec["excludeDates"] = list(schedule.exclude_dates)
    return spec


def problems(schedule: Schedule, at: str = "") -> Iterator[ArgumentProblem]:
    """Yield what is wrong with a schedule.

    Args:
        schedule: the schedule.
        at: path of its fields, such as `schedule.`.
    """
    names = [one.name for one in schedule.jobs]
    for index, job in enumerate(schedule.jobs):
        path = f"{at}jobs[{index}]"
        if not job.name or job.name in names[:index]:
            yield ArgumentProblem(
                f"{path}.name", "be a name of its own", job.name, "choose another name"
            )
        yield from problem(
            f"{path}.schedule", job.schedule, autoscaling.check_schedule(job.schedule)
        )
        if job.size < 0:
            yield ArgumentProblem(f"{path}.size", "be 0 or more", job.size, "choose a number")
    for index, day in enumerate(schedule.exclude_dates):
        broken = autoscaling.check_schedule(day)
        yield from problem(f"{at}exclude_dates[{index}]", day, broken)
