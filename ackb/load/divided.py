"""Every value that a faster test divides, or multiplies where it is a rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ackb.domain.quotas import quota
from sandbox.cloud.eci import behaviour
from sandbox.kube.configuration import AUTOSCALER_SECONDS, pod_delays
from sandbox.kube.pace import Pace
from sandbox.metrics.load import resolution_seconds


@dataclass(frozen=True)
class Divided:
    """One value.

    Attributes:
        what: its name.
        real: as it is in real time.
        now: as it was in the test.
        unit: of both.
    """

    what: str
    real: float
    now: float
    unit: str = "s"


def values(pace: Pace, behavior: Iterable[tuple[str, float, float]]) -> list[Divided]:
    """Return all of them; `behavior` are those of the autoscaler's object."""
    times = {
        **AUTOSCALER_SECONDS,
        "metrics window and resolution": resolution_seconds(),
        **{f"stage {name} of pods": seconds for name, seconds in pod_delays().items()},
        **{
            f"ECI {name.removesuffix('_seconds').replace('_', ' ')}": seconds
            for name, seconds in behaviour.timing("real").items()
            if "seconds" in name
        },
    }
    divided = [Divided(what, real, pace.seconds(real)) for what, real in times.items()]
    budget = quota("eci.create.per_second").value
    return [
        *divided,
        *(Divided(what, real, now) for what, real, now in behavior),
        Divided("ECI creation budget", budget, pace.rate(budget), "instances/s"),
    ]
