from __future__ import annotations

import pytest

from bench import collecting, operations
from bench.measuring import Sample
from bench.results import Results


def sample(seconds: float, **memory: float) -> Sample:
    return Sample(seconds=seconds, memory=memory or {"ackb": 10.0}, read_mib=seconds)


@pytest.fixture
def results() -> Results:
    """Three cycles: the check misses its aim of 1.5 s, the up without a change meets its 8 s."""
    blueprint, trivial = collecting.new(), collecting.new()
    for operation in operations.ALL:
        blueprint[operation] = [sample(6.0), sample(4.0, etcd=20.0, ackb=100.5), sample(5.0)]
    blueprint[operations.UNCHANGED_FREE] = [sample(4.0)]
    trivial[operations.UNCHANGED] = [sample(2.0), sample(1.0), sample(9.0)]
    return Results(
        date="2026-11-22",
        revision="abc1234",
        machine={"cores": "2"},
        stack="wordpress-dev",
        resources=56,
        state_bytes=252_600,
        sample_seconds=0.5,
        at_rest={"etcd": 20.0, "a": 6.0, "b": 5.0, "c": 4.0, "d": 3.0, "e": 2.0, "f": 1.0},
        figures=collecting.figures(blueprint, trivial),
        policies=collecting.shares(blueprint),
    )
