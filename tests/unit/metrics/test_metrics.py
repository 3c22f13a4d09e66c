from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.store import Store
from sandbox.metrics import answers, load
from sandbox.metrics.answers import Sample
from sandbox.metrics.load import Demand, Usage
from sandbox.metrics.selector import InvalidSelector, matches

_MIB = 1024 * 1024


def pod(
    name: str = "web-1",
    *,
    tier: str = "online",
    cpu: str = "500m",
    limit: str = "",
    ready: str = "2026-11-22T08:00:00Z",
    phase: str = "Running",
    leaving: bool = False,
) -> dict[str, Any]:
    resources: dict[str, Any] = {"requests": {"cpu": cpu, "memory": "100Mi"} if cpu else {}}
    if limit:
        resources["limits"] = {"cpu": limit}
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": "shop",
        "uid": name,
        "labels": {"app": "web", **({"ackb/tier": tier} if tier else {})},
    }
    if leaving:
        metadata["deletionTimestamp"] = "2026-11-22T09:00:00Z"
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": ready}
    return {
        "metadata": metadata,
        "spec": {"nodeName": "n", "containers": [{"name": "c", "resources": resources}]},
        "status": {"phase": phase, "conditions": [condition] if ready else []},
    }


def cores(pods: list[dict[str, Any]], *demands: Demand, tiers: Any = None) -> list[float]:
    used = load.usage(pods, tiers or {}, demands)
    return [round(used[one["metadata"]["uid"]]["c"].cores, 6) for one in pods]


def test_an_idle_pod_uses_a_share_of_its_request() -> None:
    assert cores([pod(), pod("b", tier="offline"), pod("c", tier="")]) == [0.06, 0.3, 0.025]
    (used,) = load.usage([pod()], {}, ()).values()
    assert used["c"].memory == 35 * _MIB


def test_the_namespace_may_name_the_tier() -> None:
    namespaces = [
        {"metadata": {"name": "shop", "labels": {"ackb/tier": "offline"}}},
        {"metadata": {"name": "other"}},
    ]
    assert load.tiers(namespaces) == {"shop": "offline"}
    assert cores([pod(tier="")], tiers=load.tiers(namespaces)) == [0.3]


def test_a_pod_without_request_uses_little() -> None:
    assert cores([pod(cpu="")]) == [round(0.010 * 0.12, 6)]


def test_a_demand_is_shared_by_the_pods_it_meets() -> None:
    demand = Demand("shop", {"app": "web"}, 2.0)
    elsewhere = Demand("other", {"app": "web"}, 100.0)
    assert cores([pod("a"), pod("b")], demand, elsewhere) == [1.06, 1.06]
    assert cores([pod("a")], Demand("shop", {"app": "db"}, 2.0)) == [0.06]


def test_a_demand_may_end_by_itself(tmp_path: Path) -> None:
    """A load test that was killed leaves no load."""
    clock = ManualClock(100.0)
    cloud = Cloud(Store.open(tmp_path / "cloud.sqlite"), clock=clock)
    load.set_demands(cloud, "c", [Demand("shop", {}, 1.0)], seconds=30)
    clock.sleep(29.9)
    assert len(load.demands(cloud, "c")) == 1
    clock.sleep(0.1)
    assert load.demands(cloud, "c") == []


def test_nobody_uses_more_than_the_limit() -> None:
    assert cores([pod("a", limit="1")], Demand("shop", {}, 10.0)) == [1.0]


def test_demands_are_kept_in_the_cloud(tmp_path: Path) -> None:
    cloud = Cloud(Store.open(tmp_path / "cloud.sqlite"))
    assert load.demands(cloud, "c1") == []
    load.set_demands(cloud, "c1", [Demand("shop", {"app": "web"}, 30.0)])
    assert load.demands(Cloud.open(tmp_path / "cloud.sqlite"), "c1") == [
        Demand("shop", {"app": "web"}, 30.0)
    ]
    assert load.demands(cloud, "c2") == []


READY_AT = 1795334400.0  # 2026-11-22T08:00:00Z


@pytest.mark.parametrize(
    ("one", "at", "measured"),
    [
        (pod(), READY_AT + 2, True),
        (pod(), READY_AT + 1, False),
        (pod(phase="Pending"), READY_AT + 60, False),
        (pod(ready=""), READY_AT + 60, False),
        (pod(leaving=True), READY_AT + 60, False),
    ],
)
def test_only_pods_that_were_ready_for_a_window_are_measured(
    one: dict[str, Any], at: float, measured: bool
) -> None:
    """HPA ignores a CPU sample whose window began before the pod was ready."""
    assert answers.measured([one], at, 2.0) == ([one] if measured else [])


def test_samples_lie_one_resolution_apart() -> None:
    assert [answers.sample_time(now, 2.0) for now in (10.0, 11.9, 12.0)] == [10.0, 10.0, 12.0]


def test_faster_samples_tell_parts_of_a_second() -> None:
    """The autoscaler compares the time of a sample with that of a pod's readiness."""
    fast = replace(sample(), at=READY_AT + 0.4, window=0.4)
    (first, _) = answers.pod_metrics(fast)["items"]
    assert (first["timestamp"], first["window"]) == ("2026-11-22T08:00:00.400Z", "0.4s")


def sample() -> Sample:
    node = {"metadata": {"name": "n", "labels": {"pool": "a"}}}
    virtual = {"metadata": {"name": "virtual-kubelet-a", "labels": {"type": "virtual-kubelet"}}}
    pods = [pod("a"), pod("b")]
    usage = {one["metadata"]["uid"]: {"c": Usage(0.06, 35 * _MIB)} for one in pods}
    return Sample(READY_AT, pods, [node, virtual], usage, 2.0, pods)


def test_pod_metrics_as_metrics_server_writes_them() -> None:
    listed = answers.pod_metrics(sample(), "shop", "app=web")
    assert (listed["kind"], listed["apiVersion"]) == ("PodMetricsList", "metrics.k8s.io/v1beta1")
    first = listed["items"][0]
    assert first["timestamp"] == "2026-11-22T08:00:00Z"
    assert first["window"] == "2s"
    assert first["containers"] == [
        {"name": "c", "usage": {"cpu": "60000000n", "memory": "35840Ki"}}
    ]
    assert answers.pod_metrics(sample(), "other")["items"] == []
    assert answers.pod_metrics(sample(), "", "app=db")["items"] == []


def test_node_metrics_add_up() -> None:
    items = answers.node_metrics(sample())["items"]
    usage = {item["metadata"]["name"]: item["usage"]["cpu"] for item in items}
    assert usage == {"n": "200000000n", "virtual-kubelet-a": "0n"}, "80m of its own, 2 pods"
    assert len(answers.node_metrics(sample(), "pool=a")["items"]) == 1


@pytest.mark.parametrize(
    ("selector", "met"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app!=web", False),
        ("app=web,tier=online", True),
        ("app=web,tier=offline", False),
        ("tier in (online, offline)", True),
        ("tier notin (offline)", True),
        ("tier notin (online)", False),
        ("other notin (a)", True),
        ("app", True),
        ("other", False),
        ("!other", True),
        ("!app", False),
        ("example.com/kind=a.b_c", True),
    ],
)
def test_selectors(selector: str, met: bool) -> None:
    labels = {"app": "web", "tier": "online", "example.com/kind": "a.b_c"}
    assert matches(selector, labels) is met


def test_a_selector_that_is_none() -> None:
    with pytest.raises(InvalidSelector, match="unable to parse the label selector 'a=b c'"):
        matches("a=b c", {})
