"""Carries out a job: sets replicas by the scale subresource, or moves an autoscaler's bounds."""

from __future__ import annotations

from sandbox.controllers.cron_hpa.bounds import adjusted
from sandbox.controllers.cron_hpa.job import Job, Target
from sandbox.kube.client import MERGE_PATCH, ApiError, Client, Object, path_of

_AUTOSCALER = "HorizontalPodAutoscaler"


def carry_out(client: Client, job: Job, target: Target) -> str:
    """Do what the job asks and say what was done.

    Raises:
        ApiError: the target is not there, cannot be scaled, or the API server refused.
    """
    if target.kind == _AUTOSCALER:
        return _move_bounds(client, job, target)
    path = scale_path(client, target)
    before = _replicas(client.get(path))
    _set_replicas(client, path, job.target_size)
    return f"current replicas:{before}, desired replicas:{job.target_size}."


def scale_path(client: Client, target: Target) -> str:
    """The scale subresource of any kind.

    Raises:
        ApiError: the API server knows no such kind, or the kind cannot be scaled.
    """
    group = "api" if "/" not in target.api_version else "apis"
    base = f"/{group}/{target.api_version}"
    resources = client.get(base)["resources"]
    names = {one["name"] for one in resources}
    for one in resources:
        if one["kind"] == target.kind and f"{one['name']}/scale" in names:
            return f"{base}/namespaces/{target.namespace}/{one['name']}/{target.name}/scale"
    raise ApiError(
        404, "NotFound", f"{target.kind} ({target.api_version}) has no scale subresource"
    )


def _move_bounds(client: Client, job: Job, target: Target) -> str:
    hpa = client.get(path_of(_AUTOSCALER, target.name, target.namespace))
    spec = hpa["spec"]
    reference = spec["scaleTargetRef"]
    behind = Target(
        api_version=reference["apiVersion"],
        kind=reference["kind"],
        name=reference["name"],
        namespace=target.namespace,
    )
    path = scale_path(client, behind)
    replicas = _replicas(client.get(path))
    current = hpa.get("status", {}).get("currentReplicas", 0)
    new = adjusted(spec.get("minReplicas", 1), spec["maxReplicas"], current, job.target_size)
    change = {"minReplicas": new.min, "maxReplicas": new.max}
    if any(spec.get(key) != value for key, value in change.items()):
        client.patch({**hpa, "kind": _AUTOSCALER}, {"spec": change})
    if not new.scales:
        return (
            f"Skip scale replicas because HPA {target.name} current replicas:{replicas}"
            f" >= desired replicas:{job.target_size}."
        )
    _set_replicas(client, path, job.target_size)
    return f"current replicas:{replicas}, desired replicas:{job.target_size}."


def _replicas(scale: Object) -> int:
    return int(scale["spec"].get("replicas", 0))


def _set_replicas(client: Client, path: str, replicas: int) -> None:
    change = {"spec": {"replicas": replicas}}
    client.call("PATCH", path, body=change, content_type=MERGE_PATCH)
