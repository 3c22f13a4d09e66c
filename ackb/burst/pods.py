"""The pods of a burst: a Deployment of the smallest pods that ECI sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ackb.domain import eci_sizes

NAME: Final = "ackb-burst"
LABELS: Final = {"app": NAME}
SELECTOR: Final = f"app={NAME}"
INSTANCE: Final = "k8s.aliyun.com/eci-instance-id"
"""Annotation that the virtual kubelet writes: the instance of a pod."""

SIZE: Final = eci_sizes.sizes()[0]
"""The smallest size."""

_CPU: Final = f"{int(SIZE.vcpu * 1000)}m"
_MEMORY: Final = f"{int(SIZE.memory_gib * 1024)}Mi"


def deployments(namespace: str) -> str:
    """Path of the Deployments of a namespace."""
    return f"/apis/apps/v1/namespaces/{namespace}/deployments"


@dataclass(frozen=True, kw_only=True)
class Container:
    """What a pod of the burst runs."""

    image: str
    user_id: int


def deployment(namespace: str, pods: int, runs: Container) -> dict[str, Any]:
    """The Deployment; its label sends the pods to ECI, whatever else the namespace says.

    The pods keep the Pod Security Standard `restricted`, which the namespace may demand.
    """
    amounts = {"cpu": _CPU, "memory": _MEMORY}
    container = {
        "name": "burst",
        "image": runs.image,
        "resources": {"requests": amounts, "limits": amounts},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "namespace": namespace, "labels": LABELS},
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": LABELS},
            # Nobody waits for the burst by its progress, and a budget may take long.
            "progressDeadlineSeconds": 7200,
            "template": {
                "metadata": {
                    "labels": {**LABELS, "alibabacloud.com/eci": "true"},
                    # One image, thousands of pulls: all but the first find it in an image cache.
                    "annotations": {"k8s.aliyun.com/eci-auto-imc": "true"},
                },
                "spec": {
                    "containers": [container],
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": runs.user_id,
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                },
            },
        },
    }
