"""A local copy of one kind of object, kept fresh by a watch."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sandbox.kube.client import ApiError, Client, Object, Unreachable, path_of

_log = logging.getLogger(__name__)

Key = tuple[str, str]
"""Namespace (empty for cluster-wide kinds) and name."""

Change = Callable[[str, Object], None]
"""Told after each change: the kind, and the object as it is now (or was, when it is gone)."""

_STREAM_SECONDS = 600
_PAUSE_SECONDS = 0.5


class Informer:
    """Lists a kind and then follows its changes, in a thread of its own."""

    def __init__(self, client: Client, kind: str, changed: Change, selector: str = "") -> None:
        """Follow the objects of `kind` whose labels meet the selector; all when it is empty."""
        self.kind = kind
        self._query = {"labelSelector": selector} if selector else {}
        self._client = client
        self._changed = changed
        self._objects: dict[Key, Object] = {}
        self._lock = threading.Lock()
        self._listed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{kind}", daemon=True)

    def start(self) -> None:
        """Begin; `wait` tells when the first list is there."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether the copy was complete within the time."""
        return self._listed.wait(seconds)

    def stop(self) -> None:
        """Begin no other stream; the open one ends with the API server's process, or is left."""
        self._stopping.set()

    def all(self) -> list[Object]:
        """The objects. They are shared: do not change them."""
        with self._lock:
            return list(self._objects.values())

    def get(self, name: str, namespace: str = "") -> Object | None:
        """One object, or None."""
        with self._lock:
            return self._objects.get((namespace, name))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow(self._list())
            except (ApiError, Unreachable) as error:
                if self._stopping.is_set():
                    return
                # Expected while the API server restarts, and when a version has become too old.
                _log.debug("watch of %s broke: %s", self.kind, error)
                self._stopping.wait(_PAUSE_SECONDS)
            except Exception:
                # A defect of one controller must not freeze the cluster for the others.
                _log.exception("watch of %s failed; listing anew", self.kind)
                self._stopping.wait(_PAUSE_SECONDS)

    def _list(self) -> str:
        answer = self._client.get(path_of(self.kind), **self._query)
        # A list names kind and version once, its items do not.
        type_of = {"kind": self.kind, "apiVersion": answer["apiVersion"]}
        found = {_key(item): _light({**item, **type_of}) for item in answer["items"]}
        with self._lock:
            before, self._objects = self._objects, found
        for key, obj in found.items():
            known = before.get(key)
            if known is None or _version(known) != _version(obj):
                self._changed(self.kind, obj)
        for key, obj in before.items():
            if key not in found:
                self._changed(self.kind, obj)
        self._listed.set()
        version: str = answer["metadata"]["resourceVersion"]
        return version

    def _follow(self, version: str) -> None:
        """Apply the changes after `version` until the copy must be listed anew."""
        while not self._stopping.is_set():
            stream = self._client.watch(path_of(self.kind), version, _STREAM_SECONDS, **self._query)
            for event in stream:
                obj = event["object"]
                if event["type"] == "ERROR":
                    raise ApiError(obj["code"], obj.get("reason", ""), obj.get("message", ""))
                version = _version(obj)
                if event["type"] != "BOOKMARK":
                    self._apply(event["type"], obj)

    def _apply(self, event: str, obj: Object) -> None:
        with self._lock:
            if event == "DELETED":
                self._objects.pop(_key(obj), None)
            else:
                self._objects[_key(obj)] = _light(obj)
        self._changed(self.kind, obj)


def _key(obj: Object) -> Key:
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _light(obj: Object) -> Object:
    """The object without the list of who set which field: half of a pod, and nobody asks."""
    obj["metadata"].pop("managedFields", None)
    return obj


def _version(obj: Object) -> str:
    version: str = obj["metadata"]["resourceVersion"]
    return version
