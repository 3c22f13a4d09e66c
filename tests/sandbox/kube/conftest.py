"""A simulated cloud with a real control plane, driven through the verbs and the API server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from ackb import toolchain
from ackb.domain.home import Home
from sandbox.cloud.cloud import Cloud
from sandbox.controllers.manager import Manager
from sandbox.kube import processes
from sandbox.kube.client import ApiError, Client, Object, Unreachable, path_of
from sandbox.kube.control_plane import ControlPlane, name_of
from sandbox.metrics.load import set_demands

REGION = "cn-hangzhou"
_NODE_TYPE = "ecs.g7.xlarge"
_WORK = (
    "/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
    "/apis/apps/v1/namespaces/{namespace}/deployments",
    "/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets",
    "/apis/scheduling.alibabacloud.com/v1alpha1/namespaces/{namespace}/resourcepolicies",
)


def eventually(probe: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true answer of a probe; its last answer is shown when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = probe()
        except (ApiError, Unreachable) as error:
            answer = None
            last: object = error
        else:
            last = answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s; last: {last!r}"
        time.sleep(0.1)


@dataclass
class Lab:
    """One home with its cloud and, once made, one cluster."""

    home: Home
    cloud: Cloud
    vswitch_ids: list[str] = field(default_factory=list)
    cluster_id: str = ""
    pool_id: str = ""
    _number: int = 0

    # The cloud's side

    def create_network(self) -> None:
        """A VPC with vSwitches in two zones that sell ECI."""
        vpc_id = self.cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
        self.settled(lambda: self.cloud.vpc.describe_vpc_attribute(vpc_id=vpc_id))
        for number, zone in enumerate(("cn-hangzhou-i", "cn-hangzhou-j"), start=1):
            answer = self.cloud.vpc.create_vswitch(
                vpc_id=vpc_id, cidr_block=f"10.{number}.0.0/16", zone_id=zone
            )
            self.vswitch_ids.append(answer["VSwitchId"])
        for one in self.vswitch_ids:
            self.settled(lambda one=one: self.cloud.vpc.describe_vswitch_attributes(vswitch_id=one))

    def settled(self, describe: Callable[[], dict[str, Any]]) -> None:
        """Wait until an object of the cloud is available."""
        eventually(lambda: describe()["Status"] == "Available", 10)

    def create_cluster(self, size: int = 4) -> None:
        """A cluster with one node pool and virtual nodes, all ready."""
        cs = self.cloud.cs
        answer = cs.create_cluster(
            name="lab",
            region_id=REGION,
            vswitch_ids=self.vswitch_ids,
            addons=[{"name": "ack-virtual-node"}],
        )
        self.cluster_id = answer["cluster_id"]
        self.finished(answer["task_id"])
        answer = cs.create_cluster_node_pool(
            cluster_id=self.cluster_id,
            nodepool_info={"name": "pool"},
            scaling_group={
                "vswitch_ids": self.vswitch_ids,
                "instance_types": [_NODE_TYPE],
                "desired_size": size,
            },
            kubernetes_config={"labels": [{"key": "team", "value": "a"}]},
        )
        self.pool_id = answer["nodepool_id"]
        self.finished(answer["task_id"])
        eventually(
            lambda: self.addon_state("ack-virtual-node") == "active",
        )

    def finished(self, task_id: str) -> None:
        """Wait for the success of a task."""

        def over() -> bool:
            task = self.cloud.cs.describe_task_info(task_id=task_id)
            assert task["state"] != "fail", task
            return task["state"] == "success"

        eventually(over)

    def addon_state(self, name: str) -> str:
        """State of an add-on; empty when it is not installed."""
        addons = self.cloud.cs.list_cluster_addon_instances(cluster_id=self.cluster_id)["addons"]
        return next((one["state"] for one in addons if one["name"] == name), "")

    def eci(self) -> list[dict[str, Any]]:
        """The ECI instances that are not on their way out."""
        groups = self.cloud.eci.describe_container_groups()["ContainerGroups"]
        return [group for group in groups if group["Status"] != "Terminating"]

    def balancers(self) -> list[dict[str, Any]]:
        """The load balancers of Services."""
        found = self.cloud.slb.describe_load_balancers()["LoadBalancers"]["LoadBalancer"]
        return [one for one in found if not one["LoadBalancerName"].startswith("ManagedK8S")]

    # Kubernetes' side

    @property
    def plane(self) -> ControlPlane:
        """The control plane's files and processes."""
        return ControlPlane(self.home, name_of(self.home, self.cluster_id))

    @property
    def client(self) -> Client:
        """An administrator."""
        record = self.cloud.cs.backend.cluster(self.cluster_id)
        assert record is not None
        return Client(f"https://127.0.0.1:{record.api_port}", self.plane.pki)

    def processes(self) -> dict[str, psutil.Process]:
        """The components that run, by name."""
        return processes.of_folder(self.home.kwok / "clusters" / self.plane.name)

    def namespace(self, labels: dict[str, str] | None = None) -> str:
        """A new namespace that can hold pods."""
        self._number += 1
        name = f"test-{self._number}"
        self.client.create(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name, "labels": labels or {}},
            }
        )
        eventually(lambda: self.client.get(f"/api/v1/namespaces/{name}/serviceaccounts/default"))
        return name

    def deploy(self, namespace: str, replicas: int, name: str = "web", **pod: Any) -> None:
        """A Deployment of small Guaranteed pods; `labels` and pod spec fields may be given."""
        labels = {"app": name, "ackb/tier": "online"}
        metadata = {
            "labels": labels | pod.pop("labels", {}),
            "annotations": pod.pop("annotations", {}),
        }
        size = {"cpu": "500m", "memory": "512Mi"}
        container = {
            "name": "web",
            "image": "nginx",
            "resources": {"requests": size, "limits": size},
        }
        self.post(
            f"/apis/apps/v1/namespaces/{namespace}/deployments",
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": name, "namespace": namespace},
                "spec": {
                    "replicas": replicas,
                    "selector": {"matchLabels": {"app": name}},
                    "template": {"metadata": metadata, "spec": {"containers": [container], **pod}},
                },
            },
        )

    def scale(self, namespace: str, replicas: int, name: str = "web") -> None:
        """Set the replicas of a Deployment."""
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
        self.merge(path, {"spec": {"replicas": replicas}})

    def place(self, namespace: str, *units: dict[str, Any], **spec: Any) -> None:
        """A ResourcePolicy over the pods of `web`."""
        self.client.create(
            {
                "apiVersion": "scheduling.alibabacloud.com/v1alpha1",
                "kind": "ResourcePolicy",
                "metadata": {"name": "web", "namespace": namespace},
                "spec": {
                    "selector": {"app": "web"},
                    "strategy": "prefer",
                    "units": list(units),
                    **spec,
                },
            }
        )

    def autoscale(
        self,
        namespace: str,
        least: int,
        most: int,
        target: tuple[str, str] = ("apps/v1", "Deployment"),
        window: int = 300,
    ) -> str:
        """A HorizontalPodAutoscaler at 60 % of CPU over `web`; its path.

        `target` is apiVersion and kind; `window` the seconds before a scale-in.
        """
        version, kind = target
        path = f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers"
        utilization = {"type": "Utilization", "averageUtilization": 60}
        self.post(
            path,
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "web", "namespace": namespace},
                "spec": {
                    "scaleTargetRef": {"apiVersion": version, "kind": kind, "name": "web"},
                    "minReplicas": least,
                    "maxReplicas": most,
                    "metrics": [
                        {"type": "Resource", "resource": {"name": "cpu", "target": utilization}}
                    ],
                    "behavior": {"scaleDown": {"stabilizationWindowSeconds": window}},
                },
            },
        )
        return f"{path}/web"

    def clear(self) -> None:
        """Remove what runs in the namespaces of tests, and wait until it is gone from the cloud."""
        for namespace in [f"test-{number}" for number in range(1, self._number + 1)]:
            for path in _WORK:
                self.client.call("DELETE", path.format(namespace=namespace))
            for service in self.client.get(path_of("Service", namespace=namespace))["items"]:
                self.client.delete(service | {"kind": "Service"})
            for pod in self.pods(namespace):
                self.client.delete(pod | {"kind": "Pod"}, at_once=True)
        eventually(lambda: not self.eci() and not self.balancers())
        eventually(lambda: not self.client.get(path_of("Pod"))["items"])
        set_demands(self.cloud, self.cluster_id, [])

    def post(self, path: str, body: Object) -> Object:
        """Create an object of a kind that the controllers do not handle."""
        return self.client.call("POST", path, body=body)

    def merge(self, path: str, change: Object) -> Object:
        """Change one by a merge patch."""
        return self.client.call(
            "PATCH", path, body=change, content_type="application/merge-patch+json"
        )

    def pods(self, namespace: str) -> list[Object]:
        """The pods of a namespace that are not on their way out."""
        items = self.client.get(path_of("Pod", namespace=namespace))["items"]
        return [pod for pod in items if "deletionTimestamp" not in pod["metadata"]]

    def ready(self, namespace: str, count: int, seconds: float = 60.0) -> dict[str, str]:
        """Name -> node, once exactly so many pods are there and all are ready."""

        def probe() -> dict[str, str] | None:
            pods = self.pods(namespace)
            nodes = {pod["metadata"]["name"]: pod["spec"].get("nodeName", "") for pod in pods}
            return nodes if len(pods) == count and all(map(is_ready, pods)) else None

        nodes: dict[str, str] = eventually(probe, seconds)
        return nodes

    def events(self, namespace: str, reason: str) -> list[str]:
        """Messages of the warnings with a reason."""
        items = self.client.get(path_of("Event", namespace=namespace))["items"]
        return [one["message"] for one in items if one["reason"] == reason]

    def nodes(self) -> dict[str, Object]:
        """The nodes by name."""
        return {one["metadata"]["name"]: one for one in self.client.get(path_of("Node"))["items"]}


