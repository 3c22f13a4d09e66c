"""Owner references between Kubernetes objects."""

from __future__ import annotations

from sandbox.kube.client import Object


def owned_by(owner: Object, kind: str, api_version: str) -> list[Object]:
    """The reference of an object that the owner, of this kind, makes and controls."""
    metadata = owner["metadata"]
    return [
        {
            "apiVersion": api_version,
            "kind": kind,
            "name": metadata["name"],
            "uid": metadata["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def controller_of(obj: Object, kind: str) -> str | None:
    """Name of the object of a kind that controls this one; None when nothing of the kind does."""
    for owner in obj["metadata"].get("ownerReferences") or []:
        if owner["kind"] == kind and owner.get("controller"):
            return str(owner["name"])
    return None
