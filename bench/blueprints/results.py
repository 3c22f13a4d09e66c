"""What a measurement of all blueprints found, as it is kept in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Times(_Model):
    """The runs of one command, a figure for each cycle."""

    seconds: tuple[float, ...]
    #: Largest memory of all processes of the home together, over all runs.
    peak_mib: float


class Row(_Model):
    """One stack, or all of them together."""

    #: Names of the stacks; one, or all.
    stacks: tuple[str, ...]
    #: What `ackb check` counts: without providers and components.
    resources: int
    #: Control planes that run.
    clusters: int
    #: None where all stacks run together: a check is one stack's.
    check: Times | None
    up: Times
    unchanged: Times
    down: Times
    #: MiB by program while the stacks are up and nothing is asked.
    at_rest: dict[str, float]
    #: Processes at work on the whole machine before the first cycle.
    load: float
    #: Simulated objects and processes that stay after `ackb down`.
    left: tuple[str, ...]


class Results(_Model):
    """One measurement."""

    date: str
    #: What `git describe` says of the code that was measured.
    revision: str
    #: Processor, memory, load and versions.
    machine: dict[str, str]
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file that `write` wrote."""
        return cls.model_validate_json(path.read_text("utf-8"))

    def write(self, path: Path) -> None:
        """Write the file, in a form in which two of them compare line by line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=2) + "\n", "utf-8")
