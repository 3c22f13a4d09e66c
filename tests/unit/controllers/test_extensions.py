"""Extensions come and go step by step, whatever fails or is killed in between."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ackb.toolchain import Tool, ToolMissing
from sandbox.cloud.cs.backend import AddonRecord
from sandbox.controllers.controller import EVERYTHING, Controller
from sandbox.controllers.extensions import installed
from sandbox.controllers.extensions.controller import Extensions
from sandbox.controllers.extensions.extension import Extension, Place, Process
from sandbox.kube.client import ApiError, Client, Object, path_of
from sandbox.kube.stand_ins import EXTENSION_LABEL, STATE_ANNOTATION

CRD: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com"},
    "spec": {
        "group": "example.com",
        "names": {"kind": "Thing"},
        "versions": [{"name": "v1", "served": True}, {"name": "v0", "served": False}],
    },
}
WEBHOOKS: Object = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "MutatingWebhookConfiguration",
    "metadata": {"name": "things"},
    "webhooks": [],
}


class Api:
    """An API server's objects; discovery shows a kind only when `serving` is set."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.serving = True

    def names(self) -> list[str]:
        return sorted(path.rsplit("/", 1)[1] for path in self.objects)

    def get(self, path: str, **query: str) -> Object:
        if path.startswith("/apis/example.com/"):
            if not self.serving:
                raise ApiError(404, "NotFound", "the server could not find the requested resource")
            return {"resources": [{"kind": "Thing"}]}
        key, _, value = query.get("labelSelector", "").partition("=")
        return {
            "items": [
                one
                for name, one in self.objects.items()
                if name.startswith(path + "/")
                and key in (labels := one["metadata"].get("labels", {}))
                and value in ("", labels[key])
            ]
        }

    def create(self, obj: Object) -> Object:
        path = path_of(obj["kind"], obj["metadata"]["name"])
        if path in self.objects:
            raise ApiError(409, "AlreadyExists", "there already")
        self.objects[path] = copy.deepcopy(obj)
        return obj

    def patch(self, obj: Object, change: Object, _subresource: str = "") -> Object:
        metadata = obj["metadata"]
        found = self.objects[path_of(obj["kind"], metadata["name"], metadata.get("namespace", ""))]
        for part, fields in change.items():
            for key, value in fields.items():
                if isinstance(value, dict):
                    found[part].setdefault(key, {}).update(value)
                else:
                    found[part][key] = value
        return found

    def delete(self, obj: Object, *, at_once: bool = False) -> None:
        del self.objects[path_of(obj["kind"], obj["metadata"]["name"])]


class Runner:
    def __init__(self) -> None:
        self.listed = True
        self.watched: set[str] = set()
        self.running: list[Controller] = []

    def add(
        self, kinds: Sequence[str], make: Callable[[], Sequence[Controller]]
    ) -> Sequence[Controller] | None:
        self.watched.update(kinds)
        if not self.listed:
            return None
        made = make()
        self.running += made
        return made

    def remove(self, kinds: Sequence[str], controllers: Sequence[Controller]) -> None:
        self.watched.difference_update(kinds)
        self.running = [one for one in self.running if one not in controllers]


