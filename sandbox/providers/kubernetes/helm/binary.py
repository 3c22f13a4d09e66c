"""Runs `helm` as one user on one cluster."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ackb import toolchain
from ackb.domain.files import write_atomically

from ..access import ClusterAccess
from ..kinds import Object

_LOCK_PAUSE = 0.2
_ENDING_SECONDS = 10.0


class HelmFailed(Exception):
    """Helm ended with an error; the message is what it said."""


class Cancelled(Exception):
    """The engine wants to stop."""


@dataclass(frozen=True)
class Helm:
    """The program, pointed at one cluster."""

    access: ClusterAccess
    cancelled: asyncio.Event

    @contextlib.asynccontextmanager
    async def only_one(self, namespace: str, name: str) -> AsyncIterator[int]:
        """Wait until nobody works on a release, and keep it so; gives the descriptor of the lock.

        A helm that outlives the process which started it holds the lock too, if it was given it.

        Raises:
            Cancelled: the engine wanted to stop meanwhile.
        """
        identity = f"{self.access.server}/{namespace}/{name}"
        digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"ackb-helm-locks-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / digest, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _taken(descriptor):
                if self.cancelled.is_set():
                    raise Cancelled
                await asyncio.sleep(_LOCK_PAUSE)
            yield descriptor
        finally:
            os.close(descriptor)

    async def run(self, *arguments: str, values: Object | None = None, lock: int = -1) -> str:
        """Run it and return what it printed.

        Args:
            arguments: command, options and operands; none of them secret.
            values: values of a chart, read by `-f -`.
            lock: descriptor that stays open as long as the program runs, even beyond this process.

        Raises:
            HelmFailed: it ended with an error.
            Cancelled: the engine wanted to stop; helm was told so and has ended.
            toolchain.ToolMissing: there is no helm.
        """
        program = toolchain.find("helm").path
        with tempfile.TemporaryDirectory(prefix="ackb-helm-") as folder:
            kubeconfig = Path(folder) / "kubeconfig"
            write_atomically(kubeconfig, json.dumps(_kubeconfig(self.access)), mode=0o600)
            child = await asyncio.create_subprocess_exec(
                str(program),
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_environment(Path(folder), kubeconfig),
                pass_fds=[lock] if lock >= 0 else [],
            )
            # Values go through a pipe: they are in no argument and in no file.
            given = json.dumps(values or {}).encode()
            said, complained = await self._ended(child, given)
        if child.returncode != 0:
            raise HelmFailed(_reason(complained.decode(errors="replace")))
        return said.decode(errors="replace")

    async def _ended(self, child: asyncio.subprocess.Process, given: bytes) -> tuple[bytes, bytes]:
        talk = asyncio.ensure_future(child.communicate(given))
        stop = asyncio.ensure_future(self.cancelled.wait())
        try:
            await asyncio.wait([talk, stop], return_when=asyncio.FIRST_COMPLETED)
            if talk.done():
                return talk.result()
            child.terminate()  # it records the release as failed
            try:
                await asyncio.wait_for(talk, _ENDING_SECONDS)
            except TimeoutError:
                child.kill()
            raise Cancelled
        finally:
            stop.cancel()


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _environment(folder: Path, kubeconfig: Path) -> dict[str, str]:
    """Without the user's own settings, plug-ins and repositories of Helm."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HELM_")}
    # The project's own command, which gives the credential, is found without its environment.
    own = str(Path(sys.executable).parent)
    return kept | {
        "PATH": os.pathsep.join([own, kept.get("PATH", os.defpath)]),
        "KUBECONFIG": str(kubeconfig),
        "HELM_CACHE_HOME": str(folder / "cache"),
        "HELM_CONFIG_HOME": str(folder / "config"),
        "HELM_DATA_HOME": str(folder / "data"),
    }


def _kubeconfig(access: ClusterAccess) -> dict[str, Any]:
    cluster: dict[str, Any] = {"server": access.server}
    if access.authority:
        cluster["certificate-authority-data"] = _base64(access.authority)
    context = {"cluster": "c", "user": "u", "namespace": access.namespace}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": cluster}],
        "contexts": [{"name": "c", "context": context}],
        "users": [{"name": "u", "user": _user(access)}],
    }


def _user(access: ClusterAccess) -> dict[str, Any]:
    user = access.user
    if user.plugin is not None:
        plugin = user.plugin
        return {
            "exec": {
                "command": plugin.command,
                "args": list(plugin.arguments),
                "env": [{"name": name, "value": value} for name, value in plugin.environment],
                "apiVersion": plugin.api_version,
                "installHint": plugin.install_hint,
                "interactiveMode": "Never",
            }
        }
    found: dict[str, Any] = {}
    if user.token:
        found["token"] = user.token
    if user.certificate and user.key:
        found["client-certificate-data"] = _base64(user.certificate)
        found["client-key-data"] = _base64(user.key)
    return found


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _reason(complaint: str) -> str:
    """What helm said, without its warnings and its own prefix."""
    lines = [line for line in complaint.strip().splitlines() if not line.startswith("WARNING:")]
    text = "; ".join(line.strip() for line in lines if line.strip())
    return text.removeprefix("Error: ") or "helm gave no reason"
