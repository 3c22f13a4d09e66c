from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.kube.ports import PortTaken, free_ports, is_free, lasting_port, require_free


def test_free_ports_differ_and_are_free() -> None:
    ports = free_ports(6)
    assert len(set(ports)) == 6
    assert all(is_free(port) for port in ports)


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_ports_are_not_given_twice_before_anything_listens() -> None:
    """Control planes of two stacks start at once."""
    with ThreadPoolExecutor(4) as starts:
        found = [port for ports in starts.map(free_ports, [5] * 40) for port in ports]
        lasting = list(starts.map(lambda _: lasting_port(), range(40)))
    assert len({*found, *lasting}) == 240


def test_a_lasting_port_is_none_that_the_kernel_gives_away() -> None:
    """A cluster that is stopped keeps its port: outgoing connections must not take it."""
    port = lasting_port()
    assert 20_000 <= port < 32_768
    assert is_free(port)


def test_a_taken_port_names_the_program() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as failure:
            require_free(port, "the API server of c1")
    said = str(failure.value)
    assert said.startswith(f"port {port}, on which the API server of c1 is known, is taken by ")
    assert f"(pid {os.getpid()}); end that program, nothing is lost meanwhile" in said
    require_free(port, "the API server of c1")
