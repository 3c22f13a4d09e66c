"""One Kubernetes control plane on this machine, made by kwokctl."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil

from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from sandbox.cloud.cs import pki
from sandbox.kube import processes
from sandbox.kube.companion import Companion
from sandbox.kube.configuration import ADMINISTRATOR, Ports, Settings, render
from sandbox.kube.ports import PortTaken, free_ports, lasting_port, require_free
from sandbox.kube.tools import control_plane_tools

_log = logging.getLogger(__name__)

_START_SECONDS = 120
_LOOK_SECONDS = 0.5
_SHORT_ID = 12
_COMPONENTS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
)
_CERTIFICATE_LIFETIME = timedelta(days=365 * 10)


class ControlPlaneError(Exception):
    """A control plane does not start; the text says why and where its log is."""


def name_of(home: Home, cluster_id: str) -> str:
    """Name of a cluster's control plane: two homes on one machine never share one."""
    return f"ackb-{home.short_hash}-{cluster_id[:_SHORT_ID]}"


def leftovers(home: Home, known: Iterable[str]) -> list[ControlPlane]:
    """Control planes of this home that belong to none of the clusters with the known ids."""
    kept = {name_of(home, cluster_id) for cluster_id in known}
    there = {path.name for path in (home.kwok / "clusters").glob("*")}
    return [ControlPlane(home, name) for name in sorted(there - kept)]


class ControlPlane:
    """Processes and files of one control plane.

    Everything but the database is made anew at each start. So a start repairs whatever a kill, a
    reboot or a rebuilt tool left behind, and the first start is no other code than a later one.
    """

    def __init__(self, home: Home, name: str) -> None:
        self.name = name
        self._kwok = home.kwok
        self._folder = home.kwok / "clusters" / self.name
        self._data = home.kwok / "data" / self.name
        self._logs = home.logs / self.name
        self._processes: dict[str, psutil.Process] = {}

    @property
    def pki(self) -> Path:
        """Folder of the certificates; its content is made anew at each start."""
        return self._folder / "pki"

    def companion(self, name: str) -> Companion:
        """The process of that name beside the components; it ends with them."""
        return Companion(self._folder, self._logs, name)

    def adopt(self) -> bool:
        """Take over the processes of an earlier run; whether all of them are there."""
        found = processes.of_folder(self._folder)
        self._processes = {name: found[name] for name in _COMPONENTS if name in found}
        return self.is_running()

    def is_running(self) -> bool:
        """Whether every component still runs."""
        complete = set(self._processes) == set(_COMPONENTS)
        return complete and processes.are_running(self._processes.values())

    def start(self, settings: Settings) -> int:
        """Start the components and return the port of the API server, which answers by then.

        Raises:
            ToolMissing: a native tool is absent.
            ControlPlaneError: a component did not start, or the API server's port is taken.
        """
        tools = control_plane_tools()
        for last in (False, True):
            try:
                return self._start(settings, tools)
            except ControlPlaneError as error:
                # Another program may have taken a port just after the kernel offered it.
                self.stop()
                if last:
                    raise
                _log.warning("%s did not start, trying once more: %s", self.name, error)
        raise AssertionError("the last try returns or raises")

    def _start(self, settings: Settings, tools: dict[str, Path]) -> int:
        self.stop()
        try:
            if settings.api_port is not None:
                self.require_port(settings.api_port)
            ports = _choose(settings.api_port)
        except PortTaken as error:
            raise ControlPlaneError(str(error)) from error
        self._write_files(settings, ports, tools)
        self._run_kwokctl(tools["kwokctl"])
        if not self.adopt():
            missing = ", ".join(sorted(set(_COMPONENTS) - set(self._processes)))
            raise ControlPlaneError(f"{missing} of {self.name} ended at once; see {self._logs}")
        return ports.api

    def require_port(self, port: int) -> None:
        """Refuse a port of the API server that belongs to another program by now.

        Kubeconfigs and the stack's state know the port, so no other will do.

        Raises:
            PortTaken: it does.
        """
        if "kube-apiserver" not in processes.of_folder(self._folder):
            require_free(port, f"the API server of {self.name}")

    def stop(self) -> None:
        """End the components; the database stays."""
        processes.kill(self._folder)
        self._processes = {}

    def delete(self) -> None:
        """End the components and remove all files but the logs."""
        processes.kill(self._folder)
        self._processes = {}
        for folder in (self._folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def _write_files(self, settings: Settings, ports: Ports, tools: dict[str, Path]) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        for folder in (self.pki, self._data, self._logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # kwokctl takes a pki folder that exists as it is, and writes its logs through the link.
        (self._folder / "logs").symlink_to(self._logs)
        administrator = pki.sign(
            settings.authority,
            ADMINISTRATOR,
            lifetime=_CERTIFICATE_LIFETIME,
            groups=("system:masters",),
            hosts=("127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc"),
        )
        for name, pair in (("ca", settings.authority), ("admin", administrator)):
            write_atomically(self.pki / f"{name}.crt", pair.certificate, mode=0o600)
            write_atomically(self.pki / f"{name}.key", pair.key, mode=0o600)
        configuration = render(settings, ports, tools, self.pki, self._data)
        write_atomically(self._folder / "config.yaml", configuration, mode=0o600)

    def _run_kwokctl(self, kwokctl: Path) -> None:
        own = {key: value for key, value in os.environ.items() if not key.startswith("KWOK_")}
        command: list[str | Path] = [
            kwokctl,
            "--config",
            self._folder / "config.yaml",
            "--name",
            self.name,
        ]
        # An empty --kubeconfig leaves ~/.kube/config alone.
        command += ["create", "cluster", "--kubeconfig=", f"--timeout={_START_SECONDS}s"]
        with (self._logs / "kwokctl.log").open("wb") as output:
            running = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**own, "KWOK_WORKDIR": str(self._kwok)},
            )
            try:
                self._follow(running)
            finally:
                running.kill()
                running.wait()

    def _follow(self, kwokctl: subprocess.Popen[bytes]) -> None:
        """Wait for kwokctl; unlike it, notice when something it started has ended."""
        seen: set[str] = set()
        while True:
            with suppress(subprocess.TimeoutExpired):
                kwokctl.wait(_LOOK_SECONDS)
            there = set(processes.of_folder(self._folder))
            ended = sorted(seen - there)
            if ended:
                raise ControlPlaneError(f"{ended[0]} ended: {self._last_line(ended[0])}")
            if kwokctl.returncode is None:
                seen |= there
            elif kwokctl.returncode == 0:
                return
            else:
                raise ControlPlaneError(f"kwokctl: {self._last_line('kwokctl')}")

    def _last_line(self, component: str) -> str:
        log = self._logs / f"{component}.log"
        text = log.read_text("utf-8", errors="replace") if log.exists() else ""
        lines = text.strip().splitlines()
        return f"{lines[-1] if lines else 'it wrote no log'} (log: {log})"


def _choose(api_port: int | None) -> Ports:
    etcd, peer, manager, scheduler, kwok = free_ports(5)
    return Ports(
        etcd=etcd,
        etcd_peer=peer,
        api=lasting_port() if api_port is None else api_port,
        controller_manager=manager,
        scheduler=scheduler,
        kwok=kwok,
    )
