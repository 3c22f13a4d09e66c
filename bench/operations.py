"""What is measured, in the order in which it is shown, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that a user waits for."""

    name: str
    #: The command, as a user writes it.
    command: str
    #: Seconds within which it should be done on two cores, with warm tools.
    aim: float | None = None


CHECK_COLD = Operation(name="check, cold", command="ackb check")
CHECK = Operation(name="check, warm", command="ackb check", aim=1.5)
UP = Operation(name="up, nothing running", command="ackb up", aim=25)
PREVIEW = Operation(name="preview, no change", command="ackb preview")
PREVIEW_FREE = Operation(name="preview, no change, no policies", command="ackb preview")
UNCHANGED = Operation(name="up, no change", command="ackb up", aim=8)
UNCHANGED_FREE = Operation(name="up, no change, no policies", command="ackb up")
CHANGED = Operation(name="up, one change", command="ackb up")
DOWN = Operation(name="down", command="ackb down")

ALL = (
    CHECK_COLD,
    CHECK,
    UP,
    PREVIEW,
    PREVIEW_FREE,
    UNCHANGED,
    UNCHANGED_FREE,
    CHANGED,
    DOWN,
)
"""Every operation."""

WITHOUT_POLICIES = ((PREVIEW, PREVIEW_FREE), (UNCHANGED, UNCHANGED_FREE))
"""Pairs of an operation and the same one without the policy pack: the difference is its share."""
