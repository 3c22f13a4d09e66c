"""Spot instances: a protected time, then taken back with a notice when price or stock demand it."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.clock import timestamp
from sandbox.cloud.eci import behaviour, errors
from sandbox.cloud.eci.kinds import CONTAINER_GROUP, SPOT_NOTICE
from sandbox.cloud.service import Service
from sandbox.cloud.store import Data

NO_SPOT = "NoSpot"
STRATEGIES = (NO_SPOT, "SpotAsPriceGo", "SpotWithPriceLimit")

_HOUR = 3600.0
_OVER = ("Terminating", "Expired", "Failed", "ScheduleFailed")


class Spot(Service):
    """What the market does to spot instances."""

    service = "eci"

    def check_spot(self, strategy: str, vcpu: float) -> None:
        """Raise the errors of an unknown strategy, and of a size that is not sold as spot."""
        if strategy not in STRATEGIES:
            raise errors.SPOT_STRATEGY(strategy=strategy)
        least = behaviour.spot()["least_vcpu"]
        if strategy != NO_SPOT and vcpu < least:
            raise errors.SPOT_SIZE(vcpu=f"{vcpu:g}", least=least)

    def spot_fields(self, strategy: str, hours: int | None) -> dict[str, Any]:
        """What is stored of a spot instance."""
        if strategy == NO_SPOT:
            return {}
        protection = behaviour.spot()["protection_hours"] if hours is None else hours
        until = self.now() + self.cloud.pace.seconds(protection * _HOUR)
        return {"SpotDuration": protection, "protected_until": until}

    def reclaim_spot(self, zone_id: str | None = None) -> list[str]:
        """Let the market take spot instances back, of one zone or of all: their ids.

        No API action. An instance gets its notice when it is no longer protected, at once or later,
        and expires three minutes after that; `DescribeContainerGroups` shows it by its events.
        """
        notice = self.cloud.pace.seconds(behaviour.spot()["notice_seconds"])
        reclaimed = []
        with self.store.transaction():
            for group in self.find(CONTAINER_GROUP):
                zones = (None, group["ZoneId"])
                known = self.store.get(SPOT_NOTICE, group["ContainerGroupId"])
                if (
                    known is None
                    and zone_id in zones
                    and group["SpotStrategy"] != NO_SPOT
                    and group["Status"] not in _OVER
                ):
                    self._announce(group, max(self.now(), group["protected_until"]), notice)
                    reclaimed.append(str(group["ContainerGroupId"]))
        return reclaimed

    def spot_notices(self, tags: dict[str, str]) -> list[Data]:
        """Announced releases of instances with the tags: ContainerGroupId, NoticeAt, ReleaseAt."""
        return [
            notice
            for notice in self.store.find(SPOT_NOTICE)
            if tags.items() <= notice["tags"].items()
        ]

    def forget_spot_notice(self, container_group_id: str) -> None:
        """The release has been dealt with."""
        self.store.delete(SPOT_NOTICE, container_group_id)

    def _announce(self, group: Data, notice_at: float, notice: float) -> None:
        group_id, release_at = group["ContainerGroupId"], notice_at + notice
        event = {
            "Type": "Warning",
            "Reason": "SpotToBeReleased",
            "Message": "Spot ECI will be released in 3 minutes",
            "FirstTimestamp": timestamp(notice_at),
        }
        # Whatever else was to come, such as the start, has its place before.
        now = self.now()
        self.later(group, max(0.0, notice_at - self._last(group, now)), Events=[event])
        self.later(group, notice, Status="Expired", ExpiredTime=timestamp(release_at))
        self.save(CONTAINER_GROUP, group_id, group)
        announced = {
            "ContainerGroupId": group_id,
            "NoticeAt": notice_at,
            "ReleaseAt": release_at,
            "tags": group["tags"],
        }
        self.store.put(SPOT_NOTICE, group_id, announced)

    def _last(self, group: Data, now: float) -> float:
        steps = group.get("_then")
        return steps[-1]["at"] if steps else now
