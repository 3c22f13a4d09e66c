"""What a look at a live object tells about its readiness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..kinds import Object


@dataclass(frozen=True)
class Verdict:
    """Ready when there is no reason against it; `final` when waiting cannot help."""

    reasons: tuple[str, ...] = ()
    final: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether the object does its work."""
        return not self.reasons


READY = Verdict()


def waiting(*reasons: str) -> Verdict:
    """Not ready yet, for these reasons; empty ones do not count."""
    return Verdict(tuple(one for one in reasons if one))


def status_of(obj: Object) -> Mapping[str, Any]:
    """Return the status, empty while no controller has written one."""
    status = obj.get("status")
    return status if isinstance(status, Mapping) else {}


def condition(obj: Object, name: str) -> Mapping[str, Any]:
    """Return the condition of a type, empty when there is none."""
    for one in status_of(obj).get("conditions") or ():
        if one.get("type") == name:
            found: Mapping[str, Any] = one
            return found
    return {}


def holds(obj: Object, name: str) -> bool:
    """Tell whether a condition is `True`."""
    return bool(condition(obj, name).get("status") == "True")


def told(found: Mapping[str, Any]) -> str:
    """Return a condition as a person reads it, empty when it says nothing."""
    if not found:
        return ""
    reason = f" [{found['reason']}]" if found.get("reason") else ""
    message = f" {found['message']}" if found.get("message") else ""
    return f"condition {found['type']} is {found['status']}:{reason}{message}".rstrip(":")


def is_observed(obj: Object) -> bool:
    """Tell whether the controller has seen the latest declaration."""
    generation = obj["metadata"].get("generation", 0)
    return bool(status_of(obj).get("observedGeneration", 0) >= generation)


UNSEEN = waiting("the controller has not looked at the latest declaration yet")
