"""Free TCP ports of the loopback interface."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

_LOOPBACK = "127.0.0.1"
_LETTING_GO_SECONDS = 1.0
_LOOK_SECONDS = 0.02


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, chosen by the kernel; all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((_LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def becomes_free(port: int) -> bool:
    """Whether nothing listens on the port; a process just killed has a moment to let go of it."""
    deadline = time.monotonic() + _LETTING_GO_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def is_free(port: int) -> bool:
    """Whether nothing listens on the port."""
    with socket.socket() as probe:
        # As servers do: a connection of the port's last owner that still lingers is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
        return True
