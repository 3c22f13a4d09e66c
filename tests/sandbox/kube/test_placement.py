"""ResourcePolicy: ECS first, then ECI; and back in reverse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.kube.conftest import Lab, eventually, on_eci

ECS_THEN_ECI = ({"resource": "ecs", "max": 22}, {"resource": "eci"})


@pytest.mark.timeout(600)
def test_22_to_30_and_back_ten_times(lab: Lab) -> None:
    """S2-42, S2-43, S2-11, S4-25: the extra 8 run on ECI, and exactly those go."""
    namespace = lab.namespace()
    lab.place(namespace, *ECS_THEN_ECI)
    lab.deploy(namespace, 22)
    base = lab.ready(namespace, 22)
    assert not on_eci(base)
    for turn in range(10):
        lab.scale(namespace, 30)
        eci = on_eci(lab.ready(namespace, 30))
        assert len(eci) == 8, f"turn {turn}"
        eventually(lambda: len(lab.eci()) == 8)
        lab.scale(namespace, 22)
        assert lab.ready(namespace, 22) == base, f"turn {turn}: others than the 8 were removed"
        eventually(lambda: not lab.eci())


@pytest.mark.timeout(600)
def test_the_autoscaler_does_the_same(lab: Lab) -> None:
    """S2-46: HPA with min 22, then 30, then 22 after its window; CPU is never unknown for long."""
    namespace = lab.namespace()
    lab.place(namespace, *ECS_THEN_ECI)
    lab.deploy(namespace, 22)
    base = lab.ready(namespace, 22)
    hpa = lab.autoscale(namespace, 22, 100, window=15)

    def use() -> int | None:
        metrics = lab.client.get(hpa)["status"].get("currentMetrics") or []
        current: dict[str, Any] = metrics[0]["resource"]["current"] if metrics else {}
        return current.get("averageUtilization")

    assert eventually(use, 60) == 12
    lab.merge(hpa, {"spec": {"minReplicas": 30}})
    eci = on_eci(lab.ready(namespace, 30))
    assert len(eci) == 8
    lab.merge(hpa, {"spec": {"minReplicas": 22}})
    assert lab.ready(namespace, 22, 120) == base


def test_without_max_ecs_is_filled_first(lab: Lab) -> None:
    """LackResource: the scheduler itself finds that no ECS node fits; S2-11."""
    namespace = lab.namespace()
    lab.place(namespace, {"resource": "ecs"}, {"resource": "eci"})
    lab.deploy(namespace, 30)
    base = lab.ready(namespace, 30)
    # Four nodes of 3900m hold seven pods of 500m each.
    assert len(on_eci(base)) == 30 - 4 * 7
    lab.scale(namespace, 28)
    assert not on_eci(lab.ready(namespace, 28)), "ECI goes first here too"


def test_pods_from_before_the_policy_are_ordered_too(lab: Lab) -> None:
    """A policy re-orders pods that are there already."""
    namespace = lab.namespace()
    on_virtual = {
        "nodeSelector": {"type": "virtual-kubelet"},
        "tolerations": [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}],
    }
    lab.deploy(namespace, 2, **on_virtual)
    lab.ready(namespace, 2)
    lab.place(namespace, *ECS_THEN_ECI)
    cost = "controller.kubernetes.io/pod-deletion-cost"
    eventually(
        lambda: (
            [pod["metadata"].get("annotations", {}).get(cost) for pod in lab.pods(namespace)]
            == ["100", "100"]
        )
    )


def test_a_policy_that_goes_lets_its_pods_go(lab: Lab) -> None:
    namespace = lab.namespace()
    lab.place(namespace, {"resource": "ecs", "max": 1})
    lab.deploy(namespace, 2)
    pods = eventually(lambda: lab.pods(namespace) if len(lab.pods(namespace)) == 2 else None)
    waiting = [pod for pod in pods if pod["spec"].get("schedulingGates")]
    eventually(lambda: sum(bool(pod["spec"].get("nodeName")) for pod in lab.pods(namespace)) == 1)
    assert waiting
    policy = "/apis/scheduling.alibabacloud.com/v1alpha1"
    lab.client.call("DELETE", f"{policy}/namespaces/{namespace}/resourcepolicies/web")
    lab.ready(namespace, 2)


def test_what_a_policy_asks_in_vain_is_said(lab: Lab) -> None:
    namespace = lab.namespace()
    lab.place(namespace, {"resource": "ecs"}, preemptPolicy="BeforeNextUnit")
    assert eventually(lambda: lab.events(namespace, "NotSimulated")) == [
        "preemptPolicy BeforeNextUnit is ignored"
    ]
