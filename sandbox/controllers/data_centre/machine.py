"""The only machine of the data centre: a master, as kubeadm sets it up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.cloud.catalogue import load
from sandbox.controllers.node_objects import kubeadm_allocatable, node_info
from sandbox.kube.client import Object

_ROLE = "node-role.kubernetes.io/control-plane"


def machine(version: str) -> Object:
    """The node of the master, whose kubelet has the version (`v1.36.2`) of the API server."""
    data: dict[str, Any] = load(Path(__file__).parent / "data.json")
    name, capacity = data["name"], data["capacity"]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "beta.kubernetes.io/arch": "amd64",
                _ROLE: "",
                "node.kubernetes.io/exclude-from-external-load-balancers": "",
            },
        },
        "spec": {"taints": [{"key": _ROLE, "effect": "NoSchedule"}]},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": data["address"]},
                {"type": "Hostname", "address": name},
            ],
            "capacity": capacity,
            "allocatable": kubeadm_allocatable(capacity),
            "nodeInfo": {**node_info(version.removeprefix("v"), name), **data["software"]},
        },
    }
