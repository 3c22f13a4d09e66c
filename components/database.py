"""An RDS for MySQL instance with one database and its account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import allow_lists, databases, naming, passwords
from ackb.domain.problems import ArgumentProblem
from components.checks import checked_secret, problem, refuse
from components.instance_zone import InstanceZone
from components.naming import physical


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Arguments of `Database`."""

    zones: Sequence[InstanceZone]
    """Zone of the primary and, second, of the standby instance."""
    security_group_id: pulumi.Input[str]
    """Security group whose members may connect."""
    database_name: str
    """Name of the database."""
    account_name: str
    """Account that may read and write it."""
    password: pulumi.Input[str]
    """Password of the account; a secret."""
    engine_version: str = "8.0"
    """MySQL version. Default: 8.0."""
    instance_class: str = "mysql.n2.medium.2c"
    """RDS instance class. Default: mysql.n2.medium.2c (2 vCPU, 4 GB)."""
    storage_type: str = "cloud_essd"
    """Kind of disk. Default: cloud_essd."""
    storage_gb: int = 40
    """Size of the disk in GB. Default: 40."""
    payment: Literal["Postpaid", "Prepaid"] = "Postpaid"
    """How it is paid; a Prepaid instance outlives the stack. Default: Postpaid."""
    deletion_protection: bool = True
    """Refuse to delete or replace the instance, in the cloud and in the engine; its last backup is
    then kept as well. Default: true."""
    allowed_cidrs: Sequence[str] = ()
    """Ranges that may connect besides the security group. Default: none."""


class Database(pulumi.ComponentResource):
    """A MySQL database in RDS that members of a security group can use.

    Creates: the RDS instance, a database (utf8mb4), an account, and its privilege to read and write
    that database and nothing else.

        database = Database(
            "db",
            DatabaseArgs(
                zones=[InstanceZone(zone_id="cn-hangzhou-j", vswitch_id=vswitch_id)],
                security_group_id=group.security_group_id,
                database_name="wordpress",
                account_name="wordpress",
                password=config.require_secret("databasePassword"),
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    instance_id: pulumi.Output[str]
    """Id of the RDS instance."""
    address: pulumi.Output[str]
    """Host name inside the VPC; the port is that of MySQL, 3306."""
    database_name: pulumi.Output[str]
    """Name of the database, known once the account may use it."""

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Database", name, _problems(args))
        super().__init__("ackb:data:Database", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        instance = alicloud.rds.Instance(
            f"{name}-instance",
            instance_name=physical("rds_instance", name),
            engine="MySQL",
            engine_version=args.engine_version,
            instance_type=args.instance_class,
            db_instance_storage_type=args.storage_type,
            instance_storage=args.storage_gb,
            security_group_ids=[args.security_group_id],
            security_ips=list(args.allowed_cidrs) or None,
            deletion_protection=args.deletion_protection,
            released_keep_policy="Lastest" if args.deletion_protection else "None",
            auto_upgrade_minor_version="Auto",
            **_place(args.zones),
            **_payment(args.payment),
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        database = alicloud.rds.Database(
            f"{name}-database",
            instance_id=instance.id,
            data_base_name=args.database_name,
            character_set="utf8mb4",
            opts=child,
        )
        account = alicloud.rds.Account(
            f"{name}-account",
            db_instance_id=instance.id,
            account_name=args.account_name,
            account_password=checked_secret(
                "Database", name, "password", args.password, passwords.check
            ),
            account_type="Normal",
            opts=child,
        )
        privilege = alicloud.rds.AccountPrivilege(
            f"{name}-privilege",
            instance_id=instance.id,
            account_name=account.account_name,
            db_names=[database.data_base_name],
            privilege="ReadWrite",
            opts=child,
        )
        self.instance_id = instance.id
        self.address = instance.connection_string
        self.database_name = privilege.db_names.apply(lambda names: str(names[0]))
        self.register_outputs(
            {
                "instance_id": self.instance_id,
                "address": self.address,
                "database_name": self.database_name,
            }
        )


def _place(zones: Sequence[InstanceZone]) -> dict[str, Any]:
    """Zones, and the vSwitches in the same order joined by commas, as RDS takes them."""
    joined = pulumi.Output.all(*(one.vswitch_id for one in zones)).apply(
        lambda known: ",".join(str(one) for one in known)
    )
    standby = {"zone_id_slave_a": zones[1].zone_id} if len(zones) > 1 else {}
    return {"zone_id": zones[0].zone_id, "vswitch_id": joined, **standby}


def _payment(payment: Literal["Postpaid", "Prepaid"]) -> dict[str, Any]:
    if payment == "Postpaid":
        return {"instance_charge_type": payment}
    return {"instance_charge_type": payment, "period": 1, "auto_renew": True}


def _problems(args: DatabaseArgs) -> Iterator[ArgumentProblem]:
    broken_class = databases.check_mysql_class(args.instance_class)
    yield from problem("instance_class", args.instance_class, broken_class)
    edition = databases.mysql_class(args.instance_class).edition if not broken_class else None
    if edition:
        yield from problem(
            "storage_gb",
            args.storage_gb,
            databases.check_mysql_storage(args.storage_gb, args.storage_type, edition),
        )
    yield from _zone_problems(args.zones, edition)
    for field, kind, value in (
        ("database_name", "rds_database", args.database_name),
        ("account_name", "rds_account", args.account_name),
    ):
        yield from problem(field, value, naming.check(kind, value))
    yield from problem(
        "deletion_protection",
        args.deletion_protection,
        databases.check_deletion_protection(args.payment, protected=args.deletion_protection),
    )
    for index, entry in enumerate(args.allowed_cidrs):
        yield from problem(f"allowed_cidrs[{index}]", entry, allow_lists.check_entry(entry))


def _zone_problems(zones: Sequence[InstanceZone], edition: str | None) -> Iterator[ArgumentProblem]:
    most = 1 if edition == "Basic" else 2
    if not 1 <= len(zones) <= most:
        zone_ids = [one.zone_id for one in zones]
        rule = "hold one zone" if most == 1 else "hold one or two zones"
        fix = "name the zone of the primary" + ("" if most == 1 else " and of the standby instance")
        yield ArgumentProblem("zones", rule, zone_ids, fix)
