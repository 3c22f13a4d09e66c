"""What a cluster has once, however many workloads need it: add-ons and charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

import pulumi

_MADE: Final[WeakKeyDictionary[pulumi.ProviderResource, dict[str, pulumi.Resource]]] = (
    WeakKeyDictionary()
)
"""Resources of each cluster, known by its provider, by logical name."""


def once(
    cluster: pulumi.ProviderResource, name: str, make: Callable[[], pulumi.Resource]
) -> pulumi.Resource:
    """Return the resource of this name in a cluster; the first who asks makes it."""
    there = _MADE.setdefault(cluster, {})
    if name not in there:
        there[name] = make()
    return there[name]
