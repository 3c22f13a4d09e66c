"""`Database`, `Cache` and `FileStorage`."""

import pulumi
import pytest

from ackb.domain.problems import InvalidArguments
from ackb.planning import Secret
from components.cache import Cache, CacheArgs
from components.database import Database, DatabaseArgs
from components.file_storage import FileStorage, FileStorageArgs
from components.instance_zone import InstanceZone

RDS = "alicloud:rds/instance:Instance"
REDIS = "alicloud:kvstore/instance:Instance"
I = InstanceZone(zone_id="cn-hangzhou-i", vswitch_id="vsw-i")  # noqa: E741
J = InstanceZone(zone_id="cn-hangzhou-j", vswitch_id="vsw-j")


def database(**changes) -> DatabaseArgs:
    return DatabaseArgs(
        **{
            "zones": [I, J],
            "security_group_id": "sg-1",
            "database_name": "wordpress",
            "account_name": "wordpress",
            "password": "Pa55word_x",
            **changes,
        }
    )


def cache(**changes) -> CacheArgs:
    return CacheArgs(
        **{"zones": [I, J], "security_group_id": "sg-1", "password": "Pa55word_x", **changes}
    )


def files(**changes) -> FileStorageArgs:
    return FileStorageArgs(
        **{"vpc_id": "vpc-1", "vswitch_id": "vsw-i", "allowed_cidr": "10.0.0.0/8", **changes}
    )


