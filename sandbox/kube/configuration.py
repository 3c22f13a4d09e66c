"""What kwokctl is told: components, their flags, ports, and the behaviour of nodes and pods."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud.cs.pki import KeyPair
from sandbox.kube.pace import Pace

#: Pods on ECS nodes get addresses of the range kept for benchmarks (RFC 2544), so that none is
#: taken for an address of the VPC; the lower half of that range is the simulated Internet's.
OVERLAY_CIDR = "198.19.0.1/16"

#: Common name of the certificate that the components share.
ADMINISTRATOR = "kwok-admin"

#: Times of the controller manager, in seconds, that decide how an autoscaler behaves: defaults of
#: Kubernetes 1.36 (its reference, page kube-controller-manager, and pkg/controller/podautoscaler).
AUTOSCALER_SECONDS = {
    "horizontal-pod-autoscaler-sync-period": 15,
    "horizontal-pod-autoscaler-cpu-initialization-period": 300,
    "horizontal-pod-autoscaler-initial-readiness-delay": 30,
    "horizontal-pod-autoscaler-downscale-stabilization": 300,
}

_POD = "kind: Pod"
_STAGE_DELAY = re.compile(r"(?<=durationMilliseconds: )\d+")
_STAGES = Path(__file__).parent / "stages"
_SCHEDULER = Path(__file__).parent / "manifests" / "scheduler.yaml"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What differs between control planes."""

    authority: KeyPair
    """Signs the certificates of the components and of the users."""
    service_cidr: str
    api_port: int | None
    """Port of the API server to keep when it is still free; None for a new cluster."""
    pace: Pace
    """How fast its time runs."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Loopback ports of the components."""

    etcd: int
    etcd_peer: int
    api: int
    controller_manager: int
    scheduler: int
    kwok: int


def render(settings: Settings, ports: Ports, tools: dict[str, Path], pki: Path, data: Path) -> str:
    """The file for `kwokctl --config`."""
    documents = [_kwokctl(settings, ports, tools, pki, data)]
    texts = [path.read_text("utf-8") for path in sorted(_STAGES.glob("*.yaml"))]
    stages = [_paced(text, settings.pace) for text in texts]
    return "\n---\n".join([*(json.dumps(document, indent=1) for document in documents), *stages])


def pod_delays() -> dict[str, float]:
    """Seconds that pods take in real time, by the name of the stage."""
    texts = {path.stem[3:]: path.read_text("utf-8") for path in sorted(_STAGES.glob("*.yaml"))}
    return {
        name: int(found.group()) / 1000
        for name, text in texts.items()
        if _POD in text and (found := _STAGE_DELAY.search(text))
    }


def _paced(stage: str, pace: Pace) -> str:
    """A stage whose pods take their time at the pace; heartbeats of nodes stay as they are."""
    if _POD not in stage:
        return stage
    return _STAGE_DELAY.sub(lambda found: str(round(pace.seconds(int(found.group())))), stage)


def _autoscaler_flags(pace: Pace) -> dict[str, str]:
    """None in real time: the autoscaler then has its defaults, as on ACK."""
    if pace.speed == 1:
        return {}
    return {name: f"{pace.seconds(real):g}s" for name, real in AUTOSCALER_SECONDS.items()}


def _kwokctl(
    settings: Settings, ports: Ports, tools: dict[str, Path], pki: Path, data: Path
) -> dict[str, Any]:
    front_proxy = {
        # The API server signs in to aggregated APIs with its own certificate.
        "requestheader-client-ca-file": str(pki / "ca.crt"),
        "requestheader-allowed-names": ADMINISTRATOR,
        "requestheader-username-headers": "X-Remote-User",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    }
    # Flags are appended to those kwokctl sets; the last one counts.
    flags: dict[str, dict[str, str]] = {
        "etcd": {"data-dir": str(data)},
        "kube-apiserver": {"service-cluster-ip-range": settings.service_cidr, **front_proxy},
        # One replica each: an election only costs seconds at the start.
        "kube-controller-manager": {
            "leader-elect": "false",
            **_autoscaler_flags(settings.pace),
        },
        # No leases: see stages/11-node-heartbeat.yaml. kwokctl's own option takes 0 for unset.
        "kwok-controller": {"cidr": OVERLAY_CIDR, "node-lease-duration-seconds": "0"},
    }
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "runtime": "binary",
            # Without it etcd and all others listen on every interface.
            "bindAddress": "127.0.0.1",
            "disableQPSLimits": True,
            "etcdPort": ports.etcd,
            "etcdPeerPort": ports.etcd_peer,
            "kubeApiserverPort": ports.api,
            "kubeControllerManagerPort": ports.controller_manager,
            "kubeSchedulerPort": ports.scheduler,
            "kwokControllerPort": ports.kwok,
            "etcdBinary": str(tools["etcd"]),
            "kubeApiserverBinary": str(tools["kube-apiserver"]),
            "kubeControllerManagerBinary": str(tools["kube-controller-manager"]),
            "kubeSchedulerBinary": str(tools["kube-scheduler"]),
            "kwokControllerBinary": str(tools["kwok"]),
            "kubectlBinary": str(tools["kubectl"]),
            "kubeSchedulerConfig": str(_SCHEDULER),
        },
        "componentsPatches": [
            {
                "name": component,
                "extraArgs": [{"key": key, "value": value} for key, value in extra.items()],
            }
            for component, extra in flags.items()
        ],
    }
