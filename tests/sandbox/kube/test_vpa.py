"""The real VPA recommender, fed by the sandbox's metrics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ackb.domain.quantity import parse
from ackb.reports import right_sizing
from ackb.reports.live import Live
from sandbox.kube.client import Object, path_of
from sandbox.kube.stand_ins import EXTENSION_LABEL, STATE_ANNOTATION
from sandbox.metrics.load import Demand, set_demands
from tests.sandbox.kube.conftest import REGION, Lab, eventually

pytestmark = pytest.mark.timeout(1800)

CHART = "ack-vertical-pod-autoscaler"
GROUP = "autoscaling.k8s.io"
#: The recommender adds 15 % to what it has seen, in buckets that grow by 5 %.
MARGIN, BUCKET = 1.15, 1.05


@pytest.fixture
def vpa(lab: Lab, optional_tools: None) -> Iterator[Lab]:
    """The shared cluster with the chart's ConfigMap, as its Helm release would leave it."""
    chart: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": CHART,
            "namespace": "kube-system",
            "labels": {EXTENSION_LABEL: CHART},
        },
    }
    path = path_of("ConfigMap", CHART, "kube-system")
    lab.client.create(chart)
    eventually(
        lambda: (
            (lab.client.get(path)["metadata"].get("annotations") or {}).get(STATE_ANNOTATION)
            == "active"
        )
    )
    yield lab
    lab.client.delete(chart)
    eventually(lambda: "vpa-recommender" not in lab.processes())
    groups = lab.client.get("/apis")["groups"]
    assert GROUP not in {group["name"] for group in groups}


def test_a_recommendation_without_any_change_of_pods(vpa: Lab) -> None:
    """S4-10, S4-41: mode Off tells what the pods use and leaves them alone."""
    namespace = vpa.namespace()
    # 0.8 cores of work on two pods, beside the 12 % of half a core that each uses when idle.
    set_demands(vpa.cloud, vpa.cluster_id, [Demand(namespace, {"app": "web"}, 0.8)])
    used = 0.8 / 2 + 0.12 * 0.5
    vpa.post(
        f"/apis/{GROUP}/v1/namespaces/{namespace}/verticalpodautoscalers",
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": "VerticalPodAutoscaler",
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {
                "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                "updatePolicy": {"updateMode": "Off"},
            },
        },
    )
    vpa.deploy(namespace, 2)
    pods = vpa.ready(namespace, 2)
    path = f"/apis/{GROUP}/v1/namespaces/{namespace}/verticalpodautoscalers/web"

    def recommendation() -> Object | None:
        status = vpa.client.get(path).get("status") or {}
        containers = (status.get("recommendation") or {}).get("containerRecommendations")
        return containers[0] if containers else None

    found = eventually(recommendation, 120)
    assert found["containerName"] == "web"
    target = {name: float(parse(value)) for name, value in found["target"].items()}
    assert used * MARGIN <= target["cpu"] <= used * MARGIN * BUCKET
    # 35 % of 512 MiB is less than the 250 MiB it recommends at least.
    assert target["memory"] == 250 * 1024**2
    assert vpa.ready(namespace, 2) == pods
    _is_reported(vpa, namespace)


def _is_reported(lab: Lab, namespace: str) -> None:
    """`ackb report right-sizing` understands what the recommender has written."""

    def listed(path: str) -> list[Object]:
        return lab.client.get(path)["items"]

    live = Live(
        stack="lab",
        region=REGION,
        cluster_id=lab.cluster_id,
        simulated=True,
        owner="platform",
        read_at=datetime.now(UTC),
        nodes=listed("/api/v1/nodes"),
        pods=listed(f"/api/v1/namespaces/{namespace}/pods"),
        deployments=listed(f"/apis/apps/v1/namespaces/{namespace}/deployments"),
        recommendations=listed(f"/apis/{GROUP}/v1/namespaces/{namespace}/verticalpodautoscalers"),
    )
    report = right_sizing.compute(live)
    [application] = report.applications
    assert (application.workload, application.pods, application.off) == ("Deployment web", 2, True)
    [container] = application.containers
    assert container.lower.cpu <= container.target.cpu <= container.upper.cpu
    assert report.freed.memory == 2 * (512 - 250) * 1024**2
    assert report.unobserved == ()
