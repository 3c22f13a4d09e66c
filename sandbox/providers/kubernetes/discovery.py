"""Which kinds an API server serves, and under which path."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from .kinds import Kind
from .rest import ApiError, Rest


class NotServed(Exception):
    """The API server does not know the kind, for example because its CRD does not exist."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"the API server serves no kind {kind.name} in {kind.api_version}; "
            "make sure that its custom resource definition exists"
        )


@dataclass(frozen=True)
class Endpoint:
    """Where the objects of one kind are."""

    base: str
    plural: str
    namespaced: bool

    def path(self, namespace: str, name: str = "") -> str:
        """Return the path of one object, or of all of a namespace when no name is given."""
        inside = f"/namespaces/{namespace}" if self.namespaced else ""
        return f"{self.base}{inside}/{self.plural}" + (f"/{name}" if name else "")


class Discovery:
    """Knows the kinds of one server; asks it once for each group version, and again for a new kind.

    Safe for many threads.
    """

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._lock = threading.Lock()
        self._known: dict[str, Mapping[str, Endpoint]] = {}

    def endpoint(self, kind: Kind) -> Endpoint:
        """Return where objects of `kind` are.

        Raises:
            NotServed: the server has no such kind.
        """
        version = kind.api_version
        with self._lock:
            known = self._known.get(version)
            if known is None or kind.name not in known:
                known = self._known[version] = self._fetch(version)
        if kind.name not in known:
            raise NotServed(kind)
        return known[kind.name]

    def _fetch(self, version: str) -> Mapping[str, Endpoint]:
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        try:
            answer = self._rest.call("GET", base)
        except ApiError as error:
            if error.status == 404:
                return {}
            raise
        return {
            one["kind"]: Endpoint(base, one["name"], bool(one["namespaced"]))
            for one in answer["resources"]
            if "/" not in one["name"]
        }
