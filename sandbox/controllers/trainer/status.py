"""The status of a TrainJob after a look at its Jobs."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Final

from sandbox.controllers.trainer.jobs import REPLICATED_JOB_LABEL, replicated_jobs, success_policy
from sandbox.kube.client import Object

SUSPENDED: Final = "Suspended"
COMPLETE: Final = "Complete"
FAILED: Final = "Failed"

# Reasons and messages of JobSet, which the Trainer hands on
# (pkg/constants of github.com/kubernetes-sigs/jobset), and of the Trainer itself (pkg/constants).
_REASONS: Final = {COMPLETE: "AllJobsCompleted", FAILED: "FailedJobs"}
_COMPLETED_MESSAGE: Final = "jobset completed successfully"
_FAILED_MESSAGE: Final = "jobset failed due to one or more job failures (first failed job: {name})"
_SUSPENDED_MESSAGE: Final = "TrainJob is suspended"
_RESUMED_MESSAGE: Final = "TrainJob is resumed"


def is_over(status: Object) -> bool:
    """Whether the job is complete or has failed."""
    return _is(status, COMPLETE) or _is(status, FAILED)


def updated(train_job: Object, runtime: Object, jobs: Sequence[Object], now: str) -> Object:
    """The status from the Jobs there are."""
    status = copy.deepcopy(train_job.get("status") or {})
    if train_job["spec"].get("suspend"):
        _set(status, SUSPENDED, "True", SUSPENDED, _SUSPENDED_MESSAGE, now)
    elif _is(status, SUSPENDED):
        _set(status, SUSPENDED, "False", "Resumed", _RESUMED_MESSAGE, now)
    status["jobsStatus"] = [
        _summary(one["name"], [job for job in jobs if _of(job) == one["name"]])
        for one in replicated_jobs(runtime)
    ]
    failed = [job["metadata"]["name"] for job in jobs if _job_is(job, FAILED)]
    if failed:
        message = _FAILED_MESSAGE.format(name=failed[0])
        _set(status, FAILED, "True", _REASONS[FAILED], message, now)
    elif _succeeded(runtime, jobs):
        _set(status, COMPLETE, "True", _REASONS[COMPLETE], _COMPLETED_MESSAGE, now)
    return status


def without_runtime(train_job: Object, message: str, now: str) -> Object:
    """The status of a job whose runtime is not there."""
    status = copy.deepcopy(train_job.get("status") or {})
    _set(status, FAILED, "True", "TrainingRuntimeNotSupported", message, now)
    return status


def with_runtime(train_job: Object) -> Object:
    """The job without the failure that only the missing runtime was the reason of."""
    status = train_job.get("status") or {}
    kept = [
        one
        for one in status.get("conditions") or []
        if one["reason"] != "TrainingRuntimeNotSupported"
    ]
    return {**train_job, "status": {**status, "conditions": kept}}


def left_active(jobs: Iterable[Object]) -> list[Object]:
    """Jobs that JobSet deletes once all is over: those that have not ended."""
    return [job for job in jobs if not _job_is(job, COMPLETE) and not _job_is(job, FAILED)]


def _succeeded(runtime: Object, jobs: Sequence[Object]) -> bool:
    operator, names = success_policy(runtime)
    targets = [job for job in jobs if _of(job) in names]
    done = [_job_is(job, COMPLETE) for job in targets]
    return bool(done) and (any(done) if operator == "Any" else all(done))


def _of(job: Object) -> str:
    return str((job["metadata"].get("labels") or {}).get(REPLICATED_JOB_LABEL, ""))


def _summary(name: str, jobs: Sequence[Object]) -> Object:
    """Jobs (not pods) of one template by how they stand."""
    ended = [job for job in jobs if _job_is(job, COMPLETE) or _job_is(job, FAILED)]
    running = [job for job in jobs if job not in ended]
    return {
        "name": name,
        "ready": sum(_is_ready(job) for job in running),
        "succeeded": sum(_job_is(job, COMPLETE) for job in jobs),
        "failed": sum(_job_is(job, FAILED) for job in jobs),
        "active": sum((job.get("status") or {}).get("active", 0) > 0 for job in running),
        "suspended": sum(bool(job["spec"].get("suspend")) for job in running),
    }


def _is_ready(job: Object) -> bool:
    status, spec = job.get("status") or {}, job["spec"]
    wanted = min(spec.get("parallelism", 1), spec.get("completions", spec.get("parallelism", 1)))
    return bool(status.get("ready", 0) + status.get("succeeded", 0) >= wanted)


def _job_is(job: Object, kind: str) -> bool:
    return _is(job.get("status") or {}, kind)


def _is(status: Object, kind: str) -> bool:
    return any(
        one["type"] == kind and one["status"] == "True" for one in status.get("conditions") or []
    )


def _set(status: Object, kind: str, value: str, reason: str, message: str, now: str) -> None:
    conditions = status.setdefault("conditions", [])
    new = {"type": kind, "status": value, "reason": reason, "message": message}
    for one in conditions:
        if one["type"] == kind:
            changed = one["status"] != value
            one.update(new, lastTransitionTime=now if changed else one["lastTransitionTime"])
            return
    conditions.append({**new, "lastTransitionTime": now})
