"""What one look at a running stack found, as plain Kubernetes and cloud objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from ackb.domain.placement.strategies import VIRTUAL_NODE_LABEL
from ackb.domain.pod_resources import Amounts, amounts, of_pod, total
from ackb.domain.tiers import CONTACT, OWNER

Object = Mapping[str, Any]
"""An object as JSON: of Kubernetes, or of a cloud API."""

ECI_ID: Final = "k8s.aliyun.com/eci-instance-id"
"""Annotation of a pod on a virtual node: the id of its ECI instance."""
CLUSTER_TAG: Final = "ack.aliyun.com"
"""Tag that ACK puts on what it makes for a cluster; its value is the id of the cluster."""
INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
"""Label of a node: its ECS instance type."""
_OVER: Final = ("Succeeded", "Failed")
"""Phases of pods that hold nothing any more."""
_HASH_LABEL: Final = "pod-template-hash"


@dataclass(frozen=True, kw_only=True)
class Live:
    """A running stack. A report uses the parts it needs; what was not asked for is empty.

    Attributes:
        stack: name of the stack.
        region: region id.
        cluster_id: id of its cluster.
        simulated: it runs in the sandbox.
        owner: the tag `owner` of the stack; empty where it has none.
        read_at: when it was looked at.
        recommendations: VerticalPodAutoscalers; None where the cluster does not know the kind.
        policies: ResourcePolicies; none where the cluster does not know the kind.
        spreads: WorkloadSpreads; the same.
        node_usage: NodeMetrics; None where the cluster has no metrics.
        pod_usage: PodMetrics; the same.
        instances: ECI instances (DescribeContainerGroups) of the region.
    """

    stack: str
    region: str
    cluster_id: str
    simulated: bool
    owner: str
    read_at: datetime
    nodes: Sequence[Object] = ()
    pods: Sequence[Object] = ()
    namespaces: Sequence[Object] = ()
    deployments: Sequence[Object] = ()
    replica_sets: Sequence[Object] = ()
    recommendations: Sequence[Object] | None = None
    policies: Sequence[Object] = ()
    spreads: Sequence[Object] = ()
    node_usage: Sequence[Object] | None = None
    pod_usage: Sequence[Object] | None = None
    instances: Sequence[Object] = ()

    @cached_property
    def virtual(self) -> frozenset[str]:
        """Names of the virtual nodes."""
        return frozenset(name_of(node) for node in self.nodes if is_virtual(node))

    @cached_property
    def active(self) -> tuple[Object, ...]:
        """Pods that are not over."""
        return tuple(pod for pod in self.pods if phase_of(pod) not in _OVER)

    @cached_property
    def by_node(self) -> dict[str, list[Object]]:
        """Active pods by the name of their node."""
        found: dict[str, list[Object]] = {}
        for pod in self.active:
            if node_of(pod):
                found.setdefault(node_of(pod), []).append(pod)
        return found

    @cached_property
    def namespace_labels(self) -> dict[str, Mapping[str, str]]:
        """Labels of each namespace."""
        return {name_of(one): labels_of(one) for one in self.namespaces}

    @cached_property
    def _contacts(self) -> dict[str, str]:
        given = {
            name_of(one): (one["metadata"].get("annotations") or {}).get(CONTACT)
            for one in self.namespaces
        }
        return {name: contact for name, contact in given.items() if contact}

    def requested_on(self, node: str) -> Amounts:
        """What the active pods of a node request."""
        return total(of_pod(pod["spec"]) for pod in self.by_node.get(node, ()))

    def owner_of(self, obj: Object, tags: Mapping[str, str] | None = None) -> str:
        """Who answers for an object: its label `owner`, that of its namespace, a tag, the stack."""
        of_namespace = self.namespace_labels.get(namespace_of(obj), {})
        for place in (labels_of(obj), of_namespace, tags or {}):
            if place.get(OWNER):
                return place[OWNER]
        return self.owner

    def contact_of(self, obj: Object) -> str:
        """Whom to tell of an object, as its namespace says; empty where it does not."""
        return self._contacts.get(namespace_of(obj), "")

    def ecs_nodes(self) -> Iterator[Object]:
        """The nodes that are machines."""
        return (node for node in self.nodes if name_of(node) not in self.virtual)


def name_of(obj: Object) -> str:
    """Name of a Kubernetes object."""
    return str(obj["metadata"]["name"])


def namespace_of(obj: Object) -> str:
    """Namespace of a Kubernetes object; empty where it has none."""
    return str((obj.get("metadata") or {}).get("namespace") or "")


def labels_of(obj: Object) -> Mapping[str, str]:
    """Labels of a Kubernetes object."""
    found: Mapping[str, str] = (obj.get("metadata") or {}).get("labels") or {}
    return found


def node_of(pod: Object) -> str:
    """Node of a pod; empty while it has none."""
    return str(pod["spec"].get("nodeName") or "")


def phase_of(pod: Object) -> str:
    """Phase of a pod."""
    return str((pod.get("status") or {}).get("phase") or "")


def is_virtual(node: Object) -> bool:
    """Whether a node stands for ECI."""
    key, value = VIRTUAL_NODE_LABEL
    return labels_of(node).get(key) == value


def is_ready(obj: Object) -> bool:
    """Whether a node or pod reports Ready."""
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def allocatable(node: Object) -> Amounts:
    """What pods may use of a node."""
    return amounts((node.get("status") or {}).get("allocatable"))


def workload_of(pod: Object) -> str:
    """The workload a pod belongs to, as `Deployment web`; the pod itself where it has none."""
    for owner in pod["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            name, kind = str(owner["name"]), str(owner["kind"])
            suffix = labels_of(pod).get(_HASH_LABEL)
            if kind == "ReplicaSet" and suffix and name.endswith(f"-{suffix}"):
                # A ReplicaSet of a Deployment is named after it and the version of its pods.
                return f"Deployment {name.removesuffix(f'-{suffix}')}"
            return f"{kind} {name}"
    return f"Pod {name_of(pod)}"


def moment(text: str) -> datetime:
    """A time as Kubernetes and the cloud write it (RFC 3339, UTC)."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
