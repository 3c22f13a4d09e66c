"""Container groups: creation budget, sizes, states, late disappearance (S4-19)."""

import json

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.faults import FaultPlan
from tests.unit.cloud.conftest import REGION, Net, code_of


def create(cloud: Cloud, net: Net, **more: object) -> str:
    asked = {
        "region_id": REGION,
        "container_group_name": "pod",
        "vswitch_id": net.vswitch_id,
        "security_group_id": net.group_id,
        "cpu": 1,
        "memory": 2,
        "containers": [{"Name": "web"}],
        **more,
    }
    return cloud.eci.create_container_group(**asked)["ContainerGroupId"]


def shown(cloud: Cloud, group_id: str) -> dict[str, object]:
    answer = cloud.eci.describe_container_groups(container_group_ids=[group_id])
    return answer["ContainerGroups"][0]


def test_a_group_is_scheduled_and_runs(cloud: Cloud, clock: ManualClock, net: Net):
    group_id = create(cloud, net, tags={"pod": "a"})
    assert shown(cloud, group_id)["Status"] == "Scheduling"
    clock.sleep(0.05)
    assert shown(cloud, group_id)["Status"] == "Pending"
    clock.sleep(0.25)
    group = shown(cloud, group_id)
    assert (group["Status"], group["IntranetIp"]) == ("Running", "10.0.0.1")
    assert group["Tags"] == [{"Key": "pod", "Value": "a"}]


def test_a_group_can_fail_to_be_scheduled(cloud: Cloud, clock: ManualClock, net: Net):
    fault = {"verb": "eci.create_container_group", "action": "fail"}
    cloud.faults = FaultPlan.parse(json.dumps([fault]))
    group_id = create(cloud, net)
    clock.sleep(1)
    assert shown(cloud, group_id)["Status"] == "ScheduleFailed"


def test_a_hundred_at_once_and_then_twenty_a_second(cloud: Cloud, clock: ManualClock, net: Net):
    for _ in range(100):
        create(cloud, net)
    assert code_of(lambda: create(cloud, net)) == "Throttling.User"
    clock.sleep(1)
    for _ in range(20):
        create(cloud, net)
    assert code_of(lambda: create(cloud, net)) == "Throttling.User"
    assert cloud.eci.describe_container_groups()["TotalCount"] == 120


def test_an_odd_size_is_rounded_up(cloud: Cloud, net: Net):
    group = shown(cloud, create(cloud, net, cpu=0.3, memory=0.6))
    assert (group["Cpu"], group["Memory"]) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cpu": 65, "memory": 64}, "InvalidParameter.CPU.Memory"),
        ({"containers": [{}] * 21}, "ExceedParamError"),
        ({"containers": []}, "MissingParameter"),
        ({"vswitch_id": "vsw-none"}, "InvalidVSwitchId.NotFound"),
        ({"security_group_id": "sg-none"}, "InvalidSecurityGroupId.NotFound"),
        ({"region_id": "cn-nowhere"}, "InvalidRegionId.NotFound"),
    ],
)
def test_a_bad_group_is_refused_and_takes_no_address(
    cloud: Cloud, net: Net, change: dict[str, object], code: str
):
    assert code_of(lambda: create(cloud, net, **change)) == code
    assert cloud.vpc.addresses(net.vswitch_id) == []


def test_twenty_containers_are_accepted(cloud: Cloud, net: Net):
    create(cloud, net, containers=[{}] * 20)


def test_deletion_answers_before_the_address_is_free(cloud: Cloud, clock: ManualClock, net: Net):
    group_id = create(cloud, net)
    cloud.eci.delete_container_group(container_group_id=group_id)
    assert shown(cloud, group_id)["Status"] == "Terminating"
    gone = {"security_group_id": net.group_id}
    assert code_of(cloud.ecs.delete_security_group, **gone) == "DependencyViolation"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == "DependencyViolation"
    clock.sleep(1)
    cloud.ecs.delete_security_group(**gone)
    cloud.vpc.delete_vswitch(vswitch_id=net.vswitch_id)
    code = code_of(cloud.eci.delete_container_group, container_group_id=group_id)
    assert code == "NoSuchResource"


def test_the_vcpu_quota_counts_what_runs(cloud: Cloud, net: Net, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cloud, "quota", lambda _name: 4)
    first = create(cloud, net, cpu=4, memory=8)
    assert code_of(lambda: create(cloud, net)) == "QuotaExceeded"
    cloud.eci.delete_container_group(container_group_id=first)
    create(cloud, net)
