"""The ConfigMap kube-system/eci-profile: where ECI pods go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.cloud.cs.backend import ClusterRecord
from sandbox.kube.client import Client, Object
from sandbox.kube.stand_ins import EXTENSION_LABEL, PROFILE_LABEL

NAMESPACE, NAME = "kube-system", "eci-profile"

LABELS = {EXTENSION_LABEL: PROFILE_LABEL}
"""So that the controllers learn of a change."""


@dataclass(frozen=True)
class Profile:
    """The part of the profile that decides where a pod goes."""

    vswitch_ids: tuple[str, ...]
    security_group_id: str


def write(client: Client, cluster: ClusterRecord, config: dict[str, Any]) -> None:
    """Make the profile from the add-on's configuration, whose keys are those of the profile.

    What a user has changed in the ConfigMap stays, unless the add-on sets that very key.
    """
    defaults = {
        "vpcId": cluster.vpc_id,
        "vSwitchIds": ",".join(cluster.vswitch_ids),
        "securityGroupId": cluster.security_group_id,
        "enableClusterIp": "true",
        "enablePrivateZone": "false",
        "selectors": "",
    }
    present = client.find("ConfigMap", NAME, NAMESPACE)
    data = (present or {}).get("data") or {}
    wanted = {**defaults, **data, **{key: str(value) for key, value in config.items()}}
    if wanted == data:
        return
    obj: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": LABELS},
        "data": wanted,
    }
    if present is None:
        client.create(obj)
    else:
        client.patch(obj, {"data": wanted})


def read(client: Client) -> Profile:
    """The profile as it is now: a change takes effect with the next pod.

    Raises:
        ApiError: status 404 before the virtual nodes are there.
    """
    data = client.get(f"/api/v1/namespaces/{NAMESPACE}/configmaps/{NAME}").get("data") or {}
    vswitches = [one.strip() for one in data.get("vSwitchIds", "").split(",")]
    return Profile(tuple(one for one in vswitches if one), data.get("securityGroupId", ""))
