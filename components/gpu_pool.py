"""A pool of ECS nodes with GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pulumi

from ackb.domain import gpu
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.node_pool import Bounds, NodePool, NodePoolArgs, Taint


@dataclass(frozen=True, kw_only=True)
class GpuPoolArgs:
    """Arguments of `GpuPool`."""

    nodes: NodePoolArgs
    """The nodes; their instance types all have GPUs."""
    schedule: gpu.Schedule = gpu.Schedule.DEFAULT
    """How GPUs are given out. Every other way than the default one needs a cluster of ACK Pro with
    the add-on ack-ai-installer. Default: each GPU to one container."""
    placement: gpu.Placement | None = None
    """On which GPU of a node the next container goes, where they are shared. Default: the choice
    of ACK."""
    driver_version: str | None = None
    """Version of the NVIDIA driver, such as `550.144.03`; a change reaches new nodes only.
    Default: the choice of ACK for the instance type and the Kubernetes version."""
    reserved: bool = False
    """Keep pods that ask for no GPU off the nodes, by the taint `nvidia.com/gpu`. Default:
    false."""


class GpuPool(pulumi.ComponentResource):
    """Cloud GPUs for a cluster: of a managed one, or of a data centre through its registration.

    Creates: a `NodePool` with the labels that choose driver and way of sharing (S0-07, S0-12). ACK
    installs driver and device plug-in in managed clusters; the nodes then offer `nvidia.com/gpu`.

        GpuPool(
            "gpu-p100",
            GpuPoolArgs(
                nodes=NodePoolArgs(
                    cluster_id=cluster.cluster_id,
                    pool_name="GPU-P100",
                    vswitch_ids=list(network.node_vswitch_ids.values()),
                    instance_types=["ecs.gn5-c4g1.xlarge"],
                    size=1,
                ),
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    node_pool_id: pulumi.Output[str]
    """Id of the pool, `<cluster id>:<pool id>`."""
    scaling_group_id: pulumi.Output[str]
    """Id of its scaling group, by which `NodeAutoscaling` knows it."""

    def __init__(
        self, name: str, args: GpuPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("GpuPool", name, _problems(args))
        super().__init__("ackb:cluster:GpuPool", name, None, opts)
        pool = NodePool(f"{name}-nodes", _nodes(args), pulumi.ResourceOptions(parent=self))
        self.node_pool_id = pool.node_pool_id
        self.scaling_group_id = pool.scaling_group_id
        self.register_outputs(
            {"node_pool_id": self.node_pool_id, "scaling_group_id": self.scaling_group_id}
        )


def _nodes(args: GpuPoolArgs) -> NodePoolArgs:
    nodes = args.nodes
    size = nodes.size
    if isinstance(size, Bounds):
        size = replace(size, kind="gpushare" if args.schedule in gpu.SHARED else "gpu")
    chosen = gpu.pool_labels(args.schedule, args.placement, args.driver_version)
    taints = [Taint(key=gpu.RESOURCE, effect="NoSchedule")] if args.reserved else []
    return replace(
        nodes, size=size, labels={**nodes.labels, **chosen}, taints=[*nodes.taints, *taints]
    )


def _problems(args: GpuPoolArgs) -> Iterator[ArgumentProblem]:
    types = args.nodes.instance_types
    yield from problem("nodes.instance_types", list(types), gpu.check_types(types))
    broken = gpu.check_placement(args.schedule, args.placement)
    yield from problem("placement", args.placement, broken)
