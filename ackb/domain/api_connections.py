"""Connections of ECI pods to the API server: one for each Running pod that reaches ClusterIP.

The load balancer of the API server grows with its use. How far is in no page that was read, so that
a limit is known only where somebody names it: of a load balancer with a fixed specification.
"""

from __future__ import annotations

from typing import Final

from ackb.domain.quotas import quota

_SPECIFICATIONS: Final = ("slb.s2.small", "slb.s3.small")
"""Of Classic Load Balancers, those whose limit of connections is documented."""


def watched_from() -> int:
    """Return the number of pods from which ACK asks to watch the connections of the API server."""
    return quota("cs.large_cluster.pods").value


def many(connections: int) -> bool:
    """Return whether somebody should look at the load balancer of the API server."""
    return connections >= watched_from()


def known() -> str:
    """Return what is known of the limit, in words."""
    fixed = " and ".join(
        f"{quota(f'slb.connections.{name}').value} ({name})" for name in _SPECIFICATIONS
    )
    return (
        "how many the load balancer of the API server takes is not documented where it is paid by "
        f"use; fixed specifications take {fixed}"
    )
