"""What is a difference and what is not."""

from typing import Any

import pytest

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.alicloud import diffs
from tests.unit.alicloud_provider.cases import ACCOUNT, ADDON, NAT, POOL, PRIVILEGE, RDS, REDIS
from tests.unit.alicloud_provider.conftest import VPC, VSWITCH

Values = dict[str, Any]


@pytest.mark.parametrize(
    ("token", "state", "inputs"),
    [
        (
            RDS,
            {"securityIps": ["10.0.0.1", "10.1.0.0/16"]},
            {"securityIps": ["10.1.0.0/16", "10.0.0.1"]},
        ),
        (RDS, {"securityIps": ["10.0.0.1"]}, {"securityIps": ["10.0.0.1/32"]}),
        (RDS, {"instanceStorage": 40}, {"instanceStorage": "40"}),
        (RDS, {"port": "3306", "zoneId": "z"}, {}),
        (POOL, {"desiredSize": "3"}, {"desiredSize": 3}),
        (POOL, {"labels": [{"key": "a"}, {"key": "b"}]}, {"labels": [{"key": "b"}, {"key": "a"}]}),
        (PRIVILEGE, {"dbNames": ["a", "b"]}, {"dbNames": ["b", "a"]}),
        (ADDON, {"config": '{"a": 1, "b": 2}'}, {"config": '{"b":2,"a":1}'}),
        (VPC, {"status": "Available", "createTime": "now"}, {}),
        (VPC, {}, {"description": ""}),
        (VPC, {"description": ""}, {}),
        (NAT, {"deletionProtection": False}, {}),
        (ACCOUNT, {}, {"accountPasswordWo": "new"}),
    ],
)
def test_equal_values_are_no_difference(token: str, state: Values, inputs: Values):
    assert diffs.diff(token, state, inputs).changed == {}


@pytest.mark.parametrize(
    ("token", "state", "inputs", "changed", "replaces"),
    [
        (VPC, {"vpcName": "a"}, {"vpcName": "b"}, {"vpcName": "update"}, ()),
        (VPC, {}, {"description": "a"}, {"description": "add"}, ()),
        (VPC, {"tags": {"a": "b"}}, {}, {"tags": "delete"}, ()),
        (VSWITCH, {"cidrBlock": "a"}, {"cidrBlock": "b"}, {"cidrBlock": "update"}, ("cidrBlock",)),
        (VSWITCH, {"vpcId": "a"}, {"vpcId": UNKNOWN}, {"vpcId": "update"}, ("vpcId",)),
        (REDIS, {"password": "a"}, {"password": "b"}, {"password": "update"}, ()),
        (RDS, {"deletionProtection": True}, {}, {"deletionProtection": "delete"}, ()),
        (POOL, {"vswitchIds": ["a"]}, {"vswitchIds": ["a", "b"]}, {"vswitchIds": "update"}, ()),
        (POOL, {"labels": [{"key": "a"}]}, {}, {"labels": "delete"}, ()),
        (
            ACCOUNT,
            {"accountPasswordWoVersion": 1},
            {"accountPasswordWo": "new", "accountPasswordWoVersion": 2},
            {"accountPasswordWoVersion": "update"},
            (),
        ),
    ],
)
def test_a_difference_is_named_and_so_is_a_replacement(
    token: str, state: Values, inputs: Values, changed: Values, replaces: tuple[str, ...]
):
    found = diffs.diff(token, state, inputs)
    assert (found.changed, found.replaces) == (changed, replaces)


def test_what_the_program_never_gave_is_no_difference():
    state = {"tags": {"added": "by hand"}, "description": "by hand"}
    assert diffs.diff(VPC, state, {}, recorded={"vpcName": "a"}).changed == {}
    found = diffs.diff(VPC, state, {}, recorded={"tags": {"added": "by hand"}})
    assert found.changed == {"tags": "delete"}


def test_ignored_changes_are_left_out():
    found = diffs.diff(VPC, {"vpcName": "a"}, {"vpcName": "b"}, ignored=["vpcName"])
    assert found.changed == {}
