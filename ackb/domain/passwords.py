"""Passwords that ApsaraDB (RDS, Redis) accepts."""

from __future__ import annotations

import secrets
import string
from typing import Final

from ackb.domain.problems import Broken

_LENGTHS: Final = range(8, 33)
_SPECIAL: Final = "!@#$%^&*()_+-="
_KINDS: Final = (string.ascii_uppercase, string.ascii_lowercase, string.digits, _SPECIAL)
_ALLOWED: Final = frozenset("".join(_KINDS))
_LEAST_KINDS: Final = 3
# Source of all four: pulumi-alicloud 4.0.0, kvstore.Instance `password`, and
# https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-createaccount


def generate(length: int) -> str:
    """Return a random password of letters and digits that `check` accepts up to 32 characters.

    It starts with a letter, and holds a capital letter, a small letter and a digit.
    """
    kinds = _KINDS[:_LEAST_KINDS]
    while True:
        password = "".join(secrets.choice("".join(kinds)) for _ in range(length))
        if password[0].isalpha() and all(any(one in kind for one in password) for kind in kinds):
            return password


def check(password: str) -> Broken | None:
    """Return what is wrong with a password, without a word of it, or None."""
    used = sum(any(one in kind for one in password) for kind in _KINDS)
    if len(password) in _LENGTHS and used >= _LEAST_KINDS and not set(password) - _ALLOWED:
        return None
    return Broken(
        f"have {_LENGTHS[0]} to {_LENGTHS[-1]} characters, at least three of capital letters, "
        f"small letters, digits and {_SPECIAL}, and no others",
        "choose another one, or remove the secret and let `ackb up` make it up",
    )
