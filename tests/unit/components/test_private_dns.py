"""`PrivateDns`: a zone, its names, and the VPC that resolves them (S1-20)."""

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.planning import Plan
from components.private_dns import PrivateDns, PrivateDnsArgs

ZONE = "alicloud:pvtz/zone:Zone"
RECORD = "alicloud:pvtz/zoneRecord:ZoneRecord"
ATTACHMENT = "alicloud:pvtz/zoneAttachment:ZoneAttachment"


def args(**changes) -> PrivateDnsArgs:
    return PrivateDnsArgs(
        **{
            "zone_name": "class.private",
            "vpc_id": "vpc-1",
            "addresses": {"www": "10.0.0.5", "@": "10.0.0.6"},
            **changes,
        }
    )


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: PrivateDns("names", args(**changes), opts))


def test_each_name_is_a_record_of_its_address(deploy) -> None:
    plan = plan_of(deploy, ttl_seconds=30)
    assert plan.one(ZONE, "names-zone").inputs["zoneName"] == "class.private"
    records = {one.name: one.inputs for one in plan.of(RECORD)}
    assert records == {
        "names-www": {
            "zoneId": "<id of names-zone>",
            "rr": "www",
            "type": "A",
            "value": "10.0.0.5",
            "ttl": 30,
        },
        "names-self": {
            "zoneId": "<id of names-zone>",
            "rr": "@",
            "type": "A",
            "value": "10.0.0.6",
            "ttl": 30,
        },
    }
    assert plan.one("ackb:network:PrivateDns", "names").outputs == {
        "zone_id": "<id of names-zone>",
        "names": {"www": "www.class.private", "@": "class.private"},
    }


def test_the_vpc_sees_the_zone_after_its_records(deploy) -> None:
    """It would remember for a while that a name does not exist; and it leaves first."""
    attachment = plan_of(deploy).one(ATTACHMENT, "names-attachment")
    assert attachment.inputs == {"zoneId": "<id of names-zone>", "vpcIds": ["vpc-1"]}
    assert {"names-www", "names-self", "names-zone"} <= set(attachment.dependencies)


def test_every_wrong_argument_is_named_at_once() -> None:
    wrong = args(zone_name="internal", addresses={"a b": "10.0.0.5"}, ttl_seconds=0)
    with pytest.raises(InvalidArguments) as caught:
        PrivateDns("names", wrong)
    first, second, third = str(caught.value).splitlines()
    assert first.startswith("PrivateDns \"names\": 'zone_name' must be two or more labels")
    assert second.startswith("PrivateDns \"names\": 'addresses' must be labels")
    assert third == (
        "PrivateDns \"names\": 'ttl_seconds' must be 1 or more (got 0); choose a larger number"
    )


def test_a_zone_without_names_is_refused() -> None:
    with pytest.raises(InvalidArguments, match="'addresses' must hold at least one name"):
        PrivateDns("names", args(addresses={}))
