"""Who owns which field of a live object (server-side apply)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .annotations import CREATING_MANAGER
from .kinds import Object

# Managers whose fields the first apply takes over: a plain create by this provider, and kubectl.
# Source: pulumi-kubernetes provider/pkg/await/await.go, fixCSAFieldManagers.
_TAKEN_OVER = frozenset(
    {
        (CREATING_MANAGER, "Update"),
        ("pulumi-kubernetes.exe", "Update"),
        ("pulumi-resource-kubernetes", "Update"),
        ("before-first-apply", "Update"),
        ("kubectl", "Update"),
        ("kubectl", "Apply"),
    }
)


def is_taken_over(live: Object) -> bool:
    """Tell whether fields of the object have an owner whom the next apply replaces."""
    return any(_replaceable(entry) for entry in _entries(live))


def taken_over(live: Object, manager: str) -> list[dict[str, Any]]:
    """Return the JSON patch that makes `manager` the owner in place of a plain create or kubectl.

    It fails on the server when the object has changed since it was read.
    """
    kept: list[dict[str, Any]] = []
    merged: dict[str, dict[str, Any]] = {}
    for entry in _entries(live):
        ours = (entry.get("manager"), entry.get("operation")) == (manager, "Apply")
        if not (_replaceable(entry) or (ours and not entry.get("subresource"))):
            kept.append(entry)
            continue
        version = entry["apiVersion"]
        before = merged.get(version, {}).get("fieldsV1", {})
        fields = _united(before, entry.get("fieldsV1", {}))
        merged[version] = entry | {
            "manager": manager,
            "operation": "Apply",
            "fieldsV1": fields,
        }
    return [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": [*merged.values(), *kept],
        },
        {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": live["metadata"]["resourceVersion"],
        },
    ]


def owns(live: Object, manager: str, path: tuple[str | int, ...]) -> bool:
    """Tell whether `manager` is an owner of the field at `path` (keys of maps only)."""
    return any(
        entry.get("manager") == manager and _has(entry.get("fieldsV1", {}), path)
        for entry in _entries(live)
    )


def has_owner(live: Object, path: tuple[str | int, ...]) -> bool:
    """Tell whether anyone owns the field at `path`."""
    return any(_has(entry.get("fieldsV1", {}), path) for entry in _entries(live))


def _entries(live: Object) -> list[dict[str, Any]]:
    return live["metadata"].get("managedFields") or []


def _replaceable(entry: Mapping[str, Any]) -> bool:
    known = (entry.get("manager"), entry.get("operation")) in _TAKEN_OVER
    return known and not entry.get("subresource")


def _united(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(left)
    for key, value in right.items():
        result[key] = _united(result.get(key, {}), value)
    return result


def _has(fields: Mapping[str, Any], path: tuple[str | int, ...]) -> bool:
    inner = fields
    for part in path:
        found = inner.get(f"f:{part}")
        if not isinstance(found, Mapping):
            return False
        inner = found
    return True
