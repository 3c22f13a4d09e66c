"""Secrets that someone put into the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain.problems import Problem, looks_like_credential
from blueprints.settings.codes import Code
from blueprints.settings.drafts import Path
from blueprints.settings.structure import path_text, secret_problem

_SECURE: Final = "secure"


def secrets_in(data: Any, at: Path = ()) -> Iterator[tuple[Path, Problem]]:
    """Yield a problem for each encrypted value and for each credential in clear.

    An encrypted value (`secure:`) would make the engine treat the settings as one secret; a
    credential in clear is one that everybody has who reads the repository.
    """
    if isinstance(data, dict):
        if set(data) == {_SECURE}:
            yield at, encrypted_problem(at)
            return
        for key, value in data.items():
            yield from secrets_in(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from secrets_in(value, (*at, index))
    elif isinstance(data, str) and looks_like_credential(data):
        yield at, secret_problem(at)


def encrypted_problem(at: Path) -> Problem:
    """Return the problem that an encrypted value stands at `at`, or somewhere in the settings."""
    return Problem(
        Code.SECRET,
        path_text(at),
        None,
        "must not be or hold a 'secure:' value: settings are plain, secrets stand beside them",
        "remove it, and set a stack secret of its own (pulumi config set --secret "
        "ackb:databasePassword)",
        secret=True,
    )
