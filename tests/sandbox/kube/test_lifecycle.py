"""Clusters that come, break and go; each test has a home and a daemon of its own."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ackb.engine import daemon
from ackb.engine.errors import DaemonFailed
from ackb.toolchain import ToolMissing
from sandbox.controllers.manager import Manager
from sandbox.kube import control_plane
from sandbox.kube.client import path_of
from sandbox.kube.ports import is_free
from sandbox.kube.processes import are_running
from tests.sandbox.kube.conftest import Lab, eventually, kill_all, on_eci, open_lab

COMPONENTS = {
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
}
ON_ECI = {"alibabacloud.com/eci": "true"}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A home with a network, served by the real daemon."""
    made = open_lab(tmp_path)
    daemon.ensure_running(made.home)
    yield made
    daemon.stop(made.home)
    kill_all(made.home)


def kill_daemon(lab: Lab) -> None:
    record = daemon.status(lab.home)
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    eventually(lambda: not record.is_alive())


def test_a_deleted_cluster_leaves_nothing(lab: Lab) -> None:
    """S2-11, S4-19: ECI pods, load balancers, nodes, processes and files all go."""
    before = sorted(one["id"] for one in lab.cloud.inventory())
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.deploy(namespace, 2, labels=ON_ECI)
    lab.ready(namespace, 2)
    lab.client.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        }
    )
    eventually(lab.balancers)
    assert set(lab.processes()) == COMPONENTS

    answer = lab.cloud.cs.delete_cluster(cluster_id=lab.cluster_id)
    lab.finished(answer["task_id"])

    assert lab.processes() == {}
    assert list((lab.home.kwok / "clusters").iterdir()) == []
    assert list((lab.home.kwok / "data").iterdir()) == []
    assert sorted(one["id"] for one in lab.cloud.inventory()) == before


def test_the_addon_takes_its_nodes_and_pods_along(lab: Lab) -> None:
    """S1-22, S1-25: no ECI pod is left that nobody manages."""
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.deploy(namespace, 3, labels=ON_ECI)
    lab.ready(namespace, 3)
    lab.scale(namespace, 0)
    lab.deploy(namespace, 2, name="stays", labels=ON_ECI)
    lab.ready(namespace, 2)
    answer = lab.cloud.cs.un_install_cluster_addons(
        cluster_id=lab.cluster_id,
        addons=[{"name": "ack-virtual-node", "cleanup_cloud_resources": True}],
    )
    lab.finished(answer["task_id"])
    assert lab.cloud.eci.describe_container_groups()["ContainerGroups"] == []
    eventually(lambda: not [name for name in lab.nodes() if name.startswith("virtual")])


def test_a_killed_component_comes_back_with_everything(lab: Lab) -> None:
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.deploy(namespace, 2)
    before = lab.ready(namespace, 2)
    port = lab.cloud.cs.backend.clusters()[0].api_port
    for component in ("kube-apiserver", "etcd"):
        lab.processes()[component].kill()
        eventually(lambda: set(lab.processes()) != COMPONENTS)
        eventually(lambda: set(lab.processes()) == COMPONENTS)
        assert lab.ready(namespace, 2) == before
    assert lab.cloud.cs.backend.clusters()[0].api_port == port, "kubeconfigs stay valid"
    lab.scale(namespace, 3)
    lab.ready(namespace, 3)


def test_a_killed_daemon_finds_its_clusters_again(lab: Lab) -> None:
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.place(namespace, {"resource": "ecs", "max": 1}, {"resource": "eci"})
    lab.deploy(namespace, 4)
    before = on_eci(lab.ready(namespace, 4))
    processes = {name: one.pid for name, one in lab.processes().items()}
    assert len(lab.eci()) == 3

    kill_daemon(lab)
    # Meanwhile one pod on ECI goes, and another comes and waits for a decision.
    gone = sorted(before)[0]
    lab.client.delete(
        {"kind": "Pod", "metadata": {"name": gone, "namespace": namespace}}, at_once=True
    )
    eventually(lambda: len([pod for pod in lab.pods(namespace) if not pod["spec"].get("nodeName")]))

    daemon.ensure_running(lab.home)
    assert {name: one.pid for name, one in lab.processes().items()} == processes, "adopted"
    after = on_eci(lab.ready(namespace, 4))
    assert len(after - before) == 1
    eventually(lambda: len(lab.eci()) == 3)
    names = {group["ContainerGroupName"] for group in lab.eci()}
    assert names == {f"{namespace}-{name}" for name in after}, "the one of the lost pod is gone"
    # The metrics server has another port now; the API server knows it.
    eventually(lambda: lab.client.get("/apis/metrics.k8s.io/v1beta1/nodes")["items"])


