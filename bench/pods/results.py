"""The figures of one run, as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ackb.domain.files import write_atomically


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one side took for a number of pods."""

    seconds: float
    peak_mib: float
    cpu_seconds: Mapping[str, float]
    """By process."""
    load: float
    """Processes at work on the machine while it ran, on average over its last minute."""

    @property
    def cpu(self) -> float:
        """CPU time of all processes."""
        return sum(self.cpu_seconds.values())


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Plain kwok and the burst with the same number of pods."""

    pods: int
    plain: Side
    burst: Side
    check_passed: bool
    """No pod lost, none started twice."""
    removed_seconds: float

    @property
    def ratio(self) -> float:
        """Time of the burst by that of plain kwok."""
        return self.burst.seconds / self.plain.seconds

    @property
    def cpu_ratio(self) -> float:
        """CPU time of the burst by that of plain kwok: other work on the machine shows less."""
        return self.burst.cpu / self.plain.cpu


@dataclass(frozen=True, kw_only=True)
class Results:
    """All of a run."""

    date: str
    revision: str
    machine: Mapping[str, str]
    pairs: tuple[Pair, ...]
    left: tuple[str, ...]
    """Objects that were left in the simulated cloud after `ackb down`."""

    def write(self, path: Path) -> None:
        """Write them."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> Results:
        """Read what `write` has written."""
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        pairs = tuple(
            Pair(**{**one, "plain": Side(**one["plain"]), "burst": Side(**one["burst"])})
            for one in found["pairs"]
        )
        return cls(**{**found, "pairs": pairs, "left": tuple(found["left"])})
