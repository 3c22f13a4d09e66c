"""Kubernetes versions that ACK supports, with their dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken

DEFAULT: Final[str] = load("kubernetes_versions")["default"]
"""Minor version of a new cluster."""

AS_OF: Final = date.fromisoformat(load("kubernetes_versions")["as_of"])
"""Day the list was read. Checks use it instead of the clock, so that a stack that was right does
not turn wrong overnight, without a change of anything."""

_FORM: Final = re.compile(r"(?P<minor>1\.\d+)(?P<build>\.\d+-aliyun\.\d+)?")


@dataclass(frozen=True)
class Minor:
    """A minor version of Kubernetes in ACK.

    Attributes:
        version: such as `1.36`.
        supported_until: last day of support.
        builds: full ACK versions known of it, oldest first.
    """

    version: str
    supported_until: date
    builds: tuple[str, ...]


@cache
def minors() -> dict[str, Minor]:
    """Return the known minor versions, oldest first."""
    rows = load("kubernetes_versions")["minors"]
    return {
        version: Minor(version, date.fromisoformat(row["supported_until"]), tuple(row["builds"]))
        for version, row in rows.items()
    }


def supported(day: date = AS_OF) -> list[Minor]:
    """Return the minor versions in support on `day`, oldest first."""
    return [minor for minor in minors().values() if day <= minor.supported_until]


def check(version: str, day: date = AS_OF) -> Broken | None:
    """Return what is wrong with the version of a cluster on `day`, or None.

    A build that is not in the list is accepted when its minor is supported: builds come every few
    weeks.
    """
    found = _FORM.fullmatch(version)
    choice = ", ".join(
        f"{minor.version} (until {minor.supported_until})" for minor in supported(day)
    )
    if found is None:
        return Broken(
            'be a minor version such as "1.36" or an ACK version such as "1.36.1-aliyun.1"',
            f"choose one of {choice}",
        )
    minor = minors().get(found["minor"])
    if minor is None:
        return Broken("be a Kubernetes version that ACK supports", f"choose one of {choice}")
    if day > minor.supported_until:
        return Broken(
            f"be a Kubernetes version that ACK supports (support of {minor.version} ended on "
            f"{minor.supported_until})",
            f"choose one of {choice}",
        )
    return None
