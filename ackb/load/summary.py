"""What a load test has shown, in a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ackb.load.course import Row
from ackb.load.decisions import Decision


@dataclass(frozen=True)
class Summary:
    """The numbers that a person asks for first.

    Attributes:
        seconds: time of the test with its scale-in.
        requests: all requests.
        timeouts: requests that timed out.
        timeouts_scaling: those while pods were still missing: traffic rose faster than scale-out.
        timeouts_at_bound: those with all pods of the upper bound ready.
        success: share of the requests answered in time; None without requests.
        lowest_success: the worst moment.
        mean_seconds: response time over all requests; None without requests.
        worst_p95_seconds: 95th percentile at the worst moment.
        peak_tps: most answers in a second.
        replicas: each number of replicas wanted, in their order.
        peak_ready: most ready pods.
        peak_eci: most ready pods on ECI.
        longest_lag_seconds: longest time with fewer pods ready than wanted.
        eci_first: whether scale-in took no pod from ECS while ECI had one; None without scale-in.
        ecs_cost: list price of the nodes over the test; None when unknown.
        eci_cost: list price of the ECI instances over the test; None when unknown.
        decisions: decisions of the autoscaler that were compared.
        disagreements: those that the formula does not give.
    """

    seconds: float
    requests: float
    timeouts: float
    timeouts_scaling: float
    timeouts_at_bound: float
    success: float | None
    lowest_success: float
    mean_seconds: float | None
    worst_p95_seconds: float
    peak_tps: float
    replicas: list[int]
    peak_ready: int
    peak_eci: int
    longest_lag_seconds: float
    eci_first: bool | None
    ecs_cost: float | None
    eci_cost: float | None
    decisions: int
    disagreements: int


def of(rows: Sequence[Row], decisions: Sequence[Decision], maximum: int | None) -> Summary:
    """Sum up a test; `maximum` is the autoscaler's upper bound."""
    requests = timeouts = at_bound = waited = 0.0
    for row, following in pairwise(rows):
        lasted = following.seconds - row.seconds
        requests += (row.tps + row.failures) * lasted
        waited += (row.tps + row.failures) * lasted * row.mean_seconds
        timeouts += row.failures * lasted
        if maximum is not None and row.ready >= maximum:
            at_bound += row.failures * lasted
    return Summary(
        seconds=rows[-1].seconds,
        requests=requests,
        timeouts=timeouts,
        timeouts_scaling=timeouts - at_bound,
        timeouts_at_bound=at_bound,
        success=1 - timeouts / requests if requests else None,
        lowest_success=min(row.success for row in rows),
        mean_seconds=waited / requests if requests else None,
        worst_p95_seconds=max(row.p95_seconds for row in rows),
        peak_tps=max(row.tps for row in rows),
        replicas=_steps(rows),
        peak_ready=max(row.ready for row in rows),
        peak_eci=max(row.ready_eci for row in rows),
        longest_lag_seconds=_longest_lag(rows),
        eci_first=_eci_first(rows),
        ecs_cost=rows[-1].ecs_cost,
        eci_cost=rows[-1].eci_cost,
        decisions=len(decisions),
        disagreements=sum(not one.agrees for one in decisions),
    )


def _steps(rows: Sequence[Row]) -> list[int]:
    steps = [rows[0].wanted]
    for row in rows:
        if row.wanted != steps[-1]:
            steps.append(row.wanted)
    return steps


def _longest_lag(rows: Sequence[Row]) -> float:
    longest = 0.0
    begin: float | None = None
    for row in rows:
        if row.ready < row.wanted:
            begin = row.seconds if begin is None else begin
            longest = max(longest, row.seconds - begin)
        else:
            begin = None
    return longest


def _eci_first(rows: Sequence[Row]) -> bool | None:
    """Looks only at what follows the busiest moment: before it, pods may start anywhere."""
    peak = max(range(len(rows)), key=lambda index: (rows[index].ready, index))
    falling = rows[peak:]
    if falling[-1].ready == falling[0].ready:
        return None
    ecs = falling[0].ready_ecs
    return all(row.ready_ecs >= ecs or row.ready_eci == 0 for row in falling)
