"""Databases and caches: that what is asked for is sold, and stands in zones of the network."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import databases
from ackb.domain.problems import Problem
from blueprints.settings.checks.places import check_use
from blueprints.settings.codes import Code
from blueprints.settings.data import Cache, Database, FileStorage
from blueprints.settings.existing import AnyCache, AnyDatabase, AnyFileStorage, AnyNetwork
from blueprints.settings.structure import ROOT


def check_database_storage(database: AnyDatabase) -> Iterator[Problem]:
    """Yield a problem when the database's disk is not one that is sold with its class."""
    if not isinstance(database, Database):
        return
    edition = databases.mysql_class(database.instance_class).edition
    broken = databases.check_mysql_storage(database.storage_gb, database.storage_type, edition)
    if broken is not None:
        path = f"{ROOT}.database.storage_gb"
        yield Problem.of(Code.STORAGE_SIZE, path, database.storage_gb, broken)


def check_database_protection(database: AnyDatabase) -> Iterator[Problem]:
    """Yield a problem when the database asks for a protection its way of paying does not have."""
    if not isinstance(database, Database):
        return
    broken = databases.check_deletion_protection(
        database.payment, protected=database.deletion_protection
    )
    if broken is not None:
        path = f"{ROOT}.database.deletion_protection"
        yield Problem.of(Code.DELETION_PROTECTION, path, database.deletion_protection, broken)


def check_database_zones(database: AnyDatabase, network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem for each zone of the database that is not one of the network's."""
    if isinstance(database, Database):
        yield from check_use(database.zones, network, f"{ROOT}.database.zones")


def check_cache_zones(cache: AnyCache, network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem for each zone of the cache that is not one of the network's."""
    if isinstance(cache, Cache):
        yield from check_use(cache.zones, network, f"{ROOT}.cache.zones")


def check_file_storage_zone(storage: AnyFileStorage, network: AnyNetwork) -> Iterator[Problem]:
    """Yield a problem when the mount target's zone is not one of the network's."""
    if isinstance(storage, FileStorage) and storage.zone is not None:
        for problem in check_use((storage.zone,), network, ""):
            yield Problem(
                problem.code,
                f"{ROOT}.file_storage.zone",
                problem.value,
                problem.why,
                problem.fix,
            )
