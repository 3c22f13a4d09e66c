"""What a burst in the sandbox has beside the API server: conditions, processes, instances."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

import psutil

from ackb.burst.conduct import Surroundings
from ackb.burst.course import Usage
from ackb.burst.pods import NAME
from ackb.domain.home import Home
from ackb.engine import daemon
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.eci import conditions
from sandbox.kube import processes
from sandbox.kube.control_plane import name_of

_MIB: Final = 2**20
_DAEMON: Final = "sandbox daemon"


class Sandboxed(Surroundings):
    """A simulated cluster of a home."""

    def __init__(self, home: Home, cloud: Cloud, cluster_id: str, *, unlimited: bool) -> None:
        """With `unlimited`, instances start at once and without the creation budget."""
        self._home = home
        self._cloud = cloud
        self._cluster_id = cluster_id
        self._unlimited = unlimited

    def conditions(self) -> AbstractContextManager[None]:
        """Start times as on ECI and its budget; or neither, to see the control plane alone."""
        if self._unlimited:
            return conditions.held(self._cloud, timing="quick", unlimited=True)
        return conditions.held(self._cloud, timing="real")

    def processes(self) -> dict[str, Usage]:
        """The components of the control plane, and the daemon with the virtual kubelet."""
        folder = self._home.kwok / "clusters" / name_of(self._home, self._cluster_id)
        found = processes.of_folder(folder)
        record = daemon.status(self._home)
        if record is not None:
            found[_DAEMON] = psutil.Process(record.pid)
        return {name: usage for name, one in found.items() if (usage := usage_of(one))}

    def instances(self, namespace: str) -> dict[str, str] | None:
        """The instances that were made for pods of the burst."""
        prefix, begin = f"{namespace}-", f"{namespace}-{NAME}-"
        return {
            group["ContainerGroupId"]: str(group["ContainerGroupName"]).removeprefix(prefix)
            for group in self._cloud.cs.backend.container_groups(self._cluster_id)
            if str(group["ContainerGroupName"]).startswith(begin)
            and group["Status"] != "Terminating"
        }


def usage_of(process: psutil.Process) -> Usage | None:
    """What a process takes; None when it has ended."""
    try:
        with process.oneshot():
            times = process.cpu_times()
            memory = process.memory_info().rss
    except psutil.Error:
        return None
    return Usage(memory_mib=memory / _MIB, cpu_seconds=times.user + times.system)
