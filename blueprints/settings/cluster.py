"""Settings of the ACK cluster, its node pools and its virtual nodes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import cidr, kubernetes_versions
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import form, physical_name
from blueprints.settings.network import Range
from blueprints.settings.scaling import NodeAutoscaling


class Terway(Settings):
    """Pods get addresses of the VPC, from the `pod_cidr` of their zone."""

    type: Literal["terway"]
    network_policy: bool = Field(
        default=True, description="Enforce NetworkPolicy objects. Default: true."
    )


class Flannel(Settings):
    """Pods get addresses of a range outside the VPC; one VPC route for each node."""

    type: Literal["flannel"]
    pod_cidr: Range = Field(
        examples=["172.20.0.0/16"],
        description="Range of all pods, apart from the VPC and Service ranges, such as "
        "`172.20.0.0/16`. It cannot be changed later.",
    )
    node_cidr_mask: Annotated[int, rule(Code.NODE_CIDR_MASK, cidr.check_node_mask)] = Field(
        default=25,
        description="Prefix length of each node's share of `pod_cidr`, 24 to 28: 25 gives a node "
        "127 pods. It cannot be changed later. Default: 25.",
    )


NetworkPlugin = Annotated[Terway | Flannel, Field(discriminator="type")]


Edition = Literal[
    "ack.standard", "ack.pro.small", "ack.pro.xlarge", "ack.pro.2xlarge", "ack.pro.4xlarge"
]
"""Edition of the control plane, as the API calls it."""


class Logs(Settings):
    """Logs of the control plane, kept in Simple Log Service."""

    control_plane: tuple[
        Literal["apiserver", "kcm", "scheduler", "ccm", "controlplane-events"], ...
    ] = Field(
        default=("apiserver", "kcm", "scheduler", "ccm"),
        min_length=1,
        description="Components whose logs are kept. Default: apiserver, kcm, scheduler, ccm.",
    )
    audit: bool = Field(default=True, description="Keep the audit log. Default: true.")
    retention_days: int = Field(
        default=30, ge=1, le=3650, description="Days the logs are kept. Default: 30."
    )


class Cluster(Settings):
    """A managed ACK cluster, made by this stack."""

    type: Literal["new"] = Field(
        default="new", description="Who makes it; see also `existing`. Default: new."
    )
    form: Literal["managed", "serverless", "dedicated"] = Field(
        default="managed",
        description="`managed`: ACK runs the control plane, the stack has nodes. `serverless`: no "
        "nodes, every pod on ECI; only `burst`, and not in the sandbox. `dedicated`: legacy, with "
        "masters of your own; ACK makes no new ones. It cannot be changed later. Default: managed.",
    )
    name: Annotated[str, physical_name("cluster")] | None = Field(
        default=None,
        description="Name of the cluster; with one given here, a change that replaces the cluster "
        "needs a new name too. Default: stack, logical name and a hash.",
    )
    spec: Edition = Field(
        default="ack.pro.small",
        description="Edition of the control plane: `ack.standard` is free and has no SLA; the "
        "`ack.pro` ones are paid by the hour. Default: ack.pro.small.",
    )
    version: Annotated[str, rule(Code.KUBERNETES_VERSION, kubernetes_versions.check)] = Field(
        default=kubernetes_versions.DEFAULT,
        description='Kubernetes version, in quotes: a minor such as "1.36" or a full ACK version '
        'such as "1.36.1-aliyun.1". It can only be raised. Default: "1.36".',
    )
    service_cidr: Range = Field(
        default="172.21.0.0/20",
        description="Range of ClusterIP Services, apart from the VPC and pod ranges. It cannot be "
        "changed later. Default: 172.21.0.0/20.",
    )
    network_plugin: NetworkPlugin = Field(
        default=Terway(type="terway"),
        description="How pods get addresses. It cannot be changed later. Default: terway.",
    )
    api_access: Literal["private", "public"] = Field(
        default="private",
        description="Who can reach the API server: `private` only the VPC and what is connected "
        "to it, `public` also the internet (with a credential). Default: private.",
    )
    deletion_protection: bool = Field(
        default=True,
        description="Refuse to delete the cluster; turn it off and apply before taking the stack "
        "down. Default: true.",
    )
    rrsa: bool = Field(
        default=True,
        description="Give Kubernetes service accounts RAM roles of their own. It cannot be turned "
        "off later. Default: true.",
    )
    logs: Logs | None = Field(
        default=Logs(), description="Logs of the control plane. `null`: none. Default: 30 days."
    )
    node_autoscaling: NodeAutoscaling = Field(
        default=NodeAutoscaling(),
        description="How node pools with `autoscaling` grow and shrink; nothing where none has it.",
    )


class NodeCounts(Settings):
    """Bounds of a node pool that grows and shrinks by itself."""

    min: int = Field(
        ge=0, le=1000, examples=["3"], description="Least number of nodes, 0 to 1,000."
    )
    max: int = Field(
        ge=0, le=1000, examples=["10"], description="Greatest number of nodes, 0 to 1,000."
    )


class Taint(Settings):
    """A taint of every node of the pool: only pods that tolerate it come there."""

    key: str = Field(min_length=1, examples=["tier"], description="Key of the taint.")
    value: str = Field(default="", description="Value of the taint. Default: empty.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(
        description="What happens to pods that do not tolerate it."
    )


class Spot(Settings):
    """Preemptible instances: cheaper, released by the cloud at short notice."""

    max_hourly_price: float | None = Field(
        default=None,
        gt=0,
        description="Highest price of an instance in the account's currency per hour. Default: up "
        "to the pay-as-you-go price.",
    )


class Subscription(Settings):
    """Nodes paid for some months in advance: the cheapest way for a base load that stays."""

    months: Literal[1, 2, 3, 6, 12] = Field(description="Months that are paid at once.")
    auto_renew: bool = Field(
        default=True,
        description="Go on for as many months when they are over; without it the nodes stop. "
        "Default: true.",
    )


class PrivatePool(Settings):
    """Capacity that the account has reserved: an elasticity assurance or a capacity reservation."""

    match: Literal["Open", "Target"] = Field(
        default="Open",
        description="`Open` takes any that fits, and public capacity where none does; `Target` "
        "takes the one of `pool_id` and nothing else. Default: Open.",
    )
    pool_id: str | None = Field(
        default=None, min_length=1, description="Private pool for `Target`. Default: none."
    )


class GpuNodes(Settings):
    """What is special about nodes with GPUs."""

    schedule: Literal["default", "share", "cgpu", "core_mem", "mps", "topology"] = Field(
        default="default",
        description="How GPUs are given out: `default` each to one container; `share`, `cgpu`, "
        "`core_mem`, `mps` several containers on one, `topology` several to one pod by the links "
        "between them. All but the default need an edition `ack.pro`, and the add-on "
        "ack-ai-installer, which is then installed. Default: default.",
    )
    placement: Literal["binpack", "spread"] | None = Field(
        default=None,
        description="On which GPU of a node the next container goes where they are shared: "
        "`binpack` fills one first, `spread` takes the emptiest. Default: the choice of ACK.",
    )
    driver_version: str | None = Field(
        default=None,
        pattern=r"^\d+\.\d+(\.\d+)?$",
        description="Version of the NVIDIA driver of new nodes, such as `550.144.03`. Default: the "
        "choice of ACK for the instance type and the Kubernetes version.",
    )
    reserved: bool = Field(
        default=False,
        description="Keep pods that ask for no GPU off these nodes, by the taint "
        "`nvidia.com/gpu`. Default: false.",
    )


class NodePool(Settings):
    """ECS nodes of one kind."""

    name: Annotated[str, physical_name("node_pool")] = Field(
        examples=["web"], description="Name of the pool, unique in the cluster."
    )
    instance_types: tuple[Annotated[str, form("instance_type")], ...] = Field(
        examples=["[ecs.g7.2xlarge]"],
        min_length=1,
        description="ECS instance types, such as `ecs.g7.2xlarge`; the next one is tried where one "
        "is out of stock.",
    )
    nodes: int = Field(
        examples=["3"],
        ge=0,
        le=1000,
        description="Number of nodes; with `autoscaling` the number to begin with.",
    )
    autoscaling: NodeCounts | None = Field(
        default=None,
        description="Let the node autoscaler add and remove nodes. Default: the number is fixed.",
    )
    zones: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="Zones of the nodes, out of `network.zones`. Default: all of them.",
    )
    labels: dict[str, str] = Field(
        default={}, description="Kubernetes labels of every node. Default: none."
    )
    taints: tuple[Taint, ...] = Field(
        default=(), description="Kubernetes taints of every node. Default: none."
    )
    gpu: GpuNodes | None = Field(
        default=None,
        description="The nodes have GPUs: `{}`, or how these are given out. Default: none have.",
    )
    spot: Spot | None = Field(
        default=None, description="Use preemptible instances. Default: pay-as-you-go instances."
    )
    subscription: Subscription | None = Field(
        default=None,
        description="Pay in advance, for the nodes of the base load; a change replaces the pool. "
        "Default: pay-as-you-go.",
    )
    private_pool: PrivatePool | None = Field(
        default=None,
        description="Start nodes on reserved capacity. Default: on public capacity.",
    )
    max_pods: int | None = Field(
        default=None,
        ge=1,
        description="Most pods on a node, such as 64. Default: what the network plug-in and the "
        "instance type allow.",
    )
    system_disk_gib: int = Field(
        default=120,
        ge=40,
        le=2048,
        description="Size of the system disk (ESSD) in GiB, 40 to 2,048. Default: 120.",
    )
    cloud_monitor: bool = Field(
        default=True,
        description="Install the CloudMonitor agent on every node. Default: true.",
    )


class VirtualNodes(Settings):
    """The managed virtual node (add-on ack-virtual-node), which runs pods as ECI instances."""

    cluster_ip: bool = Field(
        default=True,
        description="Let ECI pods reach ClusterIP Services; each then keeps a connection to the "
        "API server. Default: true.",
    )
    private_zone: bool = Field(
        default=False,
        description="Resolve Service names through PrivateZone (DNS of the VPC). Default: false.",
    )
