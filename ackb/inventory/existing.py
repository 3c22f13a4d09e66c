"""What a stack uses and does not own: components that name it and create nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ackb.inventory.model import Cluster, Declared, Network, VSwitch
from ackb.inventory.values import listing, text

NETWORK: Final = "ackb:network:ExistingNetwork"
CLUSTER: Final = "ackb:cluster:ExistingCluster"
DATABASE: Final = "ackb:data:ExistingDatabase"
CACHE: Final = "ackb:data:ExistingCache"
FILE_STORAGE: Final = "ackb:data:ExistingFileStorage"


def network(found: Sequence[Declared]) -> Network | None:
    """Return the VPC that is there already, if the stack uses one."""
    for one in found:
        if one.type == NETWORK:
            return Network(name=text(one.inputs.get("vpc_id")), cidr="", existing=True)
    return None


def switches(found: Sequence[Declared]) -> Iterator[VSwitch]:
    """Yield the vSwitches that the stack uses of it."""
    for one in found:
        for zone in listing(one.inputs.get("zones")) if one.type == NETWORK else ():
            for role in ("node_vswitch_id", "pod_vswitch_id"):
                if vswitch_id := text(zone.get(role)):
                    yield VSwitch(name=vswitch_id, cidr="", zone=text(zone.get("zone_id")))


def clusters(found: Sequence[Declared], installed: Sequence[Declared]) -> Iterator[Cluster]:
    """Yield the cluster that is there already, with the add-ons that the stack adds to it."""
    for one in found:
        if one.type == CLUSTER:
            yield Cluster(
                resource=text(one.inputs.get("cluster_id")),
                spec=text(one.inputs.get("spec")),
                version=text(one.inputs.get("version")),
                network_plugin=text(one.inputs.get("network_plugin")),
                add_ons=tuple(text(add_on.inputs.get("name")) for add_on in installed),
                switches=(),
                pod_switches=(),
                security_group=None,
                existing=True,
            )
