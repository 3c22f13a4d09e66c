"""The jobs of a CronHorizontalPodAutoscaler, and which of their conditions still hold."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ackb.domain import cron
from ackb.domain.problems import Refused
from sandbox.kube.client import Object

API_VERSION = "autoscaling.alibabacloud.com/v1beta1"
KIND = "CronHorizontalPodAutoscaler"

SUBMITTED, SUCCEED, FAILED = "Submitted", "Succeed", "Failed"

_CRONTAB_FIELDS = 5


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is scaled."""

    api_version: str
    kind: str
    name: str
    namespace: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} in {self.namespace} namespace"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One number of replicas, and when it is set."""

    name: str
    schedule: str
    target_size: int
    run_once: bool

    @property
    def is_over_after_one_run(self) -> bool:
        """Whether it is asked to run once, or names one date."""
        return self.run_once or self.schedule.startswith("@date ")

    def condition(self, state: str, message: str, now: str, job_id: str = "") -> Object:
        """Its entry in the status."""
        return {
            "name": self.name,
            "jobId": job_id or str(uuid.uuid4()),
            "schedule": self.schedule,
            "targetSize": self.target_size,
            "runOnce": self.run_once,
            "state": state,
            "lastProbeTime": now,
            "message": message,
        }

    def owns(self, condition: Object) -> bool:
        """Whether the condition tells of this job as it is now."""
        told = [condition.get(key) for key in ("name", "schedule", "targetSize", "runOnce")]
        return told == [self.name, self.schedule, self.target_size, self.run_once]


def target(obj: Object) -> Target:
    """What a CronHorizontalPodAutoscaler scales."""
    reference = obj["spec"]["scaleTargetRef"]
    return Target(
        api_version=reference["apiVersion"],
        kind=reference["kind"],
        name=reference["name"],
        namespace=obj["metadata"]["namespace"],
    )


def jobs(obj: Object) -> list[Job]:
    """Its jobs, in order; of several with one name the last counts."""
    found = {
        one["name"]: Job(
            name=one["name"],
            schedule=one["schedule"],
            target_size=one["targetSize"],
            run_once=one.get("runOnce", False),
        )
        for one in obj["spec"]["jobs"]
    }
    return list(found.values())


def kept_conditions(obj: Object) -> dict[str, Object]:
    """The conditions of jobs that have not changed; none after a change of target or dates."""
    spec, status = obj["spec"], obj.get("status") or {}
    same_target = status.get("scaleTargetRef", spec["scaleTargetRef"]) == spec["scaleTargetRef"]
    same_dates = set(status.get("excludeDates") or ()) == set(spec.get("excludeDates") or ())
    if not (same_target and same_dates):
        return {}
    return {
        one["name"]: one
        for one in status.get("conditions") or ()
        if any(job.owns(one) for job in jobs(obj))
    }


def schedule(text: str) -> cron.Schedule:
    """The schedule as the controller reads it: with five fields the day of week is left open.

    So the minutes of a crontab line count as seconds, and its hours as minutes.

    Raises:
        Refused: it is none.
    """
    words = text.split()
    if len(words) == _CRONTAB_FIELDS and not text.startswith("@"):
        return cron.parse(f"{text} *")
    return cron.parse(text)


def excluded_by(dates: Sequence[str], now: datetime, zone: tzinfo) -> str | None:
    """The date mask that forbids runs today, if any; one that cannot be read forbids nothing."""
    for mask in dates:
        try:
            parsed = schedule(mask)
        except Refused:
            continue
        if isinstance(parsed, cron.Calendar) and parsed.has_day(now.astimezone(zone).date()):
            return mask
    return None
