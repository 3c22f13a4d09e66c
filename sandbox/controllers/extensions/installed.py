"""One extension of one cluster: brings all of it, keeps it, and takes it away again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence

from ackb.toolchain import find
from sandbox.controllers.controller import Context, Controller
from sandbox.controllers.extensions.extension import Extension, Place, Process
from sandbox.controllers.runner import Runner
from sandbox.kube.client import ApiError, Client, Object, path_of
from sandbox.kube.companion import Companion
from sandbox.kube.control_plane import ControlPlane
from sandbox.kube.ports import free_ports

_log = logging.getLogger(__name__)

#: Label of all that an extension made in the cluster; its value is the extension's name.
_MADE_FOR = "ackb/made-for"
_DEFINITION = "CustomResourceDefinition"
#: What the objects of extensions may be, in the order they are removed.
_OBJECTS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")

_TRIES = 3
_PAUSE_SECONDS = 2.0


class ProcessEnds(Exception):
    """The extension's process ends again and again before it is ready."""


class Installed:
    """Steps that never wait: each says whether it is done, and is called again until it is."""

    def __init__(
        self, extension: Extension, context: Context, runner: Runner, plane: ControlPlane
    ) -> None:
        self.extension = extension
        self._client = context.client
        self._context = context
        self._runner = runner
        process = extension.process
        self._companion = None if process is None else plane.companion(process.tool)
        self._place: Place | None = None
        self._ready = False
        self._starts = 0
        self._not_before = 0.0
        self._served = False
        self._controllers: Sequence[Controller] | None = None

    def bring(self) -> bool:
        """Do the next steps of the installation, or of the repair; whether all of it is there.

        Raises:
            ToolMissing: its native program is neither on PATH nor built.
            ProcessEnds: the program does not work.
        """
        if not self._served:
            self._create()
            self._served = _serves(self._client, self.extension.crds())
        return self._served and self._runs() and self._follows()

    def take_away(self, kept: Iterable[str]) -> bool:
        """Do the next steps of the removal; whether nothing of it is left.

        `kept` are the kinds that other extensions still follow.
        """
        self._runner.remove(
            [kind for kind in self.extension.watches if kind not in kept], self._controllers or ()
        )
        self._controllers = None
        self._served = False
        # The process goes after its kinds: it may have to let go of objects of them.
        if self._delete(_DEFINITION) or any(self._delete(kind) for kind in _OBJECTS):
            return False
        if self._companion is not None:
            self._companion.stop()
        return True

    def _create(self) -> None:
        for obj in self.extension.crds():
            # What the process has changed elsewhere in a definition stays, such as a conversion.
            if not _create(self._client, self._marked(obj)):
                self._client.patch(obj, {"spec": {"versions": obj["spec"]["versions"]}})
        for obj in self.extension.objects():
            _create(self._client, self._marked(obj))

    def _marked(self, obj: Object) -> Object:
        metadata = obj["metadata"]
        labels = {**(metadata.get("labels") or {}), _MADE_FOR: self.extension.name}
        return {**obj, "metadata": {**metadata, "labels": labels}}

    def _delete(self, kind: str) -> bool:
        """Remove what was made of a kind; whether anything was still there."""
        selector = f"{_MADE_FOR}={self.extension.name}"
        items = self._client.get(path_of(kind), labelSelector=selector)["items"]
        for item in items:
            if "deletionTimestamp" not in item["metadata"]:
                self._client.delete({**item, "kind": kind})
        return bool(items)

    def _runs(self) -> bool:
        process, companion = self.extension.process, self._companion
        if process is None or companion is None:
            return True
        if self._place is not None and companion.is_running():
            if not self._ready and process.is_ready(self._place):
                self._ready, self._starts = True, 0
            return self._ready
        self._ready = False
        if time.monotonic() >= self._not_before:
            self._start(process, companion)
        return False

    def _start(self, process: Process, companion: Companion) -> None:
        self._not_before = time.monotonic() + _PAUSE_SECONDS
        if self._starts >= _TRIES:
            self._starts = 0
            raise ProcessEnds(f"{process.tool} ended {_TRIES} times at its start ({companion.log})")
        if self._place is not None:
            _log.warning("%s ended (%s); starting it again", process.tool, companion.log)
        tool = find(process.tool)
        self._starts += 1
        self._place = Place(
            client=self._client,
            kubeconfig=companion.kubeconfig,
            folder=companion.folder,
            ports=free_ports(process.ports),
        )
        companion.start(tool.path, process.arguments(self._place), process.environment(self._place))

    def _follows(self) -> bool:
        if self._controllers is None:
            self._controllers = self._runner.add(
                self.extension.watches, lambda: self.extension.controllers(self._context)
            )
        return self._controllers is not None


def left_behind(client: Client) -> set[str]:
    """Names of the extensions of which something is in the cluster."""
    items = client.get(path_of(_DEFINITION), labelSelector=_MADE_FOR)["items"]
    return {item["metadata"]["labels"][_MADE_FOR] for item in items}


def _create(client: Client, obj: Object) -> bool:
    """Make an object; False where it is there already."""
    try:
        client.create(obj)
    except ApiError as error:
        if error.reason != "AlreadyExists":
            raise
        return False
    return True


def _serves(client: Client, definitions: Iterable[Object]) -> bool:
    """Whether discovery shows all kinds by now: it lags behind what the definitions say."""
    wanted: dict[str, set[str]] = {}
    for definition in definitions:
        spec = definition["spec"]
        for version in spec["versions"]:
            if version["served"]:
                kinds = wanted.setdefault(f"/apis/{spec['group']}/{version['name']}", set())
                kinds.add(spec["names"]["kind"])
    for path, kinds in wanted.items():
        try:
            served = {one["kind"] for one in client.get(path)["resources"]}
        except ApiError as error:
            if error.status != 404:
                raise
            return False
        if not kinds <= served:
            return False
    return True
