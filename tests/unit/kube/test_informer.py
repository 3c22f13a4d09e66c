from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from sandbox.kube.client import ApiError, Object, Unreachable
from sandbox.kube.informer import Informer


def pod(name: str, version: str) -> Object:
    return {"metadata": {"name": name, "namespace": "web", "resourceVersion": version}}


class Server:
    """Answers lists and streams from a script; the last stream never ends."""

    def __init__(self, lists: list[list[Object]], streams: list[list[Any]]) -> None:
        self.lists = lists
        self.streams = streams
        self.since: list[str] = []
        self.done = threading.Event()

    def get(self, _path: str) -> Object:
        items = self.lists.pop(0)
        return {"apiVersion": "v1", "metadata": {"resourceVersion": "100"}, "items": items}

    def watch(self, _path: str, version: str, _seconds: int) -> Iterator[Object]:
        self.since.append(version)
        if not self.streams:
            self.done.set()
            threading.Event().wait()
        for event in self.streams.pop(0):
            if isinstance(event, Exception):
                raise event
            yield event


def followed(server: Server) -> tuple[Informer, list[tuple[str, str]]]:
    changes: list[tuple[str, str]] = []

    def changed(_kind: str, obj: Object) -> None:
        changes.append((obj["metadata"]["name"], obj["metadata"]["resourceVersion"]))

    informer = Informer(server, "Pod", changed)  # type: ignore[arg-type]
    informer.start()
    assert server.done.wait(10)
    return informer, changes


def names(informer: Informer) -> set[str]:
    return {obj["metadata"]["name"] for obj in informer.all()}


def test_list_then_changes() -> None:
    stream = [
        {"type": "MODIFIED", "object": pod("a", "101")},
        {"type": "ADDED", "object": pod("b", "102")},
        {"type": "DELETED", "object": pod("a", "103")},
        {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "150"}}},
    ]
    server = Server([[pod("a", "90")]], [stream])
    informer, changes = followed(server)
    assert names(informer) == {"b"}
    assert changes == [("a", "90"), ("a", "101"), ("b", "102"), ("a", "103")]
    assert server.since == ["100", "150"], "a stream that ended is taken up where it was"
    listed = informer.get("b", "web")
    assert listed is not None


def test_listed_objects_know_their_kind() -> None:
    informer, _ = followed(Server([[pod("a", "90")]], []))
    (obj,) = informer.all()
    assert (obj["kind"], obj["apiVersion"]) == ("Pod", "v1")


def test_a_broken_stream_is_repaired_by_a_list() -> None:
    server = Server(
        [[pod("a", "90"), pod("b", "91")], [pod("b", "91"), pod("c", "120")]],
        [[Unreachable("gone")]],
    )
    informer, changes = followed(server)
    assert names(informer) == {"b", "c"}
    # `a` went and `c` came unseen; `b` is as it was, so nobody is bothered with it.
    assert changes == [("a", "90"), ("b", "91"), ("c", "120"), ("a", "90")]


def test_a_version_that_is_too_old_is_no_trouble() -> None:
    gone = {"type": "ERROR", "object": {"code": 410, "reason": "Expired", "message": "too old"}}
    server = Server([[pod("a", "90")], [pod("a", "95")]], [[gone], [ApiError(410, "Gone", "")]])
    server.lists.append([pod("a", "96")])
    informer, changes = followed(server)
    assert changes == [("a", "90"), ("a", "95"), ("a", "96")]
    assert names(informer) == {"a"}


def test_a_defect_behind_the_watch_does_not_end_it() -> None:
    """One controller that stumbles over an object must not freeze the cluster."""
    server = Server(
        [[pod("a", "90")], [pod("a", "90"), pod("b", "120")]],
        [[ValueError("a defect")]],
    )
    informer, _ = followed(server)
    assert names(informer) == {"a", "b"}
