"""The Jobs of a TrainJob, as the Trainer and JobSet make them together.

The Trainer makes a JobSet of the runtime's template, and JobSet makes Jobs of it. Here the Jobs are
made at once. Sources: pkg/runtime/framework/plugins/jobset/builder.go of
github.com/kubeflow/trainer, and pkg/controllers/jobset_controller.go of
github.com/kubernetes-sigs/jobset, read 2026-11-22.
"""

from __future__ import annotations

import copy
from typing import Any, Final

from sandbox.kube.client import Object
from sandbox.kube.owners import owned_by

API_VERSION: Final = "trainer.kubeflow.org/v1alpha1"
KIND: Final = "TrainJob"
RUNTIME_KINDS: Final = ("ClusterTrainingRuntime", "TrainingRuntime")

ANCESTOR_LABEL: Final = "trainer.kubeflow.org/trainjob-ancestor-step"
"""Label of a job template; `trainer` marks the one that the TrainJob's numbers are for."""
_TRAINER: Final = "trainer"
_CONTAINER: Final = "node"
"""Name of the container that the TrainJob's image and commands are for."""

_JOBSET: Final = "jobset.sigs.k8s.io"
REPLICATED_JOB_LABEL: Final = f"{_JOBSET}/replicatedjob-name"


def jobs(train_job: Object, runtime: Object) -> list[Object]:
    """All Jobs, in the order of the runtime's template."""
    found = []
    for replicated in replicated_jobs(runtime):
        labels = (replicated["template"].get("metadata") or {}).get("labels") or {}
        trains = labels.get(ANCESTOR_LABEL) == _TRAINER
        # The Trainer allows only one replica of what it trains with.
        replicas = 1 if trains else replicated.get("replicas", 1)
        for index in range(replicas):
            found.append(_job(train_job, runtime, replicated, index, replicas, trains=trains))
    return found


def service(train_job: Object, runtime: Object) -> Object:
    """The headless Service that gives the pods their host names."""
    name = train_job["metadata"]["name"]
    network = _spec(runtime).get("network") or {}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": network.get("subdomain") or name,
            "namespace": train_job["metadata"]["namespace"],
            "ownerReferences": owned_by(train_job, KIND, API_VERSION),
        },
        "spec": {
            "clusterIP": "None",
            "publishNotReadyAddresses": network.get("publishNotReadyAddresses", True),
            "selector": {f"{_JOBSET}/jobset-name": name},
        },
    }


def replicated_jobs(runtime: Object) -> list[Object]:
    """The job templates of a runtime."""
    found: list[Object] = _spec(runtime).get("replicatedJobs") or []
    return found


def success_policy(runtime: Object) -> tuple[str, list[str]]:
    """The operator (All or Any), and the names of the job templates it is about."""
    policy = _spec(runtime).get("successPolicy") or {}
    names = [one["name"] for one in replicated_jobs(runtime)]
    return policy.get("operator", "All"), policy.get("targetReplicatedJobs") or names


def _spec(runtime: Object) -> Object:
    found: Object = (runtime["spec"].get("template") or {}).get("spec") or {}
    return found


def _job(
    train_job: Object,
    runtime: Object,
    replicated: Object,
    index: int,
    replicas: int,
    *,
    trains: bool,
) -> Object:
    metadata = train_job["metadata"]
    name = f"{metadata['name']}-{replicated['name']}-{index}"
    template = copy.deepcopy(replicated["template"])
    given = template.get("metadata") or {}
    spec = template.setdefault("spec", {})
    pod = spec.setdefault("template", {})
    labels = {
        f"{_JOBSET}/jobset-name": metadata["name"],
        REPLICATED_JOB_LABEL: replicated["name"],
        f"{_JOBSET}/replicatedjob-replicas": str(replicas),
        f"{_JOBSET}/job-index": str(index),
        f"{_JOBSET}/restart-attempt": "0",
    }
    if trains:
        nodes = _nodes(train_job, runtime)
        spec["parallelism"] = spec["completions"] = nodes
    else:
        spec.setdefault("completions", spec.get("parallelism", 1))
    if given.get("labels"):
        for container in (pod.get("spec") or {}).get("containers") or []:
            if container["name"] == _CONTAINER:
                _override(container, train_job["spec"].get("trainer") or {})
    spec["completionMode"] = "Indexed"
    spec["suspend"] = bool(train_job["spec"].get("suspend"))
    pod_metadata = pod.setdefault("metadata", {})
    pod_metadata["labels"] = {**(pod_metadata.get("labels") or {}), **labels}
    pod_spec = pod.setdefault("spec", {})
    pod_spec.setdefault("restartPolicy", "OnFailure")
    pod_spec.setdefault("subdomain", service(train_job, runtime)["metadata"]["name"])
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": {**(given.get("labels") or {}), **labels},
            "annotations": given.get("annotations") or {},
            "ownerReferences": owned_by(train_job, KIND, API_VERSION),
        },
        "spec": spec,
    }


def _nodes(train_job: Object, runtime: Object) -> int:
    wanted = (train_job["spec"].get("trainer") or {}).get("numNodes")
    return int(wanted or (runtime["spec"].get("mlPolicy") or {}).get("numNodes") or 1)


def _override(container: Object, trainer: Object) -> None:
    for key in ("image", "command", "args"):
        if trainer.get(key) is not None:
            container[key] = trainer[key]
    resources = trainer.get("resourcesPerNode") or {}
    if resources.get("limits") or resources.get("requests"):
        container["resources"] = resources
    if trainer.get("env"):
        merged: dict[str, Any] = {
            one["name"]: one for one in [*(container.get("env") or []), *trainer["env"]]
        }
        container["env"] = list(merged.values())
