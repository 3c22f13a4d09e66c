"""Region and zones: that they exist, sell ECI, and are used where the network has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ackb.domain import regions
from ackb.domain.problems import Problem
from blueprints.settings.base import known
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyNetwork
from blueprints.settings.structure import ROOT


def check_zones(network: AnyNetwork, region: str, *, eci: bool = True) -> Iterator[Problem]:
    """Yield a problem for each zone that is not one of the region, sells no ECI, or is twice.

    Args:
        network: of the stack.
        region: of the stack.
        eci: whether the stack may run pods on ECI there.
    """
    seen: dict[str, int] = {}
    for index, zone in enumerate(network.zones):
        zone_id = known(zone, "zone_id")
        if zone_id is None:
            continue
        path = f"{ROOT}.network.zones[{index}].zone_id"
        broken = regions.check_zone(zone_id, region, eci=eci)
        if broken is not None:
            yield Problem.of(Code.PLACE, path, zone_id, broken)
        elif zone_id in seen:
            yield Problem(
                Code.DUPLICATE,
                path,
                zone_id,
                f"must be given once (it is zones[{seen[zone_id]}] too)",
                "remove one of them, or choose another zone",
            )
        seen.setdefault(zone_id, index)


def check_use(used: Sequence[str] | None, network: AnyNetwork, path: str) -> Iterator[Problem]:
    """Yield a problem for each zone that is used but is not one of the network's, or is twice.

    Args:
        used: zones of a node pool or a data store; None for the default.
        network: the network.
        path: path of `used`.
    """
    zones = [zone.zone_id for zone in network.zones]
    for index, zone_id in enumerate(used or ()):
        if zone_id not in zones:
            yield Problem(
                Code.ZONE_USE,
                f"{path}[{index}]",
                zone_id,
                f"must be one of the zones of the network ({', '.join(zones)})",
                f"choose one of them, or add it to {ROOT}.network.zones",
            )
        elif zone_id in (used or ())[:index]:
            yield Problem(
                Code.DUPLICATE, f"{path}[{index}]", zone_id, "must be given once", "remove it"
            )
