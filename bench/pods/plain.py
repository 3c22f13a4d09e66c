"""Plain kwok: the same control plane with nodes that kwok handles alone, and nothing of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ackb.burst import pods as burst_pods
from ackb.burst.access import KubeconfigApi
from ackb.burst.conduct import Burst, Surroundings
from ackb.burst.course import Row, Usage
from ackb.burst.sandboxed import usage_of
from ackb.domain.home import Home
from ackb.domain.virtual_nodes import nodes_for, pods_per_node
from sandbox.cloud.cs import pki
from sandbox.kube import processes
from sandbox.kube.configuration import Settings
from sandbox.kube.control_plane import ControlPlane
from sandbox.kube.pace import Pace

_NAME: Final = "plain"
_NAMESPACE: Final = "vk"
_SERVICES: Final = "172.21.0.0/20"
_RUNS: Final = burst_pods.Container(image="nginx", user_id=101)


class Plain(Surroundings):
    """A control plane in a home of its own; `with` ends it."""

    def __init__(self, folder: Path) -> None:
        self._home = Home(folder).ensure()
        self._plane = ControlPlane(self._home, _NAME)
        self._folder = self._home.kwok / "clusters" / _NAME

    def __enter__(self) -> Plain:
        authority = pki.new_authority("bench")
        self._plane.start(
            Settings(authority=authority, service_cidr=_SERVICES, api_port=None, pace=Pace())
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._plane.stop()

    def processes(self) -> dict[str, Usage]:
        """What the components take."""
        found = processes.of_folder(self._folder)
        return {name: usage for name, one in found.items() if (usage := usage_of(one))}

    def run(self, count: int, on_row: Callable[[Row], None]) -> list[Row]:
        """Start the pods and follow them until all are ready."""
        api = KubeconfigApi(str(self._folder / "kubeconfig.yaml"))
        for number in range(nodes_for(count)):
            api.post("/api/v1/nodes", _node(number))
        api.post("/api/v1/namespaces", {"metadata": {"name": _NAMESPACE}})
        account = f"/api/v1/namespaces/{_NAMESPACE}/serviceaccounts/default"
        while api.find(account) is None:
            time.sleep(0.1)
        burst = Burst(api, _NAMESPACE, _RUNS, self)
        rows: list[Row] = []

        def seen(row: Row) -> None:
            rows.append(row)
            on_row(row)

        burst.start(count, seen)
        return rows


def _node(number: int) -> dict[str, object]:
    size = {"cpu": "10000", "memory": "100Ti", "pods": str(pods_per_node())}
    address = f"10.0.0.{number + 1}"
    return {
        "metadata": {"name": f"fake-{number}", "labels": {"type": "fake"}},
        "status": {
            "addresses": [{"type": "InternalIP", "address": address}],
            "capacity": size,
            "allocatable": size,
        },
    }
