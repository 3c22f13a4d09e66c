"""Files that must never be seen half-written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: str | bytes, mode: int = 0o644) -> None:
    """Replace the content of `path` so that a reader, or a kill, sees the old or the new content.

    The permission bits are `mode` from the first moment, so a secret written with 0600 is never
    readable by others. Text is written as UTF-8. The folder must exist; a symbolic link stays a
    link and its target is replaced.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full; the old content stays.
    """
    target = path.resolve()
    content = data.encode() if isinstance(data, str) else data
    # mkstemp creates with 0600; the final mode is set before the name becomes visible.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut (a rename alone is only durable once this is done)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
