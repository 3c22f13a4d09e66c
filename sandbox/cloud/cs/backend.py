"""What the control planes and their controllers tell the cloud, and ask of it; no API actions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ackb.domain import virtual_nodes
from sandbox.cloud.cs.addon_records import is_controlled, parsed
from sandbox.cloud.cs.kinds import ADDON, CLUSTER, NODE, REGISTERED, VIRTUAL_NODE_TAG
from sandbox.cloud.cs.pki import KeyPair

if TYPE_CHECKING:
    from sandbox.cloud.cs.verbs import Cs


AUTOSCALED_LABEL = "k8s.aliyun.com"
"""Label of the nodes that the node autoscaler has made; its value is `true`."""
_AUTOSCALED = {AUTOSCALED_LABEL: "true"}


@dataclass(frozen=True, kw_only=True)
class ClusterRecord:
    """A cluster as its control plane needs to know it."""

    cluster_id: str
    status: str
    version: str
    """Such as `1.36.1-aliyun.1`."""
    region_id: str
    vpc_id: str
    vswitch_ids: tuple[str, ...]
    security_group_id: str
    service_cidr: str
    api_port: int | None
    """Port its API server had before; None before the first start."""
    asked_to_fail: bool
    """A planned fault wants the creation to end failed."""
    registered: bool = False
    """Its control plane is the user's own."""
    agent_applied: bool = False
    """The owner of a registered cluster has applied the agent's manifest."""


@dataclass(frozen=True, kw_only=True)
class NodeRecord:
    """A node as it should be."""

    instance_id: str
    node_pool_id: str
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    unschedulable: bool
    leaving: bool
    ready: bool
    instance: dict[str, Any] | None
    """The ECS instance (DescribeInstances); None when it is gone."""


@dataclass(frozen=True, kw_only=True)
class AddonRecord:
    """An add-on that controllers of the sandbox stand for; see `addon_records.is_controlled`."""

    name: str
    status: str
    config: dict[str, Any]


