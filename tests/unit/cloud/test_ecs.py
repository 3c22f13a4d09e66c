"""Security groups, their rules and members, instances and stock."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.ecs import security_groups
from tests.unit.cloud.conftest import REGION, Net, code_of


def rule(net: Net, **more: object) -> dict[str, object]:
    base = {"security_group_id": net.group_id, "ip_protocol": "tcp", "port_range": "80/80"}
    return {**base, "source_cidr_ip": "10.0.0.0/8", **more}


def permissions(cloud: Cloud, group_id: str) -> list[dict[str, object]]:
    shown = cloud.ecs.describe_security_group_attribute(security_group_id=group_id)
    return shown["Permissions"]["Permission"]


def run(cloud: Cloud, net: Net, **more: object) -> list[str]:
    asked = {
        "region_id": REGION,
        "instance_type": "ecs.g7.large",
        "vswitch_id": net.vswitch_id,
        "security_group_ids": [net.group_id],
        **more,
    }
    return cloud.ecs.run_instances(**asked)["InstanceIdSets"]["InstanceIdSet"]


def test_a_rule_shows_with_its_other_side(cloud: Cloud, net: Net):
    cloud.ecs.authorize_security_group(**rule(net, description="web"))
    (shown,) = permissions(cloud, net.group_id)
    assert shown["SourceCidrIp"] == "10.0.0.0/8"
    assert shown["DestCidrIp"] == ""
    assert (shown["IpProtocol"], shown["PortRange"]) == ("TCP", "80/80")
    assert (shown["Policy"], shown["Priority"], shown["Direction"]) == ("Accept", 1, "ingress")
    assert shown["Description"] == "web"


def test_the_same_rule_twice_is_one_rule(cloud: Cloud, net: Net):
    for _ in range(2):
        cloud.ecs.authorize_security_group(**rule(net))
    assert len(permissions(cloud, net.group_id)) == 1


def test_a_group_has_two_hundred_rules(cloud: Cloud, net: Net):
    for port in range(1, 201):
        cloud.ecs.authorize_security_group(**rule(net, port_range=f"{port}/{port}"))
    code = code_of(cloud.ecs.authorize_security_group, **rule(net, port_range="300/300"))
    assert code == "AuthorizationLimitExceed"
    assert len(permissions(cloud, net.group_id)) == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ip_protocol": "http"}, "InvalidIpProtocol.ValueNotSupported"),
        ({"port_range": "80"}, "InvalidIpPortRange.Malformed"),
        ({"port_range": "0/80"}, "InvalidIpPortRange.Malformed"),
        ({"port_range": "80/65536"}, "InvalidIpPortRange.Malformed"),
        ({"port_range": "-1/-1"}, "InvalidIpPortRange.Malformed"),
        ({"ip_protocol": "icmp", "port_range": "80/80"}, "InvalidIpPortRange.Malformed"),
        ({"source_cidr_ip": "10.0.0.5/8"}, "InvalidSourceCidrIp.Malformed"),
        ({"source_cidr_ip": None}, "MissingParameter"),
        ({"source_group_id": "sg-none"}, "InvalidSourceGroupId.NotFound"),
        ({"policy": "allow"}, "InvalidPolicy.Malformed"),
        ({"priority": 0}, "InvalidPriority.ValueNotSupported"),
        ({"priority": 101}, "InvalidPriority.ValueNotSupported"),
        ({"security_group_id": "sg-none"}, "InvalidSecurityGroupId.NotFound"),
    ],
)
def test_a_bad_rule_is_refused(cloud: Cloud, net: Net, change: dict[str, object], code: str):
    assert code_of(cloud.ecs.authorize_security_group, **rule(net, **change)) == code
    assert permissions(cloud, net.group_id) == []


@pytest.mark.parametrize("change", [{"port_range": "1/65535"}, {"priority": 100}])
def test_the_widest_rule_is_accepted(cloud: Cloud, net: Net, change: dict[str, object]):
    cloud.ecs.authorize_security_group(**rule(net, **change))


def test_an_enterprise_group_names_no_group(cloud: Cloud, net: Net):
    group_id = cloud.ecs.create_security_group(
        region_id=REGION, vpc_id=net.vpc_id, security_group_type="enterprise"
    )["SecurityGroupId"]
    asked = rule(net, security_group_id=group_id, source_group_id=net.group_id)
    code = "InvalidOperation.SecurityGroupTypeNotSupported"
    assert code_of(cloud.ecs.authorize_security_group, **asked) == code
    policy = {"security_group_id": group_id, "inner_access_policy": "Drop"}
    assert code_of(cloud.ecs.modify_security_group_policy, **policy) == code


def test_a_group_that_another_names_cannot_be_deleted(cloud: Cloud, net: Net):
    other = cloud.ecs.create_security_group(region_id=REGION, vpc_id=net.vpc_id)
    other_id = other["SecurityGroupId"]
    asked = rule(net, source_cidr_ip=None, source_group_id=other_id)
    cloud.ecs.authorize_security_group(**asked)
    assert code_of(cloud.ecs.delete_security_group, security_group_id=other_id) == (
        "DependencyViolation"
    )
    rule_id = permissions(cloud, net.group_id)[0]["SecurityGroupRuleId"]
    cloud.ecs.revoke_security_group(security_group_id=net.group_id, security_group_rule_id=rule_id)
    cloud.ecs.delete_security_group(security_group_id=other_id)


def test_a_group_with_a_member_cannot_be_deleted_nor_can_its_vpc(
    cloud: Cloud, clock: ManualClock, net: Net
):
    (instance_id,) = run(cloud, net)
    clock.sleep(1)
    gone = {"security_group_id": net.group_id}
    assert code_of(cloud.ecs.delete_security_group, **gone) == "DependencyViolation"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == "DependencyViolation"
    cloud.ecs.delete_instance(instance_id=instance_id, force=True)
    cloud.vpc.delete_vswitch(vswitch_id=net.vswitch_id)
    code = "DependencyViolation.SecurityGroup"
    assert code_of(cloud.vpc.delete_vpc, vpc_id=net.vpc_id) == code
    cloud.ecs.delete_security_group(**gone)
    cloud.vpc.delete_vpc(vpc_id=net.vpc_id)
    assert cloud.is_empty()


def test_a_full_group_takes_no_member_and_says_the_numbers(
    cloud: Cloud, net: Net, monkeypatch: pytest.MonkeyPatch
):
    class Two:
        value = 2

    monkeypatch.setattr(security_groups, "quota", lambda _name: Two)
    run(cloud, net, amount=2)
    asked = {"vswitch_id": net.vswitch_id, "security_group_ids": [net.group_id], "owner": "x"}
    with pytest.raises(Exception, match=r"sg-\w+ has 2 members, the limit is 2"):
        cloud.ecs.attach_interface(**asked)
    assert len(cloud.vpc.addresses(net.vswitch_id)) == 2


def test_instances_start_with_an_address_in_the_vswitches_zone(
    cloud: Cloud, clock: ManualClock, net: Net
):
    ids = run(cloud, net, amount=3, tags={"pool": "a"})
    found = cloud.ecs.describe_instances(tags={"pool": "a"})["Instances"]["Instance"]
    assert [one["InstanceId"] for one in found] == ids
    assert {one["Status"] for one in found} == {"Pending"}
    assert {one["ZoneId"] for one in found} == {"cn-hangzhou-h"}
    assert len({one["PrivateIpAddress"] for one in found}) == 3
    clock.sleep(1)
    (shown,) = cloud.ecs.describe_instances(instance_ids=ids[:1])["Instances"]["Instance"]
    assert (shown["Status"], shown["InstanceType"]) == ("Running", "ecs.g7.large")


def test_all_instances_or_none(cloud: Cloud, clock: ManualClock, net: Net):
    small = cloud.vpc.create_vswitch(
        vpc_id=net.vpc_id, cidr_block="10.1.0.0/29", zone_id="cn-hangzhou-h"
    )["VSwitchId"]
    clock.sleep(1)
    full = {"vswitch_id": small, "amount": 5}
    assert code_of(lambda **asked: run(cloud, net, **asked), **full) == (
        "InvalidVSwitchId.IpNotEnough"
    )
    assert cloud.ecs.describe_instances()["TotalCount"] == 0
    assert cloud.vpc.addresses(small) == []
    run(cloud, net, vswitch_id=small, amount=4)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"instance_type": "ecs.g7.huge"}, "InvalidInstanceType.ValueNotSupported"),
        ({"instance_type": "ecs.gn7i-c8g1.2xlarge"}, "OperationDenied.NoStock"),
        ({"amount": 0}, "InvalidAmount.NotSupported"),
        ({"amount": 101}, "InvalidAmount.NotSupported"),
        ({"instance_type": "ecs.g7.16xlarge", "amount": 32}, "QuotaExceed.ElasticQuota"),
        ({"vswitch_id": "vsw-none"}, "InvalidVSwitchId.NotFound"),
        ({"security_group_ids": ["sg-none"]}, "InvalidSecurityGroupId.NotFound"),
    ],
)
def test_a_bad_instance_is_refused(cloud: Cloud, net: Net, change: dict, code: str):
    assert code_of(lambda **asked: run(cloud, net, **asked), **change) == code
    assert cloud.ecs.describe_instances()["TotalCount"] == 0


def test_a_running_instance_needs_force_and_others_stay(cloud: Cloud, clock: ManualClock, net: Net):
    (plain,) = run(cloud, net)
    (prepaid,) = run(cloud, net, instance_charge_type="PrePaid")
    (protected,) = run(cloud, net, deletion_protection=True)
    clock.sleep(1)
    gone = cloud.ecs.delete_instance
    assert code_of(gone, instance_id=plain) == "IncorrectInstanceStatus"
    assert code_of(gone, instance_id=prepaid, force=True) == "ChargeTypeViolation"
    code = "InvalidOperation.DeletionProtection"
    assert code_of(gone, instance_id=protected, force=True) == code
    gone(instance_id=plain, force=True)
    assert code_of(gone, instance_id=plain, force=True) == "InvalidInstanceId.NotFound"


def test_the_zones_that_sell_a_type_are_listed(cloud: Cloud):
    def zones(instance_type: str) -> list[str]:
        answer = cloud.ecs.describe_available_resource(
            region_id=REGION, instance_type=instance_type
        )
        return [zone["ZoneId"] for zone in answer["AvailableZones"]["AvailableZone"]]

    assert "cn-hangzhou-h" in zones("ecs.g7.large")
    assert "cn-hangzhou-h" not in zones("ecs.gn7i-c8g1.2xlarge")
    assert zones("ecs.nothing.large") == []


def test_a_group_of_a_cluster_is_kept_from_users(cloud: Cloud, net: Net):
    cloud.ecs.manage_security_group(net.group_id)
    code = "InvalidOperation.DeletionProtection"
    assert code_of(cloud.ecs.delete_security_group, security_group_id=net.group_id) == code
    cloud.ecs.release_cluster_security_group(net.group_id)
    assert cloud.ecs.describe_security_groups(vpc_id=net.vpc_id)["TotalCount"] == 0
    cloud.ecs.release_cluster_security_group(net.group_id)


def test_a_group_of_a_cluster_stays_while_it_is_in_use(cloud: Cloud, net: Net):
    cloud.ecs.manage_security_group(net.group_id)
    run(cloud, net)
    cloud.ecs.release_cluster_security_group(net.group_id)
    assert cloud.ecs.describe_security_groups(vpc_id=net.vpc_id)["TotalCount"] == 1


def test_types_are_listed_with_their_size(cloud: Cloud):
    wanted = ["ecs.gn7i-c8g1.2xlarge", "ecs.c7.2xlarge"]
    answer = cloud.ecs.describe_instance_types(instance_types=wanted)
    shown = {one["InstanceTypeId"]: one for one in answer["InstanceTypes"]["InstanceType"]}
    small, gpu = shown["ecs.c7.2xlarge"], shown["ecs.gn7i-c8g1.2xlarge"]
    assert (small["CpuCoreCount"], small["MemorySize"], small["GPUAmount"]) == (8, 16, 0)
    assert (gpu["InstanceTypeFamily"], gpu["GPUSpec"]) == ("ecs.gn7i", "NVIDIA A10")
