"""Volumes and claims.

Conditions for readiness: pulumi-kubernetes provider/pkg/await/awaiters.go.
"""

from __future__ import annotations

from ..cluster import Cluster
from ..kinds import Kind, Object
from .verdict import READY, Verdict, status_of, waiting

_STORAGE_CLASS = Kind("storage.k8s.io", "v1", "StorageClass")


def volume(obj: Object, cluster: Cluster) -> Verdict:
    """Available, or bound to its claim."""
    del cluster
    phase = status_of(obj).get("phase", "Pending")
    return READY if phase in ("Available", "Bound") else waiting(f"the volume is {phase}")


def claim(obj: Object, cluster: Cluster) -> Verdict:
    """Bound; or waiting for the first pod that uses it, where its storage class wants that."""
    phase = status_of(obj).get("phase", "Pending")
    if phase == "Bound":
        return READY
    name = obj["spec"].get("storageClassName")
    found = cluster.read(_STORAGE_CLASS, "", name) if name else None
    if found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer":
        return READY
    return waiting(f"the claim is {phase}, no volume is bound to it")