def refused(component: type, name: str, args: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        component(name, args)
    return str(caught.value)


class TestDatabase:
    def test_it_stands_in_two_zones_with_the_vswitches_in_order(self, deploy) -> None:
        got = deploy(lambda opts: Database("db", database(), opts)).one(RDS, "db-instance").inputs
        assert (got["zoneId"], got["zoneIdSlaveA"]) == ("cn-hangzhou-i", "cn-hangzhou-j")
        assert got["vswitchId"] == "vsw-i,vsw-j"

    def test_one_zone_has_no_standby_zone(self, deploy) -> None:
        plan = deploy(lambda opts: Database("db", database(zones=[I]), opts))
        got = plan.one(RDS, "db-instance").inputs
        assert "zoneIdSlaveA" not in got
        assert got["vswitchId"] == "vsw-i"

    def test_members_of_the_security_group_may_connect(self, deploy) -> None:
        """S2-25."""
        plan = deploy(lambda opts: Database("db", database(allowed_cidrs=["10.1.0.0/16"]), opts))
        got = plan.one(RDS, "db-instance").inputs
        assert got["securityGroupIds"] == ["sg-1"]
        assert got["securityIps"] == ["10.1.0.0/16"]
        closed = deploy(lambda opts: Database("db", database(), opts)).one(RDS, "db-instance")
        assert "securityIps" not in closed.inputs

    def test_database_account_and_privilege(self, deploy) -> None:
        """S2-26: the account may read and write this database, and nothing else."""
        plan = deploy(lambda opts: Database("db", database(), opts))
        privilege = plan.one("alicloud:rds/accountPrivilege:AccountPrivilege", "db-privilege")
        assert privilege.inputs == {
            "instanceId": "<id of db-instance>",
            "accountName": "wordpress",
            "dbNames": ["wordpress"],
            "privilege": "ReadWrite",
        }
        assert set(privilege.dependencies) == {"db-account", "db-database", "db-instance"}
        created = plan.one("alicloud:rds/database:Database", "db-database").inputs
        assert created["characterSet"] == "utf8mb4"

    def test_the_password_is_a_secret_even_if_it_was_given_in_clear(self, deploy) -> None:
        plan = deploy(lambda opts: Database("db", database(), opts))
        account = plan.one("alicloud:rds/account:Account", "db-account").inputs
        assert account["accountPassword"] == Secret("Pa55word_x")
        assert "Pa55word_x" not in plan.render()

    @pytest.mark.parametrize(("protected", "kept"), [(True, "Lastest"), (False, "None")])
    def test_a_protected_instance_keeps_its_last_backup(self, deploy, protected, kept) -> None:
        arguments = database(deletion_protection=protected)
        got = deploy(lambda opts: Database("db", arguments, opts)).one(RDS, "db-instance").inputs
        assert (got["deletionProtection"], got["releasedKeepPolicy"]) == (protected, kept)

    def test_prepaid_is_renewed_until_someone_stops_it(self, deploy) -> None:
        arguments = database(payment="Prepaid", deletion_protection=False)
        got = deploy(lambda opts: Database("db", arguments, opts)).one(RDS, "db-instance").inputs
        assert (got["instanceChargeType"], got["period"], got["autoRenew"]) == ("Prepaid", 1, True)

    def test_the_name_is_known_once_the_account_may_use_the_database(self, deploy) -> None:
        def program(opts) -> None:
            database_name = Database("db", database(), opts).database_name
            pulumi.export("name", database_name)

        plan = deploy(program)
        outputs = plan.one("ackb:data:Database", "db").outputs
        assert outputs["database_name"] == "wordpress"
        assert outputs["address"] == "<connectionString of db-instance>"

    def test_every_wrong_argument_is_named_at_once(self) -> None:
        text = refused(
            Database,
            "db",
            database(
                zones=[],
                storage_gb=41,
                account_name="Admin!",
                payment="Prepaid",
                allowed_cidrs=["10.0.0.0/8", "0.0.0.0/0"],
            ),
        )
        assert [line.split("'")[1] for line in text.splitlines()] == [
            "storage_gb",
            "zones",
            "account_name",
            "deletion_protection",
            "allowed_cidrs[1]",
        ]
        assert text.splitlines()[4] == (
            "Database \"db\": 'allowed_cidrs[1]' must not let in every address (got "
            '"0.0.0.0/0"); name the addresses or ranges that need it, such as 10.8.0.0/16'
        )
        assert "Pa55word_x" not in text

    def test_a_class_of_one_node_stands_in_one_zone(self) -> None:
        assert refused(Database, "db", database(instance_class="mysql.n2.medium.1")) == (
            "Database \"db\": 'zones' must hold one zone (got "
            '["cn-hangzhou-i", "cn-hangzhou-j"]); name the zone of the primary'
        )

    def test_an_unknown_class_names_the_nearest(self) -> None:
        text = refused(Database, "db", database(instance_class="mysql.n2.mediun.2c"))
        assert "write 'mysql.n2.medium.2c'" in text


class TestCache:
    def test_primary_and_replica_stand_in_two_zones(self, deploy) -> None:
        got = deploy(lambda opts: Cache("cache", cache(), opts)).one(REDIS, "cache-instance").inputs
        assert (got["zoneId"], got["secondaryZoneId"]) == ("cn-hangzhou-i", "cn-hangzhou-j")
        assert got["vswitchId"] == "vsw-i"

    def test_one_zone_is_fine(self, deploy) -> None:
        plan = deploy(lambda opts: Cache("cache", cache(zones=[I]), opts))
        assert "secondaryZoneId" not in plan.one(REDIS, "cache-instance").inputs

    def test_it_asks_for_a_password_that_nobody_sees(self, deploy) -> None:
        plan = deploy(lambda opts: Cache("cache", cache(), opts))
        got = plan.one(REDIS, "cache-instance").inputs
        assert got["vpcAuthMode"] == "Open"
        assert got["password"] == Secret("Pa55word_x")
        assert got["instanceReleaseProtection"] is True
        outputs = plan.one("ackb:data:Cache", "cache").outputs
        assert outputs["address"] == "<connectionDomain of cache-instance>"

    def test_wrong_arguments(self) -> None:
        text = refused(Cache, "cache", cache(zones=[I, J, I], instance_class="redis.huge"))
        assert [line.split("'")[1] for line in text.splitlines()] == ["instance_class", "zones"]
        assert "must hold one or two zones" in text


class TestFileStorage:
    def test_the_mount_target_stands_in_the_chosen_vswitch(self, deploy) -> None:
        """S2-24: VPC, vSwitch and a permission group, without a click."""
        plan = deploy(lambda opts: FileStorage("nas", files(), opts))
        target = plan.one("alicloud:nas/mountTarget:MountTarget", "nas-mount-target")
        assert target.inputs == {
            "fileSystemId": "<id of nas-file-system>",
            "accessGroupName": "dev-nas",
            "networkType": "Vpc",
            "vpcId": "vpc-1",
            "vswitchId": "vsw-i",
        }
        assert "nas-access-rule" in target.dependencies
        address = plan.one("ackb:data:FileStorage", "nas").outputs["address"]
        assert address == "<mountTargetDomain of nas-mount-target>"

    def test_only_the_range_may_mount_it(self, deploy) -> None:
        plan = deploy(lambda opts: FileStorage("nas", files(), opts))
        rule = plan.one("alicloud:nas/accessRule:AccessRule", "nas-access-rule").inputs
        assert (rule["sourceCidrIp"], rule["rwAccessType"]) == ("10.0.0.0/8", "RDWR")

    @pytest.mark.parametrize(("encrypted", "kind"), [(True, 1), (False, 0)])
    def test_encryption_by_a_key_of_nas(self, deploy, encrypted: bool, kind: int) -> None:
        plan = deploy(lambda opts: FileStorage("nas", files(encrypted=encrypted), opts))
        got = plan.one("alicloud:nas/fileSystem:FileSystem", "nas-file-system").inputs
        assert got["encryptType"] == kind
        assert (got["protocolType"], got["storageType"]) == ("NFS", "Performance")

    @pytest.mark.parametrize("protected", [True, False])
    def test_files_are_not_replaced_by_a_slip(self, deploy, protected: bool) -> None:
        """NAS has no protection of its own; a change of its type would make an empty one."""
        plan = deploy(lambda opts: FileStorage("nas", files(deletion_protection=protected), opts))
        assert (
            plan.one("alicloud:nas/fileSystem:FileSystem", "nas-file-system").protect is protected
        )

    def test_a_wrong_range(self) -> None:
        assert refused(FileStorage, "nas", files(allowed_cidr="10.0.0.0")) == (
            "FileStorage \"nas\": 'allowed_cidr' must be an IPv4 range such as 10.0.0.0/16 (got "
            '"10.0.0.0"); write address and prefix length'
        )
