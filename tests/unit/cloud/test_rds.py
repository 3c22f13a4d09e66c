"""RDS: what is sold, states, whitelists, accounts, privileges, deletion (S2-25, S2-26)."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from tests.unit.cloud.conftest import REGION, Net, code_of

PASSWORD = "Str0ng_password"


def create(cloud: Cloud, net: Net, **more: object) -> str:
    asked = {
        "region_id": REGION,
        "engine": "MySQL",
        "engine_version": "8.0",
        "db_instance_class": "mysql.n2.medium.2c",
        "db_instance_storage": 40,
        "security_ip_list": "10.0.0.0/24",
        "vpc_id": net.vpc_id,
        "vswitch_id": net.vswitch_id,
        **more,
    }
    return cloud.rds.create_db_instance(**asked)["DBInstanceId"]


def shown(cloud: Cloud, instance_id: str) -> dict[str, object]:
    answer = cloud.rds.describe_db_instance_attribute(db_instance_id=instance_id)
    return answer["Items"]["DBInstanceAttribute"][0]


@pytest.fixture
def instance(cloud: Cloud, clock: ManualClock, net: Net) -> str:
    instance_id = create(cloud, net)
    clock.sleep(1)
    return instance_id


@pytest.fixture
def wordpress(cloud: Cloud, clock: ManualClock, instance: str) -> dict[str, str]:
    """An account and a database."""
    cloud.rds.create_account(
        db_instance_id=instance, account_name="wordpress", account_password=PASSWORD
    )
    cloud.rds.create_database(
        db_instance_id=instance, db_name="wordpress", character_set_name="utf8mb4"
    )
    clock.sleep(1)
    return {"db_instance_id": instance, "account_name": "wordpress", "db_name": "wordpress"}


def test_an_instance_is_created_and_runs(cloud: Cloud, clock: ManualClock, net: Net):
    instance_id = create(cloud, net)
    assert shown(cloud, instance_id)["DBInstanceStatus"] == "Creating"
    clock.sleep(1)
    running = shown(cloud, instance_id)
    assert running["DBInstanceStatus"] == "Running"
    assert running["ConnectionString"] == f"{instance_id}.mysql.rds.aliyuncs.com"
    assert (running["Port"], running["Category"]) == ("3306", "HighAvailability")
    assert running["PrivateIpAddress"] == "10.0.0.1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"engine": "Oracle"}, r"InvalidEngine\.Malformed: .*\(simulated: MySQL\)"),
        ({"engine_version": "5.5"}, r"InvalidEngineVersion\.Malformed: .*5\.7, 8\.0, 8\.4"),
        (
            {"db_instance_class": "mysql.n2.medium.2x"},
            r"InvalidDBInstanceClass\.NotFound: .*write 'mysql\.n2\.medium\.2c'",
        ),
        ({"db_instance_storage": 42}, r"InvalidStorage\.Format: .*multiple of 5 GB .*write 45"),
        ({"db_instance_storage": 15}, r"InvalidStorage\.Format: .*from 20 to .*write 20"),
        ({"db_instance_storage_type": "local_ssd"}, r"InvalidInstanceLevel\.DiskType: .*cloud_e"),
        ({"zone_id_slave1": "cn-hangzhou-z"}, r"InvalidZoneId\.NotSupported: .*nearest"),
        (
            {"db_instance_class": "mysql.n8.medium.2c", "zone_id_slave1": "cn-hangzhou-b"},
            r"OperationDenied\.Resource",
        ),
        ({"vpc_id": "vpc-other"}, "InvalidVswitchId"),
        ({"zone_id": "cn-hangzhou-i"}, "InvalidVswitchId"),
        ({"security_ip_list": "10.0.0.1/24"}, r"InvalidSecurityIPList\.Format"),
        ({"security_ip_list": "10.0.0.1,10.0.0.1"}, r"InvalidSecurityIPList\.Duplicate"),
        ({"deletion_protection": True, "pay_type": "Prepaid"}, r"OperationDenied\.PayType"),
    ],
)
def test_what_is_not_sold_is_refused_with_the_nearest(
    cloud: Cloud, net: Net, change: dict[str, object], told: str
):
    with pytest.raises(CloudError, match=told):
        create(cloud, net, **change)
    assert cloud.vpc.addresses(net.vswitch_id) == []


def test_the_smallest_disk_is_accepted(cloud: Cloud, net: Net):
    create(cloud, net, db_instance_storage=20)


def test_nothing_changes_while_an_instance_is_busy(cloud: Cloud, clock: ManualClock, instance: str):
    spec = {"db_instance_id": instance, "pay_type": "Postpaid", "db_instance_storage": 60}
    cloud.rds.modify_db_instance_spec(**spec)
    assert shown(cloud, instance)["DBInstanceStatus"] == "DBInstanceClassChanging"
    assert code_of(cloud.rds.modify_db_instance_spec, **spec) == "IncorrectDBInstanceState"
    gone = code_of(cloud.rds.delete_db_instance, db_instance_id=instance)
    assert gone == "IncorrectDBInstanceState"
    clock.sleep(1)
    assert shown(cloud, instance)["DBInstanceStorage"] == 60
    spec["db_instance_storage"] = 40
    assert code_of(cloud.rds.modify_db_instance_spec, **spec) == "InvalidReduceDiskSize"


def test_whitelist_and_security_groups_are_replaced(cloud: Cloud, net: Net, instance: str):
    def whitelist() -> str:
        answer = cloud.rds.describe_db_instance_ip_array_list(db_instance_id=instance)
        return answer["Items"]["DBInstanceIPArray"][0]["SecurityIPList"]

    assert whitelist() == "10.0.0.0/24"
    cloud.rds.modify_security_ips(db_instance_id=instance, security_ips="10.1.0.0/16, 10.2.0.1")
    assert whitelist() == "10.1.0.0/16,10.2.0.1"
    cloud.rds.modify_security_ips(db_instance_id=instance, security_ips="")
    assert whitelist() == "127.0.0.1"
    bind = cloud.rds.modify_security_group_configuration
    bind(db_instance_id=instance, security_group_id=net.group_id)
    answer = cloud.rds.describe_security_group_configuration(db_instance_id=instance)
    relations = answer["Items"]["EcsSecurityGroupRelation"]
    assert [one["SecurityGroupId"] for one in relations] == [net.group_id]
    missing = {"db_instance_id": instance, "security_group_id": "sg-none"}
    assert code_of(bind, **missing) == "InvalidSecurityGroupId.NotFound"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account_name": "Wordpress"}, "InvalidAccountName.Malformed"),
        ({"account_name": "a"}, "InvalidAccountName.Malformed"),
        ({"account_name": "root"}, "InvalidAccountName.Forbid"),
        ({"account_password": "short1A"}, "InvalidAccountPassword.Format"),
        ({"account_password": "alllowercase"}, "InvalidAccountPassword.Format"),
        ({"account_type": "Root"}, "InvalidAccountType.Format"),
        ({"account_name": "wordpress"}, "InvalidAccountName.Duplicate"),
    ],
)
def test_a_bad_account_is_refused(cloud: Cloud, wordpress: dict, change: dict, code: str):
    asked = {
        "db_instance_id": wordpress["db_instance_id"],
        "account_name": "other",
        "account_password": PASSWORD,
        **change,
    }
    assert code_of(cloud.rds.create_account, **asked) == code


def test_the_store_never_holds_a_password(cloud: Cloud, wordpress: dict):
    cloud.rds.reset_account_password(
        db_instance_id=wordpress["db_instance_id"],
        account_name="wordpress",
        account_password="An0ther_password",
    )
    cloud.store.close()
    content = b"".join(path.read_bytes() for path in cloud.store.path.parent.iterdir())
    assert b"wordpress" in content
    assert PASSWORD.encode() not in content
    assert b"An0ther_password" not in content


def test_privileges_come_and_go_with_the_database(cloud: Cloud, wordpress: dict):
    def privileges() -> list[tuple[str, str]]:
        answer = cloud.rds.describe_accounts(
            db_instance_id=wordpress["db_instance_id"], account_name="wordpress"
        )
        (account,) = answer["Accounts"]["DBInstanceAccount"]
        rows = account["DatabasePrivileges"]["DatabasePrivilege"]
        return [(row["DBName"], row["AccountPrivilege"]) for row in rows]

    grant = cloud.rds.grant_account_privilege
    code = code_of(grant, **wordpress, account_privilege="All")
    assert code == "InvalidAccountPrivilege.Malformed"
    grant(**wordpress, account_privilege="ReadWrite")
    assert privileges() == [("wordpress", "ReadWrite")]
    cloud.rds.delete_database(db_instance_id=wordpress["db_instance_id"], db_name="wordpress")
    assert privileges() == []
    assert code_of(grant, **wordpress, account_privilege="ReadOnly") == "InvalidDBName.NotFound"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"db_name": "Shop"}, "InvalidDBName.Malformed"),
        ({"character_set_name": "ebcdic"}, "InvalidCharacterSetName.Format"),
        ({"db_name": "wordpress"}, "InvalidDBName.Duplicate"),
    ],
)
def test_a_bad_database_is_refused(cloud: Cloud, wordpress: dict, change: dict, code: str):
    asked = {"db_instance_id": wordpress["db_instance_id"], "db_name": "shop", **change}
    assert code_of(cloud.rds.create_database, **asked) == code


def test_deletion_takes_everything_along_and_frees_the_address(
    cloud: Cloud, clock: ManualClock, net: Net, wordpress: dict
):
    instance_id = wordpress["db_instance_id"]
    cloud.rds.delete_db_instance(db_instance_id=instance_id)
    assert shown(cloud, instance_id)["DBInstanceStatus"] == "Deleting"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == "DependencyViolation"
    clock.sleep(1)
    cloud.vpc.delete_vswitch(vswitch_id=net.vswitch_id)
    assert [item for item in cloud.inventory() if item["service"] == "rds"] == []
    gone = code_of(cloud.rds.delete_db_instance, db_instance_id=instance_id)
    assert gone == "InvalidDBInstanceId.NotFound"


def test_protected_and_subscription_instances_stay(cloud: Cloud, clock: ManualClock, net: Net):
    protected = create(cloud, net, deletion_protection=True)
    prepaid = create(cloud, net, pay_type="Prepaid")
    clock.sleep(1)
    gone = cloud.rds.delete_db_instance
    assert code_of(gone, db_instance_id=protected) == "OperationDenied.DeletionProtection"
    assert code_of(gone, db_instance_id=prepaid) == "OperationDenied.PrepaidInstance"
    protect = cloud.rds.modify_db_instance_deletion_protection
    protect(db_instance_id=protected, deletion_protection=False)
    gone(db_instance_id=protected)
    code = code_of(protect, db_instance_id=prepaid, deletion_protection=True)
    assert code == "OperationDenied.PayType"
