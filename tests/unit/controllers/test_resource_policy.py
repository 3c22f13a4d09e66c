from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.controllers.resource_policy import changes
from sandbox.controllers.resource_policy.decision import GATE, UNITS, releases
from sandbox.controllers.resource_policy.policy import not_simulated, read

ECS = {"metadata": {"name": "ecs", "labels": {"pool": "a"}}}
OTHER = {"metadata": {"name": "other", "labels": {"pool": "b"}}}
VIRTUAL = {"metadata": {"name": "virtual-kubelet-a", "labels": {"type": "virtual-kubelet"}}}
NODES = {node["metadata"]["name"]: node for node in (ECS, OTHER, VIRTUAL)}


def policy_object(*units: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "wp", "namespace": "web"},
        "spec": {"selector": {"app": "wp"}, "units": list(units), **spec},
    }


def ecs_then_eci(most: int | None, **spec: Any) -> Any:
    first = {"resource": "ecs"} if most is None else {"resource": "ecs", "max": most}
    return read(policy_object(first, {"resource": "eci"}, **spec))


def pod(
    number: int,
    *,
    node: str = "",
    units: str = "",
    leaving: bool = False,
    phase: str = "Pending",
    labels: dict[str, str] | None = None,
) -> dict[str, Any]:
    gated = not node and not units
    metadata: dict[str, Any] = {
        "name": f"wp-{number:03}",
        "namespace": "web",
        "uid": str(number),
        "creationTimestamp": f"2026-11-22T08:00:{number % 60:02}Z",
        "labels": {"app": "wp", **(labels or {})},
        "annotations": {UNITS: units} if units else {},
    }
    if leaving:
        metadata["deletionTimestamp"] = "2026-11-22T09:00:00Z"
    spec: dict[str, Any] = {"schedulingGates": [{"name": GATE}] if gated else []}
    if node:
        spec["nodeName"] = node
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


