"""The legacy form: a TFJob of the retired Training Operator v1, as the article has it (S3-23)."""

from __future__ import annotations

from typing import Any, Final

from components.training import pod
from components.training.args import DistributedTrainingArgs

API_VERSION: Final = "kubeflow.org/v1"


def spec(args: DistributedTrainingArgs) -> dict[str, Any]:
    """Return the specification of the TFJob; its operator tells each pod who it is."""
    replicas = {"PS": args.parameter_servers, "Worker": args.workers}
    return {
        # Parameter servers never end by themselves, and would stay when the workers are done.
        "runPolicy": {"cleanPodPolicy": "Running"},
        "tfReplicaSpecs": {
            role: {
                "replicas": count,
                "restartPolicy": "Never",
                "template": {
                    "metadata": pod.metadata(args),
                    # The operator finds the container by this name.
                    "spec": pod.pod(args, container="tensorflow", command=args.command),
                },
            }
            for role, count in replicas.items()
            if count
        },
    }
