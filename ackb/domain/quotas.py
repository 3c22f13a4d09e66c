"""Limits that an account or a product sets, by name.

Most can be raised in Quota Center; a check against them says which quota it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ackb.domain.data import load
from ackb.domain.problems import nearest


@dataclass(frozen=True)
class Quota:
    """One limit.

    Attributes:
        name: such as `ecs.security_group.basic.members`.
        value: the default of a new account.
        unit: what is counted.
        quota_id: its id in Quota Center, where one is known.
        source: where it is documented.
        as_of: when it was read there.
    """

    name: str
    value: int
    unit: str
    quota_id: str | None
    source: str
    as_of: date


def quota(name: str) -> Quota:
    """Return the quota called `name`.

    Raises:
        KeyError: there is none; the message names the nearest.
    """
    table = load("quotas")
    row = table["quotas"].get(name)
    if row is None:
        near = nearest(name, table["quotas"])
        raise KeyError(f"no quota {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    return Quota(
        name=name,
        value=row["value"],
        unit=row["unit"],
        quota_id=row.get("quota_id"),
        source=row["source"],
        as_of=date.fromisoformat(table["as_of"]),
    )
