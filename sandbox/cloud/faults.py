"""Faults as data: which call of which verb goes wrong, when, and how.

A plan is a JSON list, for example in `$ACKB_HOME/faults.json`:

    [{"verb": "vpc.create_vswitch", "nth": 1, "times": 2, "action": "throttle"},
     {"verb": "rds.create_db_instance", "nth": 1, "phase": "after", "action": "reset"},
     {"verb": "*", "calls": "writes", "nth": 7, "phase": "before", "action": "crash"}]
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, Protocol, get_args

from sandbox.cloud.clock import Clock
from sandbox.cloud.errors import (
    SERVICE_UNAVAILABLE,
    THROTTLING_USER,
    CloudConnectionError,
    CloudError,
    CloudTimeoutError,
)
from sandbox.cloud.store import Store

Phase = Literal["before", "after"]
Action = Literal["throttle", "error", "reset", "timeout", "delay", "fail", "crash"]
Calls = Literal["all", "writes", "reads"]


class InvalidFaultPlanError(ValueError):
    """The plan cannot be read; the text says which entry and why."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong."""

    verb: str
    """`service.verb`; `*` and `?` match as in file names."""
    nth: int = 1
    """The first matching call it strikes, counted from 1 since the plan was first used."""
    times: int = 1
    """How many calls in a row it strikes; 0 means all that follow."""
    calls: Calls = "all"
    """Which calls count: with a pattern such as `*`, `writes` leaves out the polling reads."""
    phase: Phase = "before"
    """Before the verb is carried out, or after its changes are stored and before it answers."""
    action: Action
    """throttle: answer Throttling.User. error: answer `code` and `message`. reset, timeout: no
    answer. delay: answer `seconds` later. fail: carry out, but the asynchronous work it starts ends
    failed. crash: kill this process (SIGKILL)."""
    code: str = SERVICE_UNAVAILABLE.code
    message: str = SERVICE_UNAVAILABLE.message
    status: int = SERVICE_UNAVAILABLE.status
    seconds: float = 0.0

    def strikes(self, call: int) -> bool:
        """Whether the call with this number is struck."""
        return call >= self.nth and (self.times == 0 or call < self.nth + self.times)


class Faults(Protocol):
    """Where the verbs ask which faults strike them."""

    def on_call(self, store: Store, verb: str, reads: bool) -> Sequence[Fault]:
        """Count the call and return the faults that strike it."""

    def any(self) -> bool:
        """Whether anything is planned."""


class NoFaults:
    """Nothing goes wrong."""

    def any(self) -> bool:
        """Nothing is."""
        return False

    def on_call(self, store: Store, verb: str, reads: bool) -> Sequence[Fault]:
        """No fault."""
        return ()


class FaultPlan:
    """A list of faults. Calls are counted in the store: a restarted process does not count anew."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        # A changed plan counts from 1 again, the same plan goes on counting.
        self._digest = hashlib.sha256(repr(self.faults).encode()).hexdigest()[:12]

    def any(self) -> bool:
        """Whether anything is planned."""
        return bool(self.faults)

    @classmethod
    def parse(cls, text: str, source: str = "fault plan") -> FaultPlan:
        """Read a plan. Raises InvalidFaultPlanError naming the entry and field."""
        try:
            entries = json.loads(text)
        except json.JSONDecodeError as error:
            raise InvalidFaultPlanError(f"{source}: not JSON: {error}") from error
        if not isinstance(entries, list):
            raise InvalidFaultPlanError(f"{source}: must be a list of faults")
        return cls([_fault(entry, f"{source}[{at}]") for at, entry in enumerate(entries)])

    def on_call(self, store: Store, verb: str, reads: bool) -> Sequence[Fault]:
        """Count the call and return the faults that strike it."""
        kind = "reads" if reads else "writes"
        # What a service asks of another inside its own verb is no call of the user's: only a fault
        # that names it exactly strikes it, and only before, since it is not stored on its own.
        nested = store.in_transaction
        struck = []
        for at, fault in enumerate(self.faults):
            if nested and (fault.verb != verb or fault.phase == "after"):
                continue
            if fault.calls in ("all", kind) and fnmatch.fnmatchcase(verb, fault.verb):
                call = store.next_number(f"faults/{self._digest}/{at}", lasting=True)
                if fault.strikes(call):
                    struck.append(fault)
        return struck


class FileFaults:
    """The plan in a file, read again when the file changes; no file means no faults."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._plan: Faults = NoFaults()

    def on_call(self, store: Store, verb: str, reads: bool) -> Sequence[Fault]:
        """Count the call and return the faults that strike it."""
        return self._current().on_call(store, verb, reads)

    def any(self) -> bool:
        """Whether anything is planned."""
        return self._current().any()

    def _current(self) -> Faults:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._seen, self._plan = None, NoFaults()
            return self._plan
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            self._plan = FaultPlan.parse(self.path.read_text("utf-8"), source=str(self.path))
            self._seen = seen
        return self._plan


