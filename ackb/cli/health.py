"""The examinations of `ackb doctor`; each looks and changes nothing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ackb.domain.problems import hide, names_a_secret

if TYPE_CHECKING:
    from ackb.cli.context import Workplace
    from ackb.domain.home import Home

_PYTHON: Final = (3, 11)
"""Oldest Python; pyproject.toml says the same."""
_NEEDED: Final = ("pulumi", "pulumi-alicloud", "pulumi-kubernetes", "pulumi-policy", "pydantic")
"""Packages whose version decides what the program means."""
_DISK_NOTE: Final = 8 * 2**30
"""Free bytes below which a cold build of the tools may fail, with Go's module and build caches."""
_GIB: Final = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `missing` stops the project from working, `note` may surprise."""

    subject: str
    state: Literal["ok", "note", "missing"]
    what: str
    fix: str = ""


def examine(place: Workplace) -> list[Finding]:
    """Everything about this machine that the project depends on."""
    return [
        *_python(place.project),
        *_tools(),
        *_home(place.home),
        *_daemon(place.home),
        *_orphans(place.home),
        *_loopback(),
        *_variables(),
        *_disk(place.home),
    ]


def _python(project: Path) -> Iterator[Finding]:
    found = sys.version_info[:2]
    what = f"{platform.python_version()} ({sys.executable})"
    if found < _PYTHON:
        oldest = ".".join(map(str, _PYTHON))
        yield Finding("Python", "missing", what, f"install Python {oldest} or later")
    else:
        yield Finding("Python", "ok", what)
    pins = _pins(project / "requirements.in")
    for name in _NEEDED:
        wanted = pins.get(name)
        try:
            installed = version(name)
        except PackageNotFoundError:
            yield Finding(f"Package {name}", "missing", "not installed", "run `make venv`")
            continue
        if wanted and installed != wanted:
            what = f"{installed}, needed {wanted}"
            yield Finding(f"Package {name}", "missing", what, "run `make venv`")
        else:
            yield Finding(f"Package {name}", "ok", installed)


def _pins(requirements: Path) -> dict[str, str]:
    """The exact versions that the project asks for; none where the file is not there."""
    if not requirements.is_file():
        return {}
    lines = requirements.read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lines, re.MULTILINE))


def _tools() -> Iterator[Finding]:
    from ackb import toolchain

    for name in (*toolchain.NAMES, *toolchain.OPTIONAL):
        try:
            tool = toolchain.find(name)
        except toolchain.ToolMissing:
            if name in toolchain.OPTIONAL:
                yield Finding(
                    name, "note", "not built; done by `ackb up` for a stack that needs it"
                )
                continue
            yield Finding(name, "missing", "neither on PATH nor built", "run `make tools`")
            continue
        where = "on PATH" if tool.source == "PATH" else "built"
        yield Finding(name, "ok", f"{tool.version} ({where}: {tool.path})")
        for line in tool.ignored:
            yield Finding(name, "note", line)


def _home(home: Home) -> Iterator[Finding]:
    if not home.root.exists():
        yield Finding("Home", "ok", f"{home.root} (made by the first run)")
        return
    status = home.root.stat()
    if not os.access(home.root, os.R_OK | os.W_OK | os.X_OK):
        owner = f"{home.root} cannot be written (owner {status.st_uid})"
        yield Finding("Home", "missing", owner, "change its owner, or set ACKB_HOME")
        return
    shared = stat.S_IMODE(status.st_mode) & 0o077
    if shared:
        mode = f"{home.root} can be read by others ({stat.S_IMODE(status.st_mode):o})"
        yield Finding("Home", "note", mode, f"run `chmod 700 {home.root}`")
    else:
        yield Finding("Home", "ok", str(home.root))
    if home.passphrase.exists() and stat.S_IMODE(home.passphrase.stat().st_mode) & 0o077:
        yield Finding(
            "Passphrase",
            "missing",
            f"{home.passphrase} can be read by others",
            f"run `chmod 600 {home.passphrase}`",
        )


def _daemon(home: Home) -> Iterator[Finding]:
    from ackb.engine import daemon
    from sandbox.daemon.record import code_fingerprint

    record = daemon.status(home)
    if record is None:
        yield Finding("Simulated cloud", "ok", "does not run (started by the first `ackb up`)")
        return
    what = f"runs (pid {record.pid}, {record.debug_providers})"
    if record.code != code_fingerprint():
        yield Finding(
            "Simulated cloud", "note", f"{what}, from older code", "the next run renews it"
        )
    else:
        yield Finding("Simulated cloud", "ok", what)


def _orphans(home: Home) -> Iterator[Finding]:
    from ackb.cli import simulated

    found = simulated.orphans(home)
    if found:
        yield Finding(
            "Orphaned ECI pods",
            "note",
            simulated.told_orphans(found),
            "scale StatefulSet kube-system/virtual-node-eci to the number there was: the "
            "controllers take up or delete what is theirs",
        )


def _loopback() -> Iterator[Finding]:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            pass
    except OSError as error:
        why = f"no port can be opened on 127.0.0.1: {error.strerror}"
        yield Finding("Loopback ports", "missing", why, "allow connections to 127.0.0.1")
    else:
        yield Finding("Loopback ports", "ok", "can be opened on 127.0.0.1")


def _variables() -> Iterator[Finding]:
    from ackb.engine.environment import DEBUG_PROVIDERS

    if os.environ.get(DEBUG_PROVIDERS):
        yield Finding(
            DEBUG_PROVIDERS,
            "note",
            f"{os.environ[DEBUG_PROVIDERS]}: this shell works on the simulated cloud; `ackb` "
            "refuses real stacks here",
            f"run `unset {DEBUG_PROVIDERS}` before working on the real cloud",
        )
    others = {"ACKB_HOME", "ACKB_PRICES", "ACKB_PROJECT", "ACKB_TOOLS"} | {
        name for name in os.environ if name.startswith("PULUMI_")
    }
    for name in sorted(others - {DEBUG_PROVIDERS}):
        value = os.environ.get(name)
        if value is not None:
            secret = names_a_secret(name.removesuffix("_FILE")) and not name.endswith("_FILE")
            yield Finding(name, "note", "(set, hidden)" if secret else hide(value))


def _disk(home: Home) -> Iterator[Finding]:
    folder = next(path for path in (home.root, *home.root.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    what = f"{free / _GIB:.1f} GiB free at {folder}"
    if free < _DISK_NOTE:
        fix = f"free {_DISK_NOTE / _GIB:.0f} GiB before building the tools"
        yield Finding("Disk", "note", what, fix)
    else:
        yield Finding("Disk", "ok", what)
