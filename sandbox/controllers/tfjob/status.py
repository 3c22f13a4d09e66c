"""The status of a TFJob after a look at its pods.

Follows UpdateJobStatus of tfjob_controller.go and UpdateJobConditions of
github.com/kubeflow/training-operator, release 1.9, read 2026-11-22.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Final

from sandbox.controllers.tfjob.replicas import counts, leader, restart_policy
from sandbox.kube.client import Object

CREATED, RUNNING, RESTARTING = "Created", "Running", "Restarting"
SUCCEEDED, FAILED = "Succeeded", "Failed"
_FINAL: Final = (SUCCEEDED, FAILED)

_ALL_WORKERS: Final = "AllWorkers"
_LEAST_RETRYABLE: Final = 128
"""With the restart policy ExitCode a pod that ends so, or above, is started again."""


def is_over(status: Object) -> bool:
    """Whether the job has succeeded or failed."""
    return any(_is(status, one) for one in _FINAL)


def retryable(job: Object, kind: str, pod: Object) -> bool:
    """Whether the operator deletes a failed pod so that a new one takes its place."""
    if restart_policy(job, kind) != "ExitCode":
        return False
    codes = [
        one["state"]["terminated"]["exitCode"]
        for one in pod["status"].get("containerStatuses") or []
        if "terminated" in one.get("state", {})
    ]
    return bool(codes) and max(codes) >= _LEAST_RETRYABLE


def updated(
    job: Object, pods: Mapping[str, Iterable[Object]], now: str, restarting: str = ""
) -> Object:
    """The status; `pods` by replica type, `restarting` a type whose pod is started again."""
    status = copy.deepcopy(job.get("status") or {})
    name = f"{job['metadata']['namespace']}/{job['metadata']['name']}"
    if not status.get("conditions"):
        message = f"TFJob {job['metadata']['name']} is created."
        _set(status, CREATED, message, now)
    status.setdefault("startTime", now)
    replicas = {kind: _count(pods.get(kind, ())) for kind in counts(job)}
    status["replicaStatuses"] = replicas
    if restarting:
        message = f"TFJob {name} is restarting because {restarting} replica(s) failed."
        _set(status, RESTARTING, message, now)
    lead = leader(job)
    if _has_succeeded(job, lead, replicas, pods):
        status.setdefault("completionTime", now)
        _set(status, SUCCEEDED, f"TFJob {name} successfully completed.", now)
    elif replicas.get(lead, {}).get("active"):
        _set(status, RUNNING, f"TFJob {name} is running.", now)
    for kind, found in replicas.items():
        if found.get("failed") and not restarting and not _is(status, SUCCEEDED):
            status.setdefault("completionTime", now)
            message = f"TFJob {name} has failed because {found['failed']} {kind} replica(s) failed."
            _set(status, FAILED, message, now)
    if _is(status, SUCCEEDED):
        # Parameter servers never end by themselves: what still runs counts as succeeded.
        for found in replicas.values():
            if active := found.pop("active", 0):
                found["succeeded"] = found.get("succeeded", 0) + active
    return status


def _has_succeeded(
    job: Object,
    lead: str,
    replicas: Mapping[str, Mapping[str, int]],
    pods: Mapping[str, Iterable[Object]],
) -> bool:
    if replicas.get(lead, {}).get("succeeded", 0) == counts(job).get(lead, 0) > 0:
        return True
    if lead != "Worker" or job["spec"].get("successPolicy") == _ALL_WORKERS:
        return False
    first = f"{job['metadata']['name']}-worker-0"
    return any(
        one["metadata"]["name"] == first and one["status"].get("phase") == "Succeeded"
        for one in pods.get("Worker", ())
    )


def _count(pods: Iterable[Object]) -> dict[str, int]:
    """Pods of a type by what has become of them; zeros are left out, as the API leaves them out."""
    phases = [one["status"].get("phase") for one in pods]
    found = {
        "active": sum(one == "Running" for one in phases),
        "succeeded": sum(one == "Succeeded" for one in phases),
        "failed": sum(one == "Failed" for one in phases),
    }
    return {name: number for name, number in found.items() if number}


def _is(status: Object, kind: str) -> bool:
    return any(
        one["type"] == kind and one["status"] == "True" for one in status.get("conditions") or []
    )


def _set(status: Object, kind: str, message: str, now: str) -> None:
    """Add a condition as the operator does: it replaces its kind, and ends what it contradicts."""
    conditions = status.setdefault("conditions", [])
    for one in conditions:
        if one["type"] == kind and one["status"] == "True" and one["message"] == message:
            return
    gone = {RUNNING: (RUNNING, RESTARTING), RESTARTING: (RESTARTING, RUNNING)}.get(kind, (kind,))
    kept = [one for one in conditions if one["type"] not in gone]
    for one in kept:
        if kind in _FINAL and one["type"] in (RUNNING, FAILED) and one["status"] == "True":
            one.update(status="False", lastTransitionTime=now, lastUpdateTime=now)
    kept.append(
        {
            "type": kind,
            "status": "True",
            "reason": f"TFJob{kind}",
            "message": message,
            "lastTransitionTime": now,
            "lastUpdateTime": now,
        }
    )
    status["conditions"] = kept
