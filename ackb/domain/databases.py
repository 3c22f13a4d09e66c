"""What ApsaraDB sells: RDS for MySQL and Redis instance classes, disks, ways of paying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken, nearest

_MYSQL_FILE: Final = "rds_mysql_classes"
_REDIS_FILE: Final = "redis_classes"


@dataclass(frozen=True)
class MysqlClass:
    """An RDS for MySQL instance class.

    Attributes:
        name: such as `mysql.n2.medium.2c`.
        edition: `Basic` (one node) or `HighAvailability` (primary and standby).
        vcpu: number of vCPUs.
        memory_gb: memory in GB.
        max_connections: connections it accepts by default.
    """

    name: str
    edition: str
    vcpu: int
    memory_gb: int
    max_connections: int


@dataclass(frozen=True)
class RedisClass:
    """A Redis instance class.

    Attributes:
        name: such as `redis.shard.small.2.ce`.
        memory_gb: memory in GB.
        max_connections: connections it accepts.
    """

    name: str
    memory_gb: float
    max_connections: int


def mysql_class(name: str) -> MysqlClass:
    """Return the RDS for MySQL class called `name`.

    Raises:
        KeyError: it is not in the catalogue; `check_mysql_class` says so to people.
    """
    return MysqlClass(name=name, **load(_MYSQL_FILE)["classes"][name])


def redis_class(name: str) -> RedisClass:
    """Return the Redis class called `name`.

    Raises:
        KeyError: it is not in the catalogue; `check_redis_class` says so to people.
    """
    return RedisClass(name=name, **load(_REDIS_FILE)["classes"][name])


def check_mysql_class(name: str) -> Broken | None:
    """Return what is wrong with the class of an RDS for MySQL instance, or None."""
    return _check_class(name, "RDS for MySQL", _MYSQL_FILE)


def check_redis_class(name: str) -> Broken | None:
    """Return what is wrong with the class of a Redis instance, or None."""
    return _check_class(name, "Redis", _REDIS_FILE)


def _check_class(name: str, product: str, file: str) -> Broken | None:
    table = load(file)
    if name in table["classes"]:
        return None
    near = nearest(name, table["classes"]) or min(table["classes"])
    return Broken(
        f"be a class of {product} that is sold (list of {table['as_of']})",
        f"write '{near}', or add the class to ackb/domain/data/{file}.json",
    )


def check_mysql_storage(gigabytes: int, storage_type: str, edition: str) -> Broken | None:
    """Return what is wrong with the disk of an RDS for MySQL instance, or None.

    Args:
        gigabytes: size of the disk in GB.
        storage_type: `cloud_essd` and the like.
        edition: edition of the instance's class.
    """
    storage = load(_MYSQL_FILE)["storage"]
    step: int = storage["step_gb"]["value"]
    sold: dict[str, list[int]] = storage[edition]
    if storage_type not in sold:
        return Broken(
            f"have a disk that is sold with {edition} Edition: {', '.join(sold)}",
            "change storage_type or the instance class",
        )
    least, most = sold[storage_type]
    if least <= gigabytes <= most and gigabytes % step == 0:
        return None
    valid = min(max(-(-gigabytes // step) * step, least), most)
    return Broken(
        f"be a multiple of {step} GB from {least} to {most} GB for {storage_type}",
        f"write {valid}, the next valid size",
    )


def check_deletion_protection(payment: str, *, protected: bool) -> Broken | None:
    """Return what is wrong with the deletion protection of an RDS instance, or None."""
    if protected and payment == "Prepaid":
        return Broken(
            "be false for a Prepaid instance, which the cloud cannot protect (only Postpaid and "
            "Serverless)",
            "set payment to Postpaid, or deletion_protection to false",
        )
    return None
