"""Reads the resources of a plan into an inventory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ackb.domain import virtual_nodes
from ackb.inventory import existing
from ackb.inventory.model import (
    Cluster,
    Declared,
    Endpoint,
    Inventory,
    Network,
    NodePool,
    SecurityGroup,
    VirtualNode,
    VSwitch,
)
from ackb.inventory.values import listing, mapping, number, references, text
from ackb.inventory.workloads import workloads

_VIRTUAL_NODE: Final = "ack-virtual-node"
_PLUGINS: Final = ("terway", "flannel")


def read(resources: Iterable[Declared]) -> Inventory:
    """Read the resources of a plan. What is not known before deployment is left out."""
    found = tuple(resources)
    add_ons = _of(found, "alicloud:cs/kubernetesAddon:KubernetesAddon")
    return Inventory(
        network=next(
            (
                Network(name=one.name, cidr=text(one.inputs.get("cidrBlock")))
                for one in _of(found, "alicloud:vpc/network:Network")
            ),
            existing.network(found),
        ),
        switches=tuple(
            VSwitch(
                name=one.name,
                cidr=text(one.inputs.get("cidrBlock")),
                zone=text(one.inputs.get("zoneId")),
            )
            for one in _of(found, "alicloud:vpc/switch:Switch")
        )
        + tuple(existing.switches(found)),
        security_groups=tuple(
            SecurityGroup(
                name=one.name,
                kind="enterprise"
                if one.inputs.get("securityGroupType") == "enterprise"
                else "basic",
            )
            for one in _of(found, "alicloud:ecs/securityGroup:SecurityGroup")
        ),
        cluster=next(_clusters(found, add_ons), None),
        pools=tuple(_pool(one) for one in _of(found, "alicloud:cs/nodePool:NodePool")),
        virtual_node=next(_virtual_nodes(found, add_ons), None),
        workloads=tuple(workloads(found)),
        endpoints=tuple(
            Endpoint(type=one.type, name=one.name, switches=references(one.inputs["vswitchId"]))
            for one in found
            if one.type.startswith("alicloud:") and references(one.inputs.get("vswitchId"))
        ),
    )


def _of(resources: Sequence[Declared], token: str) -> list[Declared]:
    return sorted((one for one in resources if one.type == token), key=lambda one: one.name)


def _clusters(resources: Sequence[Declared], installed: Sequence[Declared]) -> Iterator[Cluster]:
    for one in _of(resources, "alicloud:cs/managedKubernetes:ManagedKubernetes"):
        yield _cluster(one, installed)
    yield from existing.clusters(resources, installed)
    for one in _of(resources, "ackb:cluster:RegisteredCluster"):
        yield Cluster(
            resource=one.name,
            spec="",
            version="",
            network_plugin="",
            add_ons=tuple(text(add_on.inputs.get("name")) for add_on in installed),
            switches=(),
            pod_switches=(),
            security_group=None,
            registered=True,
        )


def _cluster(one: Declared, installed: Sequence[Declared]) -> Cluster:
    inputs = one.inputs
    built_in = [
        text(add_on.get("name"))
        for add_on in listing(inputs.get("addons"))
        if not add_on.get("disabled")
    ]
    later = [text(add_on.inputs.get("name")) for add_on in installed]
    group = references(inputs.get("securityGroupId"))
    plugin = next((name.split("-")[0] for name in built_in if name.startswith(_PLUGINS)), "")
    return Cluster(
        resource=one.name,
        spec=text(inputs.get("clusterSpec")),
        version=text(inputs.get("version")),
        network_plugin=plugin,
        add_ons=tuple(dict.fromkeys([*built_in, *later])),
        switches=references(inputs.get("vswitchIds")),
        pod_switches=references(inputs.get("podVswitchIds")),
        security_group=group[0] if group else None,
    )


def _pool(one: Declared) -> NodePool:
    inputs = one.inputs
    scaling = mapping(inputs.get("scalingConfig"))
    size = number(inputs.get("desiredSize"))
    bounds = (size, size)
    if scaling.get("enable"):
        bounds = (number(scaling.get("minSize")), number(scaling.get("maxSize")))
    return NodePool(
        resource=one.name,
        name=text(inputs.get("nodePoolName")) or one.name,
        instance_types=tuple(listing(inputs.get("instanceTypes"))),
        lowest=bounds[0],
        highest=bounds[1],
        spot=inputs.get("spotStrategy") not in (None, "NoSpot"),
        switches=references(inputs.get("vswitchIds")),
    )


def _virtual_nodes(
    resources: Sequence[Declared], add_ons: Sequence[Declared]
) -> Iterator[VirtualNode]:
    for one in add_ons:
        if one.inputs.get("name") == _VIRTUAL_NODE:
            config = _config(one)
            yield VirtualNode(
                resource=one.name,
                name=_VIRTUAL_NODE,
                switches=references(config.get("vSwitchIds")),
                cluster_ip=config.get("enableClusterIp") != "false",
            )
    for one in _of(resources, "kubernetes:helm.sh/v3:Release"):
        values = mapping(one.inputs.get("values"))
        # The chart of this project: nothing else has both.
        if "vswitchIds" in values and "kubeProxy" in values:
            replicas = number(values.get("replicas"), 1)
            name = f"{virtual_nodes.STATEFUL_SET} × {replicas}"
            yield VirtualNode(
                resource=one.name,
                name=name,
                switches=references(values["vswitchIds"]),
                cluster_ip=bool(values["kubeProxy"]),
            )


def _config(add_on: Declared) -> Mapping[str, Any]:
    """The configuration of an add-on, which is JSON; empty where it is not known."""
    try:
        return mapping(json.loads(text(add_on.inputs.get("config")) or "{}"))
    except ValueError:
        return {}
