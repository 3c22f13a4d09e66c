"""What a control plane is asked before anybody may use it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.kube import bootstrap
from sandbox.kube.client import ApiError, Object

DENIED = 'policy "p" denied request: failed to configure policy: failed to find resource'


class Server:
    """Answers to everything, but to a new pod as it is told."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.deleted: list[str] = []
        self.tried: list[Any] = []

    def check_ready(self) -> None:
        pass

    def apply(self, obj: Object) -> None:
        pass

    def get(self, path: str) -> Object:
        return {}

    def call(self, method: str, path: str, *, query: Any, body: Object) -> Object:
        self.tried.append((method, path, query, body["kind"]))
        if self.answers:
            raise ApiError(422, "Invalid", self.answers.pop(0))
        return {}

    def delete(self, obj: Object) -> None:
        self.deleted.append(obj["kind"])


def start(server: Server, *, managed: bool = True) -> None:
    bootstrap.bootstrap(server, "1", lambda: True, managed=managed)  # type: ignore[arg-type]


def test_a_cluster_is_up_when_its_policies_let_pods_in() -> None:
    server = Server(DENIED, DENIED)
    start(server)
    pod = ("POST", "/api/v1/namespaces/kube-system/pods", {"dryRun": "All"}, "Pod")
    assert server.tried == [pod] * 3


def test_a_webhook_that_comes_later_is_not_waited_for() -> None:
    server = Server("failed calling webhook", DENIED)
    start(server)
    assert len(server.tried) == 1


def test_a_cluster_that_ends_meanwhile_is_told() -> None:
    with pytest.raises(bootstrap.BootstrapError, match="failed to configure policy"):
        bootstrap.bootstrap(Server(DENIED), "1", lambda: False)  # type: ignore[arg-type]


def test_what_a_start_would_stumble_over_goes_before_the_stop() -> None:
    server = Server()
    bootstrap.before_stop(server)  # type: ignore[arg-type]
    assert server.deleted == ["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"]
