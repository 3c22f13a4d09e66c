"""What is built before a stack comes up in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ackb import toolchain
from ackb.cli import stack_tools
from ackb.planning import Plan, PlannedResource

CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
RELEASE = "kubernetes:helm.sh/v3:Release"


def plan(*resources: tuple[str, Mapping[str, Any]]) -> Plan:
    return Plan(
        project="ackb",
        stack="dev",
        resources=[
            PlannedResource(
                type=kind,
                name=str(number),
                urn=str(number),
                custom=True,
                parent=None,
                provider=None,
                inputs=inputs,
                outputs={},
            )
            for number, (kind, inputs) in enumerate(resources)
        ],
        stack_outputs={},
    )


@pytest.mark.parametrize(
    ("resource", "tools"),
    [
        ((ADDON, {"name": "ack-kruise"}), ["kruise-manager"]),
        ((ADDON, {"name": "ack-virtual-node"}), []),
        ((ADDON, {"name": "ack-kubernetes-cronhpa-controller"}), []),
        ((CLUSTER, {"addons": [{"name": "terway"}, {"name": "ack-kruise"}]}), ["kruise-manager"]),
        ((CLUSTER, {}), []),
        ((RELEASE, {"chart": "ack-vertical-pod-autoscaler"}), ["vpa-recommender"]),
        ((RELEASE, {"chart": "oci://a.b/c/ack-vertical-pod-autoscaler"}), ["vpa-recommender"]),
        ((RELEASE, {"chart": "./charts/virtual-node"}), []),
    ],
)
def test_what_a_stack_needs(resource: tuple[str, Mapping[str, Any]], tools: list[str]) -> None:
    assert stack_tools.needed_by(plan(resource)) == tools


def test_only_what_is_needed_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[list[str]] = []
    monkeypatch.setattr(toolchain, "ensure", lambda names, _progress: built.append(names))
    stack_tools.ensure_for(plan((ADDON, {"name": "coredns"})))
    assert built == []
    vpa = (RELEASE, {"chart": "ack-vertical-pod-autoscaler"})
    stack_tools.ensure_for(plan(vpa, (ADDON, {"name": "ack-kruise"})))
    assert built == [["kruise-manager", "vpa-recommender"]]
