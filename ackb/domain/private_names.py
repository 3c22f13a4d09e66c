"""Names of a private zone, which only the VPCs bound to it resolve (PrivateZone)."""

from __future__ import annotations

import re
from typing import Final

from ackb.domain.problems import Broken

OWN_NAME: Final = "@"
"""The host that stands for the name of the zone itself:
https://help.aliyun.com/document_detail/66248.html"""

DEFAULT_TTL_SECONDS: Final = 60
"""How long a resolver keeps an answer, unless told otherwise (same page)."""

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LONGEST: Final = 253
"""Characters of a name (RFC 1035, 2.3.4, without the last dot)."""
_NEEDED: Final = {
    "aliyuncs.com": "the endpoints of Alibaba Cloud",
    "cluster.local": "the names of Kubernetes Services",
}
"""Zones that a private one of the same name, or above, would hide from everything in the VPC."""


def check_zone(name: str) -> Broken | None:
    """Return the rule that the name of a private zone breaks, if any."""
    fix = "choose a name of your own, such as class.private"
    if len(name) > _LONGEST or not re.fullmatch(rf"{_LABEL}(\.{_LABEL})+", name):
        return Broken(
            "be two or more labels of lower-case letters, digits and -, joined by dots", fix
        )
    for needed, what in _NEEDED.items():
        if f".{needed}".endswith(f".{name}") or f".{name}".endswith(f".{needed}"):
            return Broken(f"not hide {what} ({needed}) from the VPC", fix)
    return None


def check_host(name: str) -> Broken | None:
    """Return the rule that the name of a record below its zone breaks, if any."""
    if name == OWN_NAME or re.fullmatch(rf"{_LABEL}(\.{_LABEL})*", name):
        return None
    return Broken(
        "be labels of lower-case letters, digits and -, joined by dots, or @ for the zone itself",
        "write it such as www",
    )


def full_name(host: str, zone: str) -> str:
    """Return what clients ask for: `www.class.private`."""
    return zone if host == OWN_NAME else f"{host}.{zone}"
