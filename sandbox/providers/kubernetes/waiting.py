"""Waits until objects are ready or gone, without holding a thread meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import TypeVar

import yaml

from .annotations import TIMEOUT_SECONDS, annotation
from .cluster import Cluster
from .discovery import NotServed
from .kinds import Kind, Object, kind_of_object
from .readiness import check
from .readiness.complaints import complaints
from .readiness.verdict import Verdict
from .rest import ApiError, Unreachable

_T = TypeVar("_T")

# The pauses between two looks: short at first, since most objects are ready at once.
_FIRST_PAUSE = 0.1
_GROWTH = 1.5
_LONGEST_PAUSE = 1.0

# Dozens of objects are worked on at once, each for moments; apart from the loop's own threads, so
# that providers do not wait for each other.
_THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="kubernetes-provider")


async def in_thread(work: Callable[[], _T]) -> _T:
    """Run blocking work in a thread of this provider."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


@dataclass(frozen=True)
class Awaited:
    """The object as last seen, and why it is not ready (nothing when it is)."""

    live: Object
    reasons: list[str]


async def until_ready(
    cluster: Cluster, made: Object, declared: Object, *, timeout: float, cancelled: asyncio.Event
) -> Awaited:
    """Wait until an object that was just written is ready.

    Args:
        cluster: where it is.
        made: the object as the server returned it.
        declared: the inputs, whose annotations steer the waiting.
        timeout: seconds from the resource's own timeouts; 0 when it has none.
        cancelled: set when the engine wants to stop.
    """
    limit = time_limit("ready", kind_of_object(made), timeout, declared)
    live, verdict = made, Verdict()
    async for is_last in looks(limit, cancelled):
        live, verdict = await in_thread(partial(_look, cluster, live, declared))
        if verdict.is_ready:
            return Awaited(live, [])
        if verdict.final or is_last:
            break
    why = "the update was cancelled" if cancelled.is_set() else f"not ready within {limit:g} s"
    said = await in_thread(lambda: complaints(live, cluster))
    first = [] if verdict.final else [why]
    return Awaited(live, [*first, *verdict.reasons, *said])


async def until_gone(
    cluster: Cluster,
    kind: Kind,
    namespace: str,
    name: str,
    uid: str,
    *,
    limit: float,
    cancelled: asyncio.Event,
) -> Object | None:
    """Wait until the object with `uid` does not exist any more; return it if it still does.

    Another object of the same name may have been made meanwhile; that one is not waited for.
    """
    live: Object | None = None
    async for is_last in looks(limit, cancelled):
        live = await in_thread(lambda: _read(cluster, kind, namespace, name))
        if live is None or (uid and live["metadata"]["uid"] != uid):
            return None
        if is_last:
            break
    return live


def time_limit(table: str, kind: Kind, timeout: float, declared: Object) -> float:
    """Return the seconds that an object may take to be `ready` or `gone` (the table).

    The resource's own timeout counts first, then the annotation, then what is usual for the kind.
    """
    text = annotation(declared, TIMEOUT_SECONDS)
    limits = _timeouts()[table]
    usual = limits.get(f"{kind.group}/{kind.name}", limits["default"])
    return timeout or (float(text) if text.isdigit() else float(usual))


def _look(cluster: Cluster, seen: Object, declared: Object) -> tuple[Object, Verdict]:
    metadata = seen["metadata"]
    kind = kind_of_object(seen)
    try:
        live = cluster.read(kind, metadata.get("namespace", ""), metadata["name"])
        if live is None:
            return seen, Verdict(("it was deleted while it was waited for",), final=True)
        return live, check(live, declared, cluster)
    except Unreachable as error:
        # A control plane that restarts comes back; what was made must not be given up for that.
        return seen, Verdict((str(error),))
    except (ApiError, NotServed) as error:
        return seen, Verdict((str(error),))


def _read(cluster: Cluster, kind: Kind, namespace: str, name: str) -> Object | None:
    try:
        return cluster.read(kind, namespace, name)
    except NotServed:
        return None


async def looks(limit: float, cancelled: asyncio.Event) -> AsyncIterator[bool]:
    """Yield when it is time to look again within `limit` seconds, and whether it is the last."""
    end = time.monotonic() + limit
    pause = _FIRST_PAUSE
    while True:
        left = end - time.monotonic()
        yield left <= 0 or cancelled.is_set()
        try:
            await asyncio.wait_for(cancelled.wait(), min(pause, max(left, 0.0)))
        except TimeoutError:
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)


@cache
def _timeouts() -> dict[str, dict[str, float]]:
    text = resources.files(__package__).joinpath("data/timeouts.yaml").read_text("utf-8")
    table: dict[str, dict[str, float]] = yaml.safe_load(text)
    return table
