"""The file by which other processes find the daemon, and how they know that it is alive."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ackb.domain.files import write_atomically
from ackb.domain.home import Home

#: Folders whose code the daemon runs; a change there means that a running daemon is outdated.
_CODE = (Path(__file__).parents[1], Path(__file__).parents[2] / "ackb" / "domain")


@dataclass(frozen=True, kw_only=True)
class DaemonRecord:
    """A running daemon: its process, where its providers listen, and which code it runs."""

    pid: int
    #: Start time of the process (seconds since the epoch); a reused pid has another.
    started: float
    #: Provider name -> loopback port.
    ports: dict[str, int]
    #: Fingerprint of the code that the daemon was started from.
    code: str

    @property
    def debug_providers(self) -> str:
        """The value of PULUMI_DEBUG_PROVIDERS that attaches an engine to this daemon."""
        return ",".join(f"{name}:{port}" for name, port in sorted(self.ports.items()))

    def is_alive(self) -> bool:
        """Whether the very process that wrote this record still runs."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return bool(abs(process.create_time() - self.started) < 1.0)
        except psutil.NoSuchProcess:
            return False

    def write(self, home: Home) -> None:
        """Publish the record; only the user may read it."""
        write_atomically(home.daemon_record, json.dumps(asdict(self), indent=2), mode=0o600)


def read(home: Home) -> DaemonRecord | None:
    """The record of a live daemon, or None when none runs."""
    try:
        record = DaemonRecord(**json.loads(home.daemon_record.read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record if record.is_alive() else None


def code_fingerprint() -> str:
    """A hash over names, sizes and times of the files that the daemon runs (about 2 ms)."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".yaml", ".json"}:
                status = path.stat()
                digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
