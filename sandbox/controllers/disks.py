"""Volumes on cloud disks: what the storage add-on of ACK (csi-provisioner) does.

A claim that the scheduler has found a node for gets a disk in the zone of that node and a volume of
it; a volume whose claim is gone goes with its disk, where its class says so. Behaviour: the
external provisioner of Kubernetes (sigs.k8s.io/sig-storage-lib-external-provisioner).
"""

from __future__ import annotations

import math
from typing import Final

from ackb.domain import quantity
from sandbox.cloud.cs.kinds import CLUSTER_TAG
from sandbox.controllers import events
from sandbox.controllers.controller import Context, Key
from sandbox.kube.client import Object, path_of

DRIVER: Final = "diskplugin.csi.alibabacloud.com"
_ZONE: Final = "topology.kubernetes.io/zone"
_PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
_SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
_PROVISIONED_BY: Final = "pv.kubernetes.io/provisioned-by"
_SOURCE: Final = DRIVER


class Disks:
    """Brings claims and volumes of this driver in line with the disks in the cloud."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """A claim or a volume that this driver answers for."""
        metadata = obj["metadata"]
        if kind == "PersistentVolumeClaim" and _is_asked(obj):
            return (kind, metadata["name"], metadata["namespace"])
        if kind == "PersistentVolume" and _is_ours(obj):
            return (kind, metadata["name"], "")
        return None

    def keys_at_start(self) -> list[Key]:
        """All of them."""
        keys = [
            self.key(kind, obj)
            for kind in ("PersistentVolumeClaim", "PersistentVolume")
            for obj in self._context.objects(kind)
        ]
        return [key for key in keys if key is not None]

    def reconcile(self, key: Key) -> float | None:
        """Bring one claim or volume in line."""
        kind, name, namespace = key
        obj = self._context.client.find(kind, name, namespace)
        if obj is None:
            return None
        if kind == "PersistentVolume":
            self._release(obj)
        elif obj["spec"].get("volumeName"):
            self._grow(obj)
        elif "deletionTimestamp" not in obj["metadata"]:
            self._provision(obj)
        return None

    def release_all(self) -> None:
        """Remove the volumes whose claims are gone: nobody would after the cluster."""
        client = self._context.client
        for volume in client.get(path_of("PersistentVolume"))["items"]:
            if not _is_ours(volume):
                continue
            claim = volume["spec"]["claimRef"]
            if client.find("PersistentVolumeClaim", claim["name"], claim["namespace"]) is None:
                # A list tells neither kind nor version of its items.
                self._give_back({"kind": "PersistentVolume", **volume})

    def _provision(self, claim: Object) -> None:
        client = self._context.client
        annotations = claim["metadata"].get("annotations") or {}
        node = self._context.informers["Node"].get(annotations.get(_SELECTED_NODE, ""))
        storage = client.find("StorageClass", claim["spec"].get("storageClassName") or "")
        if node is None or storage is None:
            return
        zone = node["metadata"]["labels"][_ZONE]
        name = f"d-{claim['metadata']['uid'][:18]}"
        disk_id, size = self._disk(claim, storage, zone)
        if client.find("PersistentVolume", name) is None:
            client.create(_volume(name, disk_id, size, claim, storage, zone))
            text = f"Successfully provisioned volume {name} on disk {disk_id}"
            events.record(client, claim, _SOURCE, "ProvisioningSucceeded", text)

    def _disk(self, claim: Object, storage: Object, zone: str) -> tuple[str, int]:
        """The disk of a claim, made where there is none: a retry must not buy a second one."""
        ecs, region = self._context.cloud.ecs, self._context.cloud.region
        tags = {CLUSTER_TAG: self._context.cluster_id, "createdby": claim["metadata"]["uid"]}
        found = ecs.describe_disks(tags=tags, region_id=region)["Disks"]["Disk"]
        if found:
            return found[0]["DiskId"], found[0]["Size"]
        size = _gib(claim["spec"]["resources"]["requests"]["storage"])
        category = storage["parameters"]["type"].split(",")[0]
        made = ecs.create_disk(
            region_id=region,
            zone_id=zone,
            size=size,
            disk_category=category,
            disk_name=f"{claim['metadata']['namespace']}-{claim['metadata']['name']}",
            tags=tags,
        )
        return made["DiskId"], size

    def _grow(self, claim: Object) -> None:
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        has = (claim.get("status") or {}).get("capacity", {}).get("storage")
        if has is None or quantity.parse(wanted) <= quantity.parse(has):
            return
        client, size = self._context.client, _gib(wanted)
        volume = client.find("PersistentVolume", claim["spec"]["volumeName"])
        if volume is None or not _is_ours(volume):
            return
        disk_id = volume["spec"]["csi"]["volumeHandle"]
        self._context.cloud.ecs.resize_disk(disk_id=disk_id, new_size=size)
        capacity = {"storage": f"{size}Gi"}
        client.patch(volume, {"spec": {"capacity": capacity}})
        client.patch(claim, {"status": {"capacity": capacity}}, "status")

    def _release(self, volume: Object) -> None:
        if (volume.get("status") or {}).get("phase") == "Released":
            self._give_back(volume)

    def _give_back(self, volume: Object) -> None:
        if volume["spec"]["persistentVolumeReclaimPolicy"] != "Delete":
            return
        ecs, disk_id = self._context.cloud.ecs, volume["spec"]["csi"]["volumeHandle"]
        if ecs.describe_disks(disk_ids=[disk_id])["TotalCount"]:
            ecs.delete_disk(disk_id=disk_id)
        self._context.client.delete(volume)


def _is_asked(claim: Object) -> bool:
    return (claim["metadata"].get("annotations") or {}).get(_PROVISIONER) == DRIVER


def _is_ours(volume: Object) -> bool:
    return (volume["metadata"].get("annotations") or {}).get(_PROVISIONED_BY) == DRIVER


def _gib(storage: str) -> int:
    return math.ceil(quantity.gib(storage))


def _volume(
    name: str, disk_id: str, size: int, claim: Object, storage: Object, zone: str
) -> Object:
    metadata = claim["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_PROVISIONED_BY: DRIVER}},
        "spec": {
            "capacity": {"storage": f"{size}Gi"},
            "accessModes": claim["spec"]["accessModes"],
            "persistentVolumeReclaimPolicy": storage["reclaimPolicy"],
            "storageClassName": storage["metadata"]["name"],
            "csi": {"driver": DRIVER, "volumeHandle": disk_id},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "nodeAffinity": {
                "required": {
                    "nodeSelectorTerms": [
                        {"matchExpressions": [{"key": _ZONE, "operator": "In", "values": [zone]}]}
                    ]
                }
            },
        },
    }
