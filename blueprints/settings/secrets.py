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

    An encrypted value (`secure:`) inside the settings would make the engine encrypt the settings as
    a whole; a credential in clear is one that everybody who reads the repository has.
    """
    if isinstance(data, dict):
        if set(data) == {_SECURE}:
            yield at, _encrypted(at)
            return
        for key, value in data.items():
            yield from secrets_in(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from secrets_in(value, (*at, index))
    elif isinstance(data, str) and looks_like_credential(data):
        yield at, secret_problem(at)


def _encrypted(at: Path) -> Problem:
    return Problem(
        Code.SECRET,
        path_text(at),
        None,
        "must not be a secret: settings hold plain values, secrets stand beside them",
        "remove it, and set the stack secret of its own (pulumi config set --secret "
        "ackb:databasePassword)",
        secret=True,
    )
