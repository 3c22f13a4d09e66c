"""A pool of ECS nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import naming, node_scaling
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

_NODES: Final = range(1001)
"""Nodes a pool may have, and bounds of its autoscaling (pulumi-alicloud 4.0.0, cs.NodePool)."""


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A taint of every node of the pool."""

    key: str
    """Key of the taint."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What happens to pods that do not tolerate it."""
    value: str = ""
    """Value of the taint. Default: empty."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Bounds of a pool that grows and shrinks by itself."""

    min: int
    """Least number of nodes."""
    max: int
    """Greatest number of nodes."""
    kind: Literal["cpu", "gpu", "gpushare"] | None = None
    """What the node autoscaler counts on its nodes: whole GPUs, or shares of them. Default: CPU and
    memory."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Preemptible instances: cheaper, released by the cloud at short notice."""

    max_hourly_price: float | None = None
    """Highest price of an instance per hour. Default: up to the pay-as-you-go price."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Nodes paid for some months in advance: the cheapest way for a base load that stays."""

    months: Literal[1, 2, 3, 6, 12]
    """Months that are paid at once."""
    auto_renew: bool = True
    """Go on for as many months when they are over. Default: true, since nodes would stop."""


@dataclass(frozen=True, kw_only=True)
class PrivatePool:
    """Capacity that the account has reserved (elasticity assurance, capacity reservation)."""

    match: Literal["Open", "Target"] = "Open"
    """`Open` takes any that fits, and public capacity where none does; `Target` takes the one named
    here and nothing else. Default: Open."""
    pool_id: str | None = None
    """Private pool for `Target`, such as `eap-bp67acfmxazb4****`. Default: none."""


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """Arguments of `NodePool`."""

    cluster_id: pulumi.Input[str]
    """Cluster of the pool; a change replaces it."""
    pool_name: str
    """Name of the pool, unique in the cluster."""
    vswitch_ids: Sequence[pulumi.Input[str]]
    """Node vSwitches; with several, nodes are spread evenly over their zones."""
    instance_types: Sequence[str]
    """ECS instance types; the next one is tried where one is out of stock."""
    size: int | Bounds
    """Number of nodes, or the bounds in which the node autoscaler keeps it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Kubernetes labels of every node. Default: none."""
    taints: Sequence[Taint] = ()
    """Kubernetes taints of every node. Default: none."""
    spot: Spot | None = None
    """Use preemptible instances. Default: pay-as-you-go instances."""
    subscription: Subscription | None = None
    """Pay in advance; a change replaces the pool. Default: pay-as-you-go."""
    private_pool: PrivatePool | None = None
    """Start nodes on reserved capacity. Default: on public capacity."""
    max_pods: int | None = None
    """Most pods on a node. Default: what network plug-in and instance type allow."""
    system_disk_gib: int = 120
    """Size of the system disk in GiB. Default: 120."""
    cloud_monitor: bool = True
    """Install the CloudMonitor agent. Default: true."""
    managed: bool = True
    """Let the cloud repair nodes; not for registered clusters. Default: true."""


