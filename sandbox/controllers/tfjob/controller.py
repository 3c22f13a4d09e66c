"""Makes the pods of each TFJob and follows them to its end."""

from __future__ import annotations

from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key, keys_of
from sandbox.controllers.tfjob.replicas import (
    KIND,
    TYPE_LABEL,
    counts,
    name_of,
    pod,
    service,
)
from sandbox.controllers.tfjob.status import FAILED, SUCCEEDED, is_over, retryable, updated
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object
from sandbox.kube.owners import controller_of

_SOURCE = "tfjob-controller"
_RETRY_SECONDS = 1.0
_GONE = (404, 409)
_REFUSED = (403, 422)
"""A quota, a policy, or a template that is no pod: the job tells, and is tried again."""


class TFJobs:
    """One TFJob at a time."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """The job itself, or that of a pod."""
        metadata = obj["metadata"]
        if kind == KIND:
            return metadata["namespace"], metadata["name"]
        if kind == "Pod" and (owner := controller_of(obj, KIND)) is not None:
            return metadata["namespace"], owner
        return None

    def keys_at_start(self) -> list[Key]:
        """All of them."""
        return keys_of(self._context, KIND)

    def reconcile(self, key: Key) -> float | None:
        """Make what is missing, restart what may be, and tell how it stands."""
        namespace, name = key
        job = self._context.informers[KIND].get(name, namespace)
        if job is None or "deletionTimestamp" in job["metadata"]:
            return None
        pods = self._pods(job)
        if is_over(job.get("status") or {}):
            self._clean(job, pods)
            return None
        restarting = self._restart(job, pods)
        suspended = bool((job["spec"].get("runPolicy") or {}).get("suspend"))
        if not suspended:
            self._create(job, {one["metadata"]["name"] for one in pods})
        by_type = {
            kind: [one for one in pods if one["metadata"]["labels"][TYPE_LABEL] == kind.lower()]
            for kind in counts(job)
        }
        now = times.now()
        self._tell(job, updated(job, by_type, now, restarting))
        complete = suspended or len(pods) >= sum(counts(job).values())
        return None if complete else _RETRY_SECONDS

    def _pods(self, job: Object) -> list[Object]:
        metadata = job["metadata"]
        return [
            one
            for one in self._context.objects("Pod")
            if one["metadata"]["namespace"] == metadata["namespace"]
            and controller_of(one, KIND) == metadata["name"]
            and "deletionTimestamp" not in one["metadata"]
        ]

    def _restart(self, job: Object, pods: list[Object]) -> str:
        """Delete failed pods that the restart policy takes back; the type of one of them."""
        found = ""
        for kind in counts(job):
            for one in list(pods):
                if (
                    one["metadata"]["labels"][TYPE_LABEL] == kind.lower()
                    and one["status"].get("phase") == "Failed"
                    and retryable(job, kind, one)
                ):
                    self._context.client.delete({**one, "kind": "Pod"}, at_once=True)
                    found = kind
        return found

    def _create(self, job: Object, there: set[str]) -> None:
        for kind, count in counts(job).items():
            for index in range(count):
                name = name_of(job, kind, index)
                if name in there:
                    continue
                for made in (pod(job, kind, index), service(job, kind, index)):
                    self._make(job, made)

    def _make(self, job: Object, made: Object) -> None:
        kind, name = made["kind"], made["metadata"]["name"]
        try:
            self._context.client.create(made)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                return
            if error.status in _REFUSED:
                reason = f"FailedCreate{kind}"
                events.warn(self._context.client, job, _SOURCE, reason, error.message)
                return
            raise
        message = f"Created {kind.lower()}: {name}"
        reason = f"SuccessfulCreate{kind}"
        events.record(self._context.client, job, _SOURCE, reason, message)

    def _clean(self, job: Object, pods: list[Object]) -> None:
        """Remove what the policy for the end of the job removes."""
        policy = (job["spec"].get("runPolicy") or {}).get("cleanPodPolicy") or "None"
        for one in pods:
            running = one["status"].get("phase") in ("Running", "Pending")
            if policy == "All" or (policy == "Running" and running):
                metadata = {key: one["metadata"][key] for key in ("name", "namespace")}
                self._context.client.delete({"kind": "Pod", "metadata": metadata})
                self._context.client.delete({"kind": "Service", "metadata": metadata})

    def _tell(self, job: Object, status: Object) -> None:
        if status == (job.get("status") or {}):
            return
        try:
            # A merge would keep numbers of replicas that are no more.
            before = (job.get("status") or {}).get("replicaStatuses") or {}
            cleared = {
                kind: {**dict.fromkeys(before.get(kind, {})), **found}
                for kind, found in status["replicaStatuses"].items()
            }
            change = {"status": {**status, "replicaStatuses": cleared}}
            self._context.client.patch(job, change, "status")
        except ApiError as error:
            if error.status not in _GONE:
                raise
            return
        for one in status["conditions"]:
            if one["type"] in (SUCCEEDED, FAILED) and one["status"] == "True":
                events.record(self._context.client, job, _SOURCE, one["reason"], one["message"])
