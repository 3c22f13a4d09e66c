"""Settings of the data stores: RDS database, Redis cache, NAS file storage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import allow_lists, databases
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import form, physical_name

_ALLOWED = (
    "Addresses and ranges that may connect besides the cluster's security group, such as "
    "`10.8.0.0/16`. Default: none."
)


AllowList = tuple[Annotated[str, rule(Code.ALLOW_LIST, allow_lists.check_entry)], ...]


class Database(Settings):
    """An RDS for MySQL instance with one account and one database."""

    type: Literal["new"] = Field(
        default="new", description="Who makes it; see also `existing`. Default: new."
    )
    engine_version: Literal["5.7", "8.0", "8.4"] = Field(
        default="8.0", description='MySQL version, in quotes. Default: "8.0".'
    )
    instance_class: Annotated[str, rule(Code.INSTANCE_CLASS, databases.check_mysql_class)] = Field(
        default="mysql.n2.medium.2c",
        description="RDS instance class. Default: mysql.n2.medium.2c (2 vCPU, 4 GB, "
        "High-availability Edition on cloud disks).",
    )
    storage_type: Literal["cloud_essd", "cloud_essd2", "cloud_essd3", "general_essd"] = Field(
        default="cloud_essd", description="Kind of disk. Default: cloud_essd (ESSD PL1)."
    )
    storage_gb: int = Field(
        default=40, description="Size of the disk in GB, a multiple of 5. Default: 40."
    )
    payment: Literal["Postpaid", "Prepaid"] = Field(
        default="Postpaid",
        description="How it is paid. A Prepaid instance stays, and stays paid, when the stack is "
        "taken down. Default: Postpaid.",
    )
    deletion_protection: bool = Field(
        default=True,
        description="Refuse to delete the instance; not with Prepaid. Default: true.",
    )
    zones: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="Zone of the primary and, second, of the standby instance, out of "
        "`network.zones`. Default: the first two zones of the network.",
    )
    name: Annotated[str, physical_name("rds_database")] = Field(
        default="wordpress", description="Name of the database. Default: wordpress."
    )
    account: Annotated[str, physical_name("rds_account")] = Field(
        default="wordpress",
        description="Account that owns the database; its password is the stack secret "
        "`ackb:databasePassword`. Default: wordpress.",
    )
    allowed_cidrs: AllowList = Field(default=(), description=_ALLOWED)


class Cache(Settings):
    """A Redis instance (Tair, Redis OSS-compatible)."""

    type: Literal["new"] = Field(
        default="new", description="Who makes it; see also `existing`. Default: new."
    )
    engine_version: Literal["5.0", "6.0", "7.0"] = Field(
        default="7.0", description='Redis version, in quotes. Default: "7.0".'
    )
    instance_class: Annotated[str, rule(Code.INSTANCE_CLASS, databases.check_redis_class)] = Field(
        default="redis.shard.small.2.ce",
        description="Instance class. Default: redis.shard.small.2.ce (1 GB, primary and replica).",
    )
    deletion_protection: bool = Field(
        default=True, description="Refuse to release the instance. Default: true."
    )
    zones: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="Zone of the primary and, second, of the replica, out of `network.zones`. "
        "Default: the first two zones of the network.",
    )
    allowed_cidrs: AllowList = Field(default=(), description=_ALLOWED)


class FileStorage(Settings):
    """A NAS file system (NFS) that all pods mount."""

    type: Literal["new"] = Field(
        default="new", description="Who makes it; see also `existing`. Default: new."
    )
    storage_type: Literal["Capacity", "Performance", "Premium"] = Field(
        default="Performance", description="Kind of General-purpose NAS. Default: Performance."
    )
    zone: str | None = Field(
        default=None,
        description="Zone whose node vSwitch gets the mount target, out of `network.zones`. "
        "Default: the first zone of the network.",
    )
    encrypted: bool = Field(
        default=True,
        description="Encrypt with a key NAS manages. It cannot be changed later. Default: true.",
    )
    deletion_protection: bool = Field(
        default=True,
        description="Refuse to delete the file system with its files, or to replace it, as a "
        "change of `storage_type` or `encrypted` would. Default: true.",
    )
    mount_path: Annotated[str, form("path")] = Field(
        default="/var/www/html/wp-content",
        description="Where containers see the file system. Default: /var/www/html/wp-content.",
    )
