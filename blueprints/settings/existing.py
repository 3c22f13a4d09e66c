"""Settings of what exists already: only read, compared, and left as it is.

An id says which one is meant. What a design depends on (zones, ranges, versions) is said too, and
compared with the cloud before anything is created, so that a stack is judged without an account.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import cidr, kubernetes_versions
from blueprints.settings.base import Settings, rule
from blueprints.settings.cluster import Cluster, Edition, NetworkPlugin, Terway
from blueprints.settings.codes import Code
from blueprints.settings.data import Cache, Database, FileStorage
from blueprints.settings.forms import form, physical_name
from blueprints.settings.network import Network, Range, Zone


class ExistingZone(Settings):
    """One zone of an existing network and the vSwitches in it that this stack uses."""

    zone_id: str = Field(
        examples=["cn-hangzhou-h"], description="Zone of both vSwitches, such as `cn-hangzhou-h`."
    )
    node_vswitch_id: Annotated[str, form("vswitch_id")] = Field(
        examples=["vsw-bp1ucvdrq4zkp0q0wz1k2"],
        description="Id of the vSwitch for nodes, data stores and load balancers.",
    )
    node_cidr: Range = Field(
        examples=["10.1.0.0/20"], description="Range of that vSwitch; compared with the cloud."
    )
    pod_vswitch_id: Annotated[str, form("vswitch_id")] | None = Field(
        default=None,
        description="Id of the vSwitch for pods with an address of their own (Terway, ECI). "
        "Default: ECI pods take addresses of the node vSwitch.",
    )
    pod_cidr: Range | None = Field(
        default=None,
        description="Range of that vSwitch; given where it is. Default: there is none.",
    )


class ExistingNetwork(Settings):
    """A VPC that is there, with vSwitches that are there; its way out is not touched."""

    type: Literal["existing"]
    vpc_id: Annotated[str, form("vpc_id")] = Field(
        examples=["vpc-bp1ucvdrq4zkp0q0wz1k2"], description="Id of the VPC."
    )
    vpc_cidr: Annotated[Range, rule(Code.VPC_RANGE, cidr.check_vpc_text)] = Field(
        examples=["10.0.0.0/8"], description="Range of the VPC; compared with the cloud."
    )
    zones: tuple[ExistingZone, ...] = Field(
        min_length=1,
        description="Zones in use, the first one preferred; two or more survive a zone's failure.",
    )
    security_group_id: Annotated[str, form("security_group_id")] | None = Field(
        default=None,
        description="Security group of nodes and ECI pods. Default: that of an existing cluster; "
        "for a new cluster one is created.",
    )
    security_group: Literal["basic", "enterprise"] = Field(
        default="enterprise",
        description="Kind of the security group, where one is created. Default: enterprise.",
    )


AddonName = Literal[
    "ack-ai-installer",
    "ack-keda",
    "ack-kruise",
    "ack-kubernetes-cronhpa-controller",
    "ack-kubernetes-elastic-workload",
    "ack-vertical-pod-autoscaler",
    "ack-virtual-node",
    "arms-prometheus",
    "managed-aliyun-acr-credential-helper",
]
"""Add-ons and charts that a blueprint installs into a cluster of its own where it needs them."""


class ExistingCluster(Settings):
    """A managed ACK cluster that is there; node pools of this stack may be added to it."""

    type: Literal["existing"]
    cluster_id: Annotated[str, form("cluster_id")] = Field(
        examples=["c0123456789abcdef0123456789abcdef"], description="Id of the cluster."
    )
    version: Annotated[str, rule(Code.KUBERNETES_VERSION, kubernetes_versions.check)] = Field(
        examples=['"1.36"'],
        description='Kubernetes version, in quotes, such as "1.36"; its minor is compared with the '
        "cloud.",
    )
    spec: Edition = Field(
        default="ack.pro.small",
        description="Edition of the control plane; compared with the cloud. Default: "
        "ack.pro.small.",
    )
    network_plugin: NetworkPlugin = Field(
        default=Terway(type="terway"),
        description="How pods get addresses; compared with the cloud. Default: terway.",
    )
    api_access: Literal["private", "public"] = Field(
        default="private",
        description="Way this stack takes to the API server: inside the VPC, or over the internet. "
        "Default: private.",
    )
    rrsa: bool = Field(
        default=True,
        description="Kubernetes service accounts have RAM roles of their own; compared with the "
        "cloud. Default: true.",
    )
    install: tuple[AddonName, ...] = Field(
        default=(),
        description="Add-ons and charts that this stack installs, owns and removes; all others "
        "that it needs are expected to be there. Default: none.",
    )


class ExistingDatabase(Settings):
    """A database on an RDS for MySQL instance, with its account; both are there."""

    type: Literal["existing"]
    instance_id: Annotated[str, form("rds_instance_id")] = Field(
        examples=["rm-bp1ucvdrq4zkp0q0w"], description="Id of the RDS instance."
    )
    name: Annotated[str, physical_name("rds_database")] = Field(
        default="wordpress", description="Name of the database. Default: wordpress."
    )
    account: Annotated[str, physical_name("rds_account")] = Field(
        default="wordpress",
        description="Account that may read and write the database; its password is the stack "
        "secret `ackb:databasePassword`, which you set. Default: wordpress.",
    )


class ExistingCache(Settings):
    """A Redis instance that is there; its password is the stack secret `ackb:cachePassword`."""

    type: Literal["existing"]
    instance_id: Annotated[str, form("kvstore_instance_id")] = Field(
        examples=["r-bp1ucvdrq4zkp0q0wz"], description="Id of the instance."
    )


class ExistingFileStorage(Settings):
    """A NAS file system (NFS) that is there, with a mount target in the VPC."""

    type: Literal["existing"]
    file_system_id: Annotated[str, form("file_system_id")] = Field(
        examples=["31a8e4a1b2"], description="Id of the General-purpose NAS file system."
    )
    mount_target: Annotated[str, form("host")] = Field(
        examples=["31a8e4a1b2-vdd12.cn-hangzhou.nas.aliyuncs.com"],
        description="Host name of its mount target in the VPC.",
    )
    folder: Annotated[str, form("folder")] = Field(
        default="/",
        description="Folder of the file system that is mounted; it must exist. Sites that share a "
        "file system need one each. Default: /.",
    )
    mount_path: Annotated[str, form("path")] = Field(
        default="/var/www/html/wp-content",
        description="Where containers see it. Default: /var/www/html/wp-content.",
    )


AnyZone = Zone | ExistingZone
AnyNetwork = Network | ExistingNetwork
AnyCluster = Cluster | ExistingCluster
AnyDatabase = Database | ExistingDatabase
AnyCache = Cache | ExistingCache
AnyFileStorage = FileStorage | ExistingFileStorage


def is_serverless(cluster: AnyCluster) -> bool:
    """Return whether the stack makes a cluster without nodes."""
    return isinstance(cluster, Cluster) and cluster.form == "serverless"
