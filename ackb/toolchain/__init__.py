"""The native tools: pulumi, the Kubernetes control plane, etcd, kwok, helm.

Each is a Go program. A suitable binary on PATH is used as it is; otherwise the tool is built from
the versions pinned in `tools/`. Plain Python without dependencies, so that it runs before anything
is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ackb.toolchain.build import Listener, Progress, build_all, silent
from ackb.toolchain.built import BuiltTools
from ackb.toolchain.candidates import on_path
from ackb.toolchain.errors import BuildFailed, GoMissing, ToolchainError, ToolMissing
from ackb.toolchain.pins import PINS, make_command

__all__ = [
    "NAMES",
    "OPTIONAL",
    "BuildFailed",
    "GoMissing",
    "Listener",
    "Progress",
    "Tool",
    "ToolMissing",
    "ToolchainError",
    "ensure",
    "find",
    "find_all",
]

NAMES = tuple(name for name, pin in PINS.items() if not pin.optional)
"""The tools that every stack needs, in the order they are built."""

OPTIONAL = tuple(name for name, pin in PINS.items() if pin.optional)
"""The tools that are built when a stack needs them."""


@dataclass(frozen=True)
class Tool:
    """A native tool that can be run."""

    name: str
    path: Path
    version: str
    source: Literal["PATH", "built"]
    ignored: tuple[str, ...] = ()
    """A line for each binary on PATH that was passed over, with its version and the needed one."""
    files: Path | None = None
    """Folder of what belongs to it, such as definitions of Kubernetes kinds."""


def find(name: str) -> Tool:
    """Return the tool `name`.

    Raises:
        ToolMissing: it is neither on PATH in a suitable version nor built.
        KeyError: there is no tool of that name.
    """
    return find_all([name])[name]


def find_all(names: Iterable[str]) -> dict[str, Tool]:
    """Return the tools `names`, by name.

    Raises:
        ToolMissing: some are neither on PATH in a suitable version nor built; names them all.
        KeyError: there is no tool of one of these names.
    """
    found = _look(names)
    missing = {name: value for name, value in found.items() if not isinstance(value, Tool)}
    if missing:
        wanted = ", ".join(f"{name} {PINS[name].wanted()}" for name in missing)
        lines = "; ".join(line for ignored in missing.values() for line in ignored)
        pins = [PINS[name] for name in missing]
        why = "not built" if all(pin.files for pin in pins) else "neither on PATH nor built"
        raise ToolMissing(
            f"{wanted}: {why}{f' ({lines})' if lines else ''}; "
            f"run `{make_command(pins)}` in the clone."
        )
    return {name: value for name, value in found.items() if isinstance(value, Tool)}


def ensure(names: Iterable[str] = NAMES, progress: Listener = silent) -> dict[str, Tool]:
    """Return the tools `names`, by name; those that cannot be found are built first.

    Raises:
        GoMissing: something must be built and there is no Go, or it is too old.
        BuildFailed: a build ended with an error; the tools before it stay.
        OSError: the folder of built tools cannot be written.
        KeyError: there is no tool of one of these names.
    """
    found = _look(names)
    for value in found.values():
        for line in value.ignored if isinstance(value, Tool) else value:
            progress(Progress("ignored", detail=line))
    missing = [PINS[name] for name, value in found.items() if not isinstance(value, Tool)]
    if missing:
        build_all(missing, BuiltTools.find(), progress)
    return find_all(found)


def _look(names: Iterable[str]) -> dict[str, Tool | tuple[str, ...]]:
    """Return each tool, or the lines about the binaries that would not do."""
    built = BuiltTools.find()
    result: dict[str, Tool | tuple[str, ...]] = {}
    for name in names:
        pin = PINS[name]
        candidate, ignored = (None, ()) if pin.files else on_path(pin, built.folder)
        if candidate is not None:
            result[name] = Tool(name, candidate.path, str(candidate.version), "PATH", ignored)
        elif built.is_current(pin):
            files = built.files(pin) if pin.files else None
            result[name] = Tool(name, built.path(pin), str(pin.version), "built", ignored, files)
        else:
            result[name] = ignored
    return result
