"""The processes of a control plane: found by the folder in their command line, never by a kept pid.

A pid in a file may belong to a stranger after a reboot; the command line cannot lie that way.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

_KILL_SECONDS = 10.0
_LOOK_SECONDS = 0.01


#: kwokctl asks a binary so for its version, before it starts it as a component.
_ASKED = ["--version"]


def of_folder(folder: Path) -> dict[str, psutil.Process]:
    """Live components, whose binary lies in the folder's `bin`, by the binary's name."""
    prefix = f"{folder}/bin/"
    found: dict[str, psutil.Process] = {}
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"]  # empty for a zombie
        if command and command[0].startswith(prefix) and command[1:] != _ASKED:
            found[command[0].removeprefix(prefix)] = process
    return found


def are_running(processes: Iterable[psutil.Process]) -> bool:
    """Whether every one of these very processes still runs (cheap: no search)."""
    return all(_is_running(process) for process in processes)


def kill(folder: Path, *names: str) -> None:
    """End the processes of the folder, or those with these names.

    Their database survives a kill, so no other way is needed.

    Raises:
        TimeoutError: one of them survives even that.
    """
    found = of_folder(folder)
    processes = {name: one for name, one in found.items() if not names or name in names}
    for process in processes.values():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + _KILL_SECONDS
    while survivors := {name: one for name, one in processes.items() if _is_running(one)}:
        if time.monotonic() > deadline:
            told = ", ".join(f"{name} (pid {one.pid})" for name, one in survivors.items())
            raise TimeoutError(f"these processes of {folder} do not end: {told}")
        time.sleep(_LOOK_SECONDS)


def _is_running(process: psutil.Process) -> bool:
    try:
        # A zombie has ended; only its parent has not looked yet.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
