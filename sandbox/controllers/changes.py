"""Notices that the simulated cloud has changed, whoever changed it."""

from __future__ import annotations

import sqlite3
from pathlib import Path


class ChangeCounter:
    """Compares SQLite's own counter of foreign commits: microseconds, and no row is read."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._seen = -1

    def changed(self) -> bool:
        """Whether anybody has committed since the last question."""
        now = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        changed, self._seen = now != self._seen, now
        return changed

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
