"""What a stack's checkpoint in a file backend says, and its repair when a kill tore it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ackb.domain.files import write_atomically
from ackb.domain.problems import Problem
from ackb.engine.errors import StateBroken


def file_backend(variables: Mapping[str, str]) -> Path | None:
    """The folder of the file backend that an engine would use; None for other backends."""
    parts = urlsplit(variables.get("PULUMI_BACKEND_URL", ""))
    if parts.scheme != "file":
        return None
    # file://~ and file://. are the engine's own spellings; the first part is no host.
    return Path(unquote(parts.netloc + parts.path)).expanduser().absolute()


def path(backend: Path, project: str, stack: str) -> Path:
    """The checkpoint of a stack (pulumi pkg/backend/diy/state.go)."""
    return backend / ".pulumi" / "stacks" / project / f"{stack}.json"


def stacks(backend: Path, project: str) -> list[str]:
    """Names of all stacks of a project in this backend."""
    return sorted(found.stem for found in path(backend, project, "x").parent.glob("*.json"))


def deployment(backend: Path, project: str, stack: str) -> dict[str, Any]:
    """The latest deployment of a stack: ``resources`` and ``pending_operations``; empty if none."""
    file = path(backend, project, stack)
    if not file.exists():
        return {}
    latest: dict[str, Any] = json.loads(file.read_text("utf-8"))["checkpoint"].get("latest") or {}
    return latest


def restore_if_broken(
    backend: Path, project: str, stack: str, report: Callable[[str], None]
) -> None:
    """Put the engine's own backup in place of a checkpoint that is not whole JSON.

    The broken file is kept beside it. The backup is one write older, and the engine writes before
    and after each operation: what the backup does not know ended is looked up as pending.

    Raises:
        StateBroken: there is no whole backup either.
    """
    file = path(backend, project, stack)
    _remove_torn_attributes(backend, file)
    if not file.exists() or _is_whole(file):
        return
    backup = file.with_name(file.name + ".bak")
    if not (backup.exists() and _is_whole(backup)):
        raise StateBroken(
            Problem(
                code="ENG-10",
                path=str(file),
                value="not whole JSON",
                why=f"the state of {stack} was torn by a kill, and so was its backup {backup.name}",
                fix=f"copy the newest whole file of {_older(backend, project, stack)} over it",
            )
        )
    # Never a moment without the file: a stack without one would be taken for new and made again.
    write_atomically(file.with_name(file.name + ".broken"), file.read_bytes(), mode=0o600)
    write_atomically(file, backup.read_bytes(), mode=0o600)
    report(f"the state of {stack} was torn by a kill; restored its last backup")


def _remove_torn_attributes(backend: Path, file: Path) -> None:
    """Remove notes on files that a kill left half written: the engine would read nothing else.

    Beside each file the engine keeps its media type and checksum, and it writes these in place
    (gocloud.dev, blob/fileblob/attrs.go). Without them it goes on.
    """
    named = (backend / ".pulumi" / "meta.yaml", file, file.with_name(file.name + ".bak"))
    for one in named:
        attributes = one.with_name(one.name + ".attrs")
        if attributes.exists() and not _is_whole(attributes):
            attributes.unlink()


def _older(backend: Path, project: str, stack: str) -> Path:
    """Where the engine keeps a copy of the checkpoint at the end of each run."""
    return backend / ".pulumi" / "backups" / project / stack


def _is_whole(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_text("utf-8")), dict)
    except ValueError:
        return False
