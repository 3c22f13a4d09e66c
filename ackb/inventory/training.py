"""Pods of distributed training, whose jobs are custom resources of an operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ackb.inventory.model import Declared
from ackb.inventory.values import kind_of, listing, mapping, number, text

KINDS: Final = ("TFJob", "TrainJob")

_TRAINER: Final = "trainer.kubeflow.org/trainjob-ancestor-step"
"""Label of the job of a runtime that a TrainJob sizes."""


def pods(
    kind: str, spec: Mapping[str, Any], objects: Sequence[Declared]
) -> tuple[Mapping[str, Any], int]:
    """Return the template of the workers and the number of all pods, parameter servers too."""
    return _of_tf_job(spec) if kind == "TFJob" else _of_train_job(spec, objects)


def _of_tf_job(spec: Mapping[str, Any]) -> tuple[Mapping[str, Any], int]:
    roles = [mapping(one) for one in mapping(spec.get("tfReplicaSpecs")).values()]
    template = mapping(roles[-1].get("template")) if roles else {}
    return template, sum(number(one.get("replicas"), 1) for one in roles)


def _of_train_job(
    spec: Mapping[str, Any], objects: Sequence[Declared]
) -> tuple[Mapping[str, Any], int]:
    name = mapping(spec.get("runtimeRef")).get("name")
    template: Mapping[str, Any] = {}
    total = 0
    for one in _jobs_of_runtime(text(name), objects):
        job = mapping(mapping(one.get("template")).get("spec"))
        labels = mapping(mapping(mapping(one.get("template")).get("metadata")).get("labels"))
        if _TRAINER in labels:
            template = mapping(job.get("template"))
            total += number(mapping(spec.get("trainer")).get("numNodes"), 1)
        else:
            total += number(job.get("parallelism"), 1)
    return template, total


def _jobs_of_runtime(name: str, objects: Sequence[Declared]) -> list[Mapping[str, Any]]:
    for one in objects:
        metadata = mapping(one.inputs.get("metadata"))
        if kind_of(one) == "ClusterTrainingRuntime" and metadata.get("name") == name:
            template = mapping(mapping(one.inputs.get("spec")).get("template"))
            return [
                mapping(job) for job in listing(mapping(template.get("spec")).get("replicatedJobs"))
            ]
    return []
