"""Batch resources: the documented formula, and what is read of the ConfigMap (S3-01)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.controllers.koordinator.batch import Batch, calculate, differs, is_offline
from sandbox.controllers.koordinator.config import Colocation, InvalidConfig, read
from sandbox.metrics.load import NOTHING, Usage

GIB = 1024**3
NODE = {
    "status": {
        "capacity": {"cpu": "100", "memory": "120Gi"},
        "allocatable": {"cpu": "93", "memory": "110Gi"},
    }
}


def pod(name: str, *, qos: str = "Burstable", cpu: str = "1", **labels: str) -> dict[str, Any]:
    request = {} if qos == "BestEffort" else {"cpu": cpu, "memory": "1Gi"}
    return {
        "metadata": {"uid": name, "labels": labels},
        "spec": {"containers": [{"name": "c", "resources": {"requests": request}}]},
        "status": {"phase": "Running", "qosClass": qos},
    }


def test_the_example_of_the_projects_own_test():
    """100 cores, 30 % kept, 7 for the system, 33 used online: 30 are left (cpu in thousandths)."""
    config = Colocation(enable=True, cpu_threshold=70, memory_threshold=80)
    used = {"web": Usage(33.0, 40 * GIB)}
    found = calculate(NODE, [pod("web")], used, Usage(7.0, 12 * GIB), config)
    assert found == Batch(30_000, 44 * GIB)
    assert found.quantities() == {
        "kubernetes.io/batch-cpu": "30000",
        "kubernetes.io/batch-memory": str(44 * GIB),
    }


def test_the_kubelets_reserve_counts_where_the_system_uses_less():
    found = calculate(NODE, [], {}, NOTHING, Colocation(cpu_threshold=70, memory_threshold=80))
    assert found == Batch(63_000, 86 * GIB)


def test_memory_by_request_leaves_only_what_nobody_asked_for():
    config = Colocation(cpu_threshold=100, memory_threshold=80, memory_policy="request")
    used = {"web": Usage(0.0, 0.0)}
    found = calculate(NODE, [pod("web")], used, Usage(0.0, 50 * GIB), config)
    assert found.memory == (96 - 10 - 1) * GIB


def test_a_pod_without_a_figure_counts_with_its_request():
    config = Colocation(cpu_threshold=100, memory_threshold=100)
    found = calculate(NODE, [pod("new", cpu="5")], {}, NOTHING, config)
    assert found.millicores == 100_000 - 7_000 - 5_000


def test_offline_pods_do_not_count():
    config = Colocation(cpu_threshold=100, memory_threshold=100)
    pods = [
        pod("label", cpu="9", **{"koordinator.sh/qosClass": "BE"}),
        pod("none", qos="BestEffort"),
    ]
    used = {"label": Usage(9.0, GIB), "none": Usage(9.0, GIB)}
    assert calculate(NODE, pods, used, NOTHING, config).millicores == 93_000


def test_the_label_decides_before_the_class():
    assert not is_offline(pod("a", qos="BestEffort", **{"koordinator.sh/qosClass": "LS"}))


@given(
    st.floats(0, 200), st.floats(0, 200), st.integers(0, 100), st.sampled_from(["usage", "request"])
)
def test_it_is_never_below_nothing_and_never_above_the_threshold(cores, system, percent, policy):
    config = Colocation(
        cpu_threshold=percent, memory_threshold=percent, memory_policy=policy, enable=True
    )
    used = {"web": Usage(cores, cores * GIB)}
    found = calculate(NODE, [pod("web")], used, Usage(system, system * GIB), config)
    assert 0 <= found.millicores <= 1000 * percent
    assert 0 <= found.memory <= 120 * GIB * percent // 100 + 1


@given(st.floats(0, 50), st.floats(0, 50))
def test_more_use_online_never_leaves_more(first, more):
    config = Colocation(cpu_threshold=80, memory_threshold=80)

    def left(cores: float) -> Batch:
        return calculate(NODE, [pod("a")], {"a": Usage(cores, cores * GIB)}, NOTHING, config)

    assert left(first + more).millicores <= left(first).millicores
    assert left(first + more).memory <= left(first).memory


def test_a_small_change_is_not_written():
    old = Batch(1000, GIB).quantities()
    assert not differs(old, Batch(1100, GIB), 0.1)
    assert differs(old, Batch(1101, GIB), 0.1)
    assert differs(old, Batch(899, GIB), 0.1)
    assert differs({}, Batch(0, 0), 0.1)


def test_an_empty_config_is_the_default():
    assert read("") == Colocation(enable=False, cpu_threshold=65, memory_threshold=65)
    assert read('{"enable": true, "cpuReclaimThresholdPercent": 60}').cpu_threshold == 60


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a JSON object"),
        ('{"cpuReclaimThresholdPercent": 101}', "from 0 to 100 (got 101)"),
        ('{"cpuReclaimThresholdPercent": true}', "from 0 to 100 (got True)"),
        ('{"memoryCalculatePolicy": "all"}', "must be usage or request"),
    ],
)
def test_what_cannot_be_used_is_told(text, why):
    with pytest.raises(InvalidConfig) as caught:
        read(text)
    assert why in str(caught.value)
