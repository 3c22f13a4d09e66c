"""The form of today: a TrainJob of Kubeflow Trainer v2 and the runtime it refers to.

Schema: pkg/apis/trainer/v1alpha1 of github.com/kubeflow/trainer, read 2026-11-22.
"""

from __future__ import annotations

import json
from typing import Any, Final

from components.training import pod
from components.training.args import DistributedTrainingArgs

API_VERSION: Final = "trainer.kubeflow.org/v1alpha1"

_WORKERS: Final = "node"
"""Name that the operator wants of the job it sizes, and of its container."""
_SERVERS: Final = "ps"

_INDEX: Final = {
    "name": "TASK_INDEX",
    "valueFrom": {
        "fieldRef": {
            "fieldPath": "metadata.annotations['batch.kubernetes.io/job-completion-index']"
        }
    },
}


def runtime(args: DistributedTrainingArgs) -> dict[str, Any]:
    """Return the specification of the ClusterTrainingRuntime: what the pods of a job are like."""
    workers = _replicated(args, _WORKERS, "worker")
    # The operator puts the TrainJob's numbers, image and command into the job with this label.
    workers["template"]["metadata"] = {
        "labels": {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}
    }
    jobs = [workers]
    if args.parameter_servers:
        servers = _replicated(args, _SERVERS, "ps")
        count = args.parameter_servers
        servers["template"]["spec"] |= {"completions": count, "parallelism": count}
        jobs.insert(0, servers)
    return {
        "mlPolicy": {"numNodes": args.workers},
        "template": {
            "spec": {
                "replicatedJobs": jobs,
                # Parameter servers never end by themselves.
                "successPolicy": {"operator": "All", "targetReplicatedJobs": [_WORKERS]},
            }
        },
    }


def spec(args: DistributedTrainingArgs) -> dict[str, Any]:
    """Return the specification of the TrainJob."""
    return {
        "runtimeRef": {
            "apiGroup": API_VERSION.split("/", maxsplit=1)[0],
            "kind": "ClusterTrainingRuntime",
            "name": args.job_name,
        },
        "trainer": {
            "image": args.image,
            "command": list(args.command),
            "numNodes": args.workers,
        },
    }


def _replicated(args: DistributedTrainingArgs, name: str, task: str) -> dict[str, Any]:
    config = {
        "cluster": {
            "ps": _hosts(args, _SERVERS, args.parameter_servers),
            "worker": _hosts(args, _WORKERS, args.workers),
        },
        "task": {"type": task, "index": 0},
        "environment": "cloud",
    }
    # Kubernetes replaces $(...) when the container starts: the index is a number then.
    text = json.dumps(config).replace('"index": 0', '"index": $(TASK_INDEX)')
    return {
        "name": name,
        "replicas": 1,
        "template": {
            "spec": {
                "podFailurePolicy": pod.FAILURE_POLICY,
                "template": {
                    "metadata": pod.metadata(args),
                    "spec": {
                        **pod.pod(
                            args,
                            container=name,
                            command=args.command,
                            environment=[_INDEX, {"name": "TF_CONFIG", "value": text}],
                        ),
                        "restartPolicy": "Never",
                    },
                },
            }
        },
    }


def _hosts(args: DistributedTrainingArgs, job: str, count: int) -> list[str]:
    # Names that JobSet gives: <set>-<job>-<number of the job>-<index>, in the Service of the set.
    return [f"{args.job_name}-{job}-0-{index}.{args.job_name}:{pod.PORT}" for index in range(count)]
