"""The passphrase that encrypts secrets in a home's stacks: made once, read only by its owner."""

from __future__ import annotations

import secrets

from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine.errors import PassphraseWrong

#: Bytes of randomness; 256 bits.
_BYTES = 32


def ensure(home: Home) -> None:
    """Create the passphrase file when there is none and nothing was encrypted with a lost one.

    Raises:
        PassphraseWrong: the file is gone while stacks encrypted with it are still here.
    """
    if home.passphrase.exists():
        return
    stacks = sorted(path.stem for path in (home.state / ".pulumi" / "stacks").rglob("*.json"))
    if stacks:
        raise PassphraseWrong(
            Problem(
                code="ENG-03",
                path=str(home.passphrase),
                value="missing",
                why=f"the secrets of {', '.join(stacks)} were encrypted with it",
                fix="restore the file from a backup, or run `ackb sandbox reset --force`",
            )
        )
    write_atomically(home.passphrase, secrets.token_urlsafe(_BYTES), mode=0o600)
