"""GPUs of nodes: which instance types carry them, how nodes tell of them, how they are shared.

Labels and ways of sharing: https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/labels-used-by-ack-to-control-gpus
(November 2025).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ackb.domain import node_scaling
from ackb.domain.data import load
from ackb.domain.problems import Broken

RESOURCE: Final = "nvidia.com/gpu"
"""Extended resource that the device plug-in announces: whole GPUs."""

COUNT_LABEL: Final = "aliyun.accelerator/nvidia_count"
MEMORY_LABEL: Final = "aliyun.accelerator/nvidia_mem"
NAME_LABEL: Final = "aliyun.accelerator/nvidia_name"
"""What a node tells about its GPUs (S0-12): number, memory of one such as `16280MiB`, card."""

SCHEDULE_LABEL: Final = "ack.node.gpu.schedule"
PLACEMENT_LABEL: Final = "ack.node.gpu.placement"
DRIVER_LABEL: Final = "ack.aliyun.com/nvidia-driver-version"
"""Label of a node pool that chooses the version of the NVIDIA driver; without it ACK chooses.
https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/specify-an-nvidia-driver-version-for-nodes-by-adding-a-label"""

SHARING_ADDON: Final = "ack-ai-installer"
"""Add-on without which every schedule but the default one is only a label."""

_FILE: Final = "gpu_instance_types"
_MIB_IN_GB: Final = 1024
_PRO: Final = "ack.pro."


class Schedule(StrEnum):
    """How the GPUs of a node are given out."""

    DEFAULT = "default"
    """Each to one container."""
    SHARE = "share"
    """Memory and computing power shared, without isolation."""
    CGPU = "cgpu"
    """Memory isolated, computing power shared."""
    CORE_MEM = "core_mem"
    """Memory and computing power isolated."""
    MPS = "mps"
    """Shared through NVIDIA MPS, memory isolated."""
    TOPOLOGY = "topology"
    """Several to one pod, those with the fastest links between them."""


SHARED: Final = (Schedule.SHARE, Schedule.CGPU, Schedule.CORE_MEM, Schedule.MPS)
"""Schedules that put several containers on one GPU."""


class Placement(StrEnum):
    """On which of a node's GPUs the next container of a shared schedule goes."""

    BINPACK = "binpack"
    """Fill one GPU before the next."""
    SPREAD = "spread"
    """The emptiest GPU."""


@dataclass(frozen=True)
class GpuInstance:
    """An ECS instance type with GPUs.

    Attributes:
        instance_type: such as `ecs.gn5-c4g1.xlarge`.
        vcpu: number of vCPUs.
        memory_gib: memory in GiB.
        gpus: number of GPUs.
        gpu_name: the card, as the label `NAME_LABEL` has it.
        gpu_memory_mib: memory of one GPU in MiB as its driver reports it; where no report is known,
            as it is sold.
    """

    instance_type: str
    vcpu: int
    memory_gib: int
    gpus: int
    gpu_name: str
    gpu_memory_mib: int

    def labels(self) -> dict[str, str]:
        """Return the labels by which a node of this type tells of its GPUs (S0-12)."""
        return {
            COUNT_LABEL: str(self.gpus),
            MEMORY_LABEL: f"{self.gpu_memory_mib}MiB",
            NAME_LABEL: self.gpu_name,
        }


def gpu_instance(instance_type: str) -> GpuInstance | None:
    """Return what is known of an instance type with GPUs; None where it is not in the table."""
    table = load(_FILE)
    row = table["types"].get(instance_type)
    if row is None:
        return None
    family = re.split("[-.]", instance_type)[1]
    card = table["cards"][f"ecs.{family}"]
    memory = card.get("reported_mib", card["memory_gb"] * _MIB_IN_GB)
    return GpuInstance(
        instance_type=instance_type, gpu_name=card["name"], gpu_memory_mib=memory, **row
    )


def node_selector(
    *, gpu_name: str | None = None, gpus: int | None = None, memory_mib: int | None = None
) -> dict[str, str]:
    """Return the node selector for pods that need a certain card, number or memory (S0-12).

    Without arguments it is empty: asking for `RESOURCE` is enough to come onto a node with a GPU.
    """
    wanted = {
        NAME_LABEL: gpu_name,
        COUNT_LABEL: None if gpus is None else str(gpus),
        MEMORY_LABEL: None if memory_mib is None else f"{memory_mib}MiB",
    }
    return {key: value for key, value in wanted.items() if value is not None}


def pool_labels(
    schedule: Schedule, placement: Placement | None = None, driver_version: str | None = None
) -> dict[str, str]:
    """Return the labels that a pool of GPU nodes needs; the default schedule needs none."""
    labels: Mapping[str, str | None] = {
        SCHEDULE_LABEL: None if schedule is Schedule.DEFAULT else schedule.value,
        PLACEMENT_LABEL: placement.value if placement else None,
        DRIVER_LABEL: driver_version,
    }
    return {key: value for key, value in labels.items() if value is not None}


def check_types(instance_types: Sequence[str]) -> Broken | None:
    """Return what is wrong with the instance types of a GPU pool, or None."""
    without = [one for one in instance_types if not node_scaling.has_gpu(one)]
    if not without:
        return None
    return Broken(
        f"name instance types with GPUs only ({', '.join(without)} has none)",
        "choose one such as ecs.gn7i-c8g1.2xlarge, or leave out 'gpu'",
    )


def check_schedule(schedule: Schedule, cluster_spec: str | None) -> Broken | None:
    """Return why a cluster cannot give out GPUs in this way, or None.

    Args:
        schedule: the way.
        cluster_spec: edition of a managed cluster, such as `ack.pro.small`; None for a cluster
            that ACK does not run.
    """
    if schedule is Schedule.DEFAULT or (cluster_spec or "").startswith(_PRO):
        return None
    if cluster_spec is None:
        return Broken(
            "be default in a registered cluster: the other ways need the scheduler of ACK Pro",
            "leave it out; each GPU then goes to one container",
        )
    return Broken(
        f"be default in a cluster of the edition {cluster_spec}: the other ways need ACK Pro",
        "leave it out, or write cluster.spec: ack.pro.small",
    )


def check_placement(schedule: Schedule, placement: Placement | None) -> Broken | None:
    """Return what is wrong with a placement beside this schedule, or None."""
    if placement is None or schedule in SHARED:
        return None
    return Broken(
        f"be left out: it places containers on shared GPUs ({', '.join(SHARED)})",
        "remove it, or choose a shared schedule",
    )