def apply(faults: Sequence[Fault], phase: Phase, verb: str, clock: Clock) -> None:
    """Let the faults of this phase happen. Returns only when none of them ends the call."""
    for fault in faults:
        if fault.phase == phase:
            _EFFECTS[fault.action](fault, verb, clock)


def _throttle(_fault: Fault, _verb: str, _clock: Clock) -> None:
    raise THROTTLING_USER()


def _error(fault: Fault, _verb: str, _clock: Clock) -> None:
    raise CloudError(fault.code, fault.message, fault.status)


def _reset(_fault: Fault, verb: str, _clock: Clock) -> None:
    host = verb.partition(".")[0]
    # The text of Go's net/http, by which the official provider recognises a network error.
    raise CloudConnectionError(f'Post "https://{host}.aliyuncs.com/": connection reset by peer')


def _timeout(_fault: Fault, verb: str, _clock: Clock) -> None:
    host = verb.partition(".")[0]
    raise CloudTimeoutError(
        f'Post "https://{host}.aliyuncs.com/": net/http: request canceled'
        " (Client.Timeout exceeded while awaiting headers)"
    )


def _delay(fault: Fault, _verb: str, clock: Clock) -> None:
    clock.sleep(fault.seconds)


def _crash(_fault: Fault, _verb: str, _clock: Clock) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fail(_fault: Fault, _verb: str, _clock: Clock) -> None:
    """Nothing here: the verb itself asks `Service.asked_to_fail` when it starts its work."""


_EFFECTS: dict[Action, Callable[[Fault, str, Clock], None]] = {
    "throttle": _throttle,
    "error": _error,
    "reset": _reset,
    "timeout": _timeout,
    "delay": _delay,
    "crash": _crash,
    "fail": _fail,
}

_CHOICES: dict[str, tuple[str, ...]] = {
    "phase": get_args(Phase),
    "action": get_args(Action),
    "calls": get_args(Calls),
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "nth": int,
    "times": int,
    "status": int,
    "seconds": (int, float),
}


def _fault(entry: object, path: str) -> Fault:
    if not isinstance(entry, dict):
        raise InvalidFaultPlanError(f"{path}: must be an object")
    known = {field.name for field in fields(Fault)}
    if unknown := sorted(set(entry) - known):
        raise InvalidFaultPlanError(f"{path}: unknown {unknown}; known: {sorted(known)}")
    for name in ("verb", "action"):
        if name not in entry:
            raise InvalidFaultPlanError(f"{path}.{name}: missing")
    for name, value in entry.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            raise InvalidFaultPlanError(f"{path}.{name}: {value!r} is none of {_CHOICES[name]}")
        if isinstance(value, bool) or not isinstance(value, _TYPES.get(name, str)):
            raise InvalidFaultPlanError(f"{path}.{name}: {value!r} has the wrong type")
    return Fault(**entry)
