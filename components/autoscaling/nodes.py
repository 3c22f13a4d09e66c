"""The node autoscaler of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import node_scaling
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class NodeAutoscalingArgs:
    """Arguments of `NodeAutoscaling`."""

    cluster_id: pulumi.Input[str]
    """Cluster whose node pools with bounds it scales; a change replaces it."""
    scaler: node_scaling.Scaler = "goatscaler"
    """`goatscaler` is node instant scaling, `cluster-autoscaler` the one of the community. Default:
    goatscaler, which ACK advises beside a ResourcePolicy."""
    expander: node_scaling.Expander = "least-waste"
    """Which pool grows where several would do: the one with least left over, any, or the one of
    highest priority (`cluster-autoscaler` only). Default: least-waste."""
    priorities: Mapping[int, Sequence[pulumi.Input[str]]] = field(default_factory=dict)
    """Scaling groups (`NodePool.scaling_group_id`) by priority, for the expander `priority`; the
    highest number first. Default: none."""
    scale_in: bool = True
    """Remove nodes that are not needed. Default: true."""
    utilization_threshold: float = 0.5
    """A node may go when less than this share of it is requested. Default: 0.5."""
    gpu_utilization_threshold: float = 0.5
    """The same for nodes with GPUs. Default: 0.5."""
    unneeded_minutes: int = 10
    """Minutes a node must be unneeded before it goes. Default: 10."""
    cool_down_minutes: int = 10
    """Minutes a node must be there before it may go. Default: 10."""
    scan_seconds: int = 30
    """Seconds between two looks at the cluster. Default: 30."""
    min_replicas_kept: int = 0
    """Leave nodes with pods of a ReplicaSet smaller than this. Default: 0."""
    longest_drain_seconds: int = 14400
    """Longest time to wait for the pods of a node that goes. Default: 14,400."""
    skip_local_storage: bool = False
    """Leave nodes whose pods use emptyDir or hostPath. Default: false."""


class NodeAutoscaling(pulumi.ComponentResource):
    """Nodes for pods that find no room, and away again when they are empty enough.

    Creates: the autoscaling configuration of the cluster (cs.AutoscalingConfig). It scales the node
    pools that have bounds instead of a size. Nodes with pods of kube-system that belong to no
    DaemonSet, with bare pods, or with pods that a disruption budget keeps, stay.

        NodeAutoscaling(
            "nodes",
            NodeAutoscalingArgs(
                cluster_id=cluster.cluster_id,
                scaler="cluster-autoscaler",
                expander="priority",
                priorities={20: [cpu.scaling_group_id], 10: [gpu.scaling_group_id]},
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    config_id: pulumi.Output[str]
    """Id of the configuration."""

    def __init__(
        self, name: str, args: NodeAutoscalingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("NodeAutoscaling", name, _problems(args))
        super().__init__("ackb:cluster:NodeAutoscaling", name, None, opts)
        config = alicloud.cs.AutoscalingConfig(
            f"{name}-config",
            cluster_id=args.cluster_id,
            scaler_type=args.scaler,
            expander=args.expander,
            priorities=_priorities(args.priorities) if args.priorities else None,
            scale_down_enabled=args.scale_in,
            utilization_threshold=node_scaling.share_text(args.utilization_threshold),
            gpu_utilization_threshold=node_scaling.share_text(args.gpu_utilization_threshold),
            unneeded_duration=f"{args.unneeded_minutes}m",
            cool_down_duration=f"{args.cool_down_minutes}m",
            scan_interval=f"{args.scan_seconds}s",
            min_replica_count=args.min_replicas_kept,
            max_graceful_termination_sec=args.longest_drain_seconds,
            skip_nodes_with_local_storage=args.skip_local_storage,
            # Their pods would be gone for a while: CoreDNS, the metrics server.
            skip_nodes_with_system_pods=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.config_id = config.id
        self.register_outputs({"config_id": self.config_id})


def _priorities(
    groups: Mapping[int, Sequence[pulumi.Input[str]]],
) -> dict[str, pulumi.Output[str]]:
    return {
        str(priority): pulumi.Output.all(*members).apply(lambda known: ",".join(map(str, known)))
        for priority, members in sorted(groups.items(), reverse=True)
    }


def _problems(args: NodeAutoscalingArgs) -> Iterator[ArgumentProblem]:
    broken = node_scaling.check_expander(args.scaler, args.expander)
    yield from problem("expander", args.expander, broken)
    if (args.expander == "priority") is not bool(args.priorities):
        yield ArgumentProblem(
            "priorities",
            "be given for the expander priority, and for no other",
            sorted(args.priorities),
            "list the scaling groups of all pools with bounds, CPU above GPU",
        )
    for name in ("utilization_threshold", "gpu_utilization_threshold"):
        share = getattr(args, name)
        yield from problem(name, share, node_scaling.check_threshold(share))
    for name in ("unneeded_minutes", "cool_down_minutes", "scan_seconds"):
        if getattr(args, name) < 1:
            yield ArgumentProblem(name, "be 1 or more", getattr(args, name), "leave it out")
    for name in ("min_replicas_kept", "longest_drain_seconds"):
        if getattr(args, name) < 0:
            yield ArgumentProblem(name, "be 0 or more", getattr(args, name), "leave it out")
