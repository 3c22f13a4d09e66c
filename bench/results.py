"""What a measurement found, as it is kept in a file."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Self

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Model):
    """All runs of one operation."""

    name: str
    command: str
    #: Seconds within which it should be done; None where nothing is promised.
    aim: float | None
    seconds: tuple[float, ...]
    #: Largest memory of all processes of the home together, over all runs.
    peak_mib: float
    #: MiB by program at that moment.
    memory: dict[str, float]
    #: MiB read from disk, one figure a run.
    read_mib: tuple[float, ...]
    #: Seconds of the trivial program, where it has this operation.
    trivial_seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one of the runs."""
        return median(self.seconds)

    @property
    def trivial_median(self) -> float | None:
        """The middle one of the trivial program's runs."""
        return median(self.trivial_seconds) if self.trivial_seconds else None

    @property
    def ratio(self) -> float | None:
        """How many times as long as the trivial program it takes."""
        return self.median / self.trivial_median if self.trivial_median else None

    @property
    def missed(self) -> bool:
        """Whether it takes longer than is aimed at."""
        return self.aim is not None and self.median > self.aim


class Share(_Model):
    """What the policy pack takes of an operation."""

    name: str
    seconds: float
    percent: float


class Results(_Model):
    """One measurement."""

    date: str
    #: What `git describe` says of the code that was measured.
    revision: str
    #: Processor, memory, load and versions.
    machine: dict[str, str]
    stack: str
    #: Objects in the state of the stack, and its size.
    resources: int
    state_bytes: int
    #: Seconds between two looks at memory.
    sample_seconds: float
    #: MiB by program while the stack is up and nothing is asked.
    at_rest: dict[str, float]
    figures: tuple[Figure, ...]
    policies: tuple[Share, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file that `write` wrote."""
        return cls.model_validate_json(path.read_text("utf-8"))

    def write(self, path: Path) -> None:
        """Write the file, in a form in which two of them compare line by line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=2) + "\n", "utf-8")
