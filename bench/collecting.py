"""Turns the samples of all runs into figures."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from bench.measuring import Sample
from bench.operations import ALL, WITHOUT_POLICIES, Operation
from bench.results import Figure, Share

Samples = defaultdict[Operation, list[Sample]]


def new() -> Samples:
    """A collection without samples."""
    return defaultdict(list)


def figures(blueprint: Samples, trivial: Samples) -> tuple[Figure, ...]:
    """One figure for each operation that was run."""
    return tuple(_figure(one, blueprint[one], trivial[one]) for one in ALL if blueprint[one])


def shares(blueprint: Samples) -> tuple[Share, ...]:
    """What the policy pack takes: the difference of the medians with it and without it."""
    found = []
    for judged, free in WITHOUT_POLICIES:
        whole, rest = (median(s.seconds for s in blueprint[one]) for one in (judged, free))
        percent = (whole - rest) / whole * 100
        found.append(
            Share(name=judged.name, seconds=_rounded(whole - rest), percent=_rounded(percent))
        )
    return tuple(found)


def by_program(memory: dict[str, float]) -> dict[str, float]:
    """Rounded MiB by program, the largest first."""
    ordered = sorted(memory.items(), key=lambda item: (-item[1], item[0]))
    return {name: _rounded(mib) for name, mib in ordered}


def _figure(operation: Operation, samples: list[Sample], trivial: list[Sample]) -> Figure:
    largest = max(samples, key=lambda sample: sample.peak_mib)
    return Figure(
        name=operation.name,
        command=operation.command,
        aim=operation.aim,
        seconds=tuple(_rounded(sample.seconds) for sample in samples),
        peak_mib=_rounded(largest.peak_mib),
        memory=by_program(largest.memory),
        read_mib=tuple(_rounded(sample.read_mib) for sample in samples),
        trivial_seconds=tuple(_rounded(sample.seconds) for sample in trivial),
    )


def _rounded(value: float) -> float:
    return round(value, 2)