def is_ready(pod: Object) -> bool:
    """Whether the pod is ready."""
    conditions = pod["status"].get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def on_eci(nodes: dict[str, str]) -> set[str]:
    """Names of the pods on virtual nodes."""
    return {name for name, node in nodes.items() if node.startswith("virtual-kubelet-")}


def open_lab(folder: Path) -> Lab:
    """A lab with a network and nothing else."""
    home = Home(folder / "home").ensure()
    lab = Lab(home, Cloud.open(home.cloud_db))
    lab.create_network()
    return lab


def kill_all(home: Home) -> None:
    """End every process that a test may have left."""
    for folder in (home.kwok / "clusters").glob("*"):
        processes.kill(folder)


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A cluster with four nodes, for all tests that leave it as it was."""
    made = open_lab(tmp_path_factory.mktemp("lab"))
    manager = Manager(made.cloud, made.home)
    manager.start()
    try:
        made.create_cluster()
        yield made
    finally:
        manager.stop()
        kill_all(made.home)


@pytest.fixture
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """The shared cluster; what a test runs there is gone before the next."""
    yield shared_lab
    shared_lab.clear()


@pytest.fixture(scope="session")
def optional_tools(pytestconfig: pytest.Config) -> None:
    """The tools that only some stacks need; built where they are missing, which takes minutes."""
    capture: Any = pytestconfig.pluginmanager.getplugin("capturemanager")

    def tell(progress: toolchain.Progress) -> None:
        if progress.state == "built":
            print(f"\nbuilt {progress.tool} in {progress.seconds:.0f} s", flush=True)

    with capture.global_and_fixture_disabled():
        toolchain.ensure(toolchain.OPTIONAL, tell)
