"""The contract of a controller, and what all of them work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.cs.backend import Backend
from sandbox.kube.client import Client, Object
from sandbox.kube.informer import Informer
from sandbox.kube.pace import Pace

Key = tuple[str, ...]
"""What a controller works on, such as a namespace and a name."""

EVERYTHING: Key = ()
"""The key of controllers that compare the whole of what should be with the whole of what is."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """One cluster, seen from both sides."""

    cluster_id: str
    cloud: Cloud
    client: Client
    informers: Mapping[str, Informer]
    """Local copies by kind; see `runner.WATCHED`."""
    pace: Pace = field(default_factory=Pace)
    """How fast the time of the home runs."""

    @property
    def backend(self) -> Backend:
        """The cloud's side of the cluster."""
        return self.cloud.cs.backend

    def objects(self, kind: str) -> list[Object]:
        """The local copies of a kind; do not change them."""
        return self.informers[kind].all()


def keys_of(context: Context, kind: str) -> list[Key]:
    """Namespace and name of each object of a kind."""
    found = (obj["metadata"] for obj in context.objects(kind))
    return [(metadata["namespace"], metadata["name"]) for metadata in found]


class Controller(Protocol):
    """Brings one thing into line with what is wanted, again and again."""

    follows_cloud: bool
    """Whether a change in the cloud may call for work: `keys_at_start` are then reconciled."""

    def key(self, kind: str, obj: Object) -> Key | None:
        """What to reconcile after a change of the object (which may be gone); None for nothing."""

    def keys_at_start(self) -> list[Key]:
        """What to reconcile when the controller starts."""

    def reconcile(self, key: Key) -> float | None:
        """Do what is left to do.

        Returns the seconds until it must be looked at again; None to wait for a change. May raise
        ApiError, Unreachable or CloudError: it is then called again, later each time.
        """
