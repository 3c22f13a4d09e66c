"""Brings and removes extensions as their add-ons and charts come and go."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ackb.toolchain import ToolMissing
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.extensions.installed import Installed, ProcessEnds, left_behind
from sandbox.controllers.extensions.table import ADDONS, CHARTS
from sandbox.controllers.runner import Runner
from sandbox.kube.client import Object
from sandbox.kube.control_plane import ControlPlane
from sandbox.kube.stand_ins import ACTIVE, EXTENSION_LABEL, STATE_ANNOTATION

_log = logging.getLogger(__name__)

_SOON_SECONDS = 0.1
_LOOK_SECONDS = 1.0
_RETRY_SECONDS = 5.0


class Extensions:
    """Compares what is installed with what runs."""

    follows_cloud = True

    def __init__(
        self,
        context: Context,
        runner: Runner,
        plane: ControlPlane,
        addons: Mapping[str, Extension] = ADDONS,
        charts: Mapping[str, Extension] = CHARTS,
    ) -> None:
        self._context = context
        self._runner = runner
        self._plane = plane
        self._addons = addons
        self._charts = charts
        self._there: dict[str, Installed] | None = None

    def key(self, kind: str, obj: Object) -> Key | None:
        """Everything, after a change of a chart."""
        return EVERYTHING if kind == "ConfigMap" else None

    def keys_at_start(self) -> list[Key]:
        """Everything."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Do the next steps for each extension."""
        context = self._context
        if self._there is None:
            # A daemon before this one may have been killed in the middle of a removal.
            self._there = {name: self._install(name) for name in left_behind(context.client)}
        backend, cluster_id = context.backend, context.cluster_id
        addons = {one.name: one for one in backend.addons(cluster_id) if one.name in self._addons}
        charts: dict[str, list[Object]] = {}
        for obj in context.objects("ConfigMap"):
            charts.setdefault(obj["metadata"]["labels"][EXTENSION_LABEL], []).append(obj)
        kept = {name for name, one in addons.items() if one.status != "deleting"}
        kept |= {name for name in charts if name in self._charts}
        waits: list[float] = []
        for name in sorted(kept):
            state, wait = self._bring(self._there.setdefault(name, self._install(name)))
            waits.append(wait)
            if not state:
                continue
            if name in addons:
                self._tell_cloud(name, addons[name].status, state)
            for chart in charts.get(name, []):
                self._tell_chart(chart, state)
        for name in sorted((set(self._there) | set(addons)) - kept):
            if self._take_away(name, kept):
                if name in addons:
                    backend.addon_gone(cluster_id, name)
            else:
                waits.append(_SOON_SECONDS)
        return min(waits, default=None)

    def _install(self, name: str) -> Installed:
        extension = {**self._addons, **self._charts}[name]
        return Installed(extension, self._context, self._runner, self._plane)

    def _bring(self, installed: Installed) -> tuple[str, float]:
        """The state (empty while it is under way), and the seconds until the next look."""
        try:
            if not installed.bring():
                return "", _SOON_SECONDS
        except (ToolMissing, ProcessEnds) as error:
            _log.error("%s: %s", installed.extension.name, error)
            return str(error), _RETRY_SECONDS
        return ACTIVE, _LOOK_SECONDS

    def _take_away(self, name: str, kept: set[str]) -> bool:
        there = self._there or {}
        installed = there.get(name) or self._install(name)
        watched = {kind for one in kept for kind in there[one].extension.watches}
        if not installed.take_away(watched):
            there[name] = installed
            return False
        there.pop(name, None)
        return True

    def _tell_cloud(self, name: str, status: str, state: str) -> None:
        backend, cluster_id = self._context.backend, self._context.cluster_id
        if state == ACTIVE:
            if status != "active":
                backend.addon_up(cluster_id, name)
        elif status not in ("active", "failed"):
            backend.addon_failed(cluster_id, name, state)

    def _tell_chart(self, chart: Object, state: str) -> None:
        if (chart["metadata"].get("annotations") or {}).get(STATE_ANNOTATION) != state:
            self._context.client.patch(
                {**chart, "kind": "ConfigMap"},
                {"metadata": {"annotations": {STATE_ANNOTATION: state}}},
            )
