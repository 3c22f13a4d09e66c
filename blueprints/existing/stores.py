"""Data stores that are there; only some blueprints have them."""

from __future__ import annotations

from typing import Any, Final

from ackb.domain.problems import Problem
from blueprints.existing.asking import Cloud
from blueprints.existing.comparing import Judge
from blueprints.settings.existing import (
    ExistingCache,
    ExistingDatabase,
    ExistingFileStorage,
    ExistingNetwork,
)
from blueprints.settings.platform import PlatformSettings

_TOO_LITTLE: Final = ("ReadOnly", "DDLOnly", "DMLOnly")
"""Privileges of DescribeAccounts with which an application cannot both make and fill tables; what
is behind `Custom` it does not tell."""


def find_database(settings: PlatformSettings, cloud: Cloud, problems: list[Problem]) -> str | None:
    """Compare an existing database with its settings; return the address of its instance."""
    said = getattr(settings, "database", None)
    if not isinstance(said, ExistingDatabase):
        return None
    judge, id = Judge("database", problems), said.instance_id
    there = judge.one("instance_id", id, lambda path: cloud.databases(path, id), "an RDS instance")
    if there is None:
        return f"<address of {id}>"
    judge.status("instance_id", id, there.status, "Running", "instance")
    judge.in_vpc("instance_id", id, there.vpc_id, _vpc_id(settings), "instance")
    if there.engine != "MySQL":
        judge.refuse(
            "instance_id",
            id,
            f"must be an instance of MySQL (its engine is {there.engine})",
            "name an instance of RDS for MySQL",
        )
    with judge.asking():
        _compare_account(judge, said, cloud)
    return str(there.connection_string)


def _compare_account(judge: Judge, said: ExistingDatabase, cloud: Cloud) -> None:
    accounts = cloud.accounts(judge.path("account"), said.instance_id)
    if accounts is None:
        return
    found = next((one for one in accounts if one.account_name == said.account), None)
    if found is None:
        names = ", ".join(sorted(one.account_name for one in accounts)) or "none"
        judge.refuse(
            "account",
            said.account,
            f"must be an account of {said.instance_id} (it has {names})",
            "create it in the RDS console, or name another one",
        )
        return
    judge.status("account", said.account, found.status, "Available", "account")
    if found.account_type == "Super":
        return
    rights = {one.db_name: one.account_privilege for one in found.database_privileges}
    if rights.get(said.name, _TOO_LITTLE[0]) in _TOO_LITTLE:
        judge.refuse(
            "name",
            said.name,
            f"must be a database that '{said.account}' may read and write (it has "
            f"{rights.get(said.name, 'no rights')} there)",
            "grant ReadWrite in the RDS console, or name another database",
        )


def find_cache(settings: PlatformSettings, cloud: Cloud, problems: list[Problem]) -> str | None:
    """Compare an existing cache with its settings; return its address."""
    said = getattr(settings, "cache", None)
    if not isinstance(said, ExistingCache):
        return None
    judge, id = Judge("cache", problems), said.instance_id
    there = judge.one("instance_id", id, lambda path: cloud.caches(path, id), "a Redis instance")
    if there is None:
        return f"<address of {id}>"
    judge.status("instance_id", id, there.status, "Normal", "instance")
    judge.in_vpc("instance_id", id, there.vpc_id, _vpc_id(settings), "instance")
    if there.instance_type == "Memcache":
        judge.refuse(
            "instance_id",
            id,
            f"must be an instance of Redis (it is {there.instance_type})",
            "name an instance of Tair (Redis OSS-compatible)",
        )
    return str(there.connection_domain)


def compare_file_storage(settings: PlatformSettings, cloud: Cloud, problems: list[Problem]) -> None:
    """Compare an existing file system with its settings."""
    said = getattr(settings, "file_storage", None)
    if not isinstance(said, ExistingFileStorage):
        return
    judge, id = Judge("file_storage", problems), said.file_system_id
    there = judge.one(
        "file_system_id", id, lambda path: cloud.file_systems(path, id), "a NAS file system"
    )
    if there is None:
        return
    if there.protocol_type != "NFS":
        judge.refuse(
            "file_system_id",
            id,
            f"must speak NFS (it speaks {there.protocol_type})",
            "name a file system of protocol NFS",
        )
    with judge.asking():
        targets = cloud.mount_targets(judge.path("mount_target"), id)
        if targets is not None:
            _compare_mount_target(judge, said, targets, _vpc_id(settings))


def _compare_mount_target(
    judge: Judge, said: ExistingFileStorage, targets: Any, vpc_id: str | None
) -> None:
    found = next((one for one in targets if one.mount_target_domain == said.mount_target), None)
    if found is None:
        domains = ", ".join(sorted(one.mount_target_domain for one in targets)) or "none"
        judge.refuse(
            "mount_target",
            said.mount_target,
            f"must be a mount target of {said.file_system_id} (it has {domains})",
            "write one of them, or create one in the VPC of the stack",
        )
        return
    judge.status("mount_target", said.mount_target, found.status, "Active", "mount target")
    judge.in_vpc("mount_target", said.mount_target, found.vpc_id, vpc_id, "mount target")


def _vpc_id(settings: PlatformSettings) -> str | None:
    network = settings.network
    return network.vpc_id if isinstance(network, ExistingNetwork) else None
