"""Settings of the blueprint `colocation`: an online database and offline training on one pool."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.alarms import Alarms
from blueprints.settings.base import Settings, rule
from blueprints.settings.cluster import Taint
from blueprints.settings.codes import Code
from blueprints.settings.data import AllowList
from blueprints.settings.forms import physical_name
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.training import IndexedJob, Training
from blueprints.settings.workload import Amounts, Resources


class Disk(Settings):
    """A cloud disk, made by the storage add-on of ACK."""

    storage_class: Annotated[str, physical_name("dns_label")] = Field(
        default="alicloud-disk-topology-alltype",
        description="StorageClass that makes the disk. A change replaces the disk, with all data. "
        "Default: alicloud-disk-topology-alltype, an ESSD where there are some, in the zone of "
        "the pod.",
    )
    gib: int = Field(
        default=20,
        ge=20,
        le=32768,
        description="Size of the disk in GiB, 20 to 32,768. It can only be raised. Default: 20.",
    )


class Reach(Settings):
    """A load balancer in front of the database, for clients outside the cluster."""

    access: Literal["internet", "intranet"] = Field(
        default="internet",
        description="Where the load balancer is reached from. Default: internet.",
    )
    port: int = Field(
        default=3306, ge=1, le=65535, description="Port of the load balancer. Default: 3306."
    )
    allowed_cidrs: AllowList = Field(
        min_length=1,
        max_length=50,
        examples=["[203.0.113.0/24]"],
        description="Addresses and ranges that may connect, up to 50; nobody else gets through the "
        "load balancer.",
    )


class Online(Settings):
    """The online side: one MySQL server that must not give way."""

    namespace: Annotated[str, physical_name("namespace")] = Field(
        default="online", description="Kubernetes namespace of the database. Default: online."
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="mysql:8.4.6",
        description="Image of MySQL, with a tag that is a version, or a digest. Default: "
        "mysql:8.4.6.",
    )
    database: Annotated[str, physical_name("rds_database")] = Field(
        default="shop", description="Name of the database that is made at first. Default: shop."
    )
    account: Annotated[str, physical_name("rds_account")] = Field(
        default="shop",
        description="Account that owns it; its password is the stack secret "
        "`ackb:databasePassword`. Default: shop.",
    )
    resources: Resources = Field(
        default=Resources(limits=Amounts(cpu="1", memory="2Gi")),
        description="CPU and memory of the server; requests equal to the limits keep it "
        "Guaranteed. Default: 1 CPU, 2Gi memory.",
    )
    disk: Disk = Field(default=Disk(), description="The disk that holds the data.")
    tolerates: tuple[Taint, ...] = Field(
        default=(),
        description="Taints of node pools that the database may go to all the same: such a pool is "
        "out of reach for the offline side. Default: none.",
    )
    reach: Reach | None = Field(
        default=None,
        description="A load balancer for clients outside the cluster, with its access list. "
        "Default: none, reached in the cluster only.",
    )


class Offline(Settings):
    """The guard rails of the offline side: how much of the nodes it may have (S3-04)."""

    namespace: Annotated[str, physical_name("namespace")] = Field(
        default="offline", description="Kubernetes namespace of the training. Default: offline."
    )
    max_pods: int = Field(
        default=10,
        ge=1,
        description="Most pods of the namespace that have not ended; what is more waits. Default: "
        "10.",
    )
    tolerates: tuple[Taint, ...] = Field(
        default=(),
        description="Taints of node pools that training may go to all the same. Default: none.",
    )


class ColocationSettings(PlatformSettings):
    """An online service and offline training that share their nodes."""

    blueprint: Literal["colocation"] = Field(description="Architecture to build.")
    online: Online = Field(default=Online(), description="The online service: MySQL.")
    offline: Offline = Field(
        default=Offline(), description="Namespace and guard rails of the offline work."
    )
    training: Training = Field(
        default=IndexedJob(type="indexed_job"),
        description="The offline work: distributed training with parameter servers and workers. "
        "Default: indexed_job, which needs no operator, with 2 and 4 of them.",
    )
    alarms: Alarms | None = Field(
        default=None,
        description="CloudMonitor alarms on CPU and memory of the cluster. Default: none.",
    )
    prometheus: bool = Field(
        default=False,
        description="Install the add-on arms-prometheus (Managed Service for Prometheus). Default: "
        "false.",
    )
