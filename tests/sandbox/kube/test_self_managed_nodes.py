"""Self-managed virtual nodes: replicas as nodes, orphans, and the ordered scale-in."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ackb.cli.cluster_nodes import KubernetesCluster
from ackb.domain.problems import InvalidInput
from ackb.toolchain import find
from ackb.virtual_nodes.look import node_of
from ackb.virtual_nodes.scale_in import Limits, run
from sandbox.kube.client import path_of
from tests.sandbox.kube.conftest import REGION, Lab, eventually

STATEFUL_SET = "/apis/apps/v1/namespaces/kube-system/statefulsets/virtual-node-eci"
TOLERATION = {"key": "virtual-kubelet.io/provider", "operator": "Exists"}


class Killed(Exception):
    """Stands for the end of the process."""


class Site:
    """The chart in the shared cluster, and the tools of its owner."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.kubeconfig = folder / "kubeconfig"
        record = lab.cloud.cs.backend.cluster(lab.cluster_id)
        assert record is not None
        self.security_group_id = record.security_group_id
        self.kubeconfig.write_text(json.dumps(_kubeconfig(lab, record.api_port)))
        self.kubeconfig.chmod(0o600)
        self.values = folder / "values.json"
        self.namespaces: list[str] = []
        self.installed = KubernetesCluster(self.kubeconfig, lab.cluster_id, lab.home)

    def namespace(self) -> str:
        self.namespaces.append(self.lab.namespace())
        return self.namespaces[-1]

    def helm(self, *arguments: str) -> None:
        program = str(find("helm").path)
        said = subprocess.run(
            [program, *arguments, "-n", "kube-system", "--kubeconfig", str(self.kubeconfig)],
            capture_output=True,
            text=True,
        )
        assert said.returncode == 0, said.stderr

    def install(self, replicas: int) -> None:
        secret = {"name": "keys", "accessKeyId": "id", "accessKeySecret": "secret"}
        values = {
            "replicas": replicas,
            "region": REGION,
            "clusterId": self.lab.cluster_id,
            "vswitchIds": self.lab.vswitch_ids,
            "securityGroupId": self.security_group_id,
            "credentials": {"secret": secret},
        }
        self.values.write_text(json.dumps(values))
        chart = ["virtual-node", "charts/virtual-node", "-f", str(self.values)]
        self.helm("upgrade", "--install", "--wait", *chart)

    def scale(self, replicas: int) -> None:
        self.lab.merge(f"{STATEFUL_SET}/scale", {"spec": {"replicas": replicas}})

    def nodes(self) -> dict[str, bool]:
        """Self-managed virtual nodes, and whether they are Ready."""
        found = map(node_of, self.lab.nodes().values())
        return {one.name: one.ready for one in found if one is not None}

    def scale_in(self, to: int, timeout: float = 60) -> list[str]:
        told: list[str] = []
        run(self.installed, to, Limits(timeout=timeout), told.append)
        return told

    def scale_in_killed_at(self, verb: str, to: int) -> None:
        """A scale-in that dies right after its first call of a verb."""
        cluster = KubernetesCluster(self.kubeconfig, self.lab.cluster_id, self.lab.home)
        call = getattr(cluster, verb)

        def killed(*arguments: object) -> None:
            call(*arguments)
            raise Killed

        setattr(cluster, verb, killed)
        with pytest.raises(Killed):
            run(cluster, to, Limits(timeout=60), lambda line: None)

    def deploy(self, namespace: str, replicas: int, name: str = "web") -> None:
        """Pods that may run on any of these nodes and nowhere else."""
        term = {"key": "kubernetes.io/hostname", "operator": "In", "values": sorted(self.nodes())}
        affinity = {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [{"matchExpressions": [term]}]
                }
            }
        }
        self.lab.deploy(namespace, replicas, name, affinity=affinity, tolerations=[TOLERATION])

    def orphans(self) -> list[str]:
        return sorted(one["ContainerGroupName"] for one in self.lab.cloud.cs.backend.orphans())


def _kubeconfig(lab: Lab, port: int | None) -> dict:
    pki = lab.plane.pki

    def content(name: str) -> str:
        return base64.b64encode((pki / name).read_bytes()).decode()

    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority-data": content("ca.crt"),
    }
    user = {
        "client-certificate-data": content("admin.crt"),
        "client-key-data": content("admin.key"),
    }
    return {
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": cluster}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": user}],
    }


@pytest.fixture
def site(lab: Lab, tmp_path: Path) -> Iterator[Site]:
    made = Site(lab, tmp_path)
    yield made
    # With its controller each instance goes with its pod; the other way round all would be orphans.
    made.scale(4)
    for namespace in made.namespaces:
        lab.client.call("DELETE", f"/apis/apps/v1/namespaces/{namespace}/deployments")
    eventually(lambda: not lab.eci())
    made.helm("uninstall", "virtual-node", "--wait")
    for name in made.nodes():
        lab.client.call("DELETE", path_of("Node", name))


