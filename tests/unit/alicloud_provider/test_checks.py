"""Rules beyond names and types: the text a person reads."""

from typing import Any

import pytest
from pulumi.provider.experimental import provider as sdk

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.alicloud import values
from tests.unit.alicloud_provider.cases import (
    ACCESS_RULE,
    ACCOUNT,
    CLUSTER,
    NAT,
    POOL,
    RDS,
    RULE,
    SNAT,
)
from tests.unit.alicloud_provider.conftest import Engine, run, urn

SNAT_BASE = {"snatTableId": "stb", "snatIp": "198.18.0.1"}
RULE_BASE = {"securityGroupId": "sg", "type": "ingress", "ipProtocol": "tcp"}
RDS_BASE = {
    "engine": "MySQL",
    "engineVersion": "8.0",
    "instanceType": "c",
    "instanceStorage": 20,
    "vswitchId": "vsw",
}


@pytest.mark.parametrize(
    ("token", "inputs", "told"),
    [
        (NAT, {"vpcId": "vpc"}, ["'vswitchId' is required"]),
        (
            NAT,
            {"vpcId": "vpc", "vswitchId": "v", "paymentType": "PostPaid"},
            ["'paymentType' must be one of PayAsYouGo, Subscription (got \"PostPaid\")"],
        ),
        (SNAT, SNAT_BASE, ["one of 'sourceVswitchId', 'sourceCidr' must be given"]),
        (
            SNAT,
            {**SNAT_BASE, "sourceVswitchId": "v", "sourceCidr": "10.0.0.0/8"},
            ["only one of 'sourceVswitchId', 'sourceCidr' may be given"],
        ),
        (RULE, {**RULE_BASE, "priority": 0}, ["'priority' must be from 1 to 100 (got 0)"]),
        (
            RULE,
            {**RULE_BASE, "cidrIp": "10.0.0.0/8", "sourceSecurityGroupId": "sg"},
            ["'sourceSecurityGroupId' conflicts with 'cidrIp': give one of them"],
        ),
        (
            CLUSTER,
            {"deleteOptions": [{"deleteMode": "delete"}, {"deleteMode": "keep"}]},
            ["'deleteOptions[1].deleteMode' must be one of delete, retain (got \"keep\")"],
        ),
        (CLUSTER, {"nodeCidrMask": 30}, ["'nodeCidrMask' must be from 24 to 28 (got 30)"]),
        (
            POOL,
            {"clusterId": "c", "vswitchIds": ["v"], "scalingConfig": {"maxSize": 1001}},
            ["'scalingConfig.maxSize' must be from 0 to 1000 (got 1001)"],
        ),
        (
            RDS,
            {**RDS_BASE, "monitoringPeriod": 30},
            ["'monitoringPeriod' must be one of 5, 10, 60, 300 (got 30)"],
        ),
        (
            ACCESS_RULE,
            {"accessGroupName": "g"},
            ["one of 'sourceCidrIp', 'ipv6SourceCidrIp' must be given"],
        ),
    ],
)
def test_a_broken_rule_is_told(engine: Engine, token: str, inputs: dict[str, Any], told: list[str]):
    assert engine.check(token, inputs) == told


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SNAT, {**SNAT_BASE, "sourceVswitchId": UNKNOWN}),
        (RULE, {**RULE_BASE, "priority": 1}),
        (RULE, {**RULE_BASE, "priority": 100}),
        (RULE, {**RULE_BASE, "priority": UNKNOWN}),
        (CLUSTER, {"nodeCidrMask": 24, "deleteOptions": UNKNOWN}),
        (CLUSTER, {"nodeCidrMask": 28}),
        (RDS, {**RDS_BASE, "releasedKeepPolicy": "None"}),
    ],
)
def test_the_edges_and_what_is_unknown_pass(engine: Engine, token: str, inputs: dict[str, Any]):
    assert engine.check(token, inputs) == []


def test_a_password_is_never_in_the_text(engine: Engine):
    bad = {
        "dbInstanceId": "rm",
        "accountName": "a",
        "accountPassword": "S3cret_word",
        "kmsEncryptedPassword": "S3cret_word",
    }
    (told,) = engine.check(ACCOUNT, bad)
    assert told.startswith("only one of 'accountPassword', 'kmsEncryptedPassword'")
    assert "S3cret_word" not in told


def test_a_secret_value_is_not_told(engine: Engine):
    inputs = {"vpcId": "vpc", "vswitchId": "v", "paymentType": "a secret by mistake"}
    request = sdk.CheckRequest(urn(NAT), {}, values.wired(inputs, {"paymentType"}), b"")
    (failure,) = run(engine.provider.check(request)).failures
    assert failure.reason.endswith("(got (hidden))")