def decided(policy: Any, pods: list[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    return {one.pod["metadata"]["name"]: one.units for one in releases(policy, pods, NODES)}


def test_the_first_22_may_use_ecs_the_next_8_only_eci() -> None:
    """S2-42: 30 pods at once."""
    found = decided(ecs_then_eci(22), [pod(number) for number in range(30)])
    assert list(found.values()) == [(0, 1)] * 22 + [(1,)] * 8
    assert list(found) == [f"wp-{number:03}" for number in range(30)], "the oldest first"


def test_pods_that_are_there_count() -> None:
    bound = [pod(number, node="ecs", phase="Running") for number in range(22)]
    found = decided(ecs_then_eci(22), [*bound, *(pod(number) for number in range(22, 30))])
    assert set(found.values()) == {(1,)}
    assert len(found) == 8


def test_pods_let_go_but_not_bound_count_too() -> None:
    under_way = [pod(number, units="0,1") for number in range(21)]
    found = decided(ecs_then_eci(22), [*under_way, pod(30), pod(31)])
    assert found == {"wp-030": (0, 1), "wp-031": (1,)}


def test_finished_pods_do_not_count() -> None:
    done = [pod(number, node="ecs", phase="Succeeded") for number in range(22)]
    assert decided(ecs_then_eci(22), [*done, pod(30)]) == {"wp-030": (0, 1)}


@pytest.mark.parametrize(("ignore", "units"), [(True, (0, 1)), (False, (1,))])
def test_leaving_pods_count_unless_ignored(ignore: bool, units: tuple[int, ...]) -> None:
    policy = ecs_then_eci(1, ignoreTerminatingPod=ignore)
    leaving = pod(1, node="ecs", phase="Running", leaving=True)
    assert decided(policy, [leaving, pod(2)]) == {"wp-002": units}


def test_a_full_last_unit_makes_pods_wait() -> None:
    policy = read(policy_object({"resource": "ecs", "max": 1}, {"resource": "eci", "max": 1}))
    # The first pod may use both, so it counts in both until it is bound.
    assert decided(policy, [pod(1), pod(2), pod(3)]) == {"wp-001": (0, 1)}
    bound = pod(1, node="ecs", phase="Running")
    assert decided(policy, [bound, pod(2), pod(3)]) == {"wp-002": (1,)}


def test_exceed_max_stays_in_a_unit_that_has_room() -> None:
    policy = ecs_then_eci(2, whenTryNextUnits={"policy": "ExceedMax"})
    found = decided(policy, [pod(1), pod(2), pod(3)])
    assert found == {"wp-001": (0,), "wp-002": (0,), "wp-003": (1,)}
    open_ended = ecs_then_eci(None, whenTryNextUnits={"policy": "ExceedMax"})
    assert decided(open_ended, [pod(1)]) == {"wp-001": (0, 1)}


def test_no_terminating_waits_for_those_that_leave() -> None:
    policy = ecs_then_eci(5, whenTryNextUnits={"policy": "LackResourceAndNoTerminating"})
    leaving = pod(1, node="ecs", phase="Running", leaving=True)
    assert decided(policy, [leaving, pod(2)]) == {}
    assert decided(policy, [pod(2)]) == {"wp-002": (0, 1)}


def test_each_revision_is_counted_alone() -> None:
    """matchLabelKeys: pod-template-hash keeps a rolling update out of its own way."""
    policy = ecs_then_eci(1, matchLabelKeys=["pod-template-hash"])
    old = pod(1, node="ecs", phase="Running", labels={"pod-template-hash": "old"})
    new = pod(2, labels={"pod-template-hash": "new"})
    without = pod(3)
    assert decided(policy, [old, new, without]) == {"wp-002": (0, 1)}


def test_units_by_node_selector() -> None:
    policy = read(
        policy_object(
            {"resource": "ecs", "nodeSelector": {"pool": "a"}},
            {"resource": "ecs", "nodeSelector": {"pool": "b"}},
            {"resource": "eci"},
        )
    )
    assert [policy.unit_of(node) for node in (ECS, OTHER, VIRTUAL, None)] == [0, 1, 2, None]
    assert [policy.cost(unit) for unit in range(3)] == [300, 200, 100]


@given(
    most=st.integers(0, 6),
    kinds=st.lists(st.sampled_from(["gated", "under way", "ecs", "eci", "leaving"]), max_size=20),
)
def test_max_is_never_exceeded(most: int, kinds: list[str]) -> None:
    made = {
        "gated": lambda n: pod(n),
        "under way": lambda n: pod(n, units="1"),
        "ecs": lambda n: pod(n, node="ecs", phase="Running"),
        "eci": lambda n: pod(n, node="virtual-kubelet-a", phase="Running"),
        "leaving": lambda n: pod(n, node="ecs", phase="Running", leaving=True),
    }
    pods = [made[kind](number) for number, kind in enumerate(kinds)]
    found = decided(ecs_then_eci(most), pods)
    free = max(0, most - kinds.count("ecs"))
    assert sum(0 in units for units in found.values()) == min(free, kinds.count("gated"))
    assert len(found) == kinds.count("gated"), "the last unit has no max: nobody waits"


def test_the_release_of_a_pod() -> None:
    policy = ecs_then_eci(22)
    waiting = pod(1)
    waiting["spec"]["schedulingGates"].append({"name": "another"})
    waiting["spec"]["tolerations"] = [{"key": "gpu", "operator": "Exists"}]
    change = changes.release(policy, waiting, (0, 1))
    assert change["metadata"]["annotations"] == {UNITS: "0,1", changes.DELETION_COST: "200"}
    assert change["spec"]["schedulingGates"] == [{"name": "another"}]
    assert [one["key"] for one in change["spec"]["tolerations"]] == [
        "gpu",
        "virtual-kubelet.io/provider",
    ]
    affinity = change["spec"]["affinity"]["nodeAffinity"]
    ecs = [{"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}]
    eci = [{"key": "type", "operator": "In", "values": ["virtual-kubelet"]}]
    required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert required == [{"matchExpressions": ecs}, {"matchExpressions": eci}]
    preferred = affinity["preferredDuringSchedulingIgnoredDuringExecution"]
    assert [(one["weight"], one["preference"]["matchExpressions"]) for one in preferred] == [
        (100, ecs),
        (50, eci),
    ]


def test_an_affinity_of_the_pod_is_narrowed_not_replaced() -> None:
    """The API server refuses any other change of a gated pod."""
    own = {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [own]}}
    waiting = pod(1)
    waiting["spec"]["affinity"] = {"nodeAffinity": required}
    change = changes.release(ecs_then_eci(22), waiting, (1,))
    (term,) = change["spec"]["affinity"]["nodeAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]["nodeSelectorTerms"]
    assert [one["key"] for one in term["matchExpressions"]] == ["disk", "type"]
    assert len(own["matchExpressions"]) == 1, "the pod at hand is not changed"
    assert change["metadata"]["annotations"][changes.DELETION_COST] == "100"


def test_a_bound_pod_is_marked_once() -> None:
    policy = read(
        policy_object(
            {"resource": "ecs", "podLabels": {"on": "ecs"}}, {"resource": "eci", "max": 5}
        )
    )
    bound = pod(1, node="ecs", units="0,1")
    assert changes.settle(policy, bound, 0) == {
        "metadata": {
            "annotations": {changes.DELETION_COST: "200", UNITS: None},
            "labels": {"on": "ecs"},
        }
    }
    bound["metadata"]["annotations"] = {changes.DELETION_COST: "200"}
    bound["metadata"]["labels"]["on"] = "ecs"
    assert changes.settle(policy, bound, 0) is None


def test_what_is_not_simulated_is_said() -> None:
    obj = policy_object(
        {"resource": "acs"},
        {"resource": "ecs", "maxResources": {"cpu": "4"}},
        preemptPolicy="BeforeNextUnit",
        ignorePreviousPod=True,
        whenTryNextUnits={"policy": "TimeoutOrExceedMax", "timeout": "1m"},
    )
    assert list(not_simulated(obj)) == [
        "units of resource acs are ignored",
        "maxResources is ignored; max counts",
        "preemptPolicy BeforeNextUnit is ignored",
        "ignorePreviousPod is ignored: pods older than the policy count",
        "TimeoutOrExceedMax acts as LackResourceOrExceedMax: nothing waits for the timeout",
    ]
    assert len(read(obj).units) == 1
    assert list(not_simulated(policy_object({"resource": "ecs"}))) == []
