from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cloud.cs import pki
from sandbox.kube.configuration import Ports, Settings, render
from sandbox.kube.pace import Pace
from sandbox.kube.tools import _CONTROL_PLANE


def documents(speed: int = 1) -> list[dict[str, Any]]:
    settings = Settings(
        authority=pki.new_authority("test"),
        service_cidr="172.21.0.0/20",
        api_port=None,
        pace=Pace(speed),
    )
    ports = Ports(etcd=1, etcd_peer=2, api=3, controller_manager=4, scheduler=5, kwok=6)
    tools = {name: Path("/tools") / name for name in _CONTROL_PLANE}
    return list(yaml.safe_load_all(render(settings, ports, tools, Path("/pki"), Path("/data"))))


def flags(component: str, speed: int = 1) -> dict[str, str]:
    patches = documents(speed)[0]["componentsPatches"]
    (patch,) = [one for one in patches if one["name"] == component]
    return {flag["key"]: flag["value"] for flag in patch["extraArgs"]}


def test_nothing_listens_beyond_the_loopback() -> None:
    """Without bindAddress, etcd and all others listen on every interface."""
    assert documents()[0]["options"]["bindAddress"] == "127.0.0.1"


def test_every_binary_and_port_is_given() -> None:
    """kwokctl would download what is not."""
    options = documents()[0]["options"]
    assert options["kubectlBinary"] == "/tools/kubectl"
    assert options["kwokControllerBinary"] == "/tools/kwok"
    assert sum(key.endswith("Port") for key in options) == 6
    assert sum(key.endswith("Binary") for key in options) == 6


def test_aggregated_apis_are_signed_in_to() -> None:
    given = flags("kube-apiserver")
    assert given["requestheader-client-ca-file"] == "/pki/ca.crt"
    assert given["requestheader-allowed-names"] == "kwok-admin"
    assert given["service-cluster-ip-range"] == "172.21.0.0/20"


def test_the_database_lies_where_kwokctl_does_not_remove_it() -> None:
    assert flags("etcd") == {"data-dir": "/data"}


def test_the_autoscaler_keeps_its_defaults() -> None:
    """HPA behaves as on ACK: no sync period, window or tolerance of ours."""
    assert not [key for key in flags("kube-controller-manager") if "autoscaler" in key]


@pytest.mark.parametrize(("speed", "sync", "window"), [(3, 5, 100), (5, 3, 60), (15, 1, 20)])
def test_a_faster_autoscaler_has_whole_seconds(speed: int, sync: int, window: int) -> None:
    """S2-47: all four times of the autoscaler are divided, none becomes a part of a second."""
    given = {k: v for k, v in flags("kube-controller-manager", speed).items() if "autoscaler" in k}
    assert given == {
        "horizontal-pod-autoscaler-sync-period": f"{sync}s",
        "horizontal-pod-autoscaler-cpu-initialization-period": f"{window}s",
        "horizontal-pod-autoscaler-initial-readiness-delay": f"{30 // speed}s",
        "horizontal-pod-autoscaler-downscale-stabilization": f"{window}s",
    }


def test_pods_start_and_end_faster_but_nodes_tell_no_more() -> None:
    def delays(speed: int) -> dict[str, int]:
        stages = [one for one in documents(speed) if one["kind"] == "Stage"]
        return {
            one["metadata"]["name"]: one["spec"]["delay"]["durationMilliseconds"]
            for one in stages
            if "delay" in one["spec"]
        }

    real, fast = delays(1), delays(5)
    assert fast["node-heartbeat"] == real["node-heartbeat"]
    assert fast["pod-ready"] == real["pod-ready"] / 5
    assert fast["pod-complete"] == real["pod-complete"] / 5


def test_the_stages() -> None:
    stages = [one for one in documents() if one["kind"] == "Stage"]
    assert [one["metadata"]["name"] for one in stages] == [
        "node-initialize",
        "node-heartbeat",
        "pod-create",
        "pod-ready",
        "pod-complete",
        "pod-delete",
        "replica-running",
    ]
