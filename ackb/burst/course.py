"""What was seen while the pods came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a process takes."""

    memory_mib: float
    cpu_seconds: float
    """CPU time since the burst began."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One look."""

    seconds: float
    """Since the Deployment was created."""
    created: int
    """Pods that there are."""
    ready: int
    processes: Mapping[str, Usage] = field(default_factory=dict)
    """Of the simulated control plane, by name; empty on the real cloud."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Pods compared with ECI instances once all were ready."""

    pods: int
    """Running pods."""
    instances: int
    """Different instances that they name."""
    lost: Sequence[str]
    """Pods without an instance, or whose instance does not exist."""
    double: Sequence[str]
    """Instances of several pods, and instances that no pod names."""

    @property
    def passed(self) -> bool:
        """No pod lost, none started twice."""
        return not self.lost and not self.double


@dataclass(frozen=True, kw_only=True)
class Course:
    """A burst from its beginning to the last pod."""

    begun: float
    """Seconds since 1970."""
    rows: Sequence[Row]
    check: Check
    removed_seconds: float | None
    """How long the removal took; None when the pods were kept."""

    @property
    def seconds(self) -> float:
        """Until the last pod was ready."""
        return self.rows[-1].seconds

    @property
    def peak_mib(self) -> float:
        """Most memory that all processes took together."""
        sums = (sum(one.memory_mib for one in row.processes.values()) for row in self.rows)
        return max(sums, default=0.0)


def check(pods: Mapping[str, str], instances: Mapping[str, str] | None) -> Check:
    """Compare pods (name -> instance id) with instances (id -> name of its pod).

    `instances` is None where they cannot be listed; the pods' own words are compared then.
    """
    owners: dict[str, list[str]] = {}
    for name, instance in pods.items():
        if instance:
            owners.setdefault(instance, []).append(name)
    lost = [name for name, instance in pods.items() if not instance]
    double = [instance for instance, names in owners.items() if len(names) > 1]
    if instances is not None:
        lost += [
            name for name, instance in pods.items() if instance and instances.get(instance) != name
        ]
        double += [instance for instance in instances if instance not in owners]
    return Check(pods=len(pods), instances=len(owners), lost=sorted(lost), double=sorted(double))
