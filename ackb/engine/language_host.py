"""A Python language host for the Pulumi engine, used where the official one is not installed.

The engine starts the executable ``pulumi-language-python`` it finds on PATH and reads a port from
its first line of output. The host serves the LanguageRuntime protocol on the SDK's own
``LanguageServer`` (a private module: ``tests/sandbox/test_language_host.py`` guards it) and runs
the program with the interpreter that runs the host, so no virtual environment is searched for.
"""

from __future__ import annotations

import gc
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import psutil
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2 as language
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

#: Calls served at once: one program, its policy packs, and short questions of the engine.
_WORKERS = 8

#: New objects before the collector looks at them (Python's default is 700).
_COLLECT_AFTER = 100_000

#: Seconds between two looks at whether the engine still lives.
_WATCH = 1.0


class LanguageHost(LanguageServer):
    """Runs ``__main__.py`` of a project, and policy packs, for the engine."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to agree on."""
        return language.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The host has the version of the SDK that it runs programs with."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No package is announced: the sandbox's providers are attached, not installed."""
        return language.GetRequiredPackagesResponse()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Run the program once, as ``python __main__.py`` in its folder would."""
        folder = request.info.program_directory or request.pwd
        os.chdir(folder)
        sys.path.insert(0, folder)
        main = str(Path(folder) / "__main__.py")

        def program() -> None:
            runpy.run_path(main, run_name="__main__")

        self.program = program
        # Where the SDK looks for the engine's address: without it, what the program logs is mere
        # text on standard error, with neither severity nor resource.
        request.args[:] = sys.argv[-1:]
        result = super().Run(request, context)  # type: ignore[no-untyped-call]
        # The SDK has logged the error; returning it too would show it to the user twice.
        return language.RunResponse(bail=True) if result.error else result

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Run a policy pack and pass on what it prints; it ends with the engine's call."""
        environment = {**os.environ, **dict(item.split("=", 1) for item in request.env)}
        module = [sys.executable, "-u", "-m", "pulumi.policy"]
        child = subprocess.Popen(
            [*module, *request.args, request.info.program_directory],
            cwd=request.pwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        context.add_callback(child.terminate)
        assert child.stdout is not None  # noqa: S101 - opened as a pipe above
        for line in child.stdout:
            yield language.RunPluginResponse(stdout=line)
        yield language.RunPluginResponse(exitcode=child.wait())


def _end_with(engine: int) -> None:
    """End this process and its policy packs when the engine dies without a signal."""
    while os.getppid() == engine:
        time.sleep(_WATCH)
    for child in psutil.Process().children(recursive=True):
        child.terminate()
    os._exit(0)


def main() -> None:
    """Serve one engine until it sends its shutdown signal, or dies."""
    # Importing the SDKs makes millions of objects that stay: collecting among them costs 0.4 s.
    gc.set_threshold(_COLLECT_AFTER)
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=_WORKERS))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop(0))
    print(port, flush=True)
    server.wait_for_termination()
    sys.stdout.flush()
    # Threads that the program started would hold up the exit, and the engine waits for it.
    os._exit(0)


if __name__ == "__main__":
    main()