class Backend:
    """Hooks for the controllers of the sandbox."""

    def __init__(self, cs: Cs) -> None:
        self._cs = cs
        self._store = cs.store

    def clusters(self) -> list[ClusterRecord]:
        """All clusters."""
        return [_cluster_record(data) for data in self._cs.find(CLUSTER)]

    def cluster(self, cluster_id: str) -> ClusterRecord | None:
        """One cluster, or None."""
        data = self._cs.get(CLUSTER, cluster_id)
        return None if data is None else _cluster_record(data)

    def authority(self, cluster_id: str) -> KeyPair:
        """The cluster's certificate authority."""
        return self._cs.authority(cluster_id)

    def control_plane_up(self, cluster_id: str, port: int) -> None:
        """The API server answers on this loopback port; a new managed cluster is now running."""
        address = f"https://127.0.0.1:{port}"
        endpoints = {"api_server_endpoint": address, "intranet_api_server_endpoint": address}
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is None or cluster["Status"] == "deleting":
                return
            cluster["api"]["master_url"] = json.dumps(endpoints)
            cluster["Port"] = port
            if cluster["Status"] in ("initial", "failed") and not _is_registered(cluster):
                cluster["Status"] = "running"
            self._cs.save(CLUSTER, cluster_id, cluster)

    def agent_connected(self, cluster_id: str, version: str) -> None:
        """The agent of a registered cluster calls: the cluster that joined runs this version."""
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is not None and cluster["Status"] in ("waiting", "disconnected"):
                cluster["api"]["current_version"] = version
                if not cluster["api"]["init_version"]:
                    cluster["api"]["init_version"] = version
                self._cs.save(CLUSTER, cluster_id, {**cluster, "Status": "running"})

    def agent_lost(self, cluster_id: str) -> None:
        """No agent of a registered cluster calls any more."""
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is not None and cluster["Status"] == "running":
                self._cs.save(CLUSTER, cluster_id, {**cluster, "Status": "disconnected"})

    def agent_manifest(self, cluster_id: str) -> str:
        """What the owner of the data centre asks the cloud for, to let the cluster join.

        Raises:
            CloudError: the call was refused; a planned fault keeps a data centre out in this way.
        """
        answer = self._cs.describe_external_agent(cluster_id=cluster_id, private_ip_address="true")
        return str(answer["config"])

    def agent_applied(self, cluster_id: str) -> None:
        """The owner of a registered cluster has applied the agent's manifest."""
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is not None:
                self._cs.save(CLUSTER, cluster_id, {**cluster, "AgentApplied": True})

    def control_plane_failed(self, cluster_id: str, reason: str) -> None:
        """The control plane of a new cluster could not be made."""
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is not None and cluster["Status"] == "initial":
                self._cs.save(
                    CLUSTER, cluster_id, {**cluster, "Status": "failed", "Reason": reason}
                )

    def control_plane_gone(self, cluster_id: str) -> bool:
        """The control plane of a deleted cluster is gone; whether everything else is gone too."""
        return self._cs.remove_cluster(cluster_id)

    def nodes(self, cluster_id: str) -> list[NodeRecord]:
        """The members of all node pools."""
        members = self._store.find(NODE, ClusterId=cluster_id)
        if not members:
            return []
        answer = self._cs.cloud.ecs.describe_instances(
            instance_ids=[node["InstanceId"] for node in members]
        )
        instances = {one["InstanceId"]: one for one in answer["Instances"]["Instance"]}
        return [
            NodeRecord(
                instance_id=node["InstanceId"],
                node_pool_id=node["NodePoolId"],
                labels={**node["Labels"], **(_AUTOSCALED if node.get("Autoscaled") else {})},
                taints=tuple(node["Taints"]),
                unschedulable=node["Unschedulable"],
                leaving=node["Leaving"],
                ready=node["Ready"],
                instance=instances.get(node["InstanceId"]),
            )
            for node in members
        ]

    def node_state(self, instance_id: str, node_name: str, *, ready: bool) -> None:
        """What Kubernetes says of a node."""
        with self._store.transaction():
            node = self._store.get(NODE, instance_id)
            if node is not None:
                node.update(NodeName=node_name, Ready=ready)
                self._store.put(NODE, instance_id, node)
                self._cs.settle_pool(node["NodePoolId"])

    def node_drained(self, instance_id: str) -> None:
        """A leaving node runs nothing any more: its instance can be released."""
        self._cs.remove_node(instance_id)

    def container_groups(self, cluster_id: str) -> list[dict[str, Any]]:
        """The ECI instances of the cluster's pods (DescribeContainerGroups)."""
        return self._cs.container_groups(cluster_id)

    def instances_by_node(self, cluster_id: str) -> dict[str, list[str]]:
        """Ids of the cluster's ECI instances by the virtual node that made them."""
        found: dict[str, list[str]] = {}
        for group in self.container_groups(cluster_id):
            node = virtual_node_of(group)
            found.setdefault(node, []).append(group["ContainerGroupId"])
        return found

    def set_controlled(self, cluster_id: str, node: str, *, controlled: bool) -> None:
        """Whether a self-managed virtual node has a controller."""
        with self._store.transaction():
            cluster = self._cs.get(CLUSTER, cluster_id)
            if cluster is None:
                return
            known = set(cluster.get("ControlledNodes") or ())
            wanted = known | {node} if controlled else known - {node}
            if wanted != known:
                self._cs.save(CLUSTER, cluster_id, {**cluster, "ControlledNodes": sorted(wanted)})

    def orphans(self) -> list[dict[str, Any]]:
        """ECI instances that nobody manages: the controller of their virtual node is gone."""
        found = []
        for cluster in self._cs.find(CLUSTER):
            controlled = cluster.get("ControlledNodes") or ()
            for group in self.container_groups(_cluster_record(cluster).cluster_id):
                node = virtual_node_of(group)
                if virtual_nodes.number_of(node) is not None and node not in controlled:
                    found.append(group)
        return found

    def addon(self, cluster_id: str, name: str) -> AddonRecord | None:
        """An add-on, or None when it is not installed."""
        data = self._cs.get(ADDON, f"{cluster_id}:{name}")
        return None if data is None else _addon_record(data)

    def addons(self, cluster_id: str) -> list[AddonRecord]:
        """The add-ons of a cluster that controllers stand for."""
        found = map(_addon_record, self._cs.find(ADDON, ClusterId=cluster_id))
        return [addon for addon in found if is_controlled(addon.name)]

    def addon_up(self, cluster_id: str, name: str) -> None:
        """All that belongs to the add-on is there."""
        self._save_addon(cluster_id, name, Status="active")

    def addon_failed(self, cluster_id: str, name: str, reason: str) -> None:
        """The add-on does not start; the reason is told to who follows its task."""
        self._save_addon(cluster_id, name, Status="failed", Reason=reason)

    def addon_gone(self, cluster_id: str, name: str) -> None:
        """All that belonged to the add-on is gone."""
        with self._store.transaction():
            self._cs.remove(ADDON, f"{cluster_id}:{name}")

    def _save_addon(self, cluster_id: str, name: str, **changes: str) -> None:
        with self._store.transaction():
            addon = self._cs.get(ADDON, f"{cluster_id}:{name}")
            if addon is not None and addon["Status"] != "deleting":
                self._cs.save(ADDON, f"{cluster_id}:{name}", {**addon, **changes})


def _addon_record(data: dict[str, Any]) -> AddonRecord:
    return AddonRecord(name=data["Name"], status=data["Status"], config=parsed(data["Config"]))


def virtual_node_of(group: dict[str, Any]) -> str:
    """Name of the virtual node that made an ECI instance; empty where none did."""
    return next((tag["Value"] for tag in group["Tags"] if tag["Key"] == VIRTUAL_NODE_TAG), "")


def _is_registered(data: dict[str, Any]) -> bool:
    return bool(data["api"]["cluster_type"] == REGISTERED)


def _cluster_record(data: dict[str, Any]) -> ClusterRecord:
    api = data["api"]
    return ClusterRecord(
        cluster_id=data["ClusterId"],
        status=data["Status"],
        version=api["current_version"],
        region_id=api["region_id"],
        vpc_id=api["vpc_id"],
        vswitch_ids=tuple(api["vswitch_ids"]),
        security_group_id=api["security_group_id"],
        service_cidr=api["service_cidr"],
        api_port=data.get("Port"),
        asked_to_fail=data["asked_to_fail"],
        registered=_is_registered(data),
        agent_applied=data.get("AgentApplied", False),
    )
