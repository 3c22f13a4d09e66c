from __future__ import annotations

from typing import Any, cast

import pytest

from ackb.domain.problems import InvalidInput
from ackb.load.workload import Workload, find
from sandbox.kube.client import ApiError, Client
from tests.unit.load.test_decisions import hpa

SCALE = {"spec": {"replicas": 22}, "status": {"selector": "app=web,tier=front"}}


class FakeClient:
    """Knows some autoscalers, and Deployments by namespace and name."""

    def __init__(self, autoscalers: list[dict[str, Any]], deployments: list[str]) -> None:
        self.autoscalers = autoscalers
        self.deployments = deployments

    def get(self, path: str) -> dict[str, Any]:
        if path.endswith("horizontalpodautoscalers"):
            return {"items": self.autoscalers}
        if path.endswith("/deployments"):
            parts = [one.split("/") for one in self.deployments]
            return {"items": [{"metadata": {"namespace": a, "name": b}} for a, b in parts]}
        if path in [
            f"/apis/apps/v1/namespaces/{one.replace('/', '/deployments/')}/scale"
            for one in self.deployments
        ]:
            return SCALE
        raise ApiError(404, "NotFound", path)


def found(
    autoscalers: list[dict[str, Any]], deployments: list[str], wanted: str | None
) -> Workload:
    return find(cast(Client, FakeClient(autoscalers, deployments)), wanted)


def said(autoscalers: list[dict[str, Any]], deployments: list[str], wanted: str | None) -> str:
    with pytest.raises(InvalidInput) as caught:
        found(autoscalers, deployments, wanted)
    return str(caught.value)


def other() -> dict[str, Any]:
    scaler = hpa()
    scaler["metadata"] = {"namespace": "shop", "name": "api"}
    scaler["spec"]["scaleTargetRef"] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "api",
    }
    return scaler


def test_the_only_autoscaled_workload_is_taken() -> None:
    one = found([hpa()], ["shop/web", "shop/db"], None)
    assert (one.text, one.kind, one.autoscaler) == ("shop/web", "Deployment", "web")
    assert one.selected_by("tier=front,app=web")
    assert not one.selected_by("app=web")
    labels = {"app": "web", "tier": "front", "hash": "1"}
    assert one.owns({"metadata": {"namespace": "shop", "labels": labels}})
    assert not one.owns({"metadata": {"namespace": "other", "labels": labels}})


def test_one_of_several_must_be_named() -> None:
    line = said([hpa(), other()], ["shop/web", "shop/api"], None)
    assert line == (
        'LOAD-02 --workload: "(missing)" – must be given: the stack has 2 autoscalers. Fix: name '
        "one of shop/api, shop/web."
    )
    assert found([hpa(), other()], ["shop/web", "shop/api"], "shop/api").name == "api"


def test_a_workload_without_autoscaler_may_be_named() -> None:
    assert "no autoscaler. Fix: name one of shop/web." in said(
        [], ["shop/web", "kube-system/dns"], None
    )
    assert found([], ["shop/web"], "shop/web").autoscaler == ""


@pytest.mark.parametrize("wanted", ["web", "shop/none", "/"])
def test_a_workload_that_is_not_there(wanted: str) -> None:
    line = said([hpa()], ["shop/web"], wanted)
    assert "is no workload of the stack (namespace/name). Fix: name one of shop/web." in line


def test_an_autoscaler_of_nothing_is_told() -> None:
    line = said([hpa()], [], None)
    assert "Deployment shop/web" in line
    assert "does not exist, but the autoscaler web names it" in line
