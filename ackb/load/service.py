"""What a group of pods makes of a number of virtual users: throughput, response time, time-outs.

A closed queueing network: each user sends a request, waits for the answer and sends the next one
at once, as a test in concurrency mode does. A request goes to any pod with the same chance, takes
CPU there (processor sharing), and waits besides for what is not the pod's CPU, like the database.
The mean values are exact for this network (mean value analysis, Reiser and Lavenberg 1980). The
share that takes longer than the time-out follows from an exponential distribution of the time in
the pod, which is an assumption.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_P95 = 0.95


@dataclass(frozen=True)
class Demand:
    """What a request asks for.

    Attributes:
        cpu_seconds: CPU time; one request uses one CPU at a time.
        other_seconds: time that it waits for anything else, however busy the pods are.
        timeout_seconds: how long a user waits. The server then drops the request.
    """

    cpu_seconds: float
    other_seconds: float
    timeout_seconds: float


@dataclass(frozen=True)
class Served:
    """What the users see, and what it costs the pods.

    Attributes:
        tps: answers in time, per second.
        failures: requests that time out, per second.
        success: share of the requests that are answered in time; 1 without users.
        mean_seconds: time that a request takes; one that times out takes the time-out.
        p95_seconds: time that 95 % of the requests do not exceed.
        cores: CPU that the pods are busy with.
    """

    tps: float
    failures: float
    success: float
    mean_seconds: float
    p95_seconds: float
    cores: float


IDLE = Served(0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
"""Nobody is there."""


def default_demand() -> Demand:
    """The request of the best practice: a WordPress page, tested by PTS."""
    numbers = settings()
    return Demand(numbers["cpu_seconds"], numbers["other_seconds"], numbers["timeout_seconds"])


@cache
def settings() -> dict[str, Any]:
    """The numbers of the model with their sources."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("service.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=4096)
def serve(users: int, pods: int, cores: float, demand: Demand) -> Served:
    """What so many users get from so many ready pods.

    Args:
        users: virtual users without think time.
        pods: ready pods.
        cores: CPU that each of them has for requests; more than 0.
        demand: what a request asks for.
    """
    limit = demand.timeout_seconds
    if users == 0:
        return IDLE
    if pods == 0 or limit <= demand.other_seconds:
        return Served(0.0, users / limit, 0.0, limit, limit, 0.0)
    in_pod, busy = _mean_value_analysis(users, pods, cores, demand)
    rest = limit - demand.other_seconds
    failed = math.exp(-rest / in_pod)
    mean = demand.other_seconds + in_pod * (1 - failed)
    requests = users / mean
    return Served(
        tps=requests * (1 - failed),
        failures=requests * failed,
        success=1 - failed,
        mean_seconds=mean,
        p95_seconds=min(limit, demand.other_seconds - in_pod * math.log(1 - _P95)),
        cores=busy,
    )


def _mean_value_analysis(
    users: int, pods: int, cores: float, demand: Demand
) -> tuple[float, float]:
    """Mean time in the pod, queueing included, and the CPU that all pods are busy with."""
    # A pod of several cores works on as many requests at once.
    servers = pods * max(1.0, cores)
    service = demand.cpu_seconds / min(1.0, cores)
    queued = 0.0
    in_pod = service
    rate = 0.0
    for present in range(1, users + 1):
        in_pod = service * (1 + queued / servers)
        rate = present / (demand.other_seconds + in_pod)
        queued = rate * in_pod
    return in_pod, rate * demand.cpu_seconds
