"""VPCs and vSwitches: containment, overlap, addresses, states, deletion order."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from tests.unit.cloud.conftest import REGION, code_of


def make_vpc(cloud: Cloud, clock: ManualClock, cidr: str = "10.0.0.0/16") -> str:
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block=cidr, vpc_name="net")["VpcId"]
    clock.sleep(1)
    return vpc_id


def make_vswitch(cloud: Cloud, clock: ManualClock, vpc_id: str, cidr: str = "10.0.0.0/24") -> str:
    answer = cloud.vpc.create_vswitch(vpc_id=vpc_id, cidr_block=cidr, zone_id="cn-hangzhou-h")
    clock.sleep(1)
    return answer["VSwitchId"]


def test_a_vpc_is_pending_and_then_available(cloud: Cloud, clock: ManualClock):
    answer = cloud.vpc.create_vpc(region_id=REGION, vpc_name="net", tags={"env": "dev"})
    shown = cloud.vpc.describe_vpc_attribute(vpc_id=answer["VpcId"])
    assert shown["Status"] == "Pending"
    assert shown["CidrBlock"] == "172.16.0.0/12"
    assert shown["Tags"] == {"Tag": [{"Key": "env", "Value": "dev"}]}
    assert code_of(cloud.vpc.delete_vpc, vpc_id=answer["VpcId"]) == "IncorrectVpcStatus"
    clock.sleep(1)
    assert cloud.vpc.describe_vpc_attribute(vpc_id=answer["VpcId"])["Status"] == "Available"


@pytest.mark.parametrize("cidr", ["10.0.0.0/7", "10.0.0.0/25", "10.0.0.5/16", "10.0.0.0.0/16", ""])
def test_a_bad_vpc_cidr_is_refused(cloud: Cloud, cidr: str):
    call = cloud.vpc.create_vpc
    assert code_of(call, region_id=REGION, cidr_block=cidr) == "InvalidParameter"
    assert cloud.is_empty()


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "192.168.1.0/24"])
def test_the_widest_and_narrowest_vpc_are_accepted(cloud: Cloud, cidr: str):
    cloud.vpc.create_vpc(region_id=REGION, cidr_block=cidr)


def test_an_unknown_region_is_refused(cloud: Cloud):
    assert code_of(cloud.vpc.create_vpc, region_id="cn-nowhere") == "InvalidRegionId.NotFound"


def test_the_account_has_ten_vpcs(cloud: Cloud):
    for _ in range(10):
        cloud.vpc.create_vpc(region_id=REGION)
    assert code_of(cloud.vpc.create_vpc, region_id=REGION) == "QuotaExceeded.Vpc"
    cloud.vpc.create_vpc(region_id="cn-beijing")


@pytest.mark.parametrize(
    ("cidr", "code"),
    [
        ("10.1.0.0/24", "InvalidParameter"),  # outside
        ("10.0.0.0/15", "InvalidParameter"),  # larger than the VPC
        ("10.0.1.5/24", "InvalidParameter"),  # host bits
        ("10.0.1.0/30", "InvalidParameter"),  # too small
        ("10.0.0.128/25", "InvalidCidrBlock.Overlapped"),
        ("10.0.0.0/16", "InvalidCidrBlock.Overlapped"),
    ],
)
def test_a_bad_vswitch_cidr_is_refused(cloud: Cloud, clock: ManualClock, cidr: str, code: str):
    vpc_id = make_vpc(cloud, clock)
    make_vswitch(cloud, clock, vpc_id)
    call = cloud.vpc.create_vswitch
    assert code_of(call, vpc_id=vpc_id, cidr_block=cidr, zone_id="cn-hangzhou-h") == code
    assert len(cloud.vpc.describe_vswitches(vpc_id=vpc_id)["VSwitches"]["VSwitch"]) == 1


def test_a_neighbouring_vswitch_and_a_small_one_are_accepted(cloud: Cloud, clock: ManualClock):
    vpc_id = make_vpc(cloud, clock)
    for cidr in ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/29"):
        make_vswitch(cloud, clock, vpc_id, cidr)


def test_a_vswitch_needs_an_available_vpc_and_a_zone_of_the_region(
    cloud: Cloud, clock: ManualClock
):
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/16")["VpcId"]
    asked = {"vpc_id": vpc_id, "cidr_block": "10.0.0.0/24", "zone_id": "cn-beijing-a"}
    assert code_of(cloud.vpc.create_vswitch, **asked) == "IncorrectVpcStatus"
    clock.sleep(1)
    assert code_of(cloud.vpc.create_vswitch, **asked) == "ResourceNotAvailable"
    asked["vpc_id"] = "vpc-none"
    assert code_of(cloud.vpc.create_vswitch, **asked) == "InvalidVpcID.NotFound"


def test_the_cloud_keeps_the_first_and_the_last_three_addresses(cloud: Cloud, clock: ManualClock):
    vswitch_id = make_vswitch(cloud, clock, make_vpc(cloud, clock), "10.0.0.0/29")
    free = cloud.vpc.describe_vswitch_attributes(vswitch_id=vswitch_id)["AvailableIpAddressCount"]
    assert free == 4
    taken = [cloud.vpc.allocate_ip(vswitch_id, f"eni-{number}") for number in range(4)]
    assert taken == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]
    with pytest.raises(CloudError, match=r"IpNotEnough: .*0 free, 1 needed"):
        cloud.vpc.allocate_ip(vswitch_id, "eni-5")
    cloud.vpc.release_ip(vswitch_id, "eni-1")
    assert cloud.vpc.allocate_ip(vswitch_id, "eni-5") == "10.0.0.2"


def test_deletion_goes_from_the_inside_out(cloud: Cloud, clock: ManualClock):
    vpc_id = make_vpc(cloud, clock)
    vswitch_id = make_vswitch(cloud, clock, vpc_id)
    cloud.vpc.allocate_ip(vswitch_id, "eni-1")
    assert code_of(cloud.vpc.delete_vpc, vpc_id=vpc_id) == "DependencyViolation.VSwitch"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=vswitch_id) == "DependencyViolation"
    cloud.vpc.release_ip(vswitch_id, "eni-1")
    cloud.vpc.delete_vswitch(vswitch_id=vswitch_id)
    cloud.vpc.delete_vpc(vpc_id=vpc_id)
    assert cloud.is_empty()
    assert code_of(cloud.vpc.delete_vpc, vpc_id=vpc_id) == "InvalidVpcID.NotFound"


def test_describe_finds_by_name_and_tag_and_region(cloud: Cloud):
    cloud.vpc.create_vpc(region_id=REGION, vpc_name="one", tags={"env": "dev", "owner": "a"})
    cloud.vpc.create_vpc(region_id=REGION, vpc_name="two", tags={"env": "dev"})
    cloud.vpc.create_vpc(region_id="cn-beijing", vpc_name="one")

    def names(**asked: object) -> list[str]:
        found = cloud.vpc.describe_vpcs(region_id=REGION, **asked)["Vpcs"]["Vpc"]
        return [vpc["VpcName"] for vpc in found]

    assert names() == ["one", "two"]
    assert names(vpc_name="one") == ["one"]
    assert names(tags={"env": "dev", "owner": "a"}) == ["one"]
    assert names(tags={"env": "prod"}) == []


def test_names_and_descriptions_can_change(cloud: Cloud, clock: ManualClock):
    vpc_id = make_vpc(cloud, clock)
    vswitch_id = make_vswitch(cloud, clock, vpc_id)
    cloud.vpc.modify_vpc_attribute(vpc_id=vpc_id, vpc_name="new", description="d")
    cloud.vpc.modify_vswitch_attribute(vswitch_id=vswitch_id, vswitch_name="new")
    assert cloud.vpc.describe_vpc_attribute(vpc_id=vpc_id)["VpcName"] == "new"
    assert cloud.vpc.describe_vpc_attribute(vpc_id=vpc_id)["Description"] == "d"
    assert [item["name"] for item in cloud.inventory()] == ["new", "new"]
    call = cloud.vpc.modify_vpc_attribute
    assert code_of(call, vpc_id=vpc_id, vpc_name="https://x") == "InvalidVpcName.Malformed"
