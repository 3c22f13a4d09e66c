import pytest

from ackb.domain.security_rules import SecurityRule, check_group

HTTP = SecurityRule(direction="ingress", protocol="tcp", port_range="80/80", cidr="10.0.0.0/8")


def rule(**changes):
    return SecurityRule(
        **{"direction": "ingress", "protocol": "tcp", "port_range": "80/80", **changes}
    )


@pytest.mark.parametrize("group_type", ["basic", "enterprise"])
def test_good_rules(group_type):
    rules = [
        HTTP,
        rule(prefix_list_id="pl-1"),
        rule(protocol="all", port_range="-1/-1", cidr="10.0.0.0/8"),
        rule(port_range="1/65535", cidr="0.0.0.0/0", priority=100),
    ]
    assert check_group(group_type, rules) == []


def test_an_enterprise_group_takes_no_group_as_peer():
    """Bad input 10."""
    assert check_group("basic", [rule(group_id="sg-1")]) == []
    ((path, broken),) = check_group("enterprise", [HTTP, rule(group_id="sg-1")])
    assert path == "rules[1].group_id"
    assert broken.rule == (
        "not be used in an enterprise security group, which knows no rules for other groups"
    )
    assert broken.fix == "give the other side's CIDR or a prefix list, or make the group basic"


def test_a_group_holds_two_hundred_rules():
    """Bad input 12."""
    assert check_group("basic", [HTTP] * 200) == []
    ((path, broken),) = check_group("basic", [HTTP] * 201)
    assert path == "rules"
    assert broken.rule == "be at most 200 rules in one security group (there are 201)"
    assert broken.fix == "merge ranges or use a prefix list, or spread the rules over two groups"


@pytest.mark.parametrize(
    ("changes", "path", "text"),
    [
        (
            {},
            "rules[0].cidr",
            "be the one peer of the rule (0 of cidr, group_id and prefix_list_id are given)",
        ),
        (
            {"cidr": "10.0.0.0/8", "group_id": "sg-1"},
            "rules[0].cidr",
            "be the one peer of the rule (2 of cidr, group_id and prefix_list_id are given)",
        ),
        (
            {"cidr": "10.0.0.1/8"},
            "rules[0].cidr",
            "have no bits set behind its prefix length of 8",
        ),
        (
            {"cidr": "10.0.0.0/8", "port_range": "80"},
            "rules[0].port_range",
            "be first/last with ports from 1 to 65535 for tcp",
        ),
        (
            {"cidr": "10.0.0.0/8", "port_range": "0/80"},
            "rules[0].port_range",
            "be first/last with ports from 1 to 65535 for tcp",
        ),
        (
            {"cidr": "10.0.0.0/8", "port_range": "81/80"},
            "rules[0].port_range",
            "be first/last with ports from 1 to 65535 for tcp",
        ),
        (
            {"cidr": "10.0.0.0/8", "port_range": "1/65536"},
            "rules[0].port_range",
            "be first/last with ports from 1 to 65535 for tcp",
        ),
        (
            {"cidr": "10.0.0.0/8", "port_range": "-1/-1"},
            "rules[0].port_range",
            "be first/last with ports from 1 to 65535 for tcp",
        ),
        (
            {"cidr": "10.0.0.0/8", "protocol": "icmp"},
            "rules[0].port_range",
            "be -1/-1 for icmp",
        ),
        (
            {"cidr": "10.0.0.0/8", "priority": 0},
            "rules[0].priority",
            "be a whole number from 1 to 100",
        ),
        (
            {"cidr": "10.0.0.0/8", "priority": 101},
            "rules[0].priority",
            "be a whole number from 1 to 100",
        ),
    ],
)
def test_bad_rules_are_told(changes, path, text):
    ((where, broken),) = check_group("basic", [rule(**changes)])
    assert (where, broken.rule) == (path, text)


def test_everything_wrong_with_a_group_is_told_at_once():
    broken = check_group("enterprise", [rule(group_id="sg-1", priority=0), rule()])
    assert [path for path, _ in broken] == [
        "rules[0].group_id",
        "rules[0].priority",
        "rules[1].cidr",
    ]
