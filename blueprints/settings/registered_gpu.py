"""Settings of the blueprint `registered-gpu`: cloud nodes with GPUs for a cluster elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.addons import Addons
from blueprints.settings.base import Settings, rule
from blueprints.settings.cluster import NodePool
from blueprints.settings.codes import Code
from blueprints.settings.forms import form, physical_name
from blueprints.settings.network import Range
from blueprints.settings.platform import NetworkForm, PlatformSettings
from blueprints.settings.scaling import NodeAutoscaling
from blueprints.settings.stack import StackSettings
from blueprints.settings.workload import Amounts, Resources


class DataCentre(Settings):
    """Where the cluster is; how it reaches the VPC (Express Connect, VPN) is not made here."""

    cidrs: tuple[Range, ...] = Field(
        examples=["[10.0.0.0/16]"],
        min_length=1,
        description="Ranges of its nodes, pods and Services, apart from the VPC. They may reach "
        "the cloud nodes.",
    )


class RegisteredCluster(Settings):
    """A Kubernetes cluster outside Alibaba Cloud, registered with ACK One."""

    cluster_id: Annotated[str, form("cluster_id")] | None = Field(
        default=None,
        description="Id of a registered cluster that is there (made in the console, by the API or "
        "by onectl); it is left as it is. Default: this stack registers one.",
    )
    name: Annotated[str, physical_name("cluster")] | None = Field(
        default=None,
        description="Name of the registration; with one given here, a change of VPC, vSwitches or "
        "security group needs a new name too. Default: stack, logical name and a hash.",
    )
    connected: bool = Field(
        default=False,
        description="The agent runs in the cluster (`ackb agent STACK` prints it), so that node "
        "pools, add-ons and workloads can be made. Default: false, only the registration is made.",
    )
    access: Literal["private", "public"] = Field(
        default="private",
        description="How cluster and cloud reach each other: `private` through the VPC, which node "
        "pools need, or `public` over the internet. Default: private.",
    )
    version: str | None = Field(
        default=None,
        pattern=r"^1\.\d+$",
        description='Kubernetes version of the cluster, a minor in quotes such as "1.34"; cloud '
        "nodes get the same. Default: not said, and not judged.",
    )
    node_script_url: Annotated[str, form("url")] | None = Field(
        default=None,
        description="Address of a script with which cloud nodes join a cluster that kubeadm did "
        "not make; nodes fetch it. Default: they join with kubeadm.",
    )
    deletion_protection: bool = Field(
        default=True,
        description="Refuse to take the registration away; turn it off and apply before taking the "
        "stack down. Default: true.",
    )
    node_autoscaling: NodeAutoscaling = Field(
        default=NodeAutoscaling(),
        description="How node pools with `autoscaling` grow and shrink; nothing where none has it.",
    )


class Observability(Settings):
    """One view of operations over cloud and data centre: add-ons in the registered cluster."""

    logs: bool = Field(
        default=False,
        description="Collect the logs of containers (add-on loongcollector). Default: false.",
    )
    events: bool = Field(
        default=False,
        description="Collect events of the cluster (add-on ack-node-problem-detector). Default: "
        "false.",
    )
    metrics: bool = Field(
        default=False,
        description="Collect metrics (add-on arms-prometheus). Default: false.",
    )


class DevicePlugin(Settings):
    """NVIDIA's device plug-in, which makes the GPUs of nodes known to the cluster."""

    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="nvcr.io/nvidia/k8s-device-plugin:v0.17.4",
        description="Image of the plug-in, with a tag that is a version, or a digest. Default: "
        "nvcr.io/nvidia/k8s-device-plugin:v0.17.4.",
    )


class SmokeTest(Settings):
    """A Job that asks for one GPU and ends well where the driver finds it."""

    namespace: Annotated[str, physical_name("namespace")] = Field(
        default="gpu-test", description="Kubernetes namespace of the Job. Default: gpu-test."
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="nvcr.io/nvidia/cuda:12.5.1-base-ubuntu22.04",
        description="Image of the container, with a tag that is a version, or a digest. Default: "
        "nvcr.io/nvidia/cuda:12.5.1-base-ubuntu22.04.",
    )
    command: tuple[str, ...] = Field(
        default=("nvidia-smi",),
        min_length=1,
        description="Command and its arguments. Default: nvidia-smi, which fails where driver or "
        "GPU do.",
    )
    resources: Resources = Field(
        default=Resources(limits=Amounts(cpu="500m", memory="1Gi")),
        description="CPU and memory beside the GPU. Default: 500m CPU and 1Gi memory.",
    )


class RegisteredGpuSettings(StackSettings):
    """Cloud nodes, with GPUs or without, for the Kubernetes cluster of a data centre."""

    blueprint: Literal["registered-gpu"] = Field(description="Architecture to build.")
    network: NetworkForm = Field(
        description="The VPC of the cloud nodes and its zones: new, or existing."
    )
    data_centre: DataCentre = Field(description="Where the cluster is.")
    cluster: RegisteredCluster = Field(
        default=RegisteredCluster(), description="The cluster of the data centre."
    )
    observability: Observability = Field(
        default=Observability(), description="What Alibaba Cloud collects from the cluster."
    )
    node_pools: tuple[NodePool, ...] = Field(
        description="The cloud nodes that join the cluster, with `gpu` where they have GPUs."
    )
    device_plugin: DevicePlugin | None = Field(
        default=DevicePlugin(),
        description="NVIDIA's device plug-in on the nodes of pools with `gpu`. `null`: the cluster "
        "has one. Default: it is deployed where a pool has GPUs.",
    )
    smoke_test: SmokeTest | None = Field(
        default=SmokeTest(),
        description="A Job that proves that a GPU can be used. `null`: none. Default: one that "
        "asks the driver for its GPU.",
    )
    addons: Addons = Field(
        default=Addons(),
        examples=["{blackbox_exporter: {}}"],
        description="Components of your own (docs/addons.md): the name of a file in the folder "
        "`addons` of the project, with its settings. Default: none.",
    )


ClusterSettings = PlatformSettings | RegisteredGpuSettings
"""Settings of every stack that has a cluster, in the cloud or elsewhere."""
