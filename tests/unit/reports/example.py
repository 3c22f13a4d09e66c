"""A running stack as its API server and cloud would show it, and pages made of it.

`python -m tests.unit.reports.example FOLDER` writes the page of every report in every language.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ackb.html.model import LANGUAGES, Page
from ackb.html.page import render
from ackb.reports import capacity, eci_age, right_sizing, utilisation
from ackb.reports.live import CLUSTER_TAG, ECI_ID, Live
from ackb.reports.pages import capacity as capacity_page
from ackb.reports.pages import eci_age as eci_age_page
from ackb.reports.pages import right_sizing as right_sizing_page
from ackb.reports.pages import utilisation as utilisation_page

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CLUSTER = "c0123456789abcdef"
VIRTUAL = "virtual-kubelet-cn-hangzhou-i"
READY = {"conditions": [{"type": "Ready", "status": "True"}]}


def node(name: str, cpu="7910m", memory="13Gi", *, labels=None, taints=(), ready=True) -> Any:
    status = {"allocatable": {"cpu": cpu, "memory": memory, "pods": "64"}}
    return {
        "metadata": {
            "name": name,
            "labels": {"node.kubernetes.io/instance-type": "ecs.c7.2xlarge", **(labels or {})},
        },
        "spec": {"taints": list(taints)},
        "status": status | (READY if ready else {}),
    }


def virtual_node(name: str = VIRTUAL) -> Any:
    return {
        "metadata": {"name": name, "labels": {"type": "virtual-kubelet"}},
        "spec": {},
        "status": {"allocatable": {"cpu": "6400", "memory": "2Ti", "pods": "50000"}, **READY},
    }


def namespace(name: str, **labels: str) -> Any:
    return {"metadata": {"name": name, "labels": labels}}


def container(name="web", cpu="500m", memory="1Gi") -> Any:
    size = {"cpu": cpu, "memory": memory}
    return {"name": name, "resources": {"requests": size, "limits": size}}


def pod(
    name: str,
    on: str = "",
    *,
    space="shop",
    app="web",
    phase="Running",
    eci="",
    labels=None,
    containers=None,
    **spec: Any,
) -> Any:
    return {
        "metadata": {
            "name": name,
            "namespace": space,
            "labels": {"app": app, "pod-template-hash": "5d9c", **(labels or {})},
            "annotations": {ECI_ID: eci} if eci else {},
            "ownerReferences": [{"kind": "ReplicaSet", "name": f"{app}-5d9c", "controller": True}],
        },
        "spec": {"nodeName": on, "containers": containers or [container()], **spec},
        "status": {"phase": phase},
    }


def instance(number: int, days: float, cpu=0.5, memory=1.0, **more: Any) -> Any:
    return {
        "ContainerGroupId": f"eci-{number}",
        "ContainerGroupName": f"shop-{number}",
        "CreationTime": (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Cpu": cpu,
        "Memory": memory,
        "SpotStrategy": "NoSpot",
        "Status": "Running",
        "Tags": [{"Key": CLUSTER_TAG, "Value": CLUSTER}],
        **more,
    }


def deployment(name: str, space="shop", containers=None) -> Any:
    return {
        "metadata": {"name": name, "namespace": space},
        "spec": {"template": {"spec": {"containers": containers or [container()]}}},
    }


def replica_set(name: str, replicas: int, space="shop") -> Any:
    return {"metadata": {"name": name, "namespace": space}, "spec": {"replicas": replicas}}


def policy(name: str, selector: dict[str, str], *units: Any, space="shop") -> Any:
    spec = {"selector": selector, "units": list(units), "matchLabelKeys": ["pod-template-hash"]}
    return {"metadata": {"name": name, "namespace": space}, "spec": spec}


def autoscaler(name: str, *rows: Any, space="shop", mode="Off", conditions=()) -> Any:
    """A VerticalPodAutoscaler with the recommendation that the recommender has written."""
    status: dict[str, Any] = {"conditions": list(conditions)}
    if rows:
        status["recommendation"] = {"containerRecommendations": list(rows)}
    return {
        "metadata": {"name": name, "namespace": space},
        "spec": {
            "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "updatePolicy": {"updateMode": mode},
        },
        "status": status,
    }


def row(name: str, lower: tuple[str, str], target: tuple[str, str], upper: tuple[str, str]) -> Any:
    bounds = {"lowerBound": lower, "target": target, "uncappedTarget": target, "upperBound": upper}
    return {
        "containerName": name,
        **{key: {"cpu": cpu, "memory": memory} for key, (cpu, memory) in bounds.items()},
    }


def usage(name: str, cpu: str, memory: str) -> Any:
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def pod_usage(space: str, cpu: str, memory: str) -> Any:
    box = {"name": "web", "usage": {"cpu": cpu, "memory": memory}}
    return {"metadata": {"name": "any", "namespace": space}, "containers": [box]}


def live(**parts: Any) -> Live:
    about = {
        "stack": "shop-dev",
        "region": "cn-hangzhou",
        "cluster_id": CLUSTER,
        "simulated": True,
        "owner": "platform",
        "read_at": NOW,
    }
    return Live(**{**about, **parts})


def whole() -> Live:
    """A stack with something for every report to tell."""
    big = [container(cpu="2", memory="4Gi")]
    nodes = [
        node("cn-hangzhou.10.0.0.11"),
        node("cn-hangzhou.10.0.0.12"),
        node("cn-hangzhou.10.0.0.13"),
        virtual_node(),
    ]
    worker = {"app": "report", "space": "batch", "containers": big}
    pods = [
        *(pod(f"web-{n}", "cn-hangzhou.10.0.0.11") for n in range(11)),
        *(pod(f"web-{n}", "cn-hangzhou.10.0.0.12") for n in range(11, 22)),
        pod("web-22", VIRTUAL, eci="eci-22"),
        pod("web-23", VIRTUAL, eci="eci-23"),
        pod("web-24", VIRTUAL, eci="eci-24"),
        *(pod(f"api-{n}", "cn-hangzhou.10.0.0.12", app="api") for n in range(2)),
        *(pod(f"report-{n}", VIRTUAL, eci=f"eci-4{n}", **worker) for n in range(5)),
        pod("job-1", "cn-hangzhou.10.0.0.13", app="job", space="batch", phase="Succeeded"),
        pod(
            "eci-only", VIRTUAL, eci="eci-50", app="search", labels={"alibabacloud.com/eci": "true"}
        ),
        pod("dns-1", "cn-hangzhou.10.0.0.13", app="dns", space="kube-system"),
    ]
    return live(
        nodes=nodes,
        pods=pods,
        namespaces=[
            namespace("shop", owner="shop-team"),
            namespace("batch", owner="data-team"),
            namespace("kube-system"),
        ],
        deployments=[
            deployment("web"),
            deployment("api"),
            deployment("report", "batch", big),
            deployment("dns", "kube-system"),
        ],
        replica_sets=[
            replica_set("web-5d9c", 25),
            replica_set("web-77aa", 0),
            replica_set("api-5d9c", 2),
            replica_set("report-5d9c", 5, "batch"),
            replica_set("dns-5d9c", 1, "kube-system"),
        ],
        policies=[
            policy("web", {"app": "web"}, {"resource": "ecs", "max": 22}, {"resource": "eci"})
        ],
        recommendations=[
            autoscaler("web", row("web", ("90m", "300Mi"), ("180m", "410Mi"), ("320m", "620Mi"))),
            autoscaler(
                "report",
                row("web", ("700m", "1Gi"), ("1100m", "1900Mi"), ("1600m", "2800Mi")),
                space="batch",
            ),
            autoscaler(
                "api",
                row("web", ("600m", "700Mi"), ("840m", "900Mi"), ("1900m", "1400Mi")),
                mode="Initial",
            ),
        ],
        node_usage=[
            usage("cn-hangzhou.10.0.0.11", "3650m", "6Gi"),
            usage("cn-hangzhou.10.0.0.12", "5020m", "8Gi"),
            usage("cn-hangzhou.10.0.0.13", "240m", "1300Mi"),
            usage(VIRTUAL, "6", "12Gi"),
        ],
        pod_usage=[
            pod_usage("shop", "8500m", "11Gi"),
            pod_usage("batch", "5400m", "10Gi"),
            pod_usage("kube-system", "60m", "200Mi"),
        ],
        instances=[
            instance(22, 0.01),
            instance(23, 0.4),
            instance(24, 8.5),
            *(instance(40 + n, 3.2 + 2.1 * n, 2.0, 4.0) for n in range(5)),
            instance(50, 41, 1.0, 2.0),
            instance(60, 12.3, 1.0, 2.0),
        ],
    )


def colocated() -> Live:
    """Online and offline pods on the same machines, and one machine that does next to nothing."""
    heavy = [container(name="tensorflow", cpu="1", memory="2Gi")]
    names = [f"cn-hangzhou.10.0.0.{number}" for number in (21, 22, 23)]
    pods = [
        *(
            {**pod(f"db-{n}", names[n], space="online"), "status": _classed("Guaranteed")}
            for n in range(2)
        ),
        {
            **pod("worker-0", names[0], space="offline", containers=[{"name": "tensorflow"}]),
            "status": _classed("BestEffort"),
        },
        {
            **pod("worker-1", names[1], space="offline", containers=heavy),
            "status": _classed("Burstable"),
        },
        {**pod("dns-1", names[2], space="kube-system"), "status": _classed("Burstable")},
    ]
    used = {
        "db-0": "120m",
        "db-1": "60m",
        "worker-0": "1600m",
        "worker-1": "2",
        "dns-1": "10m",
    }
    return live(
        nodes=[node(name, cpu="4", memory="12Gi") for name in names],
        pods=pods,
        namespaces=[
            namespace("online", **{"ackb/tier": "online"}),
            namespace("offline", **{"ackb/tier": "offline"}),
            namespace("kube-system"),
        ],
        node_usage=[usage(name, cpu, "2Gi") for name, cpu in zip(names, _USED, strict=True)],
        pod_usage=[
            {
                "metadata": {"name": one["metadata"]["name"], "namespace": _space(one)},
                "containers": [
                    {
                        "name": "c",
                        "usage": {"cpu": used[one["metadata"]["name"]], "memory": "512Mi"},
                    }
                ],
            }
            for one in pods
        ],
    )


_USED = ("1800m", "2140m", "90m")


def _classed(qos: str) -> Any:
    return {"phase": "Running", "qosClass": qos}


def _space(one: Any) -> str:
    return str(one["metadata"]["namespace"])


def pages() -> dict[str, Page]:
    """The page of every report in every language, by a name for its file."""
    found = whole()
    aged, sized, room, shared = (
        eci_age.compute(found, 3),
        right_sizing.compute(found),
        capacity.compute(found),
        utilisation.compute(colocated()),
    )
    return {
        f"report-{name}-{language}": made
        for language in LANGUAGES
        for name, made in (
            ("eci-age", eci_age_page.page(aged, language)),
            ("right-sizing", right_sizing_page.page(sized, language)),
            ("capacity", capacity_page.page(room, language)),
            ("utilisation", utilisation_page.page(shared, language)),
        )
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name, made in pages().items():
        (folder / f"{name}.html").write_text(render(made), "utf-8")
