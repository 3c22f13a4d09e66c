"""What a stack's checkpoint in a file backend says, and its repair when a kill tore it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def file_backend(variables: Mapping[str, str]) -> Path | None:
    """The folder of the file backend that an engine would use; None for other backends."""
    url = variables.get("PULUMI_BACKEND_URL") or os.environ.get("PULUMI_BACKEND_URL", "")
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


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
    latest: dict[str, Any] = json.loads(file.read_text())["checkpoint"].get("latest") or {}
    return latest


def restore_if_broken(
    backend: Path, project: str, stack: str, report: Callable[[str], None]
) -> None:
    """Put the engine's own backup in place of a checkpoint that is not whole JSON."""
    file = path(backend, project, stack)
    if not file.exists() or _is_whole(file):
        return
    backup = file.with_name(file.name + ".bak")
    if backup.exists() and _is_whole(backup):
        shutil.copy2(file, file.with_name(file.name + ".broken"))
        shutil.copy2(backup, file)
        report(f"the state of {stack} was torn by a kill; restored its last backup")


def _is_whole(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_text()), dict)
    except ValueError:
        return False
