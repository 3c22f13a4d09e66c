"""Makes the Jobs of each TrainJob and follows them to its end."""

from __future__ import annotations

from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key, keys_of
from sandbox.controllers.trainer import status as statuses
from sandbox.controllers.trainer.jobs import KIND, RUNTIME_KINDS, jobs, service
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object
from sandbox.kube.owners import controller_of

_SOURCE = "trainer-controller-manager"
_NOT_FOUND = 404
_RETRY_SECONDS = 1.0


class TrainJobs:
    """One TrainJob at a time."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """The job itself, or that of a Job."""
        metadata = obj["metadata"]
        if kind == KIND:
            return metadata["namespace"], metadata["name"]
        if kind == "Job" and (owner := controller_of(obj, KIND)) is not None:
            return metadata["namespace"], owner
        return None

    def keys_at_start(self) -> list[Key]:
        """All of them."""
        return keys_of(self._context, KIND)

    def reconcile(self, key: Key) -> float | None:
        """Make what is missing and tell how it stands."""
        namespace, name = key
        train_job = self._context.informers[KIND].get(name, namespace)
        if train_job is None or "deletionTimestamp" in train_job["metadata"]:
            return None
        now = times.now()
        runtime = self._runtime(train_job)
        if runtime is None:
            reference = train_job["spec"]["runtimeRef"]
            message = f"unsupported runtime: {reference['kind']} {reference['name']} is not there"
            self._tell(train_job, statuses.without_runtime(train_job, message, now))
            return _RETRY_SECONDS
        current = statuses.with_runtime(train_job)
        there = self._jobs(train_job)
        if statuses.is_over(current["status"]):
            self._end(there)
            return None
        self._create(train_job, runtime, there)
        self._tell(train_job, statuses.updated(current, runtime, there, now))
        return None

    def _runtime(self, train_job: Object) -> Object | None:
        reference = train_job["spec"]["runtimeRef"]
        if reference["kind"] not in RUNTIME_KINDS:
            return None
        namespaced = reference["kind"] == "TrainingRuntime"
        namespace = train_job["metadata"]["namespace"] if namespaced else ""
        return self._context.informers[reference["kind"]].get(reference["name"], namespace)

    def _jobs(self, train_job: Object) -> list[Object]:
        metadata = train_job["metadata"]
        found = [
            one
            for one in self._context.objects("Job")
            if one["metadata"]["namespace"] == metadata["namespace"]
            and controller_of(one, KIND) == metadata["name"]
        ]
        return sorted(found, key=lambda one: str(one["metadata"]["name"]))

    def _create(self, train_job: Object, runtime: Object, there: list[Object]) -> None:
        known = {one["metadata"]["name"]: one for one in there}
        wanted = jobs(train_job, runtime)
        if not known:
            self._make(train_job, service(train_job, runtime))
        for job in wanted:
            found = known.get(job["metadata"]["name"])
            if found is None:
                self._make(train_job, job)
            elif bool(found["spec"].get("suspend")) != job["spec"]["suspend"]:
                change = {"spec": {"suspend": job["spec"]["suspend"]}}
                self._context.client.patch({**found, "kind": "Job"}, change)

    def _make(self, train_job: Object, made: Object) -> None:
        try:
            self._context.client.create(made)
        except ApiError as error:
            if error.reason == "AlreadyExists":
                return
            reason = "TrainJobResourcesCreationFailed"
            message = f"TrainJob resources reconciliation failed: {error.message}"
            events.warn(self._context.client, train_job, _SOURCE, reason, message)
            raise

    def _end(self, there: list[Object]) -> None:
        for job in statuses.left_active(there):
            if "deletionTimestamp" not in job["metadata"]:
                self._context.client.delete({**job, "kind": "Job"})

    def _tell(self, train_job: Object, status: Object) -> None:
        if status == (train_job.get("status") or {}):
            return
        try:
            self._context.client.patch(train_job, {"status": status}, "status")
        except ApiError as error:
            if error.status != _NOT_FOUND:  # deleted meanwhile
                raise
