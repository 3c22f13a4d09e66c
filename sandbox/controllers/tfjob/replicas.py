"""The pods and Services of a TFJob, as the training operator makes them.

Names, labels and TF_CONFIG: pkg/controller.v1/{common,tensorflow} and pkg/apis/kubeflow.org/v1 of
github.com/kubeflow/training-operator, release 1.9, read 2026-11-22.
"""

from __future__ import annotations

import copy
import json
from typing import Final

from sandbox.kube.client import Object
from sandbox.kube.owners import owned_by

API_VERSION: Final = "kubeflow.org/v1"
KIND: Final = "TFJob"

TYPES: Final = ("Chief", "Evaluator", "Master", "PS", "Worker")
"""Replica types, in the order in which the operator looks at them."""
_LEADERS: Final = ("Chief", "Master")

_LABELS: Final = "training.kubeflow.org"
TYPE_LABEL: Final = f"{_LABELS}/replica-type"
INDEX_LABEL: Final = f"{_LABELS}/replica-index"
_CONTAINER: Final = "tensorflow"
_PORT_NAME: Final = "tfjob-port"
_PORT: Final = 2222


def counts(job: Object) -> dict[str, int]:
    """Wanted replicas by type; one where the number is left out."""
    specs = job["spec"]["tfReplicaSpecs"]
    return {kind: specs[kind].get("replicas", 1) for kind in TYPES if specs.get(kind)}


def leader(job: Object) -> str:
    """The type whose end is the end of the job."""
    return next((kind for kind in _LEADERS if kind in counts(job)), "Worker")


def restart_policy(job: Object, kind: str) -> str:
    """Always, OnFailure, Never or ExitCode."""
    return str(job["spec"]["tfReplicaSpecs"][kind].get("restartPolicy") or "Never")


def name_of(job: Object, kind: str, index: int) -> str:
    """Name of a replica's pod and Service."""
    return f"{job['metadata']['name']}-{kind.lower()}-{index}"


def pod(job: Object, kind: str, index: int) -> Object:
    """The pod of one replica."""
    template = copy.deepcopy(job["spec"]["tfReplicaSpecs"][kind].get("template") or {})
    given = template.get("metadata") or {}
    spec = template.setdefault("spec", {})
    policy = restart_policy(job, kind)
    spec["restartPolicy"] = "Never" if policy == "ExitCode" else policy
    for container in spec.get("containers") or []:
        if container["name"] == _CONTAINER:
            _complete(container, job, kind, index)
    labels = {**(given.get("labels") or {}), **_labels(job, kind, index)}
    if kind == leader(job) and (kind in _LEADERS or index == 0):
        labels[f"{_LABELS}/job-role"] = "master"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name_of(job, kind, index),
            "namespace": job["metadata"]["namespace"],
            "labels": labels,
            "annotations": given.get("annotations") or {},
            "ownerReferences": owned_by(job, KIND, API_VERSION),
        },
        "spec": spec,
    }


def service(job: Object, kind: str, index: int) -> Object:
    """The headless Service that gives one replica its host name."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": name_of(job, kind, index),
            "namespace": job["metadata"]["namespace"],
            "labels": _labels(job, kind, index),
            "ownerReferences": owned_by(job, KIND, API_VERSION),
        },
        "spec": {
            "clusterIP": "None",
            "selector": _labels(job, kind, index),
            "ports": [{"name": _PORT_NAME, "port": _port(job, kind)}],
        },
    }


def _labels(job: Object, kind: str, index: int) -> dict[str, str]:
    return {
        f"{_LABELS}/operator-name": "tfjob-controller",
        f"{_LABELS}/job-name": job["metadata"]["name"],
        TYPE_LABEL: kind.lower(),
        INDEX_LABEL: str(index),
    }


def _complete(container: Object, job: Object, kind: str, index: int) -> None:
    """The default port, and TF_CONFIG for a job of more than one replica."""
    ports = container.setdefault("ports", [])
    if not any(one.get("name") == _PORT_NAME for one in ports):
        ports.append({"name": _PORT_NAME, "containerPort": _PORT})
    if sum(counts(job).values()) > 1:
        config = json.dumps(_config(job, kind, index), separators=(",", ":"))
        container.setdefault("env", []).append({"name": "TF_CONFIG", "value": config})


def _config(job: Object, kind: str, index: int) -> Object:
    namespace = job["metadata"]["namespace"]
    hosts = {
        other.lower(): [
            f"{name_of(job, other, number)}.{namespace}.svc:{_port(job, other)}"
            for number in range(count)
        ]
        for other, count in counts(job).items()
        # An evaluator is no member of the training cluster.
        if other != "Evaluator"
    }
    return {
        "cluster": hosts,
        "task": {"type": kind.lower(), "index": index},
        "environment": "cloud",
    }


def _port(job: Object, kind: str) -> int:
    spec = (job["spec"]["tfReplicaSpecs"][kind].get("template") or {}).get("spec") or {}
    for container in spec.get("containers") or []:
        for port in container.get("ports") or []:
            if container["name"] == _CONTAINER and port.get("name") == _PORT_NAME:
                return int(port["containerPort"])
    return _PORT
