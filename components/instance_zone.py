"""Where an instance of a data store stands."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class InstanceZone:
    """A zone and a vSwitch in it."""

    zone_id: str
    """Zone id, such as `cn-hangzhou-j`."""
    vswitch_id: pulumi.Input[str]
    """vSwitch in this zone."""
