"""Container groups: creation budget, sizes, states, late disappearance (S4-19)."""

import json
from pathlib import Path

import pytest

from ackb.domain.home import Home
from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.eci import conditions
from sandbox.cloud.errors import CloudConnectionError
from sandbox.cloud.faults import FaultPlan
from sandbox.kube.pace import Pace
from tests.unit.cloud.conftest import REGION, ZONE, Net, code_of


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


def started_after(cloud: Cloud, clock: ManualClock, group_id: str) -> float:
    """Seconds until the instance runs."""
    at = cloud.eci.starts_at(group_id)
    assert shown(cloud, group_id)["Status"] != "Running"
    seconds = at - clock.now()
    clock.sleep(seconds)
    assert shown(cloud, group_id)["Status"] == "Running"
    return seconds


def test_starts_take_their_time_only_while_somebody_asks_for_it(
    cloud: Cloud, clock: ManualClock, net: Net
):
    """About 10 s, and 12.9 s to pull an image of 100 MB; a run that is killed leaves none of it."""
    images = [{"Name": "web", "Image": "nginx"}, {"Name": "log", "Image": "nginx"}]
    with conditions.held(cloud, timing="real"):
        slow = create(cloud, net, containers=images)
        assert started_after(cloud, clock, slow) == pytest.approx(22.9)
        cached = create(cloud, net, containers=images, image_cache_id="imc-1")
        assert started_after(cloud, clock, cached) == pytest.approx(10.0)
    quick = create(cloud, net, containers=images)
    assert started_after(cloud, clock, quick) < 1
    cloud.store.put(conditions.CONDITIONS, REGION, {"Timing": "real", "Until": clock.now() + 30})
    clock.sleep(31)
    assert started_after(cloud, clock, create(cloud, net)) < 1, "nobody renewed it"


def test_an_image_is_pulled_once_and_then_found_in_a_cache(
    cloud: Cloud, clock: ManualClock, net: Net
):
    with conditions.held(cloud, timing="real"):
        first = create(cloud, net, auto_match_image_cache=True)
        assert started_after(cloud, clock, first) == pytest.approx(22.9)
    clock.sleep(60)
    with conditions.held(cloud, timing="real"):
        second = create(cloud, net, auto_match_image_cache=True)
        assert started_after(cloud, clock, second) == pytest.approx(10.0)
        other = create(cloud, net, auto_match_image_cache=True, containers=[{"Image": "redis"}])
        assert started_after(cloud, clock, other) == pytest.approx(22.9)
    assert shown(cloud, first)["ImageCacheId"] == ""
    assert str(shown(cloud, second)["ImageCacheId"]).startswith("imc-")


def test_a_faster_home_divides_starts_and_multiplies_the_budget(tmp_path: Path, clock: ManualClock):
    Pace(5).set(Home(tmp_path))
    cloud = Cloud.open(tmp_path / "cloud.sqlite")
    cloud.clock = clock
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    clock.sleep(1)
    vswitch = cloud.vpc.create_vswitch(vpc_id=vpc_id, cidr_block="10.0.0.0/16", zone_id=ZONE)
    clock.sleep(1)
    group = cloud.ecs.create_security_group(region_id=REGION, vpc_id=vpc_id)
    net = Net(vpc_id, vswitch["VSwitchId"], group["SecurityGroupId"])
    with conditions.held(cloud, timing="real"):
        assert started_after(cloud, clock, create(cloud, net)) == pytest.approx(22.9 / 5)
    clock.sleep(1)
    for _ in range(100):
        create(cloud, net)
    clock.sleep(1)
    for _ in range(100):
        create(cloud, net)
    assert code_of(lambda: create(cloud, net)) == "Throttling.User"


def test_spot_instances_are_protected_for_an_hour(cloud: Cloud, clock: ManualClock, net: Net):
    """The notice comes three minutes before the release, and the instance is Expired then."""
    spot = create(cloud, net, cpu=2, memory=4, spot_strategy="SpotAsPriceGo", tags={"c": "1"})
    plain = create(cloud, net, cpu=2, memory=4)
    clock.sleep(600)
    assert cloud.eci.reclaim_spot() == [spot]
    assert cloud.eci.reclaim_spot() == [], "it is taken back once"
    (notice,) = cloud.eci.spot_notices({"c": "1"})
    assert notice["NoticeAt"] - clock.now() == pytest.approx(3000)
    assert notice["ReleaseAt"] - notice["NoticeAt"] == pytest.approx(180)
    clock.sleep(3000)
    group = shown(cloud, spot)
    assert (group["Status"], group["Events"][0]["Reason"]) == ("Running", "SpotToBeReleased")
    clock.sleep(180)
    assert shown(cloud, spot)["Status"] == "Expired"
    assert shown(cloud, plain)["Status"] == "Running"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"spot_strategy": "SpotIfCheap"}, "InvalidParameter.SpotStrategy"),
        ({"spot_strategy": "SpotAsPriceGo", "cpu": 1}, "InvalidParameter.CPU.Memory"),
    ],
)
def test_spot_is_refused_where_it_is_not_sold(
    cloud: Cloud, net: Net, change: dict[str, object], code: str
):
    assert code_of(lambda: create(cloud, net, **change)) == code


def test_a_failed_start_of_many_takes_nothing(cloud: Cloud, net: Net):
    with cloud.together():
        for _ in range(3):
            create(cloud, net)
        code = code_of(lambda: create(cloud, net, vswitch_id="vsw-none"))
    assert code == "InvalidVSwitchId.NotFound"
    assert len(cloud.vpc.addresses(net.vswitch_id)) == 3
    assert cloud.store.get("eci.Usage", REGION) == {"Vcpus": 3.0}


def test_planned_faults_strike_each_call_of_many(cloud: Cloud, net: Net):
    fault = {"verb": "eci.create_container_group", "nth": 2, "phase": "after", "action": "reset"}
    cloud.faults = FaultPlan.parse(json.dumps([fault]))
    with cloud.together():
        create(cloud, net)
        with pytest.raises(CloudConnectionError):
            create(cloud, net)
    assert cloud.eci.describe_container_groups()["TotalCount"] == 2
