"""Tasks: how the asynchronous actions of ACK are followed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar

from sandbox.cloud.catalogue import load
from sandbox.cloud.cs import errors
from sandbox.cloud.cs.kinds import CLUSTER, TASK
from sandbox.cloud.service import Response, verb
from sandbox.cloud.store import Data
from sandbox.cloud.tagging import Tagging


class Tasks(Tagging):
    """Task actions, and what all parts of the service use."""

    service = "cs"
    taggable: ClassVar = {"CLUSTER": CLUSTER}

    @verb(reads=True)
    def describe_task_info(self, *, task_id: str) -> Response:
        """DescribeTaskInfo: `state` is running, success or fail."""
        task = self.get(TASK, task_id)
        if task is None:
            raise errors.TASK_NOT_FOUND(task=task_id)
        target = self.get(task["TargetKind"], task["Target"])
        state, reason = _progress(task, target)
        return {
            "task_id": task_id,
            "cluster_id": task["ClusterId"],
            "task_type": task["TaskType"],
            "created": task["Created"],
            "target": {"id": task["Target"], "type": task["TargetType"]},
            "state": state,
            "error": {"message": reason} if reason else {},
        }

    def new_task(
        self, task_type: str, cluster_id: str, target: tuple[str, str, str], until: str
    ) -> str:
        """Follow a change of an object until it has the status `until`, or is gone (`until` empty).

        Several statuses, separated by spaces, mean any of them. `target` is its kind in the store,
        its type for the answer, and its id.
        """
        kind, target_type, target_id = target
        task_id = self.new_id("T").upper()
        self.add(
            TASK,
            task_id,
            {
                "TaskId": task_id,
                "TaskType": task_type,
                "ClusterId": cluster_id,
                "TargetKind": kind,
                "TargetType": target_type,
                "Target": target_id,
                "Until": until,
                "Created": self.timestamp(),
            },
        )
        return task_id

    def new_hex_id(self, prefix: str) -> str:
        """A new id in the form of clusters and node pools: the prefix and 32 hexadecimal digits."""
        number = self.store.next_number(f"id/{prefix}")
        return prefix + hashlib.sha256(f"{prefix}/{number}".encode()).hexdigest()[:32]

    def cluster(self, cluster_id: str) -> Data:
        """The cluster. Raises ErrorClusterNotFound."""
        cluster = self.get(CLUSTER, cluster_id)
        if cluster is None:
            raise errors.CLUSTER_NOT_FOUND(cluster=cluster_id)
        return cluster

    def running_cluster(self, cluster_id: str) -> Data:
        """The cluster in a state that allows a change. Raises ErrorClusterState."""
        cluster = self.cluster(cluster_id)
        if cluster["Status"] != "running":
            raise errors.CLUSTER_STATE(cluster=cluster_id, state=cluster["Status"])
        return cluster

    def reachable_cluster(self, cluster_id: str) -> Data:
        """The cluster, whose API server has an address. Raises ErrorClusterState."""
        cluster = self.cluster(cluster_id)
        if cluster["Status"] not in ("running", "updating"):
            raise errors.CLUSTER_STATE(cluster=cluster_id, state=cluster["Status"])
        return cluster


def load_data(name: str) -> Data:
    """A data file of this service."""
    return load(Path(__file__).parent / "data" / f"{name}.json")


def _progress(task: Data, target: Data | None) -> tuple[str, str]:
    if target is None:
        return ("success", "") if task["Until"] == "" else ("fail", "the object is gone")
    if target["Status"] == "failed":
        return "fail", target.get("Reason", "")
    return ("success" if target["Status"] in task["Until"].split() else "running"), ""
