"""A scratch home in which a copy of a stack runs faster than real time, and of which nothing stays.

It lies in the folder `load` of the user's home, one folder for each run, locked as long as the run
lives. A run that was killed leaves an unlocked one, which the next run removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ackb.domain.home import Home
from ackb.engine import daemon, locks
from ackb.engine.engine import Engine, OnEvent
from sandbox.kube import processes
from sandbox.kube.client import Client, Object, path_of
from sandbox.kube.pace import Pace

_FOLDER = "load"
_TARGET = "sandbox"
_COPIED = ("Pulumi.yaml", "__main__.py")
_ADDONS = "addons"


@dataclass(frozen=True)
class Scratch:
    """A scratch home and the project in it."""

    home: Home
    project: Path
    stack: str

    def up(
        self, secrets_wanted: dict[str, int], on_event: OnEvent, report: Callable[[str], None]
    ) -> dict[str, Any]:
        """Bring the copy of the stack up and return its outputs.

        Raises:
            EngineError: it did not come up.
        """
        engine = Engine(self.project, self.home, _TARGET, report)
        engine.up(self.stack, on_event, secrets_wanted=secrets_wanted)
        return engine.outputs(self.stack)


@contextlib.contextmanager
def opened(
    project: Path,
    home: Home,
    stack: str,
    stack_file: str,
    pace: Pace,
    report: Callable[[str], None],
) -> Iterator[Scratch]:
    """A scratch home at a pace, with a copy of the program and a stack file of this text.

    The text must hold no secrets: they belong to the user's home.
    """
    remove_leftovers(home, stack, report)
    root = home.root / _FOLDER / secrets.token_hex(4)
    with _locked(root):
        try:
            scratch = Scratch(Home(root / "home").ensure(), root / "project", stack)
            _copy_program(project, scratch.project)
            (scratch.project / "stacks" / f"Pulumi.{stack}.yaml").write_text(stack_file, "utf-8")
            pace.set(scratch.home)
            yield scratch
        finally:
            _remove(root)


def remove_leftovers(home: Home, stack: str, report: Callable[[str], None]) -> None:
    """Remove what runs that were killed have left."""
    for root in sorted((home.root / _FOLDER).glob("*")):
        with contextlib.suppress(BlockingIOError), _locked(root):
            report(f"removing what an interrupted load test left ({root.name})")
            locks.end_orphans(Home(root / "home"), stack, report)
            _remove(root)


def divide_behavior(client: Client, pace: Pace) -> list[tuple[str, float, float]]:
    """Divide periods and windows of every autoscaler by the speed.

    Returns:
        Each of them: what it is, its seconds before, and its seconds now.
    """
    changed: list[tuple[str, float, float]] = []
    for hpa in client.get(path_of("HorizontalPodAutoscaler"))["items"]:
        behavior: Object = hpa["spec"].get("behavior") or {}
        name = hpa["metadata"]["name"]
        for direction, rules in behavior.items():
            where = f"{name} behavior.{direction}"
            window = rules.get("stabilizationWindowSeconds")
            if window:
                rules["stabilizationWindowSeconds"] = _whole(pace, window)
                changed.append(
                    (f"{where}.stabilizationWindowSeconds", window, _whole(pace, window))
                )
            for policy in rules.get("policies") or []:
                real = policy["periodSeconds"]
                policy["periodSeconds"] = _whole(pace, real)
                what = f"{where} {policy['type']} {policy['value']}: periodSeconds"
                changed.append((what, real, policy["periodSeconds"]))
        if behavior:
            hpa["kind"] = "HorizontalPodAutoscaler"
            client.patch(hpa, {"spec": {"behavior": behavior}})
    return changed


def _whole(pace: Pace, real: int) -> int:
    """The object counts in whole seconds, and a period has one at least."""
    return max(1, math.ceil(pace.seconds(real)))


def _copy_program(project: Path, target: Path) -> None:
    (target / "stacks").mkdir(parents=True)
    for name in _COPIED:
        shutil.copy(project / name, target / name)
    if (project / _ADDONS).is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(project / _ADDONS, target / _ADDONS, ignore=ignored)
    # The language host of a Pulumi installation looks for it; Pulumi.yaml names it.
    (target / ".venv").symlink_to(Path(sys.prefix))


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Hold a run's folder; BlockingIOError when its run lives."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _remove(root: Path) -> None:
    """End what runs in a scratch home, and remove the folder."""
    home = Home(root / "home")
    daemon.stop(home)
    for folder in (home.kwok / "clusters").glob("*"):
        processes.kill(folder)
    shutil.rmtree(root, ignore_errors=True)
    with contextlib.suppress(OSError):
        root.parent.rmdir()
