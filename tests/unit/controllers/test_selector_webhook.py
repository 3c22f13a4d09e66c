"""The admission policy of the eci-profile's selectors, without a control plane."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from sandbox.controllers.virtual_kubelet import profile
from sandbox.controllers.virtual_kubelet.selectors import POLICY, PROBE
from sandbox.controllers.virtual_kubelet.webhook import SelectorWebhook
from sandbox.kube.client import ApiError, Object
from sandbox.kube.stand_ins import SELECTORS_ANNOTATION, digest

TEXT = json.dumps([{"name": "a", "effect": {"labels": {"a": "1"}}}])
KINDS = {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"}


class Lab:
    """An API server with a profile, which heeds a policy when told to."""

    def __init__(self, text: str = TEXT) -> None:
        self.addon: Any = SimpleNamespace(status="active")
        self.objects: dict[str, Object] = {}
        self.in_force = digest(TEXT)
        self.refusal: ApiError | None = None
        self.events: list[str] = []
        self.requests = 0
        self.version = 0
        metadata: Object = {"name": profile.NAME, "namespace": profile.NAMESPACE, "uid": "u"}
        metadata["labels"] = dict(profile.LABELS)
        self.profile: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
        self.write(text)
        self.restart()

    def restart(self) -> None:
        """Another daemon takes over."""
        context: Any = SimpleNamespace(
            cluster_id="c1",
            backend=SimpleNamespace(addon=lambda cluster_id, name: self.addon),
            client=self,
            informers={"ConfigMap": SimpleNamespace(get=lambda name, namespace: self.followed())},
        )
        self.controller = SelectorWebhook(context)

    def run(self) -> float | None:
        """Reconcile, and once more for the controller's own answer."""
        if (wait := self.controller.reconcile(())) is None:
            wait = self.controller.reconcile(())
        return wait

    def write(self, text: str) -> None:
        self.profile["data"] = {"selectors": text}
        self._changed()

    def followed(self) -> Object | None:
        return self.profile if self.profile["metadata"].get("labels") else None

    def answered(self) -> str:
        annotations: dict[str, str] = self.profile["metadata"].get("annotations") or {}
        return annotations.get(SELECTORS_ANNOTATION, "")

    def _changed(self) -> None:
        self.version += 1
        self.profile["metadata"]["resourceVersion"] = str(self.version)

    # The client

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        self.requests += 1
        if kind == "ConfigMap":
            assert (name, namespace) == (profile.NAME, profile.NAMESPACE)
            return self.profile
        assert name == POLICY
        return self.objects.get(kind)

    def apply(self, obj: Object) -> Object:
        self.requests += 1
        if obj["kind"] == "Event":
            self.events.append(obj["message"])
            return obj
        if self.refusal is not None:
            raise self.refusal
        self.objects[obj["kind"]] = obj
        return obj

    def patch(self, obj: Object, change: Object) -> Object:
        assert obj is self.profile
        for key, values in change["metadata"].items():
            self.profile["metadata"].setdefault(key, {}).update(values)
        self._changed()
        return obj

    def delete(self, obj: Object) -> None:
        del self.objects[obj["kind"]]

    def call(self, method: str, path: str, *, query: dict[str, str], body: Object) -> Object:
        assert (method, query) == ("POST", {"dryRun": "All"}), "no pod is really made"
        return {"metadata": {"annotations": {PROBE: self.in_force}}}


def test_it_answers_only_when_the_api_server_heeds_the_policy() -> None:
    lab = Lab()
    lab.in_force = ""
    assert lab.run() is not None
    assert (set(lab.objects), lab.answered()) == (KINDS, "")
    lab.in_force = digest(TEXT)
    assert lab.run() is None
    assert lab.answered() == digest(TEXT)


def test_another_daemon_changes_nothing_and_then_rests() -> None:
    lab = Lab()
    lab.run()
    before, version = dict(lab.objects), lab.version
    lab.restart()
    assert lab.run() is None
    assert (lab.objects, lab.version) == (before, version)
    lab.requests = 0
    lab.run()
    assert lab.requests == 0, "changes in the cloud cost no request"


def test_the_policy_goes_with_the_selectors() -> None:
    lab = Lab()
    lab.run()
    lab.write("")
    lab.run()
    assert (lab.objects, lab.answered()) == ({}, digest(""))


def test_it_goes_with_the_add_on_and_comes_back_with_it() -> None:
    lab = Lab()
    lab.run()
    lab.addon.status = "deleting"
    lab.run()
    assert lab.objects == {}
    addon, lab.addon = lab.addon, None
    lab.run()
    addon.status, lab.addon = "active", addon
    lab.run()
    assert set(lab.objects) == KINDS


def test_bad_selectors_are_said_and_change_nothing() -> None:
    lab = Lab()
    lab.run()
    before = dict(lab.objects)
    lab.write("[{")
    assert lab.run() is None
    assert lab.objects == before
    assert lab.events
    assert lab.events[0].startswith("selectors: Invalid JSON")
    assert lab.answered() == digest("[{"), "nobody waits for it"


def test_so_is_what_the_api_server_refuses() -> None:
    lab = Lab()
    lab.refusal = ApiError(422, "Invalid", "too many")
    assert lab.run() is None
    assert (lab.objects, set(lab.events)) == ({}, {"too many"})


def test_a_profile_of_an_earlier_version_is_followed_from_now_on() -> None:
    lab = Lab()
    lab.profile["metadata"].pop("labels")
    lab.run()
    assert lab.profile["metadata"]["labels"] == profile.LABELS