def test_a_stopped_daemon_ends_the_clusters_and_keeps_their_data(lab: Lab) -> None:
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.deploy(namespace, 2)
    before = lab.ready(namespace, 2)
    port = lab.cloud.cs.backend.clusters()[0].api_port
    daemon.stop(lab.home)
    assert lab.processes() == {}

    daemon.ensure_running(lab.home)
    assert lab.cloud.cs.backend.clusters()[0].api_port == port
    assert lab.ready(namespace, 2) == before
    # kwok takes its nodes over at once, also after a restart.
    lab.scale(namespace, 4)
    lab.ready(namespace, 4, 20)


def test_a_taken_port_is_told_and_nothing_is_lost(lab: Lab) -> None:
    """Kubeconfigs and the state of the stack know the port: another one would be no way in."""
    lab.create_cluster(size=1)
    namespace = lab.namespace()
    lab.deploy(namespace, 2)
    before = lab.ready(namespace, 2)
    port = lab.cloud.cs.backend.clusters()[0].api_port
    assert port is not None
    daemon.stop(lab.home)
    eventually(lambda: is_free(port))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(DaemonFailed, match=rf"ENG-01 .* port {port}, .* \(pid {os.getpid()}\)"):
            daemon.ensure_running(lab.home)
    daemon.ensure_running(lab.home)
    assert lab.cloud.cs.backend.clusters()[0].api_port == port
    assert lab.ready(namespace, 2) == before


def test_a_killed_creation_is_finished_by_the_next_daemon(lab: Lab) -> None:
    answer = lab.cloud.cs.create_cluster(
        name="lab", region_id="cn-hangzhou", vswitch_ids=lab.vswitch_ids
    )
    lab.cluster_id = answer["cluster_id"]
    eventually(lab.processes)
    kill_daemon(lab)
    daemon.ensure_running(lab.home)
    lab.finished(answer["task_id"])
    assert set(lab.processes()) == COMPONENTS
    assert lab.client.get(path_of("ResourcePolicy"))["items"] == []


def test_a_reset_cloud_takes_the_control_planes_along(lab: Lab) -> None:
    lab.create_cluster(size=1)
    running = lab.processes()
    daemon.stop(lab.home)
    kill_all(lab.home)
    lab.cloud.store.reset()
    daemon.ensure_running(lab.home)
    assert list((lab.home.kwok / "clusters").iterdir()) == []
    assert not are_running(running.values())


def test_a_missing_tool_is_the_reason_of_the_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> dict[str, Path]:
        raise ToolMissing("etcd 3.6: neither on PATH nor built; run `make tools` in the clone.")

    monkeypatch.setattr(control_plane, "control_plane_tools", missing)
    lab = open_lab(tmp_path)
    manager = Manager(lab.cloud, lab.home)
    manager.start()
    try:
        answer = lab.cloud.cs.create_cluster(
            name="lab", region_id="cn-hangzhou", vswitch_ids=lab.vswitch_ids
        )
        task = eventually(
            lambda: (
                task
                if (task := lab.cloud.cs.describe_task_info(task_id=answer["task_id"]))["state"]
                == "fail"
                else None
            )
        )
        assert task["error"]["message"] == (
            "etcd 3.6: neither on PATH nor built; run `make tools` in the clone."
        )
        assert lab.cloud.cs.describe_clusters()["clusters"][0]["state"] == "failed"
        deletion = lab.cloud.cs.delete_cluster(cluster_id=answer["cluster_id"])
        lab.finished(deletion["task_id"])
    finally:
        manager.stop()
