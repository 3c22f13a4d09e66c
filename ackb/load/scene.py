"""What a load test sees of a cluster, and the load it puts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ackb.load.decisions import Status


@dataclass(frozen=True)
class Sight:
    """One look at the workload.

    Attributes:
        wanted: replicas that the workload is told to have.
        ready_ecs: ready pods on ECS nodes.
        ready_eci: ready pods on virtual nodes.
        pods: all pods that are not on their way out.
        cores: CPU that a ready pod has for requests.
        idle_cores: CPU that a pod uses without requests.
        requested_cores: CPU that a pod requests.
        status: of the autoscaler; None where there is none.
        ecs_hourly: list price of an hour of the cluster's nodes; None when unknown.
        eci_hourly: list price of an hour of its ECI instances; None when unknown.
    """

    wanted: int
    ready_ecs: int
    ready_eci: int
    pods: int
    cores: float
    idle_cores: float
    requested_cores: float
    status: Status | None
    ecs_hourly: float | None
    eci_hourly: float | None

    @property
    def ready(self) -> int:
        """All ready pods."""
        return self.ready_ecs + self.ready_eci


class Scene(Protocol):
    """A workload under load."""

    def look(self) -> Sight:
        """Look at it.

        Raises:
            Gone: the workload or its cluster is no longer there.
        """

    def put(self, cores: float) -> None:
        """Let its pods do so much work; it lapses when it is not put again in time."""


class Gone(Exception):
    """What is under load went away during the test."""
