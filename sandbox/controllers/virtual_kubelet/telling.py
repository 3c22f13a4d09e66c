"""Writes statuses of pods, several at a time: one connection waits for the API server mostly."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from sandbox.kube.client import ApiError, Client, Object, Unreachable

_WRITERS = 4

Done = Callable[[Exception | None], None]
"""Called with the error of a write, or None."""


class Teller:
    """Changes pods in the background, in threads that end when nothing is left to write."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._queue: deque[tuple[Object, Object, Done]] = deque()
        self._writers = 0

    def tell(self, pod: Object, change: Object, done: Done) -> None:
        """Change a pod together with its status."""
        with self._lock:
            self._queue.append((pod, change, done))
            if self._writers >= _WRITERS:
                return
            self._writers += 1
        threading.Thread(target=self._work, name="virtual-kubelet", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._writers -= 1
                    return
                pod, change, done = self._queue.popleft()
            try:
                self._client.write(pod, change, "status")
            except (ApiError, Unreachable) as error:
                done(error)
            else:
                done(None)
