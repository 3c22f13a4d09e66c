"""Data stores that are there already, in the place of the components that would create them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pulumi

from components.checks import not_empty, refuse


@dataclass(frozen=True, kw_only=True)
class ExistingDatabaseArgs:
    """Arguments of `ExistingDatabase`."""

    instance_id: str
    """Id of the RDS instance."""
    address: str
    """Its host name in the VPC."""
    database_name: str
    """Name of the database on it."""


class ExistingDatabase(pulumi.ComponentResource):
    """A database that is there, in the place of `Database`.

    Creates: nothing; who may connect is for its owner to say.

        database = ExistingDatabase(
            "db",
            ExistingDatabaseArgs(
                instance_id="rm-bp1ucvdrq4zkp0q0w",
                address="rm-bp1ucvdrq4zkp0q0w.mysql.rds.aliyuncs.com",
                database_name="shop",
            ),
        )
    """

    instance_id: pulumi.Output[str]
    """Id of the RDS instance."""
    address: pulumi.Output[str]
    """Host name inside the VPC; the port is that of MySQL, 3306."""
    database_name: pulumi.Output[str]
    """Name of the database."""

    def __init__(
        self, name: str, args: ExistingDatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingDatabase", name, not_empty(args))
        super().__init__("ackb:data:ExistingDatabase", name, asdict(args), opts)
        self.instance_id = pulumi.Output.from_input(args.instance_id)
        self.address = pulumi.Output.from_input(args.address)
        self.database_name = pulumi.Output.from_input(args.database_name)
        self.register_outputs(
            {
                "instance_id": self.instance_id,
                "address": self.address,
                "database_name": self.database_name,
            }
        )


@dataclass(frozen=True, kw_only=True)
class ExistingCacheArgs:
    """Arguments of `ExistingCache`."""

    instance_id: str
    """Id of the instance."""
    address: str
    """Its host name in the VPC."""


class ExistingCache(pulumi.ComponentResource):
    """A Redis instance that is there, in the place of `Cache`.

    Creates: nothing; who may connect is for its owner to say.

        cache = ExistingCache(
            "cache",
            ExistingCacheArgs(
                instance_id="r-bp1ucvdrq4zkp0q0wz",
                address="r-bp1ucvdrq4zkp0q0wz.redis.rds.aliyuncs.com",
            ),
        )
    """

    instance_id: pulumi.Output[str]
    """Id of the instance."""
    address: pulumi.Output[str]
    """Host name inside the VPC; the port is that of Redis, 6379."""

    def __init__(
        self, name: str, args: ExistingCacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingCache", name, not_empty(args))
        super().__init__("ackb:data:ExistingCache", name, asdict(args), opts)
        self.instance_id = pulumi.Output.from_input(args.instance_id)
        self.address = pulumi.Output.from_input(args.address)
        self.register_outputs({"instance_id": self.instance_id, "address": self.address})


@dataclass(frozen=True, kw_only=True)
class ExistingFileStorageArgs:
    """Arguments of `ExistingFileStorage`."""

    file_system_id: str
    """Id of the file system."""
    address: str
    """Host name of the mount target."""


class ExistingFileStorage(pulumi.ComponentResource):
    """A NAS file system that is there, in the place of `FileStorage`.

    Creates: nothing; who may mount it is for its owner to say.

        files = ExistingFileStorage(
            "nas",
            ExistingFileStorageArgs(
                file_system_id="31a8e4a1b2",
                address="31a8e4a1b2-vdd12.cn-hangzhou.nas.aliyuncs.com",
            ),
        )
    """

    file_system_id: pulumi.Output[str]
    """Id of the file system."""
    address: pulumi.Output[str]
    """Host name of the mount target."""

    def __init__(
        self, name: str, args: ExistingFileStorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingFileStorage", name, not_empty(args))
        super().__init__("ackb:data:ExistingFileStorage", name, asdict(args), opts)
        self.file_system_id = pulumi.Output.from_input(args.file_system_id)
        self.address = pulumi.Output.from_input(args.address)
        self.register_outputs({"file_system_id": self.file_system_id, "address": self.address})
