"""Where a command writes: its result to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA: Final = 1
"""Version of the JSON documents: fields are only ever added to a version."""


def out() -> Console:
    """The console of the result. Colours only on a terminal, and not with NO_COLOR."""
    return _console(stderr=False)


def err() -> Console:
    """The console of progress, notes and errors."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    # Texts carry names and values of users: neither markup nor emoji codes in them mean anything.
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


def note(message: str) -> None:
    """Tell the person something on standard error."""
    print(message, file=sys.stderr, flush=True)


def document(command: str, **fields: Any) -> None:
    """Print the one JSON document of a command on standard output."""
    print(as_document(command, **fields), end="")


def as_document(command: str, **fields: Any) -> str:
    """The JSON document of a command; `fields` are JSON values and paths."""
    whole = {"schema": SCHEMA, "command": command, **fields}
    return json.dumps(whole, indent=2, ensure_ascii=False, default=str) + "\n"


def duration(seconds: float) -> str:
    """A time as people read it: `0.4 s`, `12 s`, `2 min 5 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
