"""The list of bad inputs that settings answer: number, what was written, the whole message."""

import pytest

from ackb.domain.problems import Problem
from ackb.domain.security_rules import SecurityRule, check_group
from blueprints.settings.codes import RULES, Code
from tests.unit.settings.examples import FLANNEL, REMOVED, loaded, refusal

S = "ackb:settings"
CASES: list[tuple[int, dict, str]] = [
    (
        1,
        {"network.vpc_cidr": "10.0.0.0/7"},
        f'SET-020 {S}.network.vpc_cidr: "10.0.0.0/7" – must have a prefix length of 8 to 24. '
        "Fix: choose a range such as 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
    ),
    (
        1,
        {"network.vpc_cidr": "10.0.0.0/29"},
        f'SET-020 {S}.network.vpc_cidr: "10.0.0.0/29" – must have a prefix length of 8 to 24. '
        "Fix: choose a range such as 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
    ),
    (
        2,
        {"network.vpc_cidr": "10.0.1.5/16"},
        f'SET-021 {S}.network.vpc_cidr: "10.0.1.5/16" – must have no bits set behind its prefix '
        "length of 16. Fix: write 10.0.0.0/16, if that is the range you mean.",
    ),
    (
        3,
        {"network.zones.1.node_cidr": "11.0.0.0/20"},
        f'SET-022 {S}.network.zones[1].node_cidr: "11.0.0.0/20" – must lie inside the VPC range '
        "10.0.0.0/8. Fix: choose a part of 10.0.0.0/8.",
    ),
    (
        4,
        {"network.zones.1.pod_cidr": "10.0.0.0/16"},
        f'SET-023 {S}.network.zones[1].pod_cidr: "10.0.0.0/16" – must not overlap '
        "network.zones[0].node_cidr (10.0.0.0/20); they share 10.0.0.0-10.0.15.255. "
        "Fix: choose a range of its own for one of them.\n"
        f'SET-023 {S}.network.zones[1].pod_cidr: "10.0.0.0/16" – must not overlap '
        "network.zones[1].node_cidr (10.0.16.0/20); they share 10.0.16.0-10.0.31.255. "
        "Fix: choose a range of its own for one of them.",
    ),
    (
        5,
        {"cluster.service_cidr": "10.128.0.0/16"},
        f'SET-024 {S}.cluster.service_cidr: "10.128.0.0/16" – must not overlap network.vpc_cidr '
        "(10.0.0.0/8); they share 10.128.0.0-10.128.255.255. "
        "Fix: choose a range of its own for one of them.",
    ),
    (
        5,
        {"cluster.network_plugin": {"type": "flannel", "pod_cidr": "172.21.8.0/21"}},
        f'SET-024 {S}.cluster.network_plugin.pod_cidr: "172.21.8.0/21" – must not overlap '
        "cluster.service_cidr (172.21.0.0/20); they share 172.21.8.0-172.21.15.255. "
        "Fix: choose a range of its own for one of them.",
    ),
    (
        7,
        {"region": "cn-hangzou"},
        f'SET-025 {S}.region: "cn-hangzou" – must be one of the 26 known regions. '
        "Fix: write 'cn-hangzhou'.",
    ),
    (
        7,
        {"network.zones.1.zone_id": "cn-hangzou-i"},
        f'SET-025 {S}.network.zones[1].zone_id: "cn-hangzou-i" – must be a zone of cn-hangzhou. '
        "Fix: write 'cn-hangzhou-i', or one of cn-hangzhou-b, cn-hangzhou-e, cn-hangzhou-f, "
        "cn-hangzhou-g, cn-hangzhou-h, cn-hangzhou-i, cn-hangzhou-j, cn-hangzhou-k.",
    ),
    (
        7,
        {"network.zones.0.zone_id": "cn-hangzhou-k"},
        f'SET-025 {S}.network.zones[0].zone_id: "cn-hangzhou-k" – must be a zone that sells ECI, '
        "since the peak load runs there. "
        "Fix: choose one of cn-hangzhou-h, cn-hangzhou-i, cn-hangzhou-j.",
    ),
    (
        13,
        {"node_pools.0.autoscaling": {"min": 5, "max": 3}},
        f"SET-033 {S}.node_pools[0].autoscaling.min: 5 – must not be more than max (min is 5, "
        "nodes is 2, max is 3). Fix: lower min to 3 or raise max to 5.",
    ),
    (
        13,
        {"node_pools.0.autoscaling": {"min": 3, "max": 5}},
        f"SET-033 {S}.node_pools[0].nodes: 2 – must be from min to max (min is 3, nodes is 2, max "
        "is 5). Fix: write 3, or widen the bounds.",
    ),
    (
        13,
        {"node_pools.0.autoscaling": {"min": 0, "max": 1}},
        f"SET-033 {S}.node_pools[0].nodes: 2 – must be from min to max (min is 0, nodes is 2, max "
        "is 1). Fix: write 1, or widen the bounds.",
    ),
    (
        14,
        {"node_pools.0.nodes": -1},
        f"SET-005 {S}.node_pools[0].nodes: -1 – must be from 0 to 1000. Fix: write 0, the nearest.",
    ),
    (
        14,
        {"node_pools.0.nodes": 2.5},
        f"SET-003 {S}.node_pools[0].nodes: 2.5 – must be a whole number, not a number with a "
        "fraction. Fix: write 2.",
    ),
    (
        14,
        {"node_pools.0.nodes": "3"},
        f'SET-003 {S}.node_pools[0].nodes: "3" – must be a whole number, not text. '
        "Fix: write 3, without quotes.",
    ),
    (
        14,
        {"node_pools.0.nodes": True},
        f"SET-003 {S}.node_pools[0].nodes: true – must be a whole number, not true or false. "
        "Fix: write a whole number.",
    ),
    (
        15,
        {"cluster.network_plugin": {**FLANNEL, "node_cidr_mask": 30}},
        f"SET-031 {S}.cluster.network_plugin.node_cidr_mask: 30 – must be from 24 to 28. "
        "Fix: choose by the pods a node is to run (24: 255, 25: 127, 26: 63, 27: 31, 28: 15).",
    ),
    (
        15,
        {
            "cluster.network_plugin": {**FLANNEL, "node_cidr_mask": 28},
            "node_pools.0.max_pods": 64,
        },
        f"SET-031 {S}.node_pools[0].max_pods: 64 – must be at most 15, the pods a node has "
        "addresses for with a node_cidr_mask of 28. Fix: write 15, or lower the mask (24 gives "
        "255).",
    ),
    (
        15,
        {"cluster.network_plugin": {**FLANNEL, "pod_cidr": "172.20.0.0/25"}},
        f'SET-032 {S}.cluster.network_plugin.pod_cidr: "172.20.0.0/25" – must have a share of /25 '
        "for each of up to 2 nodes (it has 1). Fix: widen it to /24, or use fewer nodes.",
    ),
    (
        16,
        {"cluster.version": "1.31"},
        f'SET-030 {S}.cluster.version: "1.31" – must be a Kubernetes version that ACK supports. '
        "Fix: choose one of 1.35 (until 2027-02-28), 1.36 (until 2027-05-30).",
    ),
    (
        18,
        {"scaling": {"type": "hpa", "min": 30, "max": 20}},
        f"SET-042 {S}.scaling.min: 30 – must have min <= max (min is 30, max is 20). "
        "Fix: lower min to 20 or raise max to 30.",
    ),
    (
        18,
        {"scaling": {"type": "hpa", "max": 0}},
        f"SET-042 {S}.scaling.max: 0 – must have a max of at least 1 (min is 22, max is 0). "
        "Fix: raise max, or use a fixed number of replicas.",
    ),
    (
        25,
        {"scaling": {"type": "hpa", "cpu": 0}},
        f"SET-043 {S}.scaling.cpu: 0 – must be a whole percentage of the request from 1 to 100. "
        "Fix: choose the use you want to see, such as 60.",
    ),
    (
        25,
        {"scaling": {"type": "hpa", "cpu": 150}},
        f"SET-043 {S}.scaling.cpu: 150 – must be a whole percentage of the request from 1 to 100. "
        "Fix: choose the use you want to see, such as 60.",
    ),
    (
        25,
        {"scaling": {"type": "hpa", "cpu": "70%"}},
        f'SET-003 {S}.scaling.cpu: "70%" – must be a whole number, not text. '
        "Fix: write 70, without quotes.",
    ),
    (
        40,
        {"database.allowed_cidrs": ["0.0.0.0/0", "10.8.0.0/16", "0.0.0.0", "", "10.8.1.5/16"]},
        f'SET-050 {S}.database.allowed_cidrs[0]: "0.0.0.0/0" – must not let in every address. '
        "Fix: name the addresses or ranges that need it, such as 10.8.0.0/16.\n"
        f'SET-050 {S}.database.allowed_cidrs[2]: "0.0.0.0" – must not let in every address. '
        "Fix: name the addresses or ranges that need it, such as 10.8.0.0/16.\n"
        f'SET-050 {S}.database.allowed_cidrs[3]: "" – must be an IPv4 address or range, not empty. '
        "Fix: name the addresses or ranges that need it, such as 10.8.0.0/16.\n"
        f'SET-050 {S}.database.allowed_cidrs[4]: "10.8.1.5/16" – must have no bits set behind its '
        "prefix length of 16. Fix: write 10.8.0.0/16, if that is the range you mean.",
    ),
    (
        40,
        {"cache.allowed_cidrs": ["::/0"]},
        f'SET-050 {S}.cache.allowed_cidrs[0]: "::/0" – must be an IPv4 range such as 10.0.0.0/16. '
        "Fix: write address and prefix length.",
    ),
    (
        41,
        {"database.instance_class": "mysql.n2.medium.c2"},
        f'SET-051 {S}.database.instance_class: "mysql.n2.medium.c2" – must be a class of RDS for '
        "MySQL that is sold (list of 2026-11-22). Fix: write 'mysql.n2.medium.2c', or add the "
        "class to ackb/domain/data/rds_mysql_classes.json.",
    ),
    (
        41,
        {"cache.instance_class": "redis.shard.small.ce"},
        f'SET-051 {S}.cache.instance_class: "redis.shard.small.ce" – must be a class of Redis that '
        "is sold (list of 2026-11-22). Fix: write 'redis.shard.small.2.ce', or add the class to "
        "ackb/domain/data/redis_classes.json.",
    ),
    (
        42,
        {"database": {"payment": "Prepaid", "deletion_protection": True}},
        f"SET-052 {S}.database.deletion_protection: true – must be false for a Prepaid instance, "
        "which the cloud cannot protect (only Postpaid and Serverless). "
        "Fix: set payment to Postpaid, or deletion_protection to false.",
    ),
    (
        43,
        {"database.storage_gb": 42},
        f"SET-053 {S}.database.storage_gb: 42 – must be a multiple of 5 GB from 20 to 64000 GB for "
        "cloud_essd. Fix: write 45, the next valid size.",
    ),
    (
        43,
        {"database": {"storage_type": "cloud_essd2", "storage_gb": 40}},
        f"SET-053 {S}.database.storage_gb: 40 – must be a multiple of 5 GB from 500 to 64000 GB "
        "for cloud_essd2. Fix: write 500, the next valid size.",
    ),
    (
        46,
        {"scaling": {"type": "hpa", "maxReplica": 50}},
        f"SET-001 {S}.scaling.maxReplica: 50 – is not a known key. Fix: write 'max'.",
    ),
    (
        46,
        {"tags.teir": "online", "tags.tier": REMOVED, "tags.owner": ""},
        f'SET-010 {S}.tags.owner: "" – must be given, since cost and ownership reports need it. '
        "Fix: give 'owner' a value.\n"
        f"SET-010 {S}.tags.tier: (missing) – must be given, since cost and ownership reports need "
        "it. Fix: rename 'teir' to 'tier'.",
    ),
    (
        46,
        {"cluster.name": "a" * 64, "namespace": "Word Press", "database.account": "网站"},
        f'SET-008 {S}.cluster.name: "{"a" * 64}" – must have 1 to 63 characters of letters, digits '
        f"and -, start with a letter, end with a letter or digit. Fix: write '{'a' * 63}', for "
        "example.\n"
        f'SET-008 {S}.database.account: "网站" – must have 2 to 32 characters of lower-case '
        "letters, digits and _, start with a letter, end with a letter or digit. "
        "Fix: choose another name.\n"
        f'SET-008 {S}.namespace: "Word Press" – must have 1 to 63 characters of lower-case '
        "letters, digits and -, start with a letter or digit, end with a letter or digit. "
        "Fix: write 'word-press', for example.",
    ),
    (
        46,
        {"service.name": ""},
        f'SET-008 {S}.service.name: "" – must have 1 to 63 characters of lower-case letters, '
        "digits and -, start with a letter, end with a letter or digit. Fix: choose another name.",
    ),
    (
        46,
        {
            "node_pools.0.name": "web",
            "node_pools": [
                {"name": "web", "instance_types": ["ecs.c7.xlarge"], "nodes": 1},
                {"name": "web", "instance_types": ["ecs.c7.xlarge"], "nodes": 1},
            ],
        },
        f'SET-009 {S}.node_pools[1].name: "web" – must be given once (node_pools[0] has it too). '
        "Fix: choose another name.",
    ),
]


