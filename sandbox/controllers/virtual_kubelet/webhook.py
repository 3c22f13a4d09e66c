"""Keeps the admission policy in line with the selectors of the eci-profile."""

from __future__ import annotations

from sandbox.cloud.cs.addon_records import VIRTUAL_NODE
from sandbox.controllers import events
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.virtual_kubelet import profile
from sandbox.controllers.virtual_kubelet.selectors import POLICY, PROBE, BadSelectors, policy
from sandbox.kube.client import ApiError, Object, path_of
from sandbox.kube.stand_ins import EXTENSION_LABEL, PROFILE_LABEL, SELECTORS_ANNOTATION, digest

_KINDS = ("MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy")
_LOOK_SECONDS = 0.1
_INVALID = 422


class SelectorWebhook:
    """Puts selectors into force when they change, and takes them away with the add-on."""

    follows_cloud = True

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: tuple[str, bool] | None = None
        """Version of the profile that was dealt with, and whether the add-on was there."""

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of the profile."""
        labels = obj["metadata"].get("labels") or {}
        is_profile = kind == "ConfigMap" and labels.get(EXTENSION_LABEL) == PROFILE_LABEL
        return EVERYTHING if is_profile else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Bring the policy in line with the profile; comes back until it is in force."""
        context = self._context
        addon = context.backend.addon(context.cluster_id, VIRTUAL_NODE)
        wanted = addon is not None and addon.status != "deleting"
        found = context.informers["ConfigMap"].get(profile.NAME, profile.NAMESPACE)
        seen = ("" if found is None else found["metadata"]["resourceVersion"], wanted)
        if seen == self._seen:
            return None
        if found is None:
            if wanted:
                self._follow()
            self._remove()
            self._seen = seen
            return None
        text = (found.get("data") or {}).get("selectors", "")
        if not (wanted and text.strip()):
            self._remove()
        elif not self._in_force(found, text):
            return _LOOK_SECONDS
        self._answer(found, digest(text))
        self._seen = seen
        return None

    def _follow(self) -> None:
        """Have the changes of a profile told that was made before anybody followed it."""
        client = self._context.client
        there = client.find("ConfigMap", profile.NAME, profile.NAMESPACE)
        if there is not None:
            client.patch(there, {"metadata": {"labels": profile.LABELS}})

    def _in_force(self, found: Object, text: str) -> bool:
        """Apply the policy; whether the API server heeds it, or never will."""
        client = self._context.client
        try:
            for obj in policy(text):
                client.apply(obj)
        except BadSelectors as error:
            self._warn(found, str(error))
            return True
        except ApiError as error:
            if error.status != _INVALID:
                raise
            self._warn(found, error.message)
            return True
        trial = client.call(
            "POST", path_of("Pod", namespace="kube-system"), query={"dryRun": "All"}, body=_TRIAL
        )
        answer: str = trial["metadata"]["annotations"][PROBE]
        return answer == digest(text)

    def _warn(self, found: Object, message: str) -> None:
        events.warn(self._context.client, found, "vk-webhook", "InvalidSelectors", message)

    def _answer(self, found: Object, answer: str) -> None:
        annotations = found["metadata"].get("annotations") or {}
        if annotations.get(SELECTORS_ANNOTATION) != answer:
            change = {"metadata": {"annotations": {SELECTORS_ANNOTATION: answer}}}
            self._context.client.patch(found, change)

    def _remove(self) -> None:
        client = self._context.client
        for kind in _KINDS:
            if (there := client.find(kind, POLICY)) is not None:
                client.delete(there)


_TRIAL: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "selectors-probe", "annotations": {PROBE: ""}},
    "spec": {"containers": [{"name": "probe", "image": "none"}]},
}