class Companion:
    def __init__(self) -> None:
        self.kubeconfig = Path("/plane/kubeconfig.yaml")
        self.folder = Path("/plane/thing-manager")
        self.log = Path("/logs/thing-manager.log")
        self.running = False
        self.starts: list[Sequence[str]] = []

    def start(self, binary: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.running = True
        self.starts.append([str(binary), *arguments, *environment.values()])

    def is_running(self) -> bool:
        return self.running

    def stop(self) -> None:
        self.running = False


class Backend:
    def __init__(self) -> None:
        self.there: dict[str, str] = {}
        self.reason = ""

    def addons(self, _cluster_id: str) -> list[AddonRecord]:
        return [AddonRecord(name=name, status=one, config={}) for name, one in self.there.items()]

    def addon_up(self, _cluster_id: str, name: str) -> None:
        self.there[name] = "active"

    def addon_failed(self, _cluster_id: str, name: str, reason: str) -> None:
        self.there[name], self.reason = "failed", reason

    def addon_gone(self, _cluster_id: str, name: str) -> None:
        del self.there[name]


class World:
    """One cluster whose add-on `things` and chart `chart` have the same extension."""

    def __init__(self) -> None:
        self.api, self.runner, self.backend = Api(), Runner(), Backend()
        self.companion = Companion()
        self.ready = True
        self.charts: list[Object] = []
        self.controllers = self.new_daemon()

    def new_daemon(self) -> Extensions:
        context: Any = SimpleNamespace(
            client=cast(Client, self.api),
            backend=self.backend,
            cluster_id="c1",
            objects=lambda _kind: self.charts,
        )
        plane: Any = SimpleNamespace(companion=lambda _name: self.companion)
        runner: Any = self.runner
        self.controllers = Extensions(
            context,
            runner,
            plane,
            {"things": self._extension("things")},
            {"chart": self._extension("chart")},
        )
        return self.controllers

    def _extension(self, name: str) -> Extension:
        return Extension(
            name=name,
            crds=lambda: [CRD],
            objects=lambda: [WEBHOOKS],
            watches=("Thing",),
            controllers=lambda _context: [cast(Controller, object())],
            process=Process(
                tool="thing-manager",
                arguments=lambda place: [f"--port={len(place.ports)}"],
                environment=lambda place: {"CERTIFICATES": str(place.folder)},
                is_ready=self._is_ready,
                ports=2,
            ),
        )

    def _is_ready(self, _place: Place) -> bool:
        return self.ready

    def look(self, times: int = 1) -> float | None:
        wait = None
        for _ in range(times):
            wait = self.controllers.reconcile(EVERYTHING)
        return wait


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    tool = Tool("thing-manager", Path("/tools/thing-manager"), "1.0.0", "built")
    monkeypatch.setattr(installed, "find", lambda _name: tool)
    monkeypatch.setattr(installed, "_PAUSE_SECONDS", 0.0)
    return World()


def test_nothing_is_done_for_nothing(world: World) -> None:
    assert world.look() is None
    assert world.api.names() == []


def test_an_addon_is_active_when_all_of_it_is_there(world: World) -> None:
    world.backend.there["things"] = "initial"
    world.api.serving = world.ready = world.runner.listed = False
    soon = world.look()
    assert world.api.names() == ["things", "things.example.com"]
    assert not world.companion.starts, "it would ask for kinds that are not served"
    world.api.serving = True
    world.look(2)
    assert world.companion.starts == [["/tools/thing-manager", "--port=2", "/plane/thing-manager"]]
    assert not world.runner.watched
    world.ready = True
    world.look()
    assert world.runner.watched == {"Thing"}
    assert world.backend.there == {"things": "initial"}
    world.runner.listed = True
    later = world.look()
    assert world.backend.there == {"things": "active"}
    assert len(world.runner.running) == 1
    assert soon is not None and later is not None and soon < later


def test_an_addon_goes_from_the_kinds_to_the_process(world: World) -> None:
    world.backend.there["things"] = "initial"
    world.look(2)
    world.backend.there["things"] = "deleting"
    world.look()
    assert not world.runner.running and not world.runner.watched
    assert world.companion.running, "objects of its kinds may still need it"
    world.look()
    assert world.backend.there == {"things": "deleting"}
    assert world.look() is None
    assert not world.companion.running
    assert world.api.names() == []
    assert world.backend.there == {}


def test_a_chart_is_told_on_its_config_map_and_can_share_kinds(world: World) -> None:
    path = path_of("ConfigMap", "chart", "kube-system")
    metadata = {"name": "chart", "namespace": "kube-system", "labels": {EXTENSION_LABEL: "chart"}}
    unknown = {"name": "x", "namespace": "kube-system", "labels": {EXTENSION_LABEL: "other"}}
    world.charts = [{"kind": "ConfigMap", "metadata": metadata}, {"metadata": unknown}]
    world.api.objects[path] = copy.deepcopy(world.charts[0])
    world.backend.there["things"] = "active"
    world.look(2)
    annotations = world.api.objects[path]["metadata"]["annotations"]
    assert annotations == {STATE_ANNOTATION: "active"}
    world.charts = []
    world.look(2)
    assert world.runner.watched == {"Thing"}, "the add-on follows it too"


def test_a_missing_tool_fails_the_addon_with_its_sentence_and_is_looked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = installed.find

    def missing(name: str) -> Tool:
        raise ToolMissing(f"{name}: not built; run it")

    monkeypatch.setattr(installed, "find", missing)
    world.backend.there["things"] = "initial"
    world.look(2)
    assert world.backend.there == {"things": "failed"}
    assert world.backend.reason == "thing-manager: not built; run it"
    monkeypatch.setattr(installed, "find", found)
    world.look(2)
    assert world.backend.there == {"things": "active"}


def test_a_process_that_ends_is_started_again_but_not_for_ever(world: World) -> None:
    world.backend.there["things"] = "initial"
    world.look(2)
    world.companion.running = False
    world.look(2)
    assert len(world.companion.starts) == 2
    assert world.backend.there == {"things": "active"}
    world.backend.there["things"] = "updating"
    world.ready = False
    for _ in range(4):
        world.companion.running = False
        world.look()
    assert world.backend.there == {"things": "failed"}
    assert world.backend.reason == (
        "thing-manager ended 3 times at its start (/logs/thing-manager.log)"
    )


def test_what_a_killed_daemon_left_is_removed_by_the_next(world: World) -> None:
    world.backend.there["things"] = "initial"
    world.look(2)
    del world.backend.there["things"]
    world.runner.running.clear()
    world.new_daemon()
    world.look(3)
    assert world.api.names() == []


def test_a_definition_of_an_earlier_version_gets_the_versions_of_this_one(world: World) -> None:
    old = copy.deepcopy(CRD)
    old["spec"].update(versions=[{"name": "v0", "served": True}], conversion="kept")
    world.api.objects[path_of(CRD["kind"], CRD["metadata"]["name"])] = old
    world.backend.there["things"] = "initial"
    world.look(2)
    assert world.backend.there == {"things": "active"}
    assert old["spec"]["versions"] == CRD["spec"]["versions"]
    assert old["spec"]["conversion"] == "kept"
