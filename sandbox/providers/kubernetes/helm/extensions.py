"""Waits for what the sandbox's controllers bring in place of the programs of a marketplace chart.

Helm knows nothing of them, and the next resource may be of a kind that they define.
"""

from __future__ import annotations

import asyncio
from functools import partial

from sandbox.kube.stand_ins import ACTIVE, EXTENSION_LABEL, STATE_ANNOTATION

from ..cluster import Cluster
from ..kinds import Kind, Object
from ..waiting import in_thread, looks
from .records import Record

_CONFIG_MAP = Kind("", "v1", "ConfigMap")


async def until_there(
    cluster: Cluster, record: Record, *, limit: float, cancelled: asyncio.Event
) -> str:
    """Return why it is not there within `limit` seconds; nothing when it is, or none is asked for.

    Raises:
        ApiError, Unreachable: the ConfigMaps of the release cannot be read.
    """
    wanted = [
        one for one in record.objects() if EXTENSION_LABEL in (one["metadata"].get("labels") or {})
    ]
    for obj in wanted:
        state = ""
        async for is_last in looks(limit, cancelled):
            state = await in_thread(partial(_state, cluster, record, obj))
            if state or is_last:
                break
        if state != ACTIVE:
            return state or f"{obj['metadata']['labels'][EXTENSION_LABEL]} does not get ready"
    return ""


def _state(cluster: Cluster, record: Record, obj: Object) -> str:
    metadata = obj["metadata"]
    namespace = metadata.get("namespace") or record.outputs["namespace"]
    found = cluster.read(_CONFIG_MAP, namespace, metadata["name"])
    annotations = {} if found is None else found["metadata"].get("annotations") or {}
    return str(annotations.get(STATE_ANNOTATION, ""))
