"""Exit codes of every command; `ackb --help` and docs name the same."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a script can tell from the exit code."""

    CLEAN = 0
    """Done; a check found nothing."""
    FINDINGS = 1
    """The run failed, or a check has findings that stop nothing."""
    MANDATORY = 2
    """A mandatory policy or a capacity limit is broken."""
    COULD_NOT_RUN = 3
    """Wrong input, a missing tool, another run at work: nothing was done."""
    INTERRUPTED = 130
    """Ctrl-C; what was made until then is recorded."""
