"""File systems, mount targets, permission groups (S2-24)."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from tests.unit.cloud.conftest import REGION, Net, code_of


@pytest.fixture
def file_system(cloud: Cloud, clock: ManualClock) -> str:
    answer = cloud.nas.create_file_system(
        region_id=REGION, protocol_type="NFS", storage_type="Performance", description="shared"
    )
    clock.sleep(1)
    return answer["FileSystemId"]


def mount(cloud: Cloud, net: Net, file_system: str, **more: object) -> str:
    asked = {"file_system_id": file_system, "vpc_id": net.vpc_id, "vswitch_id": net.vswitch_id}
    return cloud.nas.create_mount_target(**{**asked, **more})["MountTargetDomain"]


def targets(cloud: Cloud, file_system: str) -> list[dict[str, object]]:
    answer = cloud.nas.describe_mount_targets(file_system_id=file_system)
    return answer["MountTargets"]["MountTarget"]


def test_a_mount_target_gets_active_in_its_vswitch(
    cloud: Cloud, clock: ManualClock, net: Net, file_system: str
):
    domain = mount(cloud, net, file_system)
    assert domain.startswith(f"{file_system}-")
    assert domain.endswith(".cn-hangzhou.nas.aliyuncs.com")
    (shown,) = targets(cloud, file_system)
    assert (shown["Status"], shown["VswId"]) == ("Pending", net.vswitch_id)
    assert shown["AccessGroup"] == "DEFAULT_VPC_GROUP_NAME"
    clock.sleep(1)
    assert targets(cloud, file_system)[0]["Status"] == "Active"


def test_a_file_system_goes_after_its_mount_targets(
    cloud: Cloud, clock: ManualClock, net: Net, file_system: str
):
    domain = mount(cloud, net, file_system)
    gone = {"file_system_id": file_system}
    assert code_of(cloud.nas.delete_file_system, **gone) == "OperationDenied.MountTargetNotEmpty"
    target = {**gone, "mount_target_domain": domain}
    assert code_of(cloud.nas.delete_mount_target, **target) == "OperationDenied.InvalidState"
    clock.sleep(1)
    cloud.nas.delete_mount_target(**target)
    assert code_of(cloud.nas.delete_file_system, **gone) == "OperationDenied.MountTargetNotEmpty"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == "DependencyViolation"
    clock.sleep(1)
    cloud.nas.delete_file_system(**gone)
    cloud.vpc.delete_vswitch(vswitch_id=net.vswitch_id)
    assert code_of(cloud.nas.describe_file_systems, **gone) == "InvalidFileSystem.NotFound"


def test_a_file_system_has_two_mount_targets(cloud: Cloud, net: Net, file_system: str):
    for _ in range(2):
        mount(cloud, net, file_system)
    code = code_of(lambda: mount(cloud, net, file_system))
    assert code == "OperationDenied.MountTargetCountsExceeded"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"vswitch_id": "vsw-none"}, "InvalidVip.NotFound"),
        ({"vpc_id": "vpc-other"}, "InvalidVpc.NotFound"),
        ({"access_group_name": "none"}, "InvalidAccessGroup.NotFound"),
        ({"network_type": "Classic"}, "OperationDenied.NetworkTypeNotMatched"),
    ],
)
def test_a_bad_mount_target_is_refused(
    cloud: Cloud, net: Net, file_system: str, change: dict[str, str], code: str
):
    assert code_of(lambda: mount(cloud, net, file_system, **change)) == code
    assert targets(cloud, file_system) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"storage_type": "standard"}, "InvalidParameter.StorageType"),
        ({"protocol_type": "FTP"}, "InvalidParameter.ProtocolType"),
        ({"zone_id": "cn-beijing-a"}, "InvalidAZone.NotFound"),
    ],
)
def test_a_bad_file_system_is_refused(cloud: Cloud, change: dict[str, str], code: str):
    asked = {"region_id": REGION, "protocol_type": "NFS", "storage_type": "Capacity", **change}
    assert code_of(cloud.nas.create_file_system, **asked) == code


def test_a_group_goes_with_its_rules_but_not_while_mounted(
    cloud: Cloud, clock: ManualClock, net: Net, file_system: str
):
    cloud.nas.create_access_group(access_group_name="apps")
    assert code_of(cloud.nas.create_access_group, access_group_name="apps") == (
        "InvalidAccessGroup.AlreadyExisted"
    )
    rule_id = cloud.nas.create_access_rule(access_group_name="apps", source_cidr_ip="10.0.0.0/24")
    rules = cloud.nas.describe_access_rules(access_group_name="apps")["AccessRules"]["AccessRule"]
    assert [rule["AccessRuleId"] for rule in rules] == [rule_id["AccessRuleId"]]
    assert (rules[0]["SourceCidrIp"], rules[0]["RWAccess"]) == ("10.0.0.0/24", "RDWR")
    domain = mount(cloud, net, file_system, access_group_name="apps")
    gone = {"access_group_name": "apps"}
    code = "InvalidAccessGroup.AlreadyAttached"
    assert code_of(cloud.nas.delete_access_group, **gone) == code
    clock.sleep(1)
    cloud.nas.delete_mount_target(file_system_id=file_system, mount_target_domain=domain)
    clock.sleep(1)
    cloud.nas.delete_access_group(**gone)
    assert [item["kind"] for item in cloud.inventory() if item["service"] == "nas"] == [
        "FileSystem"
    ]


def test_the_default_group_is_there_and_stays_as_it_is(cloud: Cloud):
    found = cloud.nas.describe_access_groups()["AccessGroups"]["AccessGroup"]
    assert [group["AccessGroupName"] for group in found] == ["DEFAULT_VPC_GROUP_NAME"]
    default = {"access_group_name": "DEFAULT_VPC_GROUP_NAME"}
    assert code_of(cloud.nas.delete_access_group, **default) == (
        "OperationDenied.DefaultAccessGroupCannotDelete"
    )
    code = code_of(cloud.nas.create_access_rule, **default, source_cidr_ip="10.0.0.0/8")
    assert code == "OperationDenied.DefaultAccessGroupCannotModify"


@pytest.mark.parametrize(
    "change",
    [
        {"source_cidr_ip": "10.0.0.1/24"},
        {"rw_access_type": "RW"},
        {"user_access_type": "none"},
        {"priority": 0},
        {"priority": 101},
    ],
)
def test_a_bad_rule_is_refused(cloud: Cloud, change: dict[str, object]):
    cloud.nas.create_access_group(access_group_name="apps")
    asked = {"access_group_name": "apps", "source_cidr_ip": "10.0.0.0/24", **change}
    assert code_of(cloud.nas.create_access_rule, **asked).startswith("InvalidParam.")
