"""Forms of values that several products share."""

from __future__ import annotations

import ipaddress
import re

_NAME = re.compile(r"^(?!https?://).{2,128}$", re.DOTALL)
_PASSWORD = re.compile(r"^[A-Za-z0-9!@#$%^&*()_+\-=]{8,32}$")
_PASSWORD_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[!@#$%^&*()_+\-=]")


def valid_name(name: str) -> bool:
    """Whether a name is empty, or has 2 to 128 characters and begins with no http:// or https://.

    Source: VpcName and VSwitchName on the reference pages of CreateVpc and CreateVSwitch,
    read 2026-11-22 (CreateVpc takes one character too).
    """
    return name == "" or bool(_NAME.match(name))


def strong_password(password: str) -> bool:
    """Whether it has 8 to 32 characters of at least three of four kinds.

    Source: AccountPassword of RDS CreateAccount and Password of R-KVStore CreateInstance, read
    2026-11-22.
    """
    kinds = sum(bool(re.search(kind, password)) for kind in _PASSWORD_KINDS)
    return bool(_PASSWORD.match(password)) and kinds >= 3


def whitelist(text: str) -> list[str] | None:
    """Entries of a comma-separated whitelist; None when one is no address and no network."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    try:
        for entry in entries:
            ipaddress.IPv4Network(entry)
    except ValueError:  # malformed, or host bits set
        return None
    return entries


NOBODY = "127.0.0.1"
"""What an empty whitelist is stored as: nobody may connect (RDS and R-KVStore)."""
