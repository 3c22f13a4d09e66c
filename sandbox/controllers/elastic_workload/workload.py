"""An ElasticWorkload as the decisions need it, and how it shares out its replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.kube.client import Object

API_VERSION = "autoscaling.alibabacloud.com/v1beta1"
KIND = "ElasticWorkload"

_DEPLOYMENT = ("apps/v1", "Deployment")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How many replicas one Deployment may have."""

    min: int
    max: int | None
    """None for as many as there are."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An elastic unit: a clone of the source that is scheduled elsewhere."""

    name: str
    bounds: Bounds
    labels: dict[str, str]
    annotations: dict[str, str]
    node_selector: dict[str, str]
    tolerations: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ElasticWorkload:
    """One ElasticWorkload."""

    name: str
    namespace: str
    target: str
    """Name of the source Deployment."""
    target_kind: tuple[str, str]
    """Its apiVersion and kind."""
    bounds: Bounds
    replicas: int
    units: tuple[Unit, ...]

    @property
    def is_supported(self) -> bool:
        """Whether the source is of the one kind that can be cloned."""
        return self.target_kind == _DEPLOYMENT

    def deployment_of(self, unit: Unit) -> str:
        """Name of the clone for a unit."""
        return f"{self.target}-unit-{unit.name}"


def read(obj: Object) -> ElasticWorkload:
    """The workload behind an object."""
    metadata, spec = obj["metadata"], obj["spec"]
    source = spec["sourceTarget"]
    return ElasticWorkload(
        name=metadata["name"],
        namespace=metadata["namespace"],
        target=source["name"],
        target_kind=(source.get("apiVersion", ""), source.get("kind", "")),
        # Alibaba's example without bounds of the source puts nothing there.
        bounds=Bounds(min=source.get("min", 0), max=source.get("max", 0)),
        replicas=spec.get("replicas", 0),
        units=tuple(
            Unit(
                name=unit["name"],
                bounds=Bounds(min=unit.get("min", 0), max=unit.get("max")),
                labels=unit.get("labels") or {},
                annotations=unit.get("annotations") or {},
                node_selector=unit.get("nodeSelector") or {},
                tolerations=tuple(unit.get("tolerations") or ()),
            )
            for unit in spec.get("elasticUnit") or ()
        ),
    )


def split(replicas: int, bounds: Sequence[Bounds]) -> list[int]:
    """Share replicas over Deployments: each its minimum, then in order up to its maximum.

    So the first, which is the source, fills before the units and empties after them. Minima are
    kept even where they add up to more than `replicas`; what exceeds all maxima is left out.
    """
    shares = [one.min for one in bounds]
    rest = max(0, replicas - sum(shares))
    for at, one in enumerate(bounds):
        room = rest if one.max is None else max(0, one.max - shares[at])
        given = min(room, rest)
        shares[at] += given
        rest -= given
    return shares
