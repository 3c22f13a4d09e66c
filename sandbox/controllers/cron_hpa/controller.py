"""Runs the jobs of each CronHorizontalPodAutoscaler when they are due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ackb.domain import cron
from ackb.domain.problems import Refused
from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key, keys_of
from sandbox.controllers.cron_hpa.job import (
    FAILED,
    KIND,
    SUBMITTED,
    SUCCEED,
    Job,
    excluded_by,
    jobs,
    kept_conditions,
    schedule,
    target,
)
from sandbox.controllers.cron_hpa.scaling import carry_out
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object

_log = logging.getLogger(__name__)

ADDON = "ack-kubernetes-cronhpa-controller"
DEFAULT_ZONE = "Asia/Shanghai"
_SOURCE = KIND

# updateRetryInterval and maxRetryTimeout of the real controller (pkg/controller/cronjob.go).
_RETRY_SECONDS = 3.0
_GIVE_UP_SECONDS = 10.0

_NOT_FOUND = 404
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class _Waiting:
    """A job that was submitted and has a next time."""

    job: Job
    job_id: str
    schedule: cron.Schedule
    due: datetime
    failing_since: datetime | None = None
    tries: int = 0


class CronHpas:
    """One CronHorizontalPodAutoscaler at a time; next times are kept in memory, as there."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: dict[Key, dict[str, _Waiting]] = {}

    def key(self, kind: str, obj: Object) -> Key | None:
        """The object itself."""
        return (obj["metadata"]["namespace"], obj["metadata"]["name"]) if kind == KIND else None

    def keys_at_start(self) -> list[Key]:
        """All of them."""
        return keys_of(self._context, KIND)

    def reconcile(self, key: Key) -> float | None:
        """Submit new jobs, run those that are due, and say when the next is."""
        namespace, name = key
        obj = self._context.client.find(KIND, name, namespace)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            self._waiting.pop(key, None)
            return None
        zone, now = self._zone(), self._now()
        conditions = kept_conditions(obj)
        waiting = self._submit(key, obj, conditions, zone, now)
        for one in waiting.values():
            if one.due <= now:
                self._run(obj, one, conditions, zone, now)
        for name, one in list(waiting.items()):
            state = conditions[name]["state"]
            if one.job.is_over_after_one_run and state in (SUCCEED, FAILED):
                del waiting[name]
        self._report(obj, conditions)
        due = min((one.due for one in waiting.values()), default=_NEVER)
        return None if due == _NEVER else max(0.0, (due - self._now()).total_seconds())

    def _submit(
        self, key: Key, obj: Object, conditions: dict[str, Object], zone: tzinfo, now: datetime
    ) -> dict[str, _Waiting]:
        """Bring what waits in line with the spec; a job that changed begins anew."""
        before, waiting = self._waiting.get(key, {}), {}
        for job in jobs(obj):
            condition, there = conditions.get(job.name), before.get(job.name)
            if condition is not None:
                ran = condition["state"] in (SUCCEED, FAILED)
                if job.is_over_after_one_run and ran:
                    continue
                if there is not None and there.job == job:
                    waiting[job.name] = there
                    continue
            try:
                parsed = schedule(job.schedule)
            except Refused as refused:
                if condition is None:
                    message = f"Failed to update cron hpa job {job.name},because of {refused}"
                    conditions[job.name] = job.condition(FAILED, message, times.text(now))
                continue
            if condition is None:
                condition = job.condition(SUBMITTED, "", times.text(now))
                conditions[job.name] = condition
            due = parsed.next(now, zone)
            if due is not None:
                waiting[job.name] = _Waiting(job, condition["jobId"], parsed, due)
        self._waiting[key] = waiting
        return waiting

    def _run(
        self,
        obj: Object,
        one: _Waiting,
        conditions: dict[str, Object],
        zone: tzinfo,
        now: datetime,
    ) -> None:
        job, aim = one.job, target(obj)
        mask = excluded_by(obj["spec"].get("excludeDates") or (), now, zone)
        if mask is not None:
            done = f"skip scaling activity,because of excludeDate ({mask})."
        else:
            try:
                done = carry_out(self._context.client, job, aim)
            except ApiError as error:
                self._failed(obj, one, conditions, error, now)
                return
        message = f"cron hpa job {job.name} executed successfully. {done}"
        self._finish(obj, one, conditions, SUCCEED, message)

    def _failed(
        self,
        obj: Object,
        one: _Waiting,
        conditions: dict[str, Object],
        error: ApiError,
        now: datetime,
    ) -> None:
        one.failing_since = one.failing_since or now
        failing = (now - one.failing_since).total_seconds()
        if failing < self._context.pace.seconds(_GIVE_UP_SECONDS):
            one.tries += 1
            one.due = now + timedelta(seconds=self._context.pace.seconds(_RETRY_SECONDS))
            return
        message = (
            f"cron hpa failed to execute, because of failed to scale {target(obj)} to"
            f" {one.job.target_size} after retrying {one.tries} times and exit,because of"
            f" {error.message}"
        )
        self._finish(obj, one, conditions, FAILED, message)

    def _finish(
        self, obj: Object, one: _Waiting, conditions: dict[str, Object], state: str, message: str
    ) -> None:
        now = self._now()
        one.failing_since, one.tries = None, 0
        one.due = one.schedule.next(now, self._zone()) or _NEVER
        conditions[one.job.name] = one.job.condition(state, message, times.text(now), one.job_id)
        events.record(
            self._context.client,
            obj,
            _SOURCE,
            state,
            message,
            kind="Normal" if state == SUCCEED else "Warning",
        )

    def _report(self, obj: Object, conditions: dict[str, Object]) -> None:
        spec = obj["spec"]
        status = {
            "scaleTargetRef": spec["scaleTargetRef"],
            "excludeDates": spec.get("excludeDates") or [],
            "conditions": [conditions[job.name] for job in jobs(obj) if job.name in conditions],
        }
        if status == obj.get("status"):
            return
        try:
            self._context.client.patch(obj, {"status": status})
        except ApiError as error:
            if error.status != _NOT_FOUND:  # deleted meanwhile
                raise

    def _zone(self) -> tzinfo:
        addon = self._context.backend.addon(self._context.cluster_id, ADDON)
        name = (addon.config.get("timezone") if addon else None) or DEFAULT_ZONE
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            _log.warning("%s: no time zone %r; using %s", ADDON, name, DEFAULT_ZONE)
            return ZoneInfo(DEFAULT_ZONE)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._context.cloud.clock.now(), UTC)
