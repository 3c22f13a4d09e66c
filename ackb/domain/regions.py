"""Regions and zones of Alibaba Cloud, and which zones sell ECI.

The list is data with a date: a region opened since then is refused with the nearest known ones,
which is a smaller harm than a misspelt region found by the first API call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ackb.domain.data import load
from ackb.domain.problems import Broken, nearest


@dataclass(frozen=True)
class Region:
    """One region.

    Attributes:
        id: region id, such as `cn-hangzhou`.
        name: name in the console.
        zones: zones of ECS.
        eci_zones: zones that sell ECI; None where this is not known.
        eci_recommended: zones with the largest stock of ECI.
    """

    id: str
    name: str
    zones: tuple[str, ...]
    eci_zones: tuple[str, ...] | None
    eci_recommended: tuple[str, ...]

    @property
    def mainland_china(self) -> bool:
        """The region lies in mainland China, where docker.io cannot be reached."""
        return self.id.startswith("cn-") and self.id != "cn-hongkong"


@cache
def regions() -> dict[str, Region]:
    """Return every known region by id."""
    return {
        region_id: Region(
            id=region_id,
            name=row["name"],
            zones=tuple(row["zones"]),
            eci_zones=None if row["eci_zones"] is None else tuple(row["eci_zones"]),
            eci_recommended=tuple(row.get("eci_recommended", ())),
        )
        for region_id, row in load("regions")["regions"].items()
    }


def check_region(region_id: str) -> Broken | None:
    """Return what is wrong with a region id, or None; the fix names near ones."""
    known = regions()
    if region_id in known:
        return None
    near = nearest(region_id, known)
    fix = f"write '{near}'" if near else f"choose one of {', '.join(sorted(known))}"
    if region_id in {zone for region in known.values() for zone in region.zones}:
        return Broken("be a region, not a zone", f"write '{_region_of(region_id)}'")
    return Broken(f"be one of the {len(known)} known regions", fix)


def check_zone(zone_id: str, region_id: str, *, eci: bool = False) -> Broken | None:
    """Return what is wrong with a zone in a known region, or None; the fix names near ones.

    Args:
        zone_id: the zone.
        region_id: a region that `check_region` accepts.
        eci: ECI pods are to run there.
    """
    region = regions()[region_id]
    if zone_id not in region.zones:
        near = nearest(zone_id, [one for one in region.zones if one[-1:] == zone_id[-1:]])
        choice = f"one of {', '.join(region.zones)}"
        fix = f"write '{near}', or {choice}" if near else f"choose {choice}"
        return Broken(f"be a zone of {region_id}", fix)
    if eci and region.eci_zones is not None and zone_id not in region.eci_zones:
        sold = region.eci_recommended or region.eci_zones
        return Broken(
            "be a zone that sells ECI, since the peak load runs there",
            f"choose one of {', '.join(sold)}",
        )
    return None


def _region_of(zone_id: str) -> str:
    return next(one.id for one in regions().values() if zone_id in one.zones)
