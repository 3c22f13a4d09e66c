"""The node autoscaler: an elastic pool grows for pods that fit nowhere, and shrinks again."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.controllers.node_autoscaler import controller
from tests.sandbox.kube.conftest import Lab, eventually, is_ready


@pytest.mark.timeout(600)
def test_out_and_in(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """S4-01, S4-12, S4-14, S4-15: only nodes that it made go, and only when nothing keeps them."""
    quick = {"delivery_seconds": {"cluster-autoscaler": 1}, "backoff_seconds": 1}
    monkeypatch.setattr(controller, "_data", lambda: quick)
    cs, namespace = lab.cloud.cs, lab.namespace()
    answer = cs.create_cluster_node_pool(
        cluster_id=lab.cluster_id,
        nodepool_info={"name": "elastic"},
        scaling_group={
            "vswitch_ids": lab.vswitch_ids,
            "instance_types": ["ecs.g7.xlarge", "ecs.g7.2xlarge"],
        },
        auto_scaling={"enable": True, "min_instances": 0, "max_instances": 2},
        kubernetes_config={
            "labels": [{"key": "pool", "value": "elastic"}],
            "taints": [{"key": "elastic", "value": "true", "effect": "NoSchedule"}],
        },
    )
    pool_id = answer["nodepool_id"]
    lab.finished(answer["task_id"])
    cs.create_autoscaling_config(
        cluster_id=lab.cluster_id,
        scan_interval="1s",
        unneeded_duration="1s",
        cool_down_duration="1s",
    )
    on_elastic: dict[str, Any] = {
        "nodeSelector": {"pool": "elastic"},
        "tolerations": [{"key": "elastic", "operator": "Exists"}],
    }
    try:
        # 3900m a node: nine pods of 500m need two, and a pod for another label none at all.
        lab.deploy(namespace, 9, **on_elastic)
        lab.deploy(namespace, 1, name="other", nodeSelector={"pool": "none"})
        eventually(lambda: sum(map(is_ready, lab.pods(namespace))) == 9, 120)
        made = {pod["spec"]["nodeName"] for pod in lab.pods(namespace) if is_ready(pod)}
        assert len(made) == 2
        nodes = lab.nodes()
        for name in made:
            assert nodes[name]["metadata"]["labels"]["k8s.aliyun.com"] == "true"
        (pool,) = cs.elastic.pools(lab.cluster_id)
        # One order or two, by how many of the pods the first scan met.
        triggered = lab.events(namespace, "TriggeredScaleUp")
        begin = f"pod triggered scale-up: [{{{pool.scaling_group_id} "
        assert all(one.startswith(begin) for one in triggered)
        assert any(one.endswith("->2 (max: 2)}]") for one in triggered)
        refused = "pod didn't trigger scale-up: 1 node(s) had untolerated taint {elastic: true}"
        eventually(lambda: refused in lab.events(namespace, "NotTriggerScaleUp"))

        lab.scale(namespace, 0)
        eventually(lambda: not set(lab.nodes()) & made, 120)
        eventually(lambda: cs.elastic.pools(lab.cluster_id)[0].members == 0)
        assert len(lab.nodes()) == len(nodes) - 2, "no other node went"
    finally:
        lab.scale(namespace, 0, name="other")
        answer = cs.delete_cluster_nodepool(
            cluster_id=lab.cluster_id, nodepool_id=pool_id, force=True
        )
        lab.finished(answer["task_id"])
