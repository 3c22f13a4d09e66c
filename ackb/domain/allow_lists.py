"""Entries of the allow lists (whitelists) of RDS and Redis instances."""

from __future__ import annotations

import ipaddress
from typing import Final

from ackb.domain import cidr
from ackb.domain.problems import Broken, Refused

_EVERYBODY: Final = "0.0.0.0"
_RESTRICT: Final = "name the addresses or ranges that need it, such as 10.8.0.0/16"


def check_entry(text: str) -> Broken | None:
    """Return what is wrong with an entry (an address or a range), or None.

    `0.0.0.0/0` and `0.0.0.0` let in everybody; bits behind the prefix would let in more than the
    address that was written.
    """
    if not text.strip():
        return Broken("be an IPv4 address or range, not empty", _RESTRICT)
    if "/" not in text:
        return _check_address(text)
    try:
        network = cidr.parse(text)
    except Refused as refused:
        return refused.broken
    return _open_to_all() if network.prefixlen == 0 else None


def _check_address(text: str) -> Broken | None:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return Broken("be an IPv4 address or range such as 10.8.0.0/16", "write it as numbers")
    return _open_to_all() if text == _EVERYBODY else None


def _open_to_all() -> Broken:
    return Broken("not let in every address", _RESTRICT)
