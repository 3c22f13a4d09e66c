"""Volumes on cloud disks, without a control plane."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from sandbox.cloud.store import Store
from sandbox.controllers.disks import DRIVER, Disks
from sandbox.kube.client import Object, path_of

UID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
KEY = ("PersistentVolumeClaim", "mysql", "online")


def storage_class(policy: str = "Delete") -> Object:
    return {
        "kind": "StorageClass",
        "metadata": {"name": "alicloud-disk-topology-alltype"},
        "parameters": {"type": "cloud_essd,cloud_ssd,cloud_efficiency"},
        "reclaimPolicy": policy,
    }


def claim(node: str = "node-1", size: str = "20Gi") -> Object:
    annotations = {"volume.kubernetes.io/storage-provisioner": DRIVER}
    if node:
        annotations["volume.kubernetes.io/selected-node"] = node
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "mysql",
            "namespace": "online",
            "uid": UID,
            "annotations": annotations,
        },
        "spec": {
            "storageClassName": "alicloud-disk-topology-alltype",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
        "status": {},
    }


class Lab:
    """A cluster as a set of objects, and a cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.objects: dict[tuple[str, str], Object] = {}
        self.events: list[str] = []
        node = {"metadata": {"name": "node-1", "labels": {"topology.kubernetes.io/zone": "z-1"}}}
        nodes = SimpleNamespace(get=lambda name: node if name == "node-1" else None)
        context: Any = SimpleNamespace(
            cluster_id="c1",
            cloud=self.cloud,
            client=self,
            informers={"Node": nodes},
            objects=lambda kind: [one for (of, _), one in self.objects.items() if of == kind],
        )
        self.disks = Disks(context)
        self.add(storage_class())

    def add(self, obj: Object) -> Object:
        self.objects[obj["kind"], obj["metadata"]["name"]] = obj
        return obj

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        return self.objects.get((kind, name))

    def get(self, path: str) -> Object:
        assert path == path_of("PersistentVolume")
        # A list of the API server tells the kind once, not in each item.
        volumes = [one for (kind, _), one in self.objects.items() if kind == "PersistentVolume"]
        return {"items": [{k: v for k, v in one.items() if k != "kind"} for one in volumes]}

    def create(self, obj: Object) -> Object:
        return self.add(obj)

    def patch(self, obj: Object, change: Object, subresource: str = "") -> Object:
        for part, values in change.items():
            self.objects[obj["kind"], obj["metadata"]["name"]][part] |= values
        return obj

    def delete(self, obj: Object) -> None:
        del self.objects[obj["kind"], obj["metadata"]["name"]]

    def apply(self, event: Object) -> None:
        self.events.append(event["message"])

    @property
    def volumes(self) -> list[Object]:
        return [one for (kind, _), one in self.objects.items() if kind == "PersistentVolume"]

    @property
    def bought(self) -> list[dict[str, Any]]:
        disks: list[dict[str, Any]] = self.cloud.ecs.describe_disks()["Disks"]["Disk"]
        return disks


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(Cloud(Store.open(tmp_path / "cloud.sqlite")))


def test_a_claim_gets_a_disk_in_the_zone_of_its_node(lab: Lab) -> None:
    lab.add(claim())
    lab.disks.reconcile(KEY)
    (disk,), (volume,) = lab.bought, lab.volumes
    assert (disk["Size"], disk["Category"], disk["ZoneId"]) == (20, "cloud_essd", "z-1")
    assert volume["spec"]["csi"] == {"driver": DRIVER, "volumeHandle": disk["DiskId"]}
    assert volume["spec"]["claimRef"]["uid"] == UID
    (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == ["z-1"]
    assert lab.events[0].startswith("Successfully provisioned volume")


def test_it_waits_for_the_scheduler(lab: Lab) -> None:
    lab.add(claim(node=""))
    lab.disks.reconcile(KEY)
    assert lab.bought == lab.volumes == []


def test_a_retry_buys_no_second_disk(lab: Lab) -> None:
    lab.add(claim())
    lab.disks.reconcile(KEY)
    lab.delete(lab.volumes[0])
    lab.disks.reconcile(KEY)
    lab.disks.reconcile(KEY)
    assert (len(lab.bought), len(lab.volumes)) == (1, 1)


def test_a_larger_claim_grows_its_disk(lab: Lab) -> None:
    made = lab.add(claim())
    lab.disks.reconcile(KEY)
    made["spec"]["volumeName"] = lab.volumes[0]["metadata"]["name"]
    made["status"]["capacity"] = {"storage": "20Gi"}
    made["spec"]["resources"]["requests"]["storage"] = "40Gi"
    lab.disks.reconcile(KEY)
    assert lab.bought[0]["Size"] == 40
    assert made["status"]["capacity"] == {"storage": "40Gi"}
    assert lab.volumes[0]["spec"]["capacity"] == {"storage": "40Gi"}


@pytest.mark.parametrize(("phase", "left"), [("Bound", 1), ("Released", 0)])
def test_the_disk_goes_with_a_volume_that_was_released(lab: Lab, phase: str, left: int) -> None:
    lab.add(claim())
    lab.disks.reconcile(KEY)
    volume = lab.volumes[0]
    volume["status"] = {"phase": phase}
    lab.disks.reconcile(("PersistentVolume", volume["metadata"]["name"], ""))
    assert len(lab.bought) == len(lab.volumes) == left


def test_a_class_may_keep_the_disk(lab: Lab) -> None:
    lab.add(storage_class("Retain"))
    lab.add(claim())
    lab.disks.reconcile(KEY)
    volume = lab.volumes[0]
    volume["status"] = {"phase": "Released"}
    lab.disks.reconcile(("PersistentVolume", volume["metadata"]["name"], ""))
    assert len(lab.bought) == len(lab.volumes) == 1


def test_before_a_cluster_goes_disks_without_a_claim_are_given_back(lab: Lab) -> None:
    made = lab.add(claim())
    lab.disks.reconcile(KEY)
    lab.disks.release_all()
    assert len(lab.bought) == 1, "its claim is there"
    lab.delete(made)
    lab.disks.release_all()
    assert lab.bought == lab.volumes == []


def test_what_it_looks_at(lab: Lab) -> None:
    made = lab.add(claim())
    lab.disks.reconcile(KEY)
    volume = lab.volumes[0]
    other = {"metadata": {"name": "files", "namespace": "site"}}
    assert lab.disks.key("PersistentVolumeClaim", made) == KEY
    assert lab.disks.key("PersistentVolume", volume) == (
        "PersistentVolume",
        volume["metadata"]["name"],
        "",
    )
    assert lab.disks.key("PersistentVolumeClaim", other) is None
    assert lab.disks.key("PersistentVolume", other) is None
    assert lab.disks.key("Pod", made) is None
    assert len(lab.disks.keys_at_start()) == 2


@pytest.mark.parametrize(("size", "code"), [(19, True), (20, False), (32768, False), (32769, True)])
def test_disks_have_the_sizes_that_are_sold(lab: Lab, size: int, code: bool) -> None:
    asked = {"region_id": "cn-hangzhou", "zone_id": "z-1", "size": size}
    if code:
        with pytest.raises(CloudError, match="size"):
            lab.cloud.ecs.create_disk(**asked)
    else:
        assert lab.cloud.ecs.create_disk(**asked)["DiskId"].startswith("d-")
