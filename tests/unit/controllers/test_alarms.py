"""What a rule is about, and when it goes off (S3-27)."""

from __future__ import annotations

import pytest

from sandbox.controllers.alarms.judging import Machine, is_met, values
from sandbox.metrics.load import Usage


def machine(name: str, cores: float, memory: float) -> Machine:
    return Machine(
        name=name, instance_id=f"i-{name}", capacity=Usage(4.0, 100.0), used=Usage(cores, memory)
    )


MACHINES = (machine("a", 1.0, 95.0), machine("b", 3.0, 45.0))


@pytest.mark.parametrize(
    ("namespace", "metric", "resources", "found"),
    [
        ("acs_k8s", "cluster.cpu.utilization", '[{"cluster": "c1"}]', [50.0]),
        ("acs_k8s", "cluster.memory.utilization", '[{"cluster": "c1"}]', [70.0]),
        ("acs_k8s", "node.memory.utilization", '[{"cluster": "c1"}]', [95.0, 45.0]),
        ("acs_k8s", "node.cpu.utilization", '[{"cluster": "c1", "node": "b"}]', [75.0]),
        ("acs_ecs_dashboard", "cpu_total", '[{"instanceId": "i-a"}]', [25.0]),
        ("acs_ecs_dashboard", "memory_usedutilization", '[{"instanceId": "i-a"}]', [95.0]),
        ("acs_k8s", "cluster.cpu.utilization", '[{"cluster": "other"}]', []),
        ("acs_k8s", "pod.cpu.utilization", '[{"cluster": "c1"}]', []),
        ("acs_rds_dashboard", "CpuUsage", '[{"instanceId": "rm-1"}]', []),
        ("acs_k8s", "cluster.cpu.utilization", "[]", []),
    ],
)
def test_the_values_of_a_rule(namespace, metric, resources, found):
    assert values(namespace, metric, resources, "c1", MACHINES) == found


@pytest.mark.parametrize(
    ("operator", "threshold", "met"),
    [
        ("GreaterThanThreshold", "95", False),
        ("GreaterThanOrEqualToThreshold", "95", True),
        ("LessThanThreshold", "45", False),
        ("LessThanOrEqualToThreshold", "45", True),
        ("EqualToThreshold", "95", True),
        ("GreaterThanYesterday", "5", None),
    ],
)
def test_one_value_is_enough(operator, threshold, met):
    condition = {"ComparisonOperator": operator, "Threshold": threshold}
    assert is_met(condition, [45.0, 95.0]) is met
