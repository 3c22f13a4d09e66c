"""Binaries on PATH: what version they are, and whether they will do."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ackb.domain.files import write_atomically
from ackb.toolchain.pins import Pin, Version

# Longer than any of the tools needs from a cold disk; a wrapper that asks a question never answers.
ANSWER_SECONDS: Final = 10.0

_CACHE_NAME: Final = ".versions.json"


@dataclass(frozen=True)
class Candidate:
    """A binary on PATH with the name of a tool."""

    path: Path
    version: Version | None
    trouble: str = ""
    """Why no version is known."""

    def ignored_line(self, pin: Pin) -> str:
        """Return the line that says why this binary is not used."""
        found = f"version {self.version}" if self.version else self.trouble
        return f"ignored {self.path}: {found}, needed {pin.wanted()}"


def on_path(pin: Pin, built: Path) -> tuple[Candidate | None, tuple[str, ...]]:
    """Return the first suitable binary on PATH, and a line for each one before it.

    `built` is the folder of built tools: it may be on PATH too, and does not count as found there.
    What a binary answered is remembered in that folder until the binary changes.
    """
    ignored: list[str] = []
    for path in _binaries(pin.name, built):
        candidate = _ask(path, pin, built / _CACHE_NAME)
        if candidate.version is not None and pin.suits(candidate.version):
            return candidate, tuple(ignored)
        ignored.append(candidate.ignored_line(pin))
    return None, tuple(ignored)


def _binaries(name: str, built: Path) -> list[Path]:
    seen: dict[Path, Path] = {}
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        folder = Path(entry)
        # A relative entry means another program in each folder the command is run from.
        if not folder.is_absolute() or folder.resolve() == built:
            continue
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            seen.setdefault(path.resolve(), path)
    return list(seen.values())


def _ask(path: Path, pin: Pin, cache: Path) -> Candidate:
    key = _identity(path, pin)
    remembered = _remembered(cache)
    if key in remembered:
        return Candidate(path, Version.find_in(remembered[key]))
    command = [str(path), *pin.version_arguments]
    spoken = " ".join([path.name, *pin.version_arguments])
    try:
        answer = _answer(command)
    except TimeoutError:
        return Candidate(path, None, f"`{spoken}` gave no answer in {ANSWER_SECONDS:.0f} s")
    except OSError as error:
        return Candidate(path, None, f"cannot be run ({error.strerror})")
    version = Version.find_in(answer)
    if version is None:
        return Candidate(path, None, f"`{spoken}` printed no version")
    if key:
        _remember(cache, remembered | {key: str(version)})
    return Candidate(path, version)


def _answer(command: list[str]) -> str:
    """Return what `command` prints, or nothing where it fails.

    Raises:
        TimeoutError: it did not end in time; it and its children are killed.
        OSError: it cannot be started.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            output, _ = process.communicate(timeout=ANSWER_SECONDS)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeoutError from error
            raise
    return output if process.returncode == 0 else ""


def _identity(path: Path, pin: Pin) -> str:
    """Return what a remembered answer is filed under; nothing where it must not be remembered.

    A version manager's shim (a script, or a link to the manager itself) stays the same file while
    the version behind it changes.
    """
    real = path.resolve()
    with real.open("rb") as stream:
        if real.name != pin.name or stream.read(2) == b"#!":
            return ""
    status = real.stat()
    return f"{real}|{status.st_size}|{status.st_mtime_ns}"


def _remembered(cache: Path) -> dict[str, str]:
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remember(cache: Path, content: dict[str, str]) -> None:
    # Only a short cut: where the folder cannot be written, the binary is asked again.
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(cache, json.dumps(content, indent=1))
