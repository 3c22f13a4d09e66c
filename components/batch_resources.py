"""Batch resources: what online pods have reserved and do not use, for offline pods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_alicloud as alicloud
import pulumi_kubernetes as kubernetes

from ackb.domain.problems import ArgumentProblem
from components.checks import refuse

_ADDON: Final = "ack-koordinator"
_NAMESPACE: Final = "kube-system"
_CONFIG_MAP: Final = "ack-slo-config"
_AVERAGE_SECONDS: Final = 60


@dataclass(frozen=True, kw_only=True)
class BatchResourcesArgs:
    """Arguments of `BatchResources`."""

    cluster_id: pulumi.Input[str]
    """Cluster of an ACK Pro edition; a change replaces the add-on."""
    cpu_threshold_percent: int = 60
    """Share of a node's CPU that online use and batch resources have together. Default: 60."""
    memory_threshold_percent: int = 70
    """The same for memory. Default: 70."""


class BatchResources(pulumi.ComponentResource):
    """Each node offers offline pods what online ones have reserved and do not use.

    Creates: the add-on ack-koordinator, and its settings in the ConfigMap
    `kube-system/ack-slo-config`. Nodes then have the resources `kubernetes.io/batch-cpu` (in
    thousandths of a core) and `kubernetes.io/batch-memory`; where online load grows they shrink,
    and batch pods are throttled and evicted first.

        BatchResources(
            "batch",
            BatchResourcesArgs(cluster_id=cluster.cluster_id),
            pulumi.ResourceOptions(providers=[provider, cluster.provider]),
        )

    One in a cluster: the ConfigMap is one.
    """

    config_map: pulumi.Output[str]
    """Name of the ConfigMap, known once it is there."""

    def __init__(
        self, name: str, args: BatchResourcesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("BatchResources", name, _problems(args))
        super().__init__("ackb:cluster:BatchResources", name, None, opts)
        addon = alicloud.cs.KubernetesAddon(
            f"{name}-addon",
            cluster_id=args.cluster_id,
            name=_ADDON,
            opts=pulumi.ResourceOptions(parent=self),
        )
        made = kubernetes.core.v1.ConfigMap(
            f"{name}-config",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=_CONFIG_MAP, namespace=_NAMESPACE),
            data={"colocation-config": json.dumps(_config(args), sort_keys=True)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[addon]),
        )
        self.config_map = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"config_map": self.config_map})


def _config(args: BatchResourcesArgs) -> dict[str, Any]:
    """Return the settings, whose keys are documented at
    https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/dynamic-resource-overcommitment
    """
    return {
        "enable": True,
        "metricAggregateDurationSeconds": _AVERAGE_SECONDS,
        "cpuReclaimThresholdPercent": args.cpu_threshold_percent,
        "memoryReclaimThresholdPercent": args.memory_threshold_percent,
        "memoryCalculatePolicy": "usage",
    }


def _problems(args: BatchResourcesArgs) -> Iterator[ArgumentProblem]:
    for name, percent in (
        ("cpu_threshold_percent", args.cpu_threshold_percent),
        ("memory_threshold_percent", args.memory_threshold_percent),
    ):
        if not 1 <= percent <= 100:
            yield ArgumentProblem(name, "be from 1 to 100", percent, "choose a percentage")
