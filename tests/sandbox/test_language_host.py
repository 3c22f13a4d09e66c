"""The private SDK module that the language host leans on, checked as a contract."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.automation import _server
from pulumi.runtime.proto import language_pb2, language_pb2_grpc


def _start() -> tuple[subprocess.Popen[str], language_pb2_grpc.LanguageRuntimeStub]:
    host = subprocess.Popen(
        [sys.executable, "-m", "ackb.engine.language_host", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert host.stdout is not None
    port = int(host.stdout.readline())
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    return host, language_pb2_grpc.LanguageRuntimeStub(channel)


def test_the_sdk_still_has_the_server_that_the_host_extends() -> None:
    """The host overrides these methods and sets ``program``; another SDK may rename them."""
    for name in ("Run", "GetPluginInfo", "GetRequiredPackages"):
        assert callable(getattr(_server.LanguageServer, name))
    server = _server.LanguageServer(lambda: None)
    assert server.program() is None


def test_the_host_names_its_version_and_wants_no_plugins() -> None:
    """The engine must not look for plugins that cannot be downloaded."""
    host, stub = _start()
    try:
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == "3.272.0"
        answer = stub.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest())
        assert list(answer.packages) == []
    finally:
        host.kill()


def test_the_host_ends_quietly_on_the_engines_signal() -> None:
    """No traceback reaches the user's terminal at the end of a run."""
    host, stub = _start()
    stub.Handshake(language_pb2.LanguageHandshakeRequest())
    host.send_signal(signal.SIGINT)
    _, errors = host.communicate(timeout=20)
    assert host.returncode == 0
    assert errors == ""


def test_the_host_ends_when_its_engine_is_killed(tmp_path: Path) -> None:
    """A killed engine sends no signal; the host must not stay behind."""
    port, note = tmp_path / "port", tmp_path / "pid"
    host = f"{sys.executable} -m ackb.engine.language_host 127.0.0.1:1"
    engine = subprocess.Popen(["sh", "-c", f"{host} >{port} & echo $! >{note}; sleep 60"])
    while not port.exists() or not port.read_text().endswith("\n"):
        assert engine.poll() is None
    engine.kill()
    engine.wait()
    pid = int(note.read_text())
    try:
        for _ in range(200):
            os.kill(pid, 0)
            subprocess.run(["sleep", "0.1"], check=True)
        raise AssertionError("the host outlived its engine by 20 s")
    except ProcessLookupError:
        pass
