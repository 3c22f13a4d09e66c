from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cloud.errors import CloudError
from sandbox.controllers.controller import Key
from sandbox.controllers.runner import Runner
from sandbox.kube.client import ApiError, Object


class Empty:
    """A cluster without objects, whose streams stay silent."""

    def get(self, _path: str, **_query: str) -> Object:
        return {"apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []}

    def watch(self, *_: object, **_query: str) -> Any:
        threading.Event().wait()
        yield {}


class Scripted:
    """A controller that does what a list of functions says, call by call."""

    def __init__(self, *steps: Callable[[], float | None], follows_cloud: bool = False) -> None:
        self.follows_cloud = follows_cloud
        self.steps = list(steps)
        self.calls: list[Key] = []
        self.done = threading.Event()

    def key(self, _kind: str, obj: Object) -> Key | None:
        return (obj["metadata"]["name"],)

    def keys_at_start(self) -> list[Key]:
        return [("start",)]

    def reconcile(self, key: Key) -> float | None:
        self.calls.append(key)
        step = self.steps.pop(0)
        if not self.steps:
            self.done.set()
        return step()


def failing(error: Exception) -> Callable[[], float | None]:
    def step() -> float | None:
        raise error

    return step


def nothing() -> None:
    return None


def run(*controllers: Scripted) -> Runner:
    runner = Runner("test", Empty())  # type: ignore[arg-type]
    runner.start(controllers)
    return runner


@pytest.mark.parametrize(
    "error",
    [
        ApiError(409, "Conflict", "changed meanwhile"),
        CloudError("Throttling.User", "too fast"),
        ValueError("a bug"),
    ],
)
def test_what_fails_is_tried_again(error: Exception) -> None:
    controller = Scripted(failing(error), failing(error), nothing)
    runner = run(controller)
    assert controller.done.wait(10)
    runner.stop()
    assert controller.calls == [("start",)] * 3


def test_a_failure_does_not_hold_up_others() -> None:
    broken, sound = Scripted(*[failing(ValueError("a bug"))] * 99), Scripted(nothing)
    runner = run(broken, sound)
    assert sound.done.wait(10)
    runner.stop()


def test_a_controller_may_ask_to_look_again() -> None:
    controller = Scripted(lambda: 0.01, lambda: 0.01, nothing)
    runner = run(controller)
    assert controller.done.wait(10)
    runner.stop()
    assert len(controller.calls) == 3


def test_changes_in_the_cloud_reach_those_who_follow_it() -> None:
    follower, other = Scripted(nothing, nothing, follows_cloud=True), Scripted(nothing, nothing)
    runner = run(follower, other)
    while not (follower.calls and other.calls):
        follower.done.wait(0.01)
    runner.cloud_changed()
    assert follower.done.wait(10)
    runner.stop()
    assert other.calls == [("start",)]


def test_nothing_is_decided_at_the_same_time() -> None:
    inside = threading.Lock()

    def alone() -> None:
        assert inside.acquire(blocking=False)
        threading.Event().wait(0.01)
        inside.release()

    controllers = [Scripted(alone) for _ in range(5)]
    runner = run(*controllers)
    for controller in controllers:
        assert controller.done.wait(10)
    runner.stop()
    assert not inside.locked()
