"""One load test on one simulated cluster, from the first look to the comparison of decisions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain.home import Home
from ackb.load import decisions, summary
from ackb.load.autoscaler import Autoscaler
from ackb.load.cluster import ClusterScene, client_of, events_of
from ackb.load.course import Course, Row, run
from ackb.load.decisions import Decision, Times
from ackb.load.profile import Profile
from ackb.load.scene import Gone
from ackb.load.service import Demand
from ackb.load.summary import Summary
from ackb.load.workload import Workload, find
from sandbox.cloud.clock import SystemClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.eci import conditions
from sandbox.kube.client import Client
from sandbox.kube.configuration import AUTOSCALER_SECONDS
from sandbox.kube.pace import Pace
from sandbox.metrics.looks import Looks

_READY_LIMIT: Final = 300.0
"""Real seconds in which the pods must be ready and the autoscaler must have seen metrics."""
_LOOK_SECONDS: Final = 0.5
_INITIALIZATION: Final = "horizontal-pod-autoscaler-cpu-initialization-period"
_READINESS: Final = "horizontal-pod-autoscaler-initial-readiness-delay"


@dataclass(frozen=True)
class Findings:
    """What a load test found.

    Attributes:
        workload: where the users came.
        autoscaler: on it; None without one.
        profile: users over time.
        demand: what a request asks for.
        pace: how fast the test ran.
        course: everything that was written down.
        decisions: of the autoscaler, each beside the formula's.
        events: of the autoscaler.
        summary: the numbers asked for first.
    """

    workload: Workload
    autoscaler: Autoscaler | None
    profile: Profile
    demand: Demand
    pace: Pace
    course: Course
    decisions: list[Decision]
    events: list[dict[str, Any]]
    summary: Summary


class Site:
    """A workload of a simulated cluster that a load test may begin on."""

    def __init__(self, home: Home, cluster_id: str, region: str, workload: str | None) -> None:
        """Find the workload; the region is that of the prices.

        Raises:
            InvalidInput: it is not there, or not the only one.
            Gone: the cluster does not run.
        """
        self.pace = Pace.of(home)
        self._cloud = Cloud.open(home.cloud_db)
        self._looks = Looks(home, cluster_id)
        self.client: Client = client_of(home, self._cloud, cluster_id)
        self.workload = find(self.client, workload)
        self._scene = ClusterScene(
            self._cloud, cluster_id, region, self.client, self.workload, self.pace
        )

    def test(self, profile: Profile, demand: Demand, on_row: Callable[[Row], None]) -> Findings:
        """Put the users on it and follow them.

        Raises:
            Gone: the workload does not get ready, or goes away.
        """
        with self._scene.watched(), conditions.held(self._cloud, timing="real"), self._noted():
            autoscaler = self._ready()
            course = run(
                self._scene,
                profile,
                demand,
                speed=self.pace.speed,
                quiet_at=autoscaler.minimum if autoscaler else None,
                window_seconds=self._window(autoscaler),
                clock=SystemClock(),
                on_row=on_row,
            )
            found = self._compared(autoscaler, course)
            events = events_of(self.client, self.workload, course.begun)
        maximum = autoscaler.maximum if autoscaler else None
        numbers = summary.of(course.rows, found, maximum)
        return Findings(
            self.workload,
            autoscaler,
            profile,
            demand,
            self.pace,
            course,
            found,
            events,
            numbers,
        )

    @contextmanager
    def _noted(self) -> Iterator[None]:
        self._looks.begin()
        try:
            yield
        finally:
            self._looks.end()

    def _ready(self) -> Autoscaler | None:
        """Wait until all pods are ready and the autoscaler has a figure."""
        deadline = time.monotonic() + _READY_LIMIT
        while True:
            sight = self._scene.look()
            autoscaler = self._scene.autoscaler()
            seen = sight.status is None or sight.status.usage is not None
            if 0 < sight.wanted == sight.ready and (seen or not _by_cpu(autoscaler)):
                return autoscaler
            if time.monotonic() > deadline:
                raise Gone(
                    f"{self.workload.text} did not get ready within {_READY_LIMIT:.0f} s: "
                    f"{sight.ready} of {sight.wanted} pods are"
                )
            time.sleep(_LOOK_SECONDS)

    def _window(self, autoscaler: Autoscaler | None) -> float:
        """The scale-in window in the time of the test."""
        return autoscaler.scale_in_window * self.pace.speed if autoscaler else 0.0

    def _compared(self, autoscaler: Autoscaler | None, course: Course) -> list[Decision]:
        if autoscaler is None or autoscaler.other_metrics:
            return []
        times = Times(
            cpu_initialization=self.pace.seconds(AUTOSCALER_SECONDS[_INITIALIZATION]),
            initial_readiness=self.pace.seconds(AUTOSCALER_SECONDS[_READINESS]),
        )
        looks = [
            look
            for look in self._looks.read()
            if look["namespace"] == self.workload.namespace
            and self.workload.selected_by(look["selector"])
        ]
        return decisions.compare(autoscaler, times, looks, course.statuses)


def _by_cpu(autoscaler: Autoscaler | None) -> bool:
    return autoscaler is not None and any(one.resource == "cpu" for one in autoscaler.targets)
