"""`SecurityGroup`: kinds, rules and messages."""

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.security_rules import SecurityRule
from components.security_group import SecurityGroup, SecurityGroupArgs

GROUP = "alicloud:ecs/securityGroup:SecurityGroup"
RULE = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
WEB = SecurityRule(direction="ingress", protocol="tcp", port_range="80/80", cidr="0.0.0.0/0")


def plan_of(deploy, **changes):
    arguments = SecurityGroupArgs(**{"vpc_id": "vpc-1", **changes})
    return deploy(lambda opts: SecurityGroup("sg", arguments, opts))


def test_an_enterprise_group_has_no_policy_among_its_members(deploy) -> None:
    group = plan_of(deploy).one(GROUP, "sg-group").inputs
    assert group["securityGroupType"] == "enterprise"
    assert "innerAccessPolicy" not in group


def test_members_of_a_basic_group_reach_each_other(deploy) -> None:
    group = plan_of(deploy, kind="basic").one(GROUP, "sg-group").inputs
    assert (group["securityGroupType"], group["innerAccessPolicy"]) == ("normal", "Accept")


def test_each_rule_is_a_resource_named_by_its_key(deploy) -> None:
    plan = plan_of(deploy, rules={"web": WEB})
    rule = plan.one(RULE, "sg-web")
    assert rule.inputs == {
        "type": "ingress",
        "ipProtocol": "tcp",
        "portRange": "80/80",
        "cidrIp": "0.0.0.0/0",
        "nicType": "intranet",
        "policy": "accept",
        "priority": 1,
        "securityGroupId": "<id of sg-group>",
    }
    assert rule.dependencies == ("sg-group",)


def test_wrong_rules_are_named_by_their_key() -> None:
    rules = {
        "web": SecurityRule(direction="ingress", protocol="tcp", cidr="10.0.0.1/8"),
        "peer": SecurityRule(direction="ingress", protocol="all", group_id="sg-2"),
    }
    with pytest.raises(InvalidArguments) as caught:
        SecurityGroup("sg", SecurityGroupArgs(vpc_id="vpc-1", rules=rules))
    assert str(caught.value).splitlines() == [
        'SecurityGroup "sg": \'rules["web"].cidr\' must have no bits set behind its prefix length '
        'of 8 (got "10.0.0.1/8"); write 10.0.0.0/8, if that is the range you mean',
        'SecurityGroup "sg": \'rules["web"].port_range\' must be first/last with ports from 1 to '
        "65535 for tcp (got \"-1/-1\"); write '80/80' for one port, '1/65535' for all",
        'SecurityGroup "sg": \'rules["peer"].group_id\' must not be used in an enterprise security '
        'group, which knows no rules for other groups (got "sg-2"); give the other side\'s CIDR or '
        "a prefix list, or make the group basic",
    ]


def test_a_rule_for_another_group_is_fine_in_a_basic_group(deploy) -> None:
    rule = SecurityRule(direction="ingress", protocol="all", group_id="sg-2")
    plan = plan_of(deploy, kind="basic", rules={"peer": rule})
    assert plan.one(RULE, "sg-peer").inputs["sourceSecurityGroupId"] == "sg-2"


def test_too_many_rules_are_one_message() -> None:
    with pytest.raises(InvalidArguments, match=r"'rules' must be at most \d+ rules"):
        SecurityGroup(
            "sg",
            SecurityGroupArgs(vpc_id="vpc-1", rules={f"rule-{one}": WEB for one in range(2000)}),
        )
