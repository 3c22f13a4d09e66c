"""Events, as `kubectl describe` shows them."""

from __future__ import annotations

import hashlib
from typing import Literal

from sandbox.kube import times
from sandbox.kube.client import Client, Object

_LONGEST_MESSAGE = 1024
_DEFAULT_NAMESPACE = "default"


def warn(client: Client, obj: Object, source: str, reason: str, message: str) -> None:
    """Record a warning on an object; the same one again only renews its time."""
    record(client, obj, source, reason, message, kind="Warning")


def record(
    client: Client,
    obj: Object,
    source: str,
    reason: str,
    message: str,
    *,
    kind: Literal["Normal", "Warning"] = "Normal",
) -> None:
    """Record an event on an object; the same one again only renews its time."""
    metadata = obj["metadata"]
    # Events of objects outside all namespaces stand in the one for everything.
    namespace = metadata.get("namespace") or _DEFAULT_NAMESPACE
    now = times.now()
    text = f"{metadata['uid']}/{reason}/{message}"
    client.apply(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{hashlib.sha256(text.encode()).hexdigest()[:16]}",
                "namespace": namespace,
            },
            "involvedObject": {
                "apiVersion": obj["apiVersion"],
                "kind": obj["kind"],
                "name": metadata["name"],
                "namespace": metadata.get("namespace", ""),
                "uid": metadata["uid"],
            },
            "type": kind,
            "reason": reason,
            "message": message[:_LONGEST_MESSAGE],
            "source": {"component": source},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
    )
