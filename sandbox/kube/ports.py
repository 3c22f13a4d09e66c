"""Free TCP ports of the loopback interface."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import deque
from contextlib import ExitStack, suppress

import psutil

_LOOPBACK = "127.0.0.1"
_LETTING_GO_SECONDS = 1.0
_LOOK_SECONDS = 0.02

_LASTING = range(20_000, 32_768)
"""Ports that no kernel gives away by itself: Linux does so from 32768 on (ip_local_port_range),
macOS from 49152."""


_choosing = threading.Lock()
_chosen: deque[int] = deque(maxlen=500)
"""Ports that this process chose last: of two control planes that start at once, the one that
listens later would lose a port to the other."""


class PortTaken(Exception):
    """Another program listens on a port that cannot be exchanged; the text says which program."""


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, chosen by the kernel; all different, and new each time."""
    found: list[int] = []
    with ExitStack() as held, _choosing:
        while len(found) < count:
            one = held.enter_context(socket.socket())
            one.bind((_LOOPBACK, 0))
            port = one.getsockname()[1]
            if port not in _chosen:
                found.append(port)
        _chosen.extend(found)
    return found


def lasting_port() -> int:
    """A free port for a server that keeps it over restarts.

    Raises:
        PortTaken: all of them are taken.
    """
    with _choosing:
        for port in random.sample(_LASTING, len(_LASTING)):
            if port not in _chosen and is_free(port):
                _chosen.append(port)
                return port
    raise PortTaken(f"no port from {_LASTING[0]} to {_LASTING[-1]} is free on {_LOOPBACK}")


def require_free(port: int, purpose: str) -> None:
    """Refuse a port that something else listens on.

    Raises:
        PortTaken: it names the program, where that can be seen.
    """
    if not becomes_free(port):
        raise PortTaken(
            f"port {port}, on which {purpose} is known, is taken by {_owner(port)}; end that "
            "program, nothing is lost meanwhile"
        )


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


def _owner(port: int) -> str:
    # Other users' programs cannot be seen everywhere.
    with suppress(psutil.Error):
        for one in psutil.net_connections("tcp"):
            listens = one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port
            if listens and one.pid:
                return f"{psutil.Process(one.pid).name()} (pid {one.pid})"
    return "another program"
