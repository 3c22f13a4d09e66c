"""The data stores of the blueprint: RDS, Redis, NAS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from ackb.domain import databases
from blueprints.foundation import Foundation
from blueprints.settings import WordpressSettings
from blueprints.settings.data import Cache as CacheSettings
from blueprints.settings.data import Database as DatabaseSettings
from blueprints.settings.data import FileStorage as FileStorageSettings
from components.cache import Cache, CacheArgs
from components.database import Database, DatabaseArgs
from components.existing_stores import (
    ExistingCache,
    ExistingCacheArgs,
    ExistingDatabase,
    ExistingDatabaseArgs,
    ExistingFileStorage,
    ExistingFileStorageArgs,
)
from components.file_storage import FileStorage, FileStorageArgs
from components.instance_zone import InstanceZone


@dataclass(frozen=True, kw_only=True)
class DataStores:
    """Where the site keeps its data."""

    database: Database | ExistingDatabase
    cache: Cache | ExistingCache
    files: FileStorage | ExistingFileStorage
    folder: str
    """Folder of the file system that the site uses."""


def data_stores(
    settings: WordpressSettings,
    base: Foundation,
    secrets: Mapping[str, pulumi.Output[str]],
    cloud: pulumi.ResourceOptions,
) -> DataStores:
    """Declare database, cache and file system, open to the cluster and to nobody else.

    One that is there already is named, and left as it is.
    """
    wanted = settings.file_storage
    return DataStores(
        database=_database(settings, base, secrets["databasePassword"], cloud),
        cache=_cache(settings, base, secrets["cachePassword"], cloud),
        files=_files(settings, base, cloud),
        folder="/" if isinstance(wanted, FileStorageSettings) else wanted.folder,
    )


def _database(
    settings: WordpressSettings,
    base: Foundation,
    password: pulumi.Output[str],
    cloud: pulumi.ResourceOptions,
) -> Database | ExistingDatabase:
    wanted = settings.database
    if not isinstance(wanted, DatabaseSettings):
        existing = ExistingDatabaseArgs(
            instance_id=wanted.instance_id,
            address=base.found.database_address or "",
            database_name=wanted.name,
        )
        return ExistingDatabase("db", existing, cloud)
    nodes = 1 if databases.mysql_class(wanted.instance_class).edition == "Basic" else 2
    return Database(
        "db",
        DatabaseArgs(
            zones=_zones(wanted.zones, nodes, settings, base),
            security_group_id=base.security_group.security_group_id,
            database_name=wanted.name,
            account_name=wanted.account,
            password=password,
            engine_version=wanted.engine_version,
            instance_class=wanted.instance_class,
            storage_type=wanted.storage_type,
            storage_gb=wanted.storage_gb,
            payment=wanted.payment,
            deletion_protection=wanted.deletion_protection,
            allowed_cidrs=_allowed(wanted.allowed_cidrs, settings),
        ),
        cloud,
    )


def _cache(
    settings: WordpressSettings,
    base: Foundation,
    password: pulumi.Output[str],
    cloud: pulumi.ResourceOptions,
) -> Cache | ExistingCache:
    wanted = settings.cache
    if not isinstance(wanted, CacheSettings):
        existing = ExistingCacheArgs(
            instance_id=wanted.instance_id, address=base.found.cache_address or ""
        )
        return ExistingCache("cache", existing, cloud)
    return Cache(
        "cache",
        CacheArgs(
            zones=_zones(wanted.zones, 2, settings, base),
            security_group_id=base.security_group.security_group_id,
            password=password,
            engine_version=wanted.engine_version,
            instance_class=wanted.instance_class,
            deletion_protection=wanted.deletion_protection,
            allowed_cidrs=_allowed(wanted.allowed_cidrs, settings),
        ),
        cloud,
    )


def _files(
    settings: WordpressSettings, base: Foundation, cloud: pulumi.ResourceOptions
) -> FileStorage | ExistingFileStorage:
    wanted = settings.file_storage
    if not isinstance(wanted, FileStorageSettings):
        existing = ExistingFileStorageArgs(
            file_system_id=wanted.file_system_id, address=wanted.mount_target
        )
        return ExistingFileStorage("nas", existing, cloud)
    zone = wanted.zone or settings.network.zones[0].zone_id
    return FileStorage(
        "nas",
        FileStorageArgs(
            vpc_id=base.network.vpc_id,
            vswitch_id=base.network.node_vswitch_ids[zone],
            allowed_cidr=settings.network.vpc_cidr,
            storage_type=wanted.storage_type,
            encrypted=wanted.encrypted,
            deletion_protection=wanted.deletion_protection,
        ),
        cloud,
    )


def _zones(
    wanted: tuple[str, ...] | None, nodes: int, settings: WordpressSettings, base: Foundation
) -> list[InstanceZone]:
    """Return the zones asked for, or the first of the network, one for each node."""
    zone_ids = wanted or tuple(zone.zone_id for zone in settings.network.zones)[:nodes]
    return [
        InstanceZone(zone_id=zone_id, vswitch_id=base.network.node_vswitch_ids[zone_id])
        for zone_id in zone_ids
    ]


def _allowed(cidrs: tuple[str, ...], settings: WordpressSettings) -> list[str]:
    # A security group in an allow list stands for the addresses of its ECS instances; pods with
    # addresses of their own (Terway, ECI) come from the pod vSwitches.
    return [*cidrs, *(zone.pod_cidr for zone in settings.network.zones if zone.pod_cidr)]
