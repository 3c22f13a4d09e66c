"""The passphrase that encrypts secrets in a home's stacks: made once, read only by its owner."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from base64 import b64decode
from pathlib import Path

from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine.errors import PassphraseWrong

#: The engine's words (pulumi pkg/secrets/passphrase/manager.go).
_WRONG = "incorrect passphrase"

#: How the engine derives a key (pulumi sdk/go/common/resource/config/crypt.go) and proves it: the
#: salt of a stack file is `v1:SEED:v1:NONCE:PROOF`.
_SALT_VERSION = "v1"
_ROUNDS = 1_000_000
_KEY_BYTES = 32

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
    _publish(home.passphrase, secrets.token_urlsafe(_BYTES))


def opens(home: Home, salt: str) -> bool:
    """Whether the home's passphrase is the one of a stack file with this ``encryptionsalt``.

    Takes about 0.3 s, which is what keeps guessing slow.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not home.passphrase.exists():
        return False
    phrase = home.passphrase.read_text("utf-8").strip().encode()
    try:
        version, seed, *check = salt.split(":")
        seed_bytes, (nonce, proof) = b64decode(seed), map(b64decode, check[1:])
    except ValueError:
        return False
    key = hashlib.pbkdf2_hmac("sha256", phrase, seed_bytes, _ROUNDS, _KEY_BYTES)
    try:
        AESGCM(key).decrypt(nonce, proof, None)
    except (InvalidTag, ValueError):
        return False
    return version == _SALT_VERSION


def is_wrong(*lines: str) -> bool:
    """Whether the engine says that it cannot decrypt with the passphrase at hand."""
    return any(_WRONG in line for line in lines)


def wrong(path: str, value: str) -> PassphraseWrong:
    """What to tell when the engine says so."""
    return PassphraseWrong(
        Problem(
            code="ENG-12",
            path=path,
            value=value,
            why="the secrets of the stack were encrypted with another passphrase",
            fix="restore that passphrase, or remove `encryptionsalt` and the `secure` values from "
            "the stack file: `ackb up` generates new ones",
        )
    )


def _publish(path: Path, passphrase: str) -> None:
    """Put the whole file in place, unless another first run was quicker: then its passphrase stays.

    A second one would make the first run's secrets unreadable.
    """
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_atomically(own, passphrase, mode=0o600)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
    finally:
        own.unlink()