def test_four_replicas_are_four_nodes_and_go_in_order(site: Site) -> None:
    """S1-12 to S1-14, S1-16, S1-22 to S1-24, S2-39 to S2-41; killed at every step on the way."""
    lab = site.lab
    site.install(4)
    names = [f"virtual-node-eci-{number}" for number in range(4)]
    assert site.nodes() == dict.fromkeys(names, True), "helm waits for them"
    node = lab.nodes()[names[3]]
    assert node["metadata"]["labels"]["type"] == "virtual-kubelet"
    assert "node-role.kubernetes.io/agent" in node["metadata"]["labels"]
    taint = {"key": "virtual-kubelet.io/provider", "value": "alibabacloud", "effect": "NoSchedule"}
    assert taint in node["spec"]["taints"]
    assert node["status"]["allocatable"]["pods"] == "3k"
    controllers = lab.client.get(path_of("Pod", namespace="kube-system"))["items"]
    placed = {one["metadata"]["name"]: one["spec"]["nodeName"] for one in controllers}
    assert {placed[name].split(".")[0] for name in names} == {REGION}, "they run on ECS nodes"

    namespace = site.namespace()
    site.deploy(namespace, 10)
    on_nodes = lab.ready(namespace, 10)
    assert set(on_nodes.values()) == set(names), "spread over all of them"
    assert {one["VSwitchId"] for one in lab.eci()} <= set(lab.vswitch_ids)
    assert {one["SecurityGroupId"] for one in lab.eci()} == {site.security_group_id}
    assert not site.orphans()

    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {"minAvailable": 10, "selector": {"matchLabels": {"app": "web"}}},
    }
    budgets = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    lab.post(budgets, budget)
    eventually(lambda: lab.client.get(f"{budgets}/web").get("status", {}).get("expectedPods") == 10)
    site.scale_in_killed_at("cordon", 1)
    with pytest.raises(InvalidInput) as caught:
        site.scale_in(1, timeout=1)
    assert "Cannot evict pod as it would violate the pod's disruption budget" in str(caught.value)
    assert f"{namespace}/web-" in str(caught.value)
    assert lab.client.get(STATEFUL_SET)["spec"]["replicas"] == 4
    assert sum(one.cordoned for one in site.installed.look(1).nodes) == 3

    lab.client.call("DELETE", f"{budgets}/web")
    for verb in ("evict", "scale", "delete"):
        site.scale_in_killed_at(verb, 1)
        assert not site.orphans()
    told = site.scale_in(1)
    assert told[-1] == "virtual-node-eci-1: NotReady and empty, deleted"
    assert site.nodes() == {names[0]: True}
    assert set(lab.ready(namespace, 10).values()) == {names[0]}
    assert len(lab.eci()) == 10
    assert not site.orphans()


def test_a_controller_that_goes_leaves_orphans_and_takes_them_up_when_it_returns(
    site: Site,
) -> None:
    """S1-25: what the order is for."""
    lab = site.lab
    site.install(2)
    names = ["virtual-node-eci-0", "virtual-node-eci-1"]
    eventually(lambda: site.nodes() == dict.fromkeys(names, True))
    namespace = site.namespace()
    lab.deploy(
        namespace,
        2,
        nodeSelector={"kubernetes.io/hostname": names[1]},
        tolerations=[TOLERATION],
    )
    stranded = sorted(lab.ready(namespace, 2))
    site.scale(1)
    eventually(lambda: site.nodes() == {names[0]: True, names[1]: False})
    assert site.orphans() == [f"{namespace}-{name}" for name in stranded]

    with pytest.raises(InvalidInput) as caught:
        site.scale_in(1)
    assert f"{namespace}/{stranded[0]}, {namespace}/{stranded[1]} have no controller" in str(
        caught.value
    )
    lab.scale(namespace, 0)
    eventually(lambda: not lab.pods(namespace))
    pods = path_of("Pod", namespace=namespace)
    waiting = [one["metadata"]["name"] for one in lab.client.get(pods)["items"]]
    assert sorted(waiting) == stranded, "nobody ends them"
    lab.client.call("DELETE", f"{pods}/{stranded[0]}", body={"gracePeriodSeconds": 0})
    assert len(lab.eci()) == 2, "removed by force, it goes on running"
    assert site.orphans() == [f"{namespace}-{name}" for name in stranded]

    site.scale(2)
    eventually(lambda: site.nodes() == dict.fromkeys(names, True))
    eventually(lambda: not lab.client.get(pods)["items"] and not lab.eci())
    assert not site.orphans()
