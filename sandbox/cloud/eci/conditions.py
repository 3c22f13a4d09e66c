"""Conditions under which ECI works for the time of one run: real start times, no budget.

They are leased: a run that is killed leaves nothing behind, since nobody renews the lease.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.cloud.eci.behaviour import Timing

if TYPE_CHECKING:
    from sandbox.cloud.cloud import Cloud

CONDITIONS = "eci.Conditions"

_LEASE_SECONDS = 30.0
_RENEWAL_SECONDS = 5.0


@contextmanager
def held(cloud: Cloud, *, timing: Timing, unlimited: bool = False) -> Iterator[None]:
    """Let instances start with these times, and without the creation budget if asked so."""
    over = threading.Event()
    _renew(cloud, timing, unlimited)

    def keep() -> None:
        while not over.wait(_RENEWAL_SECONDS):
            _renew(cloud, timing, unlimited)

    thread = threading.Thread(target=keep, name="eci-conditions", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        _set(cloud, timing, unlimited, until=0.0)


def timing_now(cloud: Cloud) -> Timing:
    """The times with which instances start at the moment."""
    found = cloud.store.get(CONDITIONS, cloud.region)
    if found is None or found["Until"] <= cloud.clock.now():
        return "quick"
    timing: Timing = found["Timing"]
    return timing


def _renew(cloud: Cloud, timing: Timing, unlimited: bool) -> None:
    _set(cloud, timing, unlimited, until=cloud.clock.now() + _LEASE_SECONDS)


def _set(cloud: Cloud, timing: Timing, unlimited: bool, until: float) -> None:
    with cloud.store.transaction():
        cloud.store.put(CONDITIONS, cloud.region, {"Timing": timing, "Until": until})
        if unlimited:
            cloud.eci.lift_budget(until)
