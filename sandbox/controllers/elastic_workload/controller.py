"""Keeps the source and the clones of each ElasticWorkload in line with it."""

from __future__ import annotations

from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key, keys_of
from sandbox.controllers.elastic_workload.clone import clone, is_current
from sandbox.controllers.elastic_workload.workload import KIND, ElasticWorkload, read, split
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object
from sandbox.kube.owners import controller_of

_SOURCE = "elastic-workload-controller"
_NOT_FOUND = 404


class ElasticWorkloads:
    """One ElasticWorkload at a time."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """The workload itself, or that of a source or clone."""
        metadata = obj["metadata"]
        if kind == KIND:
            return metadata["namespace"], metadata["name"]
        if kind != "Deployment":
            return None
        if (owner := controller_of(obj, KIND)) is not None:
            return metadata["namespace"], owner
        for workload in self._context.objects(KIND):
            if (
                workload["metadata"]["namespace"] == metadata["namespace"]
                and workload["spec"]["sourceTarget"]["name"] == metadata["name"]
            ):
                return metadata["namespace"], workload["metadata"]["name"]
        return None

    def keys_at_start(self) -> list[Key]:
        """All of them."""
        return keys_of(self._context, KIND)

    def reconcile(self, key: Key) -> float | None:
        """Share out the replicas, source first."""
        namespace, name = key
        obj = self._context.informers[KIND].get(name, namespace)
        if obj is None or "deletionTimestamp" in obj["metadata"]:
            return None
        workload = read(obj)
        if not workload.is_supported:
            version, kind = workload.target_kind
            self._warn(
                obj,
                "NotSupported",
                f"sourceTarget must be an apps/v1 Deployment, not {version} {kind}",
            )
            return None
        source = self._deployment(namespace, workload.target)
        if source is None:
            # Looked at again when a Deployment of that name appears.
            self._warn(obj, "SourceNotFound", f"Deployment {workload.target} does not exist")
            return None
        if "replicas" not in obj["spec"]:
            # The scale subresource, and with it an autoscaler, needs a number to begin with.
            begin = source["spec"].get("replicas", 1)
            self._context.client.patch(obj, {"spec": {"replicas": begin}})
            return None
        shares = split(workload.replicas, [workload.bounds, *(u.bounds for u in workload.units)])
        self._scale(source, shares[0])
        clones: list[Object] = []
        for unit, share in zip(workload.units, shares[1:], strict=True):
            wanted = clone(obj, workload, unit, source)
            there = self._deployment(namespace, wanted["metadata"]["name"])
            if there is None or not is_current(there, wanted):
                wanted["spec"]["replicas"] = share
                there = self._context.client.apply(wanted)
            else:
                self._scale(there, share)
            clones.append(there)
        self._remove_others(workload, {one["metadata"]["name"] for one in clones})
        self._report(obj, workload, [source, *clones], shares)
        return None

    def _deployment(self, namespace: str, name: str) -> Object | None:
        found = self._context.informers["Deployment"].get(name, namespace)
        return None if found is None or "deletionTimestamp" in found["metadata"] else found

    def _scale(self, deployment: Object, replicas: int) -> None:
        if deployment["spec"].get("replicas") != replicas:
            self._context.client.patch(deployment, {"spec": {"replicas": replicas}})

    def _remove_others(self, workload: ElasticWorkload, names: set[str]) -> None:
        """Remove the clones of units that the workload does not name any more."""
        for deployment in self._context.objects("Deployment"):
            metadata = deployment["metadata"]
            if (
                metadata["namespace"] == workload.namespace
                and controller_of(deployment, KIND) == workload.name
                and metadata["name"] not in names
            ):
                self._context.client.delete(deployment)

    def _report(
        self,
        obj: Object,
        workload: ElasticWorkload,
        deployments: list[Object],
        shares: list[int],
    ) -> None:
        before = obj.get("status") or {}
        stamps = {
            entry["name"]: (entry["desiredReplicas"], entry["updateTimestamp"])
            for entry in [*(before.get("elasticUnitsStatus") or []), before.get("sourceTarget")]
            if entry
        }
        now = times.now()

        def entry(name: str, share: int) -> Object:
            known, since = stamps.get(name, (None, now))
            stamp = since if known == share else now
            return {"name": name, "desiredReplicas": share, "updateTimestamp": stamp}

        version, kind = workload.target_kind
        source = {"apiVersion": version, "kind": kind, **entry(workload.target, shares[0])}
        names = [workload.deployment_of(unit) for unit in workload.units]
        status = {
            "replicas": sum((one.get("status") or {}).get("replicas", 0) for one in deployments),
            "selector": _as_text(deployments[0]["spec"]["selector"]),
            "sourceTarget": source,
            "elasticUnitsStatus": [
                entry(name, share) for name, share in zip(names, shares[1:], strict=True)
            ],
        }
        if status != before:
            try:
                self._context.client.patch(obj, {"status": status}, "status")
            except ApiError as error:
                if error.status != _NOT_FOUND:  # deleted meanwhile
                    raise

    def _warn(self, obj: Object, reason: str, message: str) -> None:
        events.warn(self._context.client, obj, _SOURCE, reason, message)


def _as_text(selector: Object) -> str:
    """A label selector as the scale subresource wants it.

    All pods of the workload carry the labels of the source, so an autoscaler sees every one.
    """
    terms = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for term in selector.get("matchExpressions") or []:
        values = ",".join(term.get("values") or [])
        terms.append(
            {
                "In": f"{term['key']} in ({values})",
                "NotIn": f"{term['key']} notin ({values})",
                "Exists": term["key"],
                "DoesNotExist": f"!{term['key']}",
            }[term["operator"]]
        )
    return ",".join(terms)