@pytest.mark.parametrize(
    ("number", "changes", "message"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_the_whole_message(number, changes, message):
    assert refusal(changes) == message


def test_a_stack_whose_name_tells_no_environment():
    """Bad input 46."""
    assert refusal({}, stack="wordpress-production") == (
        'SET-011 stack: "wordpress-production" – must end in its environment, one of dev, test, '
        "staging, prod. Fix: name it such as 'wordpress-production-dev'."
    )


def test_a_stack_whose_tag_contradicts_its_name():
    assert refusal({"tags.env": "prod"}) == (
        f'SET-010 {S}.tags.env: "prod" – must be dev, as the name of the stack '
        "'wordpress-dev' says. Fix: write dev, or rename the stack."
    )


@pytest.mark.parametrize("stack", ["dev", "team/ackb/wordpress-eu-dev", "x-dev"])
def test_stack_names_that_tell_their_environment(stack):
    assert loaded(stack=stack).tags["env"] == "dev"


def test_security_group_rules_read_as_component_arguments():
    """Bad inputs 10 and 12, which belong to the arguments of a component."""
    rule = SecurityRule(direction="ingress", protocol="tcp", port_range="80/80", group_id="sg-1")
    ((path, broken),) = check_group("enterprise", [rule])
    assert Problem.of("X", path, rule.group_id, broken).render() == (
        'X rules[0].group_id: "sg-1" – must not be used in an enterprise security group, which '
        "knows no rules for other groups. Fix: give the other side's CIDR or a prefix list, or "
        "make the group basic."
    )


def test_every_bad_input_of_the_settings_is_covered():
    wanted = {1, 2, 3, 4, 5, 7, 13, 14, 15, 16, 18, 25, 40, 41, 42, 43, 46}
    assert {number for number, _, _ in CASES} == wanted
    assert set(RULES) == set(Code)
