"""What an engine run reports while it runs, read from the engine's own event log."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ackb.domain.urns import name_of, qualified_type

Kind = Literal["started", "done", "failed", "diagnostic", "policy", "summary"]

#: Seconds between two looks at the log; progress that a person watches needs no more.
_POLL = 0.1

#: What the engine adds to every failure, after having said why.
_ECHOES = {"preview failed", "update failed", "destroy failed", "refresh failed"}

#: How Go's multierror begins.
_HEADING = re.compile(r"\d+ errors? occurred:")

#: The engine warns that it runs the language host of this project, which is what is wanted.
_OWN_HOST = "using pulumi-language-python from $PATH"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One step of a run.

    ``started``, ``done`` and ``failed`` speak of one resource, ``diagnostic`` and ``policy`` of a
    resource or the whole stack, ``summary`` closes the run.
    """

    kind: Kind
    urn: str = ""
    type: str = ""
    name: str = ""
    #: create, update, delete, replace, same, read, refresh, ...
    op: str = ""
    message: str = ""
    #: debug, info, info#err, warning or error; for policies: advisory or mandatory.
    severity: str = ""
    #: Names of the properties that differ, for updates and replacements.
    changed: tuple[str, ...] = ()
    #: Of a summary: how many resources met each operation.
    counts: tuple[tuple[str, int], ...] = ()
    #: Of a summary: seconds that the engine worked.
    seconds: float = 0.0


def parse(line: str) -> Event | None:
    """The event of one line of the log; None for those that no reader needs."""
    raw: dict[str, Any] = json.loads(line)
    if (step := raw.get("resourcePreEvent")) is not None:
        return _resource("started", step["metadata"])
    if (step := raw.get("resOutputsEvent")) is not None:
        return _resource("done", step["metadata"])
    if (step := raw.get("resOpFailedEvent")) is not None:
        return _resource("failed", step["metadata"])
    if (report := raw.get("diagnosticEvent")) is not None:
        if report.get("ephemeral"):
            return None
        # Its prefix only repeats the severity.
        text = _single(_plain(report.get("message", "")).strip())
        if _OWN_HOST in text or text in _ECHOES:
            return None
        return _about("diagnostic", report.get("urn", ""), text, report.get("severity", "info"))
    if (report := raw.get("policyEvent")) is not None:
        text = _plain(report.get("message", "")).strip()
        label = f"{report.get('policyName', '')}: {text}"
        severity = report.get("enforcementLevel", "advisory")
        return _about("policy", report.get("resourceUrn", ""), label, severity)
    if (report := raw.get("summaryEvent")) is not None:
        counts = tuple(sorted((report.get("resourceChanges") or {}).items()))
        return Event(kind="summary", counts=counts, seconds=report.get("durationSeconds", 0))
    return None


def _resource(kind: Kind, step: dict[str, Any]) -> Event:
    return Event(
        kind=kind,
        urn=step["urn"],
        type=step["type"],
        name=name_of(step["urn"]),
        op=step["op"],
        changed=tuple(step.get("diffs") or ()),
    )


def _about(kind: Kind, urn: str, message: str, severity: str) -> Event:
    if not urn:
        return Event(kind=kind, message=message, severity=severity)
    token = qualified_type(urn).rsplit("$", 1)[-1]
    return Event(
        kind=kind, urn=urn, type=token, name=name_of(urn), message=message, severity=severity
    )


def _plain(text: str) -> str:
    """The text without the engine's colour marks, such as ``<{%reset%}>``."""
    while (start := text.find("<{%")) >= 0 and (end := text.find("%}>", start)) >= 0:
        text = text[:start] + text[end + 3 :]
    return text


def _single(text: str) -> str:
    """The text without the heading and bullets that the engine puts around a partial failure."""
    heading, _, rest = text.partition("\n")
    if not _HEADING.fullmatch(heading):
        return text
    return "\n".join(line.strip().removeprefix("* ") for line in rest.splitlines() if line.strip())


class EventLog:
    """Follows the log file of a run in a thread and hands each event to a callback.

    What the callback raises is raised again where the log is left; the run goes on until then.
    """

    def __init__(self, path: Path, on_event: Callable[[Event], None]) -> None:
        self._path = path
        self._on_event = on_event
        self._finished = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._follow, name="engine-events", daemon=True)

    def __enter__(self) -> EventLog:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finished.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _follow(self) -> None:
        try:
            for line in self._lines():
                event = parse(line)
                if event is not None:
                    self._on_event(event)
        except Exception as failure:
            self._failure = failure

    def _lines(self) -> Iterator[str]:
        rest, position = b"", 0
        while True:
            last = self._finished.is_set()
            if self._path.exists():
                with self._path.open("rb") as log:
                    log.seek(position)
                    rest += log.read()
                    position = log.tell()
            # Only whole lines are decoded: a read may end inside a line, or inside a character.
            *complete, rest = rest.split(b"\n")
            yield from (line.decode() for line in complete if line)
            if last:
                return
            self._finished.wait(_POLL)
