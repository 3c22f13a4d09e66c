"""A process beside the components of a control plane, such as a controller of an add-on."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.kube import processes

_log = logging.getLogger(__name__)


class Companion:
    """Started and ended by the daemon; found by its binary like the components themselves.

    The binary is run through a link in the control plane's own folder, so that whatever ends or
    looks for the processes of that folder meets this one too, also after a kill of the daemon.
    """

    def __init__(self, folder: Path, logs: Path, name: str) -> None:
        self.name = name
        self.kubeconfig = folder / "kubeconfig.yaml"
        self.folder = folder / name
        """A folder of its own; made anew at each start."""
        self.log = logs / f"{name}.log"
        self._plane = folder
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, binary: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run it; one of the same name that an earlier daemon left is ended first."""
        self.stop()
        self.folder.mkdir(mode=0o700)
        link = self._plane / "bin" / self.name
        link.unlink(missing_ok=True)
        link.symlink_to(binary)
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                [str(link), *arguments],
                cwd=self.folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _log.info("started %s (pid %d)", link, self._child.pid)

    def is_running(self) -> bool:
        """Whether the process that was started still runs."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """End it, whoever started it, and remove its folder."""
        processes.kill(self._plane, self.name)
        if self._child is not None:
            self._child.wait()
            self._child = None
        shutil.rmtree(self.folder, ignore_errors=True)
