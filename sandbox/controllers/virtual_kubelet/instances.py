"""The instances of pods, on the cloud's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.cloud.cs.kinds import CLUSTER_TAG, VIRTUAL_NODE_TAG
from sandbox.cloud.errors import IDEMPOTENT_PARAMETER_MISMATCH, CloudError
from sandbox.controllers.controller import Context
from sandbox.controllers.virtual_kubelet.request import Request

_GONE = "NoSuchResource"


class Instances:
    """Creates, looks at and deletes the instances of one cluster."""

    def __init__(self, context: Context) -> None:
        self._cloud = context.cloud
        self._cluster_id = context.cluster_id
        self._zones: dict[str, str] = {}

    def create(self, wanted: Request, token: str) -> str:
        """Create an instance; its id.

        The token names the pod and the attempt: a repetition after a kill makes no second one.

        Raises:
            CloudError: no vSwitch takes it, or the creation budget is used up.
        """
        try:
            answer = self._cloud.eci.create_container_group(
                region_id=self._cloud.region,
                container_group_name=wanted.name,
                vswitch_id=",".join(wanted.vswitch_ids),
                schedule_strategy=wanted.schedule_strategy,
                security_group_id=wanted.security_group_id,
                cpu=wanted.cpu,
                memory=wanted.memory,
                containers=wanted.containers,
                spot_strategy=wanted.spot_strategy,
                spot_duration=wanted.spot_duration,
                auto_match_image_cache=wanted.auto_match_image_cache,
                image_cache_id=wanted.image_cache_id,
                tags={CLUSTER_TAG: self._cluster_id, VIRTUAL_NODE_TAG: wanted.node},
                client_token=token,
            )
        except CloudError as error:
            if error.code == IDEMPOTENT_PARAMETER_MISMATCH.code:
                # Made before a kill, and the eci-profile is another one by now.
                answer = self._cloud.eci.describe_container_groups(
                    container_group_name=wanted.name, tags={CLUSTER_TAG: self._cluster_id}
                )
                for group in answer["ContainerGroups"]:
                    return str(group["ContainerGroupId"])
            raise
        return str(answer["ContainerGroupId"])

    def seconds_to_start(self, instance_id: str) -> float:
        """How long it is until the instance has started, or failed to."""
        return max(0.0, self._cloud.eci.starts_at(instance_id) - self._cloud.clock.now())

    def look(self, instance_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The instances that there are, by id."""
        if not instance_ids:
            return {}
        answer = self._cloud.eci.describe_container_groups(container_group_ids=instance_ids)
        return {group["ContainerGroupId"]: group for group in answer["ContainerGroups"]}

    def all(self) -> list[dict[str, Any]]:
        """The instances of the cluster; takes long when there are thousands."""
        groups: list[dict[str, Any]] = self._cloud.cs.backend.container_groups(self._cluster_id)
        return groups

    def delete(self, instance_id: str) -> None:
        """Delete an instance; one that is gone is fine."""
        try:
            self._cloud.eci.delete_container_group(container_group_id=instance_id)
        except CloudError as error:
            if error.code != _GONE:
                raise

    def zones(self, vswitch_ids: Sequence[str]) -> dict[str, str]:
        """The zone of each vSwitch; those that do not exist are left out, ECI will say so."""
        for one in vswitch_ids:
            if one not in self._zones:
                try:
                    self._zones[one] = self._cloud.vpc.vswitch(one)["ZoneId"]
                except CloudError:
                    continue
        return self._zones
