"""Which nodes come and go, decided without a cluster."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloud.cs.elastic import ElasticPool
from sandbox.controllers.node_autoscaler import scale_in, scale_out
from sandbox.controllers.node_autoscaler.fitting import Bin, bin_of, quantities, requests
from sandbox.controllers.node_autoscaler.groups import daemons, group
from sandbox.kube.client import Object

TAINT = {"key": "tier", "value": "offline", "effect": "NoSchedule"}


def pod(name: str = "a", cpu: str = "1", memory: str = "1Gi", **more: Any) -> Object:
    """A pod of a ReplicaSet; `more` are gpus, owner, namespace, annotations and fields of spec."""
    asked = {"cpu": cpu, "memory": memory}
    if gpus := more.pop("gpus", 0):
        asked["nvidia.com/gpu"] = str(gpus)
    owner = more.pop("owner", "ReplicaSet")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": more.pop("namespace", "shop"),
            "uid": name,
            "labels": {"app": "web"},
            "annotations": more.pop("annotations", {}),
            "ownerReferences": [{"kind": owner, "uid": owner, "controller": True}] if owner else [],
        },
        "spec": {"containers": [{"name": "web", "resources": {"requests": asked}}], **more},
        "status": {"phase": "Pending"},
    }


def a_group(name: str, cpu: str = "4", memory: str = "16Gi", **more: Any) -> scale_out.Group:
    gpus = more.pop("gpus", 0)
    capacity = {"cpu": cpu, "memory": memory, "pods": "64", "nvidia.com/gpu": str(gpus)}
    given: dict[str, Any] = {
        "id": name,
        "scaling_group_id": f"asg-{name}",
        "size": 0,
        "most": 10,
        "labels": {},
        "taints": (),
        "capacity": quantities(capacity),
    }
    return scale_out.Group(**{**given, **more})


def decide(
    pods: Sequence[Object],
    groups: Sequence[scale_out.Group],
    expander: str = scale_out.LEAST_WASTE,
    priorities: dict[str, str] | None = None,
    seed: int = 1,
) -> scale_out.Decision:
    return scale_out.decide(pods, groups, expander, priorities or {}, random.Random(seed))


def chosen(decision: scale_out.Decision) -> tuple[str, int]:
    assert decision.chosen is not None
    return decision.chosen.group.id, decision.chosen.count


def refusal(node: Bin, one: Object) -> str:
    return node.refusal(one, requests(one))


def many(count: int, **more: Any) -> list[Object]:
    return [pod(f"p{number:03}", **more) for number in range(count)]


def test_as_many_nodes_as_the_pods_fill() -> None:
    """S4-14: four pods of one core to a node of four."""
    assert chosen(decide(many(9), [a_group("a")])) == ("a", 3)


def test_never_more_than_the_pool_may_have() -> None:
    decision = decide(many(100), [a_group("a", size=7, most=9)])
    assert chosen(decision) == ("a", 2)
    assert decision.chosen is not None
    assert len(decision.chosen.pods) == 8


def test_least_waste_leaves_the_least_unused() -> None:
    """S4-16: pods of 1 core and 1 GiB fit compute nodes better than those with much memory."""
    pools = [a_group("memory", "4", "32Gi"), a_group("compute", "4", "8Gi")]
    assert chosen(decide(many(4), pools)) == ("compute", 1)
    assert chosen(decide(many(4, memory="8Gi"), pools)) == ("memory", 1)


def test_cpu_before_gpu_also_when_gpu_nodes_would_waste_less() -> None:
    """S4-16."""
    pools = [a_group("gpu", "4", "4Gi", gpus=1), a_group("cpu", "64", "256Gi")]
    assert chosen(decide(many(4), pools)) == ("cpu", 1)
    assert chosen(decide(many(4), pools, scale_out.PRIORITY, {"9": "asg-gpu"})) == ("cpu", 1)
    assert chosen(decide([pod(gpus=1)], pools)) == ("gpu", 1)
    assert chosen(decide([pod(gpus=1), pod("b")], pools)) == ("cpu", 1), "one group at a scan"
    assert chosen(decide(many(4), [pools[0]])) == ("gpu", 1), "where nothing else is"


def test_the_highest_priority_with_room() -> None:
    ranks = {"10": "asg-a", "20": "asg-b, asg-c"}
    pools = [a_group("a"), a_group("b", size=10), a_group("c")]
    assert chosen(decide(many(1), pools, scale_out.PRIORITY, ranks)) == ("c", 1)
    full = [a_group("a"), a_group("b", size=10), a_group("c", backs_off=True)]
    assert chosen(decide(many(1), full, scale_out.PRIORITY, ranks)) == ("a", 1)


def test_random_is_the_same_for_the_same_seed() -> None:
    pools = [a_group(name) for name in "abcdef"]
    picks = [chosen(decide(many(1), pools, scale_out.RANDOM, seed=seed)) for seed in range(20)]
    again = [chosen(decide(many(1), pools, scale_out.RANDOM, seed=seed)) for seed in range(20)]
    assert picks == again
    assert len(set(picks)) > 1


def test_why_nothing_is_done() -> None:
    pools = [
        a_group("full", size=10),
        a_group("small", cpu="500m"),
        a_group("tainted", taints=(TAINT,)),
        a_group("failed", backs_off=True),
        a_group("other", cpu="500m"),
    ]
    decision = decide([pod()], pools)
    assert decision.chosen is None
    assert decision.refusals == {
        "a": Counter(
            {
                "max node group size reached": 1,
                "Insufficient cpu": 2,
                "node(s) had untolerated taint {tier: offline}": 1,
                "in backoff after failed scale-up": 1,
            }
        )
    }


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"nodeSelector": {"team": "a"}}, ""),
        ({"nodeSelector": {"team": "b"}}, "node(s) didn't match Pod's node affinity/selector"),
        ({"tolerations": []}, ""),
    ],
)
def test_node_selector(spec: dict[str, Any], why: str) -> None:
    node = a_group("a", labels={"team": "a"}).new_node()
    assert refusal(node, pod(**spec)) == why


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        ({"key": "tier", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "tier", "value": "offline", "effect": "NoSchedule"}, True),
        ({"key": "tier", "value": "online"}, False),
        ({"key": "tier", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "other", "operator": "Exists"}, False),
    ],
)
def test_taints(toleration: dict[str, str], tolerated: bool) -> None:
    node = a_group("a", taints=(TAINT, {**TAINT, "effect": "PreferNoSchedule"})).new_node()
    assert (refusal(node, pod(tolerations=[toleration])) == "") is tolerated


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ({"key": "team", "operator": "In", "values": ["a", "b"]}, True),
        ({"key": "team", "operator": "NotIn", "values": ["a"]}, False),
        ({"key": "zone", "operator": "NotIn", "values": ["a"]}, True),
        ({"key": "zone", "operator": "Exists"}, False),
        ({"key": "zone", "operator": "DoesNotExist"}, True),
        ({"key": "size", "operator": "Gt", "values": ["3"]}, True),
        ({"key": "size", "operator": "Lt", "values": ["4"]}, False),
        ({"key": "zone", "operator": "Lt", "values": ["4"]}, False),
    ],
)
def test_required_affinity(expression: dict[str, Any], met: bool) -> None:
    never = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}
    terms = [never, {"matchExpressions": [expression]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    node = a_group("a", labels={"team": "a", "size": "4"}).new_node()
    assert (refusal(node, pod(affinity={"nodeAffinity": required})) == "") is met


POD = st.builds(
    lambda number, cpu, memory: pod(f"p{number}", f"{cpu}m", f"{memory}Mi"),
    st.integers(),
    st.integers(50, 5000),
    st.integers(64, 9000),
)


@given(st.lists(POD, max_size=20, unique_by=lambda one: one["metadata"]["uid"]), st.integers(0, 12))
def test_what_is_chosen_holds_the_pods_it_is_chosen_for(pods: list[Object], size: int) -> None:
    pools = [a_group("a", "2", "8Gi", size=size), a_group("b", "4", "8Gi", most=3)]
    decision = decide(pods, pools)
    helpless = set(decision.refusals)
    if decision.chosen is None:
        assert helpless == {one["metadata"]["uid"] for one in pods}
        return
    option = decision.chosen
    assert 0 < option.count <= option.group.most - option.group.size
    assert 0 <= option.waste < 1
    assert not helpless & {one["metadata"]["uid"] for one in option.pods}
    for name in ("cpu", "memory"):
        asked = [
            quantities(one["spec"]["containers"][0]["resources"]["requests"])[name]
            for one in option.pods
        ]
        assert sum(asked, Fraction(0)) <= option.group.capacity[name] * option.count


def a_pool(**more: Any) -> ElasticPool:
    pool = ElasticPool(
        node_pool_id="np-1",
        name="pool",
        scaling_group_id="asg-1",
        least=0,
        most=5,
        instance_types=("ecs.g7.xlarge", "ecs.g7.2xlarge"),
        vcpu=4,
        memory_mib=16 * 1024,
        gpus=0,
        labels={"team": "a"},
        taints=(TAINT,),
        region_id="cn-hangzhou",
        zones=("cn-hangzhou-i",),
        members=1,
        on_order=(9.0,),
    )
    return replace(pool, **more)


def test_a_pool_as_a_node() -> None:
    """The least of the types, less kernel, reservations and DaemonSets; a zone where it is sure."""
    pool = a_pool()
    agent = pod("agent", "100m", "100Mi", owner="DaemonSet", tolerations=[{"operator": "Exists"}])
    agent["spec"]["affinity"] = {"nodeAffinity": {}}
    elsewhere = pod("gpu-agent", owner="DaemonSet", nodeSelector={"gpu": "true"})
    elsewhere["metadata"]["ownerReferences"][0]["uid"] = "other"
    found = group(pool, daemons([agent, {**agent}, elsewhere, pod()]), failed={"np-1"})
    assert found.capacity["cpu"] == Fraction("3.8")
    assert (found.size, found.most, found.backs_off) == (2, 5, True)
    assert found.labels["topology.kubernetes.io/zone"] == "cn-hangzhou-i"
    assert found.labels["team"] == "a"
    assert "node.kubernetes.io/instance-type" not in found.labels
    assert not found.has_gpus


def test_a_pool_of_a_data_centre_as_a_node() -> None:
    """Its kubelets keep nothing back, and its nodes carry no zone and no type."""
    found = group(a_pool(registered=True, gpus=2), daemons([]), failed=())
    assert found.capacity["cpu"] == 4
    assert found.capacity["pods"] == 110
    assert found.capacity["nvidia.com/gpu"] == 2
    assert found.has_gpus
    assert found.labels["alibabacloud.com/external"] == "true"
    assert not [name for name in found.labels if name.startswith("topology.kubernetes.io/")]


# Scale-in

RULES = scale_in.Rules(
    threshold=0.5, gpu_threshold=0.5, skip_system_pods=True, skip_local_storage=False
)


def node(
    name: str = "n", cpu: str = "4", gpus: int = 0, annotations: dict[str, str] | None = None
) -> Object:
    size = {"cpu": cpu, "memory": "16Gi", "pods": "64"}
    return {
        "metadata": {"name": name, "labels": {}, "annotations": annotations or {}},
        "spec": {},
        "status": {"allocatable": size | ({"nvidia.com/gpu": str(gpus)} if gpus else {})},
    }


def budget(allowed: int, **selector: Any) -> Object:
    return {
        "metadata": {"name": "pdb", "namespace": "shop"},
        "spec": {"selector": selector},
        "status": {"disruptionsAllowed": allowed},
    }


def test_the_threshold_is_on_requests() -> None:
    """S4-13, S4-15: not on use."""
    done = pod("done", "4") | {"status": {"phase": "Succeeded"}}
    assert scale_in.utilization(node(), [pod(cpu="1"), pod(cpu="500m"), done]) == Fraction(3, 8)
    assert scale_in.is_below_threshold(node(), [pod(cpu="1999m")], RULES)
    assert not scale_in.is_below_threshold(node(), [pod(cpu="2")], RULES)
    assert not scale_in.is_below_threshold(node(), [pod(memory="8Gi")], RULES)
    assert scale_in.is_below_threshold(node(gpus=4), [pod(cpu="3", gpus=1)], RULES)
    assert not scale_in.is_below_threshold(node(gpus=1), [pod(gpus=1)], RULES)


@pytest.mark.parametrize(
    ("one", "budgets", "told"),
    [
        (pod(), [], ""),
        (pod(owner=""), [], "shop/a: pod without controller present"),
        (
            pod(namespace="kube-system"),
            [],
            "kube-system/a: non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present",
        ),
        (pod(namespace="kube-system", owner="DaemonSet"), [], ""),
        (pod(owner="Node"), [], ""),
        (
            pod(),
            [budget(0, matchLabels={"app": "web"})],
            "shop/a: not enough pod disruption budget",
        ),
        (pod(), [budget(0)], "shop/a: not enough pod disruption budget"),
        (pod(), [budget(1, matchLabels={"app": "web"})], ""),
        (pod(), [budget(0, matchLabels={"app": "db"})], ""),
        (
            pod(),
            [budget(0, matchExpressions=[{"key": "app", "operator": "Exists"}])],
            "shop/a: not enough pod disruption budget",
        ),
        (pod(volumes=[{"name": "v", "emptyDir": {}}]), [], ""),
        (
            pod(annotations={"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}),
            [],
            "shop/a: pod annotated as not safe to evict present",
        ),
        (
            pod(owner="", annotations={"cluster-autoscaler.kubernetes.io/safe-to-evict": "true"}),
            [],
            "",
        ),
    ],
)
def test_what_keeps_a_node(one: Object, budgets: list[Object], told: str) -> None:
    """S4-15: system pods, budgets, bare pods."""
    assert scale_in.blocker(node(), [one], budgets, {}, RULES) == told


def test_settings_and_annotations_that_keep_or_free_a_node() -> None:
    disabled = node(annotations={"cluster-autoscaler.kubernetes.io/scale-down-disabled": "true"})
    assert scale_in.blocker(disabled, [], [], {}, RULES).endswith("scale-down-disabled annotation")
    strict = scale_in.Rules(
        threshold=0.5, gpu_threshold=0.5, skip_system_pods=False, skip_local_storage=True
    )
    assert scale_in.blocker(node(), [pod(namespace="kube-system")], [], {}, strict) == ""
    local = pod(volumes=[{"name": "v", "hostPath": {"path": "/"}}])
    assert scale_in.blocker(node(), [local], [], {}, strict).endswith("local storage present")


@pytest.mark.parametrize(("there", "told"), [(2, "fewer than 3 replicas"), (3, "")])
def test_controllers_with_few_pods_keep_a_node_where_asked(there: int, told: str) -> None:
    rules = scale_in.Rules(
        threshold=0.5,
        gpu_threshold=0.5,
        skip_system_pods=True,
        skip_local_storage=False,
        min_replicas=3,
    )
    found = scale_in.blocker(node(), [pod()], [], {"ReplicaSet": there}, rules)
    assert found.endswith(told)
    assert bool(found) == bool(told)


def test_pods_must_fit_elsewhere_and_take_the_room() -> None:
    others = [bin_of(node("x"), [pod(cpu="3")]), bin_of(node("y"), [])]
    assert scale_in.can_move([pod(cpu="1"), pod(cpu="3")], others)
    assert [one.free["cpu"] for one in others] == [0, 1]
    assert not scale_in.can_move([pod(cpu="2")], others)
    assert [one.free["cpu"] for one in others] == [0, 1], "a trial that fails takes nothing"
    closed = Bin("z", {}, (TAINT,), quantities({"cpu": "9", "memory": "9Gi", "pods": "9"}))
    assert not scale_in.can_move([pod()], [closed])
