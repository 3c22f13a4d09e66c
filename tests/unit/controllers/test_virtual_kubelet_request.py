from __future__ import annotations

from typing import Any

import pytest

from sandbox.controllers.virtual_kubelet.request import refusal, request

ZONES = {"vsw-j": "cn-hangzhou-j", "vsw-k": "cn-hangzhou-k"}


def container(
    cpu: str = "", memory: str = "", *, limits: bool = False, sidecar: bool = False
) -> dict[str, Any]:
    amounts = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    resources = {"limits" if limits else "requests": amounts}
    more = {"restartPolicy": "Always"} if sidecar else {}
    return {"name": "a", "image": "nginx", "resources": resources, **more}


def pod(
    containers: list[dict[str, Any]],
    init: list[dict[str, Any]] | None = None,
    annotations: dict[str, str] | None = None,
    **spec: Any,
) -> dict[str, Any]:
    return {
        "metadata": {"name": "web-1", "namespace": "shop", "annotations": annotations or {}},
        "spec": {
            "nodeName": "virtual-kubelet-cn-hangzhou-k",
            "containers": containers,
            "initContainers": init or [],
            **spec,
        },
    }


@pytest.mark.parametrize(
    ("containers", "init", "cpu", "memory"),
    [
        ([container("500m", "1Gi")], [], 0.5, 1.0),
        ([container("500m", "1Gi"), container("1", "512Mi")], [], 1.5, 1.5),
        ([container("500m", "1Gi", limits=True)], [], 0.5, 1.0),
        ([container()], [], 0.0, 0.0),
        ([container("1", "1Gi")], [container("2", "512Mi")], 2.0, 1.0),
        ([container("1", "1Gi")], [container("1", "1Gi", sidecar=True)], 2.0, 2.0),
        (
            [container("1", "1Gi")],
            [container("1", "1Gi", sidecar=True), container("3", "1Gi")],
            4.0,
            2.0,
        ),
    ],
)
def test_the_size_is_what_kubernetes_counts(
    containers: list[Any], init: list[Any], cpu: float, memory: float
) -> None:
    wanted = request(pod(containers, init), ("vsw-j",), "sg-1", ZONES)
    assert (wanted.cpu, wanted.memory) == (cpu, memory)
    assert wanted.name == "shop-web-1"


def test_the_vswitch_of_the_nodes_zone_comes_first() -> None:
    wanted = request(pod([container()]), ("vsw-j", "vsw-k"), "sg-1", ZONES)
    assert wanted.vswitch_ids == ("vsw-k", "vsw-j")
    assert wanted.security_group_id == "sg-1"
    assert wanted.spot_strategy == "NoSpot"


def test_annotations_of_the_pod_win() -> None:
    prefix = "k8s.aliyun.com/"
    annotations = {
        f"{prefix}eci-vswitch": "vsw-x, vsw-y",
        f"{prefix}eci-security-group": "sg-2,sg-3",
        f"{prefix}eci-spot-strategy": "SpotAsPriceGo",
    }
    wanted = request(pod([container()], annotations=annotations), ("vsw-j",), "sg-1", ZONES)
    assert wanted.vswitch_ids == ("vsw-x", "vsw-y")
    assert wanted.security_group_id == "sg-2"
    assert wanted.spot_strategy == "SpotAsPriceGo"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"hostNetwork": True}, "HostNetwork is not supported on ECI"),
        (
            {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]},
            "HostPath volumes are not supported on ECI",
        ),
        ({"volumes": [{"name": "a", "emptyDir": {}}]}, ""),
        ({}, ""),
    ],
)
def test_what_eci_cannot_run(spec: dict[str, Any], text: str) -> None:
    assert refusal(pod([container()], **spec)) == text
