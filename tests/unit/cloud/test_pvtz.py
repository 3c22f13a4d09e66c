"""Private zones, the VPCs they are bound to, and their records (S1-20)."""

from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from tests.unit.cloud.conftest import REGION, Net, code_of


@pytest.fixture
def zone(cloud: Cloud) -> str:
    return str(cloud.pvtz.add_zone(zone_name="class.private")["ZoneId"])


def record(zone: str, **more: Any) -> dict[str, Any]:
    return {"zone_id": zone, "rr": "www", "type": "A", "value": "10.0.0.8", **more}


def bind(cloud: Cloud, zone: str, *vpcs: str) -> None:
    bound = [{"VpcId": one, "RegionId": REGION} for one in vpcs]
    cloud.pvtz.bind_zone_vpc(zone_id=zone, vpcs=bound)


def test_a_zone_tells_its_vpcs_and_how_many_records_it_has(cloud: Cloud, net: Net, zone: str):
    cloud.pvtz.add_zone_record(**record(zone))
    bind(cloud, zone, net.vpc_id)
    shown = cloud.pvtz.describe_zone_info(zone_id=zone)
    assert (shown["ZoneName"], shown["ProxyPattern"]) == ("class.private", "ZONE")
    assert shown["RecordCount"] == 1
    assert shown["BindVpcs"] == {"Vpc": [{"VpcId": net.vpc_id, "RegionId": REGION}]}


def test_binding_replaces_the_whole_list(cloud: Cloud, net: Net, zone: str):
    other = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    bind(cloud, zone, net.vpc_id)
    bind(cloud, zone, other)
    (bound,) = cloud.pvtz.describe_zone_info(zone_id=zone)["BindVpcs"]["Vpc"]
    assert bound["VpcId"] == other
    refused = {"zone_id": zone, "vpcs": [{"VpcId": "vpc-none", "RegionId": REGION}]}
    assert code_of(cloud.pvtz.bind_zone_vpc, **refused) == "ZoneVpc.NotExists.VpcId"


def test_a_bound_zone_stays_and_takes_its_records_with_it_afterwards(
    cloud: Cloud, net: Net, zone: str
):
    cloud.pvtz.add_zone_record(**record(zone))
    bind(cloud, zone, net.vpc_id)
    assert code_of(cloud.pvtz.delete_zone, zone_id=zone) == "Zone.VpcExists"
    bind(cloud, zone)
    listed = [one for one in cloud.inventory() if one["service"] == "pvtz"]
    assert [(one["kind"], one["id"], one["name"]) for one in listed] == [
        ("Zone", zone, "class.private"),
        ("Record", "1", "www"),
    ]
    cloud.pvtz.delete_zone(zone_id=zone)
    assert [one for one in cloud.inventory() if one["service"] == "pvtz"] == []
    assert code_of(cloud.pvtz.delete_zone, zone_id=zone) == "Zone.NotExists"


def test_zones_are_found_by_name(cloud: Cloud, zone: str):
    cloud.pvtz.add_zone(zone_name="old.class.private")
    both = cloud.pvtz.describe_zones(keyword="class.private")
    assert both["TotalItems"] == 2
    (one,) = cloud.pvtz.describe_zones(keyword="class.private", search_mode="EXACT")["Zones"][
        "Zone"
    ]
    assert one["ZoneId"] == zone


@pytest.mark.parametrize("name", ["", "class..internal", "-class.private", "a" * 64 + ".b", "a_b"])
def test_a_name_must_be_one_of_dns(cloud: Cloud, name: str):
    assert code_of(cloud.pvtz.add_zone, zone_name=name) == "Zone.Invalid.Name"


def test_the_longest_label_is_accepted(cloud: Cloud):
    assert cloud.pvtz.add_zone(zone_name="a" * 63 + ".internal")["Success"] is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "NS"),
        ("value", "10.0.0.256"),
        ("value", "fd00::1"),
        ("rr", ""),
        ("rr", "a b"),
        ("ttl", 0),
    ],
)
def test_what_is_no_record_is_refused(cloud: Cloud, zone: str, field: str, value: Any):
    wrong = record(zone, **{field: value})
    assert code_of(cloud.pvtz.add_zone_record, **wrong) == "InvalidParameter"


def test_a_name_has_several_addresses_but_not_one_twice_and_none_beside_an_alias(
    cloud: Cloud, zone: str
):
    add = cloud.pvtz.add_zone_record
    add(**record(zone))
    add(**record(zone, value="10.0.0.9"))
    assert code_of(add, **record(zone)) == "Record.Invalid.Conflict"
    alias = record(zone, type="CNAME", value="other.private")
    assert code_of(add, **alias) == "Record.Invalid.Conflict"
    add(**{**alias, "rr": "api"})
    assert code_of(add, **record(zone, rr="api")) == "Record.Invalid.Conflict"


def test_a_record_changes_and_goes(cloud: Cloud, zone: str):
    number = cloud.pvtz.add_zone_record(**record(zone))["RecordId"]
    cloud.pvtz.update_zone_record(record_id=number, rr="@", type="A", value="10.0.0.9", ttl=30)
    cloud.pvtz.update_record_remark(record_id=number, remark="moved")
    cloud.pvtz.set_zone_record_status(record_id=number, status="DISABLE")
    (shown,) = cloud.pvtz.describe_zone_records(zone_id=zone)["Records"]["Record"]
    del shown["ZoneId"]
    assert shown == {
        "RecordId": number,
        "Rr": "@",
        "Type": "A",
        "Value": "10.0.0.9",
        "Ttl": 30,
        "Priority": 1,
        "Remark": "moved",
        "Status": "DISABLE",
    }
    cloud.pvtz.delete_zone_record(record_id=number)
    assert cloud.pvtz.describe_zone_records(zone_id=zone)["TotalItems"] == 0
    assert code_of(cloud.pvtz.delete_zone_record, record_id=number) == "Record.NotExists"


@pytest.mark.parametrize(
    ("quota", "code"),
    [
        ("pvtz.zones", "Zone.QuotaExceeded"),
        ("pvtz.vpcs_per_zone", "ZoneVpc.QuotaExceeded"),
        ("pvtz.records_per_zone", "Record.QuotaExceeded"),
    ],
)
def test_quotas(
    cloud: Cloud, net: Net, zone: str, quota: str, code: str, monkeypatch: pytest.MonkeyPatch
):
    real = cloud.quota
    monkeypatch.setattr(cloud, "quota", lambda name: 1 if name == quota else real(name))
    cloud.pvtz.add_zone_record(**record(zone))
    bind(cloud, zone, net.vpc_id)
    other = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    two = [{"VpcId": one, "RegionId": REGION} for one in (net.vpc_id, other)]
    calls: dict[str, tuple[Any, dict[str, Any]]] = {
        "pvtz.zones": (cloud.pvtz.add_zone, {"zone_name": "more.private"}),
        "pvtz.vpcs_per_zone": (cloud.pvtz.bind_zone_vpc, {"zone_id": zone, "vpcs": two}),
        "pvtz.records_per_zone": (cloud.pvtz.add_zone_record, record(zone, rr="api")),
    }
    call, parameters = calls[quota]
    assert code_of(call, **parameters) == code
