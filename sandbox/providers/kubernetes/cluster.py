"""One cluster as the provider sees it: objects that are read, made, applied and removed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any
from urllib.parse import quote

from .access import DEFAULT_NAMESPACE, ClusterAccess
from .discovery import Discovery
from .kinds import Kind, Object, kind_of_object
from .rest import ApiError, Rest

_APPLY = "application/apply-patch+yaml"
_JSON_PATCH = "application/json-patch+json"
# A daemon serves many stacks over weeks; clusters that come and go must not pile up.
_KEPT = 32


class Cluster:
    """Verbs on objects of any kind."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._discovery = Discovery(rest)

    def version(self) -> str:
        """Return the version of the API server, such as `v1.36.3`."""
        return str(self._rest.call("GET", "/version")["gitVersion"])

    def is_namespaced(self, kind: Kind) -> bool:
        """Tell whether objects of `kind` live in namespaces.

        Raises:
            NotServed, Unreachable, ApiError: it cannot be told.
        """
        return self._discovery.endpoint(kind).namespaced

    def read(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return an object, or None when there is none of that name.

        Raises:
            NotServed: the server does not know the kind.
        """
        try:
            found: Object = self._rest.call("GET", self._path(kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return found

    def find(
        self, kind: Kind, namespace: str, *, labels: str = "", fields: str = ""
    ) -> list[Object]:
        """Return the objects of a namespace that match a label and a field selector."""
        query = {"labelSelector": labels, "fieldSelector": fields}
        found: list[Object] = self._rest.call(
            "GET", self._path(kind, namespace), query={k: v for k, v in query.items() if v}
        )["items"]
        return found

    def create(self, obj: Object, *, manager: str, dry_run: bool = False) -> Object:
        """Make a new object; fails when it exists."""
        kind, metadata = kind_of_object(obj), obj["metadata"]
        path = self._path(kind, metadata.get("namespace", ""))
        made: Object = self._rest.call("POST", path, query=_options(manager, dry_run), body=obj)
        return made

    def apply(self, obj: Object, *, manager: str, force: bool, dry_run: bool = False) -> Object:
        """Make the object be as `obj` says, on the server's side; fails on another's fields."""
        query = _options(manager, dry_run) | {"force": _flag(force)}
        applied: Object = self._rest.call(
            "PATCH", self._own_path(obj), query=query, body=obj, content_type=_APPLY
        )
        return applied

    def replace(self, obj: Object, *, manager: str, dry_run: bool = False) -> Object:
        """Put `obj` in place of the version that its `resourceVersion` names."""
        query = _options(manager, dry_run)
        replaced: Object = self._rest.call("PUT", self._own_path(obj), query=query, body=obj)
        return replaced

    def patch(self, obj: Object, operations: list[dict[str, Any]]) -> Object:
        """Change single fields by a JSON patch."""
        patched: Object = self._rest.call(
            "PATCH", self._own_path(obj), body=operations, content_type=_JSON_PATCH
        )
        return patched

    def delete(self, kind: Kind, namespace: str, name: str, *, propagation: str) -> str | None:
        """Ask for the removal of an object; return its uid, or None when there is none."""
        body = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        try:
            answer = self._rest.call("DELETE", self._path(kind, namespace, name), body=body)
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        # The object itself while finalizers hold it, else a Status that tells which one it was.
        return str(answer.get("details", answer.get("metadata", {})).get("uid", ""))

    def _own_path(self, obj: Object) -> str:
        metadata = obj["metadata"]
        return self._path(kind_of_object(obj), metadata.get("namespace", ""), metadata["name"])

    def _path(self, kind: Kind, namespace: str, name: str = "") -> str:
        inside = quote(namespace or DEFAULT_NAMESPACE, safe="")
        return self._discovery.endpoint(kind).path(inside, quote(name, safe=""))


class Clusters:
    """The clusters in use, so that all stacks share connections, credentials and discovery."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Cluster] = OrderedDict()

    def reached_by(self, access: ClusterAccess) -> Cluster:
        """Return the cluster that `access` leads to."""
        with self._lock:
            key = access.digest
            if key not in self._kept:
                self._kept[key] = Cluster(Rest(access))
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


def _options(manager: str, dry_run: bool) -> dict[str, str]:
    # Strict: a field that the server does not know is an error here; by default it is dropped.
    options = {"fieldManager": manager, "fieldValidation": "Strict"}
    return options | {"dryRun": "All"} if dry_run else options


def _flag(value: bool) -> str:
    return "true" if value else "false"
