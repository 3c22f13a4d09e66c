"""Node pools with GPUs: that their instance types carry them, and how these are given out."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import gpu
from ackb.domain.problems import Problem
from blueprints.settings.cluster import NodePool
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT


def check_types(pool: NodePool, index: int) -> Iterator[Problem]:
    """Yield a problem when a pool is to have GPUs and its instance types have none."""
    if pool.gpu is None:
        return
    broken = gpu.check_types(pool.instance_types)
    if broken is not None:
        path = f"{ROOT}.node_pools[{index}].instance_types"
        yield Problem.of(Code.GPU, path, list(pool.instance_types), broken)


def check_sharing(pool: NodePool, index: int, cluster_spec: str | None) -> Iterator[Problem]:
    """Yield what is wrong with how the GPUs of a pool are given out.

    Args:
        pool: settings of the pool.
        index: its place in `node_pools`.
        cluster_spec: edition of a managed cluster; None for a registered one.
    """
    if pool.gpu is None:
        return
    path = f"{ROOT}.node_pools[{index}].gpu"
    schedule = gpu.Schedule(pool.gpu.schedule)
    broken = gpu.check_schedule(schedule, cluster_spec)
    if broken is not None:
        yield Problem.of(Code.GPU, f"{path}.schedule", schedule.value, broken)
    placement = gpu.Placement(pool.gpu.placement) if pool.gpu.placement else None
    broken = gpu.check_placement(schedule, placement)
    if broken is not None:
        yield Problem.of(Code.GPU, f"{path}.placement", pool.gpu.placement, broken)
