"""A workload whose pods start some seconds after they are wanted, and its autoscaler."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from ackb.load.decisions import Status
from ackb.load.scene import Gone, Sight

CORES, IDLE = 0.44, 0.06


class SetClock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class FakeScene:
    """22 to 100 pods; the autoscaler looks every 15 s, pods take 20 s, ECI has what ECS has not."""

    clock: SetClock
    speed: int = 1
    least: int = 22
    most: int = 100
    ends_at: float = math.inf
    wanted: int = 22
    ready: int = 22
    cores: float = 0.0
    _due: list[tuple[float, int]] = field(default_factory=list)
    _looked: float = 0.0
    _status: Status = field(default=Status(0.0, 22, 22, 12))

    def look(self) -> Sight:
        now = self.clock.now()
        if now > self.ends_at:
            raise Gone("it is gone")
        self.ready = sum([n for at, n in self._due if at <= now], self.ready)
        self._due = [(at, n) for at, n in self._due if at > now]
        if now >= self._looked + 15 / self.speed:
            self._looked = now
            self._scale(now)
        return Sight(
            wanted=self.wanted,
            ready_ecs=min(self.ready, 22),
            ready_eci=max(0, self.ready - 22),
            pods=self.wanted,
            cores=CORES,
            idle_cores=IDLE,
            requested_cores=0.5,
            status=Status(now, self._status.current, self._status.desired, self._status.usage),
            ecs_hourly=None,
            eci_hourly=0.1 * max(0, self.ready - 22),
        )

    def put(self, cores: float) -> None:
        self.cores = cores

    def _scale(self, now: float) -> None:
        usage = int(100 * (self.cores / self.ready + IDLE) / 0.5)
        wanted = math.ceil(usage / 60 * self.ready)
        wanted = max(self.least, min(self.most, wanted, 2 * self.wanted))
        before = self.wanted
        if wanted > self.wanted:
            self._due.append((now + 20 / self.speed, wanted - self.wanted))
        elif not self._due:
            self.ready = wanted
        else:
            wanted = self.wanted
        self.wanted = wanted
        self._status = Status(now, before, wanted, usage)


def pod(name: str, **changes: Any) -> dict[str, Any]:
    """A pod of a look, ready for long and at 83 % of 500m."""
    return {
        "name": name,
        "phase": "Running",
        "leaving": False,
        "ready": True,
        "since": "2026-11-22T08:00:02Z",
        "started": "2026-11-22T08:00:00Z",
        "requested": {"cpu": 500, "memory": 1 << 40},
        "used": {"cpu": 415, "memory": 1 << 39},
        **changes,
    }
