"""Secrets in the file of a sandbox stack that were encrypted for another home.

`ackb up` generates the secrets of a sandbox stack and keeps them, encrypted with the passphrase of
the home, in the stack file. That file is under version control and the home is not, so a file may
hold what another clone, or a home that was removed, generated. Nobody here can decrypt it, and
nothing here depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ackb.cli.context import PROJECT
from ackb.domain.files import write_atomically

if TYPE_CHECKING:
    from ackb.cli.context import Stack

_SALT: Final = re.compile(r"^encryptionsalt:(?: *|\s*\n +)(\S+)\n?", re.MULTILINE)
_SECRET: Final = re.compile(
    r"^( +)\S+:(?:\n(\1 +)secure:.*(?:\n\2 +\S.*)*| *\{ *\"?secure\"?: .*\} *)(?:\n|\Z)",
    re.MULTILINE,
)
"""A key with an encrypted value, as the engine writes it, on one line, or as YAML tools break long
values into several lines."""


def without(stack: Stack, report: Callable[[str], None]) -> Stack:
    """The stack, without secrets in its file that only another home could decrypt.

    A stack that this home knows, and one of the real cloud, keep theirs: there, a passphrase that
    does not fit is a mistake that a person must settle.
    """
    from ackb.engine import checkpoint, passphrase

    home, file = stack.workplace.home, stack.file.path
    text = file.read_text("utf-8")
    salt = _SALT.search(text)
    known = checkpoint.path(home.state, PROJECT, stack.name).exists()
    if salt is None or known or not stack.simulated or passphrase.opens(home, salt[1]):
        return stack
    write_atomically(file, stripped(text), mode=file.stat().st_mode & 0o777)
    report(f"removed the secrets of another home from {stack.source}; new ones are generated")
    return stack.workplace.stack(stack.name)


def stripped(text: str) -> str:
    """The text of a stack file without its encrypted values."""
    return _SECRET.sub("", _SALT.sub("", text))
