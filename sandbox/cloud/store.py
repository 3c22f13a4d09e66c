"""State of the simulated cloud: JSON objects by kind and id in one SQLite file."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Data = dict[str, Any]

_LAYOUT = 1
"""Version of the tables below, kept in `PRAGMA user_version`."""

_BUSY_TIMEOUT_SECONDS = 60.0
_RETRY_SECONDS = 0.01
_FIELD = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")

_INDEXED_FIELDS = ("VSwitchId", "SecurityGroupId", "Owner", "InstanceId", "ClusterId", "At")
"""Fields that verbs search by while thousands of objects of a kind exist (addresses, nodes)."""


_ALONE = ("BEGIN IMMEDIATE", ("ROLLBACK",), "COMMIT")
_PART_OF_GROUP = (
    "SAVEPOINT part",
    ("ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part"),
    "RELEASE SAVEPOINT part",
)
"""How a transaction begins, is undone, and ends."""


class StoreLayoutError(Exception):
    """The file was written by a version with other tables."""


class Store:
    """Objects of the simulated cloud.

    Safe for several threads and processes: each thread has its own connection, writers take turns
    (`BEGIN IMMEDIATE`), readers see the last commit. A killed process loses only its open
    transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._connections_lock = threading.Lock()

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open the file, creating it (mode 0600) and its tables when absent.

        Raises:
            StoreLayoutError: the file was written by another version.
        """
        store = cls(Path(path))
        store.path.touch(mode=0o600)
        with store.transaction():
            store._create_tables()
        return store

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._connections_lock:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does; re-entrant within one thread."""
        if self.in_transaction:
            yield
            return
        connection = self._connection()
        grouped = getattr(self._local, "grouped", False)
        begin, undo, end = _PART_OF_GROUP if grouped else _ALONE
        connection.execute(begin)
        self._local.inside = True
        self._local.lasting = []
        try:
            yield
        except BaseException:
            self._local.inside = False
            for statement in undo:
                connection.execute(statement)
            for sequence in self._local.lasting:
                self.next_number(sequence)
            raise
        self._local.inside = False
        connection.execute(end)

    @contextmanager
    def group(self) -> Iterator[None]:
        """Commit the transactions inside all at once, which costs one of them instead of many.

        Each still happens or does not happen by itself; a kill loses those of the open group. Other
        writers wait meanwhile, so a group is to be short.
        """
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        self._local.grouped = True
        try:
            yield
        finally:
            self._local.grouped = False
            # What is in here is whole: a transaction that failed has been undone already.
            connection.execute("COMMIT")

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has an open transaction."""
        inside: bool = getattr(self._local, "inside", False)
        return inside

    def insert(self, kind: str, id: str, data: Data) -> None:
        """Add an object. Raises ValueError when the kind already has the id."""
        try:
            self._connection().execute(
                "INSERT INTO objects (kind, id, data) VALUES (?, ?, ?)", (kind, id, _dump(data))
            )
        except sqlite3.IntegrityError as error:
            raise ValueError(f"{kind} {id} exists already") from error

    def get(self, kind: str, id: str) -> Data | None:
        """The object, or None."""
        row = (
            self._connection()
            .execute("SELECT data FROM objects WHERE kind = ? AND id = ?", (kind, id))
            .fetchone()
        )
        return None if row is None else _load(row[0])

    def put(self, kind: str, id: str, data: Data) -> None:
        """Replace an object's data, keeping its place in the order; add it when absent."""
        self._connection().execute(
            "INSERT INTO objects (kind, id, data) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data",
            (kind, id, _dump(data)),
        )

    def delete(self, kind: str, id: str) -> None:
        """Remove an object; absent is fine."""
        self._connection().execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, id))

    def find(self, kind: str, **equals: str | int | bool) -> list[Data]:
        """Objects of the kind whose top-level fields equal the values, in insertion order."""
        where, values = _conditions(kind, equals)
        rows = self._connection().execute(
            f"SELECT data FROM objects WHERE {where} ORDER BY sequence", values
        )
        return [_load(row[0]) for row in rows]

    def find_until(self, kind: str, field: str, limit: float) -> list[Data]:
        """Objects of the kind whose field is a number up to the limit, in insertion order."""
        rows = self._connection().execute(
            f"SELECT data FROM objects WHERE kind = ? AND {_value_of(field)} <= ?"
            " ORDER BY sequence",
            (kind, limit),
        )
        return [_load(row[0]) for row in rows]

    def count(self, kind: str, **equals: str | int | bool) -> int:
        """How many objects `find` would return."""
        where, values = _conditions(kind, equals)
        row = self._connection().execute(f"SELECT COUNT(*) FROM objects WHERE {where}", values)
        return int(row.fetchone()[0])

    def next_number(self, sequence: str, *, lasting: bool = False) -> int:
        """1, 2, 3 … for each name, across processes.

        A `lasting` number stays drawn even when the transaction around it fails.
        """
        if lasting and self.in_transaction:
            self._local.lasting.append(sequence)
        row = (
            self._connection()
            .execute(
                "INSERT INTO sequences (name, value) VALUES (?, 1)"
                " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (sequence,),
            )
            .fetchone()
        )
        return int(row[0])

    def reset(self) -> None:
        """Forget everything, also the sequences."""
        with self.transaction():
            self._connection().execute("DELETE FROM objects")
            self._connection().execute("DELETE FROM sequences")

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,  # connections of other threads are closed here
            )
            _write_ahead(connection)
            # A killed process loses nothing at NORMAL; only a power cut could.
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
            with self._connections_lock:
                # The daemon serves for weeks, and each cluster and request has threads of its own.
                for ended in [one for one in self._connections if not one.is_alive()]:
                    self._connections.pop(ended).close()
                self._connections[threading.current_thread()] = connection
        return connection

    def _create_tables(self) -> None:
        connection = self._connection()
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found not in (0, _LAYOUT):
            raise StoreLayoutError(
                f"{self.path} has layout {found}, this version reads layout {_LAYOUT}."
                " Fix: destroy the sandbox stacks with the version that made it, or run"
                " `ackb sandbox reset`."
            )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS objects ("
            " sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,"
            " data TEXT NOT NULL, UNIQUE (kind, id))"
        )
        for field in _INDEXED_FIELDS:
            connection.execute(
                f"CREATE INDEX IF NOT EXISTS objects_by_{field}"
                f" ON objects (kind, {_value_of(field)})"
            )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
        )
        connection.execute(f"PRAGMA user_version = {_LAYOUT}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL; here SQLite itself does not wait for others that do the same."""
    deadline = time.monotonic() + _BUSY_TIMEOUT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _conditions(kind: str, equals: dict[str, str | int | bool]) -> tuple[str, list[str | int]]:
    where = ["kind = ?", *(f"{_value_of(field)} = ?" for field in equals)]
    return " AND ".join(where), [kind, *equals.values()]


def _value_of(field: str) -> str:
    """SQL for a field's value; literal, since an index serves only the very same expression."""
    if not _FIELD.match(field):
        raise ValueError(f"not a field name: {field!r}")
    return f"json_extract(data, '$.{field}')"


def _dump(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _load(text: str) -> Data:
    data: Data = json.loads(text)
    return data
