"""The Container Service for Kubernetes."""

from __future__ import annotations

from functools import cached_property

from sandbox.cloud.cs.backend import Backend
from sandbox.cloud.cs.credentials import Credentials
from sandbox.cloud.cs.elastic import ElasticPools
from sandbox.cloud.cs.kinds import CLUSTER, NODE_POOL
from sandbox.cloud.service import Kind


class Cs(Credentials):
    """CS 2015-12-15."""

    kinds = (
        Kind(CLUSTER, "ClusterId", "Name", "cluster"),
        Kind(NODE_POOL, "NodePoolId", "Name", costs=False),
    )

    @cached_property
    def backend(self) -> Backend:
        """Hooks for the controllers of the sandbox: no API actions."""
        return Backend(self)

    @cached_property
    def elastic(self) -> ElasticPools:
        """Hooks for the node autoscaler: no API actions."""
        return ElasticPools(self)
