"""Whom a kubelet evicts, what it says, and when memory is short (S3-09)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.controllers.pressure import ranking
from sandbox.controllers.pressure.ranking import Candidate, message, quantity, ranked
from sandbox.controllers.pressure.signals import threshold, worst
from sandbox.metrics.load import Usage
from sandbox.metrics.pressure import Pressure, applied, memory_of

MIB = 1024 * 1024
GIB = 1024 * MIB
BEST_EFFORT, BURSTABLE, GUARANTEED = "BestEffort", "Burstable", "Guaranteed"


def pod(
    name: str, qos: str, request: int = 0, *, priority: int = 0, node: str = "n"
) -> dict[str, Any]:
    """A pod of a class; `request` is in MiB, and the limit of a Guaranteed one."""
    resources: dict[str, Any] = {}
    if qos != BEST_EFFORT:
        resources["requests"] = {"cpu": "100m", "memory": f"{request}Mi"}
    if qos == GUARANTEED:
        resources["limits"] = resources["requests"]
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": name},
        "spec": {
            "nodeName": node,
            "priority": priority,
            "containers": [{"name": "c", "resources": resources}],
        },
        "status": {"phase": "Running", "qosClass": qos},
    }


def candidate(name: str, qos: str, request: int, used: int, priority: int = 0) -> Candidate:
    one = pod(name, qos, request, priority=priority)
    return Candidate.of(one, {"c": Usage(0.1, used * MIB)})


def names(*candidates: Candidate) -> list[str]:
    return [one.pod["metadata"]["name"] for one in ranked(candidates)]


def test_best_effort_then_burstable_then_guaranteed():
    assert names(
        candidate("sure", GUARANTEED, 500, 500),
        candidate("burst", BURSTABLE, 500, 700),
        candidate("best", BEST_EFFORT, 0, 300),
    ) == ["best", "burst", "sure"]


def test_who_stays_within_its_request_goes_after_all_others():
    """Whatever its priority: the documented order asks for the request first."""
    assert names(
        candidate("within", BURSTABLE, 800, 700, priority=-100),
        candidate("beyond", BURSTABLE, 100, 101, priority=100_000),
    ) == ["beyond", "within"]


def test_a_low_priority_goes_before_a_large_excess():
    assert names(
        candidate("large", BURSTABLE, 100, 2000, priority=1000),
        candidate("low", BURSTABLE, 100, 150, priority=-1000),
    ) == ["low", "large"]


def test_of_equal_priority_the_largest_excess_goes_first():
    assert names(
        candidate("b", BURSTABLE, 1000, 1500),
        candidate("a", BURSTABLE, 100, 700),
        candidate("c", BURSTABLE, 100, 300),
    ) == ["a", "b", "c"]


classes = st.sampled_from([BEST_EFFORT, BURSTABLE, GUARANTEED])


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    """A pod that uses some memory; a Guaranteed one never more than its limit."""
    qos = draw(classes)
    request = draw(st.integers(1, 4000)) if qos != BEST_EFFORT else 0
    used = draw(st.integers(1, request if qos == GUARANTEED else 8000))
    name = draw(st.text("abcdef", min_size=1, max_size=6))
    return candidate(name, qos, request, used, draw(st.integers(-1000, 1000)))


@given(st.lists(candidates(), max_size=12))
def test_no_guaranteed_pod_goes_while_one_beyond_its_request_is_left(pods):
    order = ranked(pods)
    beyond = [one.used > one.requested for one in order]
    assert beyond == sorted(beyond, reverse=True)
    last_beyond = max((n for n, one in enumerate(beyond) if one), default=-1)
    for n, one in enumerate(order):
        if one.pod["status"]["qosClass"] == GUARANTEED:
            assert n > last_beyond


@given(st.lists(candidates(), max_size=12))
def test_every_best_effort_pod_goes_before_any_guaranteed_one(pods):
    order = [one.pod["status"]["qosClass"] for one in ranked(pods)]
    if BEST_EFFORT in order and GUARANTEED in order:
        last = len(order) - 1 - order[::-1].index(BEST_EFFORT)
        assert last < order.index(GUARANTEED)


def test_critical_and_static_pods_are_never_evicted():
    critical = 2_000_000_000
    assert ranking.is_critical(pod("a", BURSTABLE, 1, priority=critical), critical)
    assert not ranking.is_critical(pod("a", BURSTABLE, 1, priority=critical - 1), critical)
    static = pod("a", BURSTABLE, 1)
    static["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert ranking.is_critical(static, critical)


def test_the_message_is_the_kubelets():
    found = message(candidate("best", BEST_EFFORT, 0, 1536), 300 * MIB, 84 * MIB)
    assert found == (
        "The node was low on resource: memory. Threshold quantity: 300Mi, available: 84Mi. "
        "Container c was using 1536Mi, request is 0, has larger consumption of memory. "
    )
    within = message(candidate("sure", GUARANTEED, 500, 400), 300 * MIB, 84 * MIB)
    assert within == (
        "The node was low on resource: memory. Threshold quantity: 300Mi, available: 84Mi. "
    )


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0"), (1023, "0"), (1024, "1Ki"), (3 * GIB, "3Gi"), (1536 * MIB, "1536Mi")],
)
def test_amounts_have_the_largest_whole_unit(amount, shown):
    assert quantity(amount) == shown


NODE = {
    "metadata": {"name": "n"},
    "status": {
        "capacity": {"cpu": "4", "memory": "8Gi"},
        "allocatable": {"cpu": "3900m", "memory": "6Gi"},
    },
}


def test_pods_may_use_what_is_allocatable_and_not_more():
    """Both edges: the allocatable memory has the threshold taken off already."""
    assert threshold() == 300 * MIB
    assert not worst(NODE, 6 * GIB, 0).is_met
    assert worst(NODE, 6 * GIB + 1, 0).is_met


def test_daemons_count_on_the_whole_node_only():
    assert not worst(NODE, 4 * GIB, 4 * GIB - 300 * MIB).is_met
    found = worst(NODE, 4 * GIB, 4 * GIB - 300 * MIB + 1)
    assert (found.name, found.is_met) == ("memory.available", True)


def test_nothing_left_is_told_as_nothing():
    assert worst(NODE, 20 * GIB, 0).available == 0


def use(**mib: int) -> dict[str, dict[str, Usage]]:
    return {name: {"c": Usage(0.1, amount * MIB)} for name, amount in mib.items()}


def test_pods_without_a_limit_take_what_is_asked_for():
    pods = [pod("best", BEST_EFFORT), pod("burst", BURSTABLE, 100), pod("sure", GUARANTEED, 500)]
    used = use(best=32, burst=50, sure=200)
    grown, system = applied(used, pods, [NODE], [Pressure("n", 0.95, "pods")])
    assert system == {}
    assert grown["sure"]["c"].memory == 200 * MIB
    assert grown["best"]["c"].memory - 32 * MIB == grown["burst"]["c"].memory - 50 * MIB > 0
    # The node's own daemons use 600 MiB.
    assert memory_of(pods, grown) + 600 * MIB == pytest.approx(0.95 * 8 * GIB)


def test_guaranteed_pods_grow_to_their_limit_and_no_further():
    pods = [pod("a", GUARANTEED, 500), pod("b", GUARANTEED, 1000)]
    grown, _ = applied(use(a=200, b=1000), pods, [NODE], [Pressure("n", 1.0, "pods")])
    assert [grown[name]["c"].memory for name in "ab"] == [500 * MIB, 1000 * MIB]
    assert not worst(NODE, memory_of(pods, grown), 600 * MIB).is_met


def test_a_pressure_that_is_over_or_elsewhere_changes_nothing():
    used = use(best=32)
    pods = [pod("best", BEST_EFFORT)]
    for one in (Pressure("n", 1.0, "pods", over=True), Pressure("other", 1.0, "pods")):
        assert applied(used, pods, [NODE], [one]) == (used, {})


def test_daemons_take_what_they_were_found_to_take():
    _, system = applied({}, [], [NODE], [Pressure("n", 0.95, "system", system=5.0 * GIB)])
    assert system["n"].memory == 5 * GIB
