"""Runs the controllers of one cluster."""

from __future__ import annotations

import heapq
import itertools
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence

from sandbox.cloud.errors import CloudError
from sandbox.controllers.controller import Controller, Key
from sandbox.kube.client import ApiError, Client, Object, Unreachable
from sandbox.kube.informer import Informer
from sandbox.kube.stand_ins import EXTENSION_LABEL

_log = logging.getLogger(__name__)

BASIC = ("Namespace", "Node", "Pod", "Service", "ConfigMap")
"""Kinds that every cluster serves."""

WATCHED = (*BASIC, "ResourcePolicy", "PersistentVolume", "PersistentVolumeClaim")
"""Kinds that a managed cluster serves."""

#: Only objects with the label are followed.
_SELECTORS = {"ConfigMap": EXTENSION_LABEL}

_LIST_SECONDS = 30.0
_JOIN_SECONDS = 10.0
_FIRST_DELAY = 0.1
_LONGEST_DELAY = 30.0
_CONFLICT = 409

_Item = tuple[Controller, Key]


class Runner:
    """Watches, and one thread that reconciles: a cluster's decisions are made one by one."""

    def __init__(self, name: str, client: Client, kinds: Sequence[str] = WATCHED) -> None:
        self._client = client
        self.informers = {kind: self._informer(kind) for kind in kinds}
        self._controllers: Sequence[Controller] = ()
        self._due: dict[_Item, float] = {}
        self._order: list[tuple[float, int, _Item]] = []
        """A heap of what is in `_due`; entries that are not any more are passed over."""
        self._numbers = itertools.count()
        self._failures: dict[_Item, int] = {}
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=f"controllers-{name}", daemon=True)

    def start(self, controllers: Sequence[Controller]) -> None:
        """Begin to watch, and when all lists are there, to reconcile."""
        self._controllers = tuple(controllers)
        for informer in self.informers.values():
            informer.start()
        self._thread.start()

    def stop(self) -> None:
        """End; the reconciliation under way is finished first."""
        for informer in list(self.informers.values()):
            informer.stop()
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def add(
        self, kinds: Sequence[str], make: Callable[[], Sequence[Controller]]
    ) -> Sequence[Controller] | None:
        """Follow more kinds and, once their lists are there, make and run more controllers.

        Returns None while the lists are not there: call again. To be called by a controller.
        """
        for kind in kinds:
            if kind not in self.informers:
                self.informers[kind] = self._informer(kind)
                self.informers[kind].start()
        if not all(self.informers[kind].wait(0) for kind in kinds):
            return None
        controllers = tuple(make())
        self._controllers = (*self._controllers, *controllers)
        self._add_all(controllers)
        return controllers

    def remove(self, kinds: Sequence[str], controllers: Sequence[Controller]) -> None:
        """Follow these kinds no longer and end these controllers. To be called by a controller."""
        self._controllers = tuple(one for one in self._controllers if one not in controllers)
        for kind in kinds:
            if kind in self.informers:
                self.informers.pop(kind).stop()
        with self._wake:
            self._due = {item: at for item, at in self._due.items() if item[0] not in controllers}

    def cloud_changed(self) -> None:
        """Let the controllers that follow the cloud compare again."""
        self._add_all([one for one in self._controllers if one.follows_cloud])

    def _informer(self, kind: str) -> Informer:
        return Informer(self._client, kind, self._changed, _SELECTORS.get(kind, ""))

    def _changed(self, kind: str, obj: Object) -> None:
        for controller in self._controllers:
            key = controller.key(kind, obj)
            if key is not None:
                self._add((controller, key), 0.0)

    def _add_all(self, controllers: Sequence[Controller]) -> None:
        for controller in controllers:
            for key in controller.keys_at_start():
                self._add((controller, key), 0.0)

    def _add(self, item: _Item, delay: float) -> None:
        due = time.monotonic() + delay
        with self._wake:
            if due < self._due.get(item, math.inf):
                self._due[item] = due
                heapq.heappush(self._order, (due, next(self._numbers), item))
                self._wake.notify_all()

    def _work(self) -> None:
        for informer in list(self.informers.values()):
            while not self._stopping and not informer.wait(_LIST_SECONDS):
                _log.warning("no list of %s yet", informer.kind)
        self._add_all(self._controllers)
        while (item := self._next()) is not None:
            self._reconcile(item)

    def _next(self) -> _Item | None:
        """The item that is due first, once it is due; None to end."""
        with self._wake:
            while not self._stopping:
                while self._order and self._due.get(self._order[0][2]) != self._order[0][0]:
                    heapq.heappop(self._order)
                if not self._order:
                    self._wake.wait()
                    continue
                due, _, item = self._order[0]
                wait = due - time.monotonic()
                if wait <= 0:
                    heapq.heappop(self._order)
                    del self._due[item]
                    return item
                self._wake.wait(wait)
        return None

    def _reconcile(self, item: _Item) -> None:
        controller, key = item
        try:
            again = controller.reconcile(key)
        except Exception as error:
            failures = self._failures[item] = self._failures.get(item, 0) + 1
            delay = min(_FIRST_DELAY * 2 ** (failures - 1), _LONGEST_DELAY)
            self._report(controller, key, error, delay)
            self._add(item, delay)
        else:
            self._failures.pop(item, None)
            if again is not None:
                self._add(item, again)

    def _report(self, controller: Controller, key: Key, error: Exception, delay: float) -> None:
        what = f"{type(controller).__name__} {key}"
        if isinstance(error, ApiError) and error.status == _CONFLICT:
            _log.debug("%s: changed meanwhile, again in %.1f s", what, delay)
        elif isinstance(error, ApiError | Unreachable | CloudError):
            if not self._stopping:
                _log.warning("%s: %s; again in %.1f s", what, error, delay)
        else:
            _log.error("%s failed; again in %.1f s", what, delay, exc_info=error)
