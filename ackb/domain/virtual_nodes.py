"""Self-managed virtual nodes: what they are called and how many a number of pods needs.

The managed add-on ack-virtual-node knows neither replicas nor such a limit for each node.
"""

from __future__ import annotations

import re
from typing import Final

from ackb.domain.quotas import quota

STATEFUL_SET: Final = "virtual-node-eci"
"""The controller: its replica N is the pod `virtual-node-eci-N`, and so is its node called."""
NAMESPACE: Final = "kube-system"
"""Namespace of the controller."""

_NODE: Final = re.compile(rf"{STATEFUL_SET}-(\d+)")


def pods_per_node() -> int:
    """Most ECI pods that one self-managed virtual node should hold."""
    return quota("eci.pods_per_virtual_node.self_managed").value


def capacity(nodes: int) -> int:
    """Return how many ECI pods so many virtual nodes hold."""
    return nodes * pods_per_node()


def nodes_for(pods: int) -> int:
    """Return how many virtual nodes so many ECI pods need; one at least."""
    return max(1, -(-pods // pods_per_node()))


def node_name(number: int) -> str:
    """Return the name of the node of replica `number`, which counts from 0."""
    return f"{STATEFUL_SET}-{number}"


def number_of(node: str) -> int | None:
    """Return the replica that a node belongs to; None for any other node."""
    found = _NODE.fullmatch(node)
    return int(found[1]) if found else None
