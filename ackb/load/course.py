"""The course of a load test: users come and go, and everything is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ackb.load.decisions import Status
from ackb.load.profile import Profile
from ackb.load.scene import Scene, Sight
from ackb.load.service import Demand, Served, serve

TICK_SECONDS: Final = 1.0
"""Time between two samples, in the time of the test."""
_SHORTEST_TICK: Final = 0.25
"""The same in real time: looking more often would take the CPU from what is looked at."""
_QUIET_SECONDS: Final = 120.0
"""An autoscaler that does nothing for so long after its window has settled: 8 of its looks."""
_SETTLING_SECONDS: Final = 1800.0
"""Time after the last user in which it must have settled, beside the window."""
_HOUR: Final = 3600.0


@dataclass(frozen=True)
class Row:
    """One sample.

    Attributes:
        seconds: time of the test.
        users: virtual users.
        wanted: replicas that the workload is told to have.
        ready_ecs: ready pods on ECS nodes.
        ready_eci: ready pods on virtual nodes.
        pods: all pods, ready or not.
        cpu_seen: CPU use in percent of the request as the autoscaler last saw it.
        cpu: CPU use in percent of the request now.
        tps: answers in time, per second.
        failures: time-outs per second.
        success: share of requests answered in time.
        mean_seconds: response time.
        p95_seconds: response time that 95 % do not exceed.
        ecs_cost: list price of the nodes so far; None when unknown.
        eci_cost: list price of the ECI instances so far; None when unknown.
    """

    seconds: float
    users: int
    wanted: int
    ready_ecs: int
    ready_eci: int
    pods: int
    cpu_seen: int | None
    cpu: float
    tps: float
    failures: float
    success: float
    mean_seconds: float
    p95_seconds: float
    ecs_cost: float | None
    eci_cost: float | None

    @property
    def ready(self) -> int:
        """All ready pods."""
        return self.ready_ecs + self.ready_eci


class Clock(Protocol):
    """Real time."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True)
class Course:
    """What was written down.

    Attributes:
        begun: when it began, in seconds since 1970.
        rows: samples in their order.
        statuses: of the autoscaler, one for each sample.
        settled: whether the pods went back to their least number.
    """

    begun: float
    rows: list[Row]
    statuses: list[Status]
    settled: bool


def run(
    scene: Scene,
    profile: Profile,
    demand: Demand,
    *,
    speed: int,
    quiet_at: int | None,
    window_seconds: float,
    clock: Clock,
    on_row: Callable[[Row], None],
) -> Course:
    """Put the users of the profile on the workload, then wait for its scale-in.

    Args:
        scene: the workload.
        profile: users over time.
        demand: what a request asks for.
        speed: time of the test in one second of real time.
        quiet_at: replicas that it goes back to without users; None to end with the last user.
        window_seconds: stabilisation window of the scale-in, in the time of the test.
        clock: real time.
        on_row: told of each sample.

    Raises:
        Gone: the workload went away.
    """
    begun = clock.now()
    rows: list[Row] = []
    statuses: list[Status] = []
    tick = max(TICK_SECONDS / speed, _SHORTEST_TICK)
    end = profile.seconds + window_seconds + _SETTLING_SECONDS
    ecs_cost: float | None = 0.0
    eci_cost: float | None = 0.0
    changed = 0.0
    while True:
        looked = clock.now()
        seconds = (looked - begun) * speed
        sight = scene.look()
        passed = seconds - rows[-1].seconds if rows else 0.0
        ecs_cost = _added(ecs_cost, sight.ecs_hourly, passed)
        eci_cost = _added(eci_cost, sight.eci_hourly, passed)
        served = serve(profile.users(seconds), sight.ready, sight.cores, demand)
        row = _sample(sight, seconds, profile.users(seconds), served, (ecs_cost, eci_cost))
        scene.put(served.cores)
        rows.append(row)
        if sight.status is not None:
            statuses.append(sight.status)
        on_row(row)
        if len(rows) > 1 and row.wanted != rows[-2].wanted:
            changed = seconds
        if seconds >= profile.seconds:
            at_rest = row.wanted == row.pods == row.ready
            quiet = seconds - max(changed, profile.seconds) > window_seconds + _QUIET_SECONDS
            settled = at_rest and (quiet or row.wanted == quiet_at)
            if quiet_at is None or settled or seconds > end:
                return Course(begun, rows, statuses, settled)
        clock.sleep(max(0.0, looked + tick - clock.now()))


def _added(cost: float | None, hourly: float | None, seconds: float) -> float | None:
    """What is known of a cost so far; a part that is unknown makes the whole unknown."""
    return None if cost is None or hourly is None else cost + hourly * seconds / _HOUR


def _sample(
    sight: Sight,
    seconds: float,
    users: int,
    served: Served,
    costs: tuple[float | None, float | None],
) -> Row:
    busy = served.cores + sight.ready * sight.idle_cores
    requested = sight.ready * sight.requested_cores
    return Row(
        seconds=seconds,
        users=users,
        wanted=sight.wanted,
        ready_ecs=sight.ready_ecs,
        ready_eci=sight.ready_eci,
        pods=sight.pods,
        cpu_seen=sight.status.usage if sight.status else None,
        cpu=100 * busy / requested if requested else 0.0,
        tps=served.tps,
        failures=served.failures,
        success=served.success,
        mean_seconds=served.mean_seconds,
        p95_seconds=served.p95_seconds,
        ecs_cost=costs[0],
        eci_cost=costs[1],
    )
