"""The records that Helm keeps of its releases: one Secret for each revision.

They are read directly, which takes milliseconds where the program takes a second. Format: Helm 3,
pkg/storage/driver/secrets.go (base64 of gzip of JSON) and pkg/release/release.go.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ..cluster import Cluster
from ..kinds import Kind, Object

_SECRET = Kind("", "v1", "Secret")
_PENDING = ("pending-install", "pending-upgrade", "pending-rollback")


@dataclass(frozen=True)
class Record:
    """One revision of a release."""

    secret: Object
    release: dict[str, Any]

    @property
    def revision(self) -> int:
        """Number of the revision, from 1."""
        return int(self.release["version"])

    @property
    def status(self) -> str:
        """`deployed`, `failed`, `pending-install` and so on."""
        return str(self.release["info"]["status"])

    @property
    def is_pending(self) -> bool:
        """Whether an operation on it was begun and not ended."""
        return self.status in _PENDING

    @property
    def values(self) -> Object:
        """The values it was made with."""
        return self.release.get("config") or {}

    @property
    def chart(self) -> dict[str, Any]:
        """Name, version and appVersion of its chart."""
        found: dict[str, Any] = self.release["chart"]["metadata"]
        return found

    @property
    def outputs(self) -> Object:
        """The property `status` of a Pulumi release."""
        return {
            "appVersion": self.chart.get("appVersion", ""),
            "chart": self.chart["name"],
            "name": self.release["name"],
            "namespace": self.release["namespace"],
            "revision": self.revision,
            "status": self.status,
            "version": self.chart["version"],
        }

    def objects(self) -> Iterator[Object]:
        """What the release made, as the chart describes it."""
        for one in yaml.safe_load_all(self.release.get("manifest") or ""):
            if isinstance(one, dict) and "kind" in one:
                yield one

    def resource_names(self) -> Object:
        """What the release made, as the property `resourceNames` groups it."""
        names: dict[str, list[str]] = defaultdict(list)
        for obj in self.objects():
            group, _, _ = obj["apiVersion"].rpartition("/")
            kind = f"{obj['kind']}.{group}" if group else obj["kind"]
            metadata = obj["metadata"]
            named = [metadata["namespace"]] if metadata.get("namespace") else []
            names[f"{kind}/{obj['apiVersion']}"].append("/".join([*named, metadata["name"]]))
        return dict(names)


def latest(cluster: Cluster, namespace: str, name: str) -> Record | None:
    """Return the newest revision of a release; None when there is none."""
    return max(_all(cluster, namespace, name), key=lambda one: one.revision, default=None)


def repair(cluster: Cluster, namespace: str, name: str) -> bool:
    """Forget revisions whose operation was killed, and tell whether there was one.

    Helm refuses any other operation on such a release. What the revision has made so far carries
    the name of the release, so the next one takes it over; a record before it, if any, stays.
    Nobody may be at work on the release.
    """
    killed = [one for one in _all(cluster, namespace, name) if one.is_pending]
    for one in killed:
        secret = one.secret["metadata"]["name"]
        cluster.delete(_SECRET, namespace, secret, propagation="Background")
    return bool(killed)


def _all(cluster: Cluster, namespace: str, name: str) -> list[Record]:
    secrets = cluster.find(_SECRET, namespace, labels=f"owner=helm,name={name}")
    return [Record(one, _release(one)) for one in secrets]


def _release(secret: Object) -> dict[str, Any]:
    content = base64.b64decode(base64.b64decode(secret["data"]["release"]))
    release: dict[str, Any] = json.loads(gzip.decompress(content))
    return release
