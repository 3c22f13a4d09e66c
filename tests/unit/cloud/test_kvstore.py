"""Redis instances."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from tests.unit.cloud.conftest import REGION, Net, code_of

PASSWORD = "Str0ng_password"


def create(cloud: Cloud, net: Net, **more: object) -> str:
    asked = {
        "region_id": REGION,
        "instance_class": "redis.shard.small.2.ce",
        "vpc_id": net.vpc_id,
        "vswitch_id": net.vswitch_id,
        "engine_version": "7.0",
        "instance_name": "cache",
        "password": PASSWORD,
        **more,
    }
    return cloud.kvstore.create_instance(**asked)["InstanceId"]


def shown(cloud: Cloud, instance_id: str) -> dict[str, object]:
    answer = cloud.kvstore.describe_instance_attribute(instance_id=instance_id)
    return answer["Instances"]["DBInstanceAttribute"][0]


@pytest.fixture
def instance(cloud: Cloud, clock: ManualClock, net: Net) -> str:
    instance_id = create(cloud, net)
    clock.sleep(1)
    return instance_id


def test_an_instance_is_created_and_gets_normal(cloud: Cloud, clock: ManualClock, net: Net):
    instance_id = create(cloud, net)
    assert shown(cloud, instance_id)["InstanceStatus"] == "Creating"
    code = code_of(cloud.kvstore.delete_instance, instance_id=instance_id)
    assert code == "IncorrectDBInstanceState"
    clock.sleep(1)
    normal = shown(cloud, instance_id)
    assert (normal["InstanceStatus"], normal["Capacity"], normal["Port"]) == ("Normal", 1024, 6379)
    assert normal["ConnectionDomain"] == f"{instance_id}.redis.rds.aliyuncs.com"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"instance_class": "redis.shard.smal.2.ce"},
            r"InvalidInstanceClass\.NotFound: .*write 'redis\.shard\.small\.2\.ce'",
        ),
        ({"engine_version": "4.0"}, r"InvalidEngineVersion\.Malformed: .*5\.0, 6\.0, 7\.0"),
        ({"instance_name": "9cache"}, r"InvalidInstanceName\.Malformed"),
        ({"password": "weakpassword"}, r"InvalidPassword\.Malformed"),
        ({"zone_id": "cn-hangzhou-z"}, r"InvalidZoneId\.NotFound"),
        ({"zone_id": "cn-hangzhou-i"}, "InvalidvSwitchId"),
        ({"vpc_id": "vpc-other"}, "InvalidvSwitchId"),
    ],
)
def test_what_is_not_sold_is_refused(cloud: Cloud, net: Net, change: dict[str, str], told: str):
    with pytest.raises(CloudError, match=told):
        create(cloud, net, **change)
    assert cloud.vpc.addresses(net.vswitch_id) == []


def test_the_same_token_makes_one_instance(cloud: Cloud, net: Net):
    assert create(cloud, net, token="t") == create(cloud, net, token="t")
    assert cloud.kvstore.describe_instances()["TotalCount"] == 1


def test_whitelist_is_replaced_and_closed_at_first(cloud: Cloud, instance: str):
    def whitelist() -> str:
        answer = cloud.kvstore.describe_security_ips(instance_id=instance)
        return answer["SecurityIpGroups"]["SecurityIpGroup"][0]["SecurityIpList"]

    assert whitelist() == "127.0.0.1"
    cloud.kvstore.modify_security_ips(instance_id=instance, security_ips="10.0.0.0/24")
    assert whitelist() == "10.0.0.0/24"
    bad = {"instance_id": instance, "security_ips": "10.0.0.1/24"}
    code = code_of(cloud.kvstore.modify_security_ips, **bad)
    assert code == "InvalidSecurityIps.Malformed"


def test_class_and_version_change_takes_time_and_versions_only_rise(
    cloud: Cloud, clock: ManualClock, net: Net
):
    instance_id = create(cloud, net, engine_version="6.0")
    clock.sleep(1)
    cloud.kvstore.modify_instance_spec(
        instance_id=instance_id, instance_class="redis.shard.mid.2.ce"
    )
    assert shown(cloud, instance_id)["InstanceStatus"] == "Changing"
    upgrade = {"instance_id": instance_id, "major_version": "5.0"}
    call = cloud.kvstore.modify_instance_major_version
    assert code_of(call, **upgrade) == "IncorrectDBInstanceState"
    clock.sleep(1)
    assert shown(cloud, instance_id)["Capacity"] == 2048
    with pytest.raises(CloudError, match=r"InvalidEngineVersion\.Malformed: .*upgrades: 7\.0"):
        call(**upgrade)
    call(instance_id=instance_id, major_version="7.0")
    clock.sleep(1)
    assert shown(cloud, instance_id)["EngineVersion"] == "7.0"


def test_protected_and_subscription_instances_stay(
    cloud: Cloud, clock: ManualClock, net: Net, instance: str
):
    prepaid = create(cloud, net, charge_type="PrePaid")
    clock.sleep(1)
    protect = cloud.kvstore.modify_instance_attribute
    protect(instance_id=instance, instance_release_protection=True)
    gone = cloud.kvstore.delete_instance
    assert code_of(gone, instance_id=instance) == "OperationDenied.DeletionProtection"
    assert code_of(gone, instance_id=prepaid) == "OperationDenied.PrepaidInstance"
    protect(instance_id=instance, instance_release_protection=False)
    gone(instance_id=instance)
    assert code_of(gone, instance_id=instance) == "InvalidInstanceId.NotFound"