class NodePool(pulumi.ComponentResource):
    """A managed pool of ECS nodes: repaired by the cloud, one node at a time.

    Creates: one node pool (Alibaba Cloud Linux 3, encrypted ESSD system disk, instance metadata
    only with a token).

        NodePool(
            "base",
            NodePoolArgs(
                cluster_id=cluster.cluster_id,
                pool_name="base",
                vswitch_ids=list(network.node_vswitch_ids.values()),
                instance_types=["ecs.c7.2xlarge", "ecs.c8i.2xlarge"],
                size=2,
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    node_pool_id: pulumi.Output[str]
    """Id of the pool, `<cluster id>:<pool id>`."""
    scaling_group_id: pulumi.Output[str]
    """Id of its scaling group, by which `NodeAutoscaling` knows it."""

    def __init__(
        self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("NodePool", name, _problems(args))
        super().__init__("ackb:cluster:NodePool", name, None, opts)
        pool = alicloud.cs.NodePool(
            f"{name}-pool",
            cluster_id=args.cluster_id,
            node_pool_name=args.pool_name,
            vswitch_ids=args.vswitch_ids,
            multi_az_policy="BALANCE",
            instance_types=args.instance_types,
            image_type="AliyunLinux3",
            system_disk_category="cloud_essd",
            system_disk_size=args.system_disk_gib,
            system_disk_encrypted=True,
            instance_metadata_options=alicloud.cs.NodePoolInstanceMetadataOptionsArgs(
                http_tokens="required"
            ),
            install_cloud_monitor=args.cloud_monitor,
            management=_management(args.managed),
            labels=[
                alicloud.cs.NodePoolLabelArgs(key=key, value=value)
                for key, value in sorted(args.labels.items())
            ]
            or None,
            taints=[
                alicloud.cs.NodePoolTaintArgs(key=one.key, value=one.value, effect=one.effect)
                for one in args.taints
            ]
            or None,
            kubelet_configuration=_kubelet(args.max_pods),
            private_pool_options=_private_pool(args.private_pool),
            **_size(args.size),
            **_prices(args.instance_types, args.spot),
            **_subscription(args.subscription),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.node_pool_id = pool.id
        self.scaling_group_id = pool.scaling_group_id
        self.register_outputs(
            {"node_pool_id": self.node_pool_id, "scaling_group_id": self.scaling_group_id}
        )


def _management(managed: bool) -> alicloud.cs.NodePoolManagementArgs | None:
    if not managed:
        return None
    return alicloud.cs.NodePoolManagementArgs(enable=True, auto_repair=True, max_unavailable=1)


def _size(size: int | Bounds) -> dict[str, Any]:
    if isinstance(size, int):
        return {"desired_size": str(size)}
    # No desired size beside it: the autoscaler owns the number.
    return {
        "scaling_config": alicloud.cs.NodePoolScalingConfigArgs(
            enable=True, min_size=size.min, max_size=size.max, type=size.kind
        )
    }


def _prices(instance_types: Sequence[str], spot: Spot | None) -> dict[str, Any]:
    if spot is None:
        return {"spot_strategy": "NoSpot"}
    if spot.max_hourly_price is None:
        return {"spot_strategy": "SpotAsPriceGo"}
    limit = str(spot.max_hourly_price)
    return {
        "spot_strategy": "SpotWithPriceLimit",
        "spot_price_limits": [
            alicloud.cs.NodePoolSpotPriceLimitArgs(instance_type=one, price_limit=limit)
            for one in instance_types
        ],
    }


def _subscription(wanted: Subscription | None) -> dict[str, Any]:
    if wanted is None:
        return {}
    return {
        "instance_charge_type": "PrePaid",
        "period": wanted.months,
        "period_unit": "Month",
        "auto_renew": wanted.auto_renew,
        "auto_renew_period": wanted.months if wanted.auto_renew else None,
    }


def _private_pool(
    wanted: PrivatePool | None,
) -> alicloud.cs.NodePoolPrivatePoolOptionsArgs | None:
    if wanted is None:
        return None
    return alicloud.cs.NodePoolPrivatePoolOptionsArgs(
        private_pool_options_id=wanted.pool_id,
        private_pool_options_match_criteria=wanted.match,
    )


def _kubelet(max_pods: int | None) -> alicloud.cs.NodePoolKubeletConfigurationArgs | None:
    if max_pods is None:
        return None
    return alicloud.cs.NodePoolKubeletConfigurationArgs(max_pods=str(max_pods))


def _problems(args: NodePoolArgs) -> Iterator[ArgumentProblem]:
    yield from problem("pool_name", args.pool_name, naming.check("node_pool", args.pool_name))
    if not args.vswitch_ids:
        yield ArgumentProblem("vswitch_ids", "hold at least one vSwitch", [], "add one of a zone")
    if not args.instance_types:
        yield ArgumentProblem(
            "instance_types", "hold at least one type", [], "add one such as ecs.c7.2xlarge"
        )
    yield from _payment_problems(args)
    bounds = args.size if isinstance(args.size, Bounds) else Bounds(min=args.size, max=args.size)
    for label, nodes in (("size.min", bounds.min), ("size.max", bounds.max)):
        field_name = label if isinstance(args.size, Bounds) else "size"
        if nodes not in _NODES:
            yield ArgumentProblem(
                field_name, f"be from {_NODES[0]} to {_NODES[-1]}", nodes, "choose another number"
            )
        if field_name == "size":
            break
    if bounds.min > bounds.max:
        yield ArgumentProblem(
            "size.min", f"not be above 'size.max', {bounds.max}", bounds.min, "swap the two"
        )


def _payment_problems(args: NodePoolArgs) -> Iterator[ArgumentProblem]:
    if args.subscription is not None:
        broken = node_scaling.check_subscription(
            elastic=isinstance(args.size, Bounds), spot=args.spot is not None
        )
        yield from problem("subscription", args.subscription, broken)
    if args.private_pool is not None:
        broken = node_scaling.check_private_pool(args.private_pool.match, args.private_pool.pool_id)
        yield from problem("private_pool.pool_id", args.private_pool.pool_id, broken)
