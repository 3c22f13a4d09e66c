"""The pods of distributed training: pure, so that each decision can be read and tested.

Written as plain objects: a Job and the custom resources of the operators take the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ackb.domain import quantity, tiers
from components.training.args import DistributedTrainingArgs

PORT: Final = 2222
"""Port on which TensorFlow's parameter servers and workers talk (default of the TFJob)."""

FAILURE_POLICY: Final[dict[str, Any]] = {
    "rules": [
        {
            "action": "Ignore",
            "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
        }
    ]
}
"""Of a Job: an evicted pod, which the kubelet gives this condition, is no failure of its own."""

_SCRATCH: Final = "scratch"


def labels(args: DistributedTrainingArgs) -> dict[str, str]:
    """Return the labels of the pods."""
    koordinator = {"koordinator.sh/qosClass": "BE"} if args.batch else {}
    return {"app": args.job_name, tiers.LABEL: args.tier.value, **koordinator}


def metadata(args: DistributedTrainingArgs) -> dict[str, Any]:
    """Return the metadata of the pods."""
    told: dict[str, Any] = {"labels": labels(args)}
    if args.annotations:
        told["annotations"] = dict(args.annotations)
    return told


def pod(
    args: DistributedTrainingArgs,
    *,
    container: str,
    command: Sequence[str],
    environment: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the specification of a pod with one container of that name."""
    spec: dict[str, Any] = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": args.user_id,
            "runAsGroup": args.user_id,
            "fsGroup": args.user_id,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # No node takes more than its share, so that none is full of training (S3-04).
        "topologySpreadConstraints": [
            {
                "topologyKey": "kubernetes.io/hostname",
                "maxSkew": 1,
                "whenUnsatisfiable": "DoNotSchedule",
                # A node that pods may not go to is not an empty one.
                "nodeTaintsPolicy": "Honor",
                "labelSelector": {"matchLabels": {"app": args.job_name}},
            }
        ],
        "volumes": [{"name": _SCRATCH, "emptyDir": {}}],
        "containers": [
            {
                "name": container,
                "image": args.image,
                "command": list(command),
                "ports": [{"name": "training", "containerPort": PORT}],
                "env": [dict(one) for one in environment],
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": _SCRATCH, "mountPath": "/tmp"}],
                **_resources(args),
            }
        ],
    }
    if args.priority_class is not None:
        spec["priorityClassName"] = args.priority_class
    if args.tolerations:
        spec["tolerations"] = [
            {"key": one.key, "operator": "Equal", "value": one.value, "effect": one.effect}
            for one in args.tolerations
        ]
    if args.pull_secret:
        spec["imagePullSecrets"] = [{"name": args.pull_secret}]
    return spec


def _resources(args: DistributedTrainingArgs) -> dict[str, Any]:
    if args.batch is None:
        return {}
    amounts = {
        # A count of thousandths: https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/dynamic-resource-overcommitment
        "kubernetes.io/batch-cpu": str(quantity.millicores(args.batch.cpu)),
        "kubernetes.io/batch-memory": args.batch.memory,
    }
    return {"resources": {"limits": amounts, "requests": amounts}}
