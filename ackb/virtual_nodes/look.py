"""One look at the self-managed virtual nodes of a cluster, and what follows from it.

Nothing is remembered between two looks: a scale-in that was killed anywhere goes on from what the
cluster shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ackb.domain import virtual_nodes

Object = Mapping[str, Any]
"""A Kubernetes object as JSON."""

_MIRROR = "kubernetes.io/config.mirror"
_DONE = ("Succeeded", "Failed")


class Hindrance(Enum):
    """Why pods must not be evicted without being asked for; `kubectl drain` refuses the same."""

    BARE = "no controller would replace them"
    LOCAL_DATA = "their emptyDir volumes would be lost"


@dataclass(frozen=True)
class Pod:
    """A pod on a virtual node."""

    namespace: str
    name: str
    node: str
    leaving: bool
    hindrance: Hindrance | None

    @property
    def shown(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Node:
    """A self-managed virtual node."""

    name: str
    number: int
    ready: bool
    cordoned: bool


@dataclass(frozen=True)
class Look:
    """What the cluster shows.

    Attributes:
        replicas: of the StatefulSet, as they are wanted.
        nodes: the virtual nodes, by number.
        pods: what is on the nodes looked at, but DaemonSet pods, which no drain moves.
        instances: ECI instances of the nodes, by node, where the cloud can be asked; None where
            not.
    """

    replicas: int
    nodes: Sequence[Node]
    pods: Sequence[Pod]
    instances: Mapping[str, Sequence[str]] | None = None

    def going(self, to: int) -> list[Node]:
        """The nodes that `to` replicas have no controller for, the highest number first."""
        return sorted((one for one in self.nodes if one.number >= to), key=lambda one: -one.number)

    def pods_going(self, to: int) -> list[Pod]:
        """The pods on those nodes."""
        names = {virtual_nodes.node_name(number) for number in range(to, self.top)}
        return [pod for pod in self.pods if pod.node in names]

    def instances_going(self, to: int) -> list[str]:
        """The ECI instances of those nodes, as far as they are known."""
        names = [virtual_nodes.node_name(number) for number in range(to, self.top)]
        return [one for name in names for one in (self.instances or {}).get(name, ())]

    @property
    def top(self) -> int:
        """One more than the highest number that replica, node, pod or instance has."""
        named = [*(pod.node for pod in self.pods), *(self.instances or {})]
        numbers = [virtual_nodes.number_of(name) for name in named]
        known = [one.number for one in self.nodes] + [one for one in numbers if one is not None]
        return max([self.replicas - 1, *known]) + 1


class Step(Enum):
    """What is to be done next; the order of S1-22 to S1-24."""

    CORDON = "cordon the nodes"
    EVICT = "evict their pods"
    AWAIT_EMPTY = "wait until their pods and instances are gone"
    SCALE = "take their controllers away"
    AWAIT_SILENCE = "wait until they are NotReady"
    DELETE = "delete the nodes"
    NOTHING = "nothing is left to do"


class Orphans(Exception):
    """Pods or instances whose controller is gone already."""

    def __init__(self, pods: Sequence[Pod], instances: Sequence[str]) -> None:
        self.pods = tuple(pods)
        self.instances = tuple(instances)
        super().__init__("pods without a controller")


def next_step(look: Look, to: int) -> Step:
    """Return the next step towards `to` replicas.

    Raises:
        Orphans: somebody took the controllers away while pods were there.
    """
    nodes, pods, instances = look.going(to), look.pods_going(to), look.instances_going(to)
    if look.replicas > to:
        if any(not node.cordoned for node in nodes):
            return Step.CORDON
        if any(not pod.leaving for pod in pods):
            return Step.EVICT
        return Step.AWAIT_EMPTY if pods or instances else Step.SCALE
    if pods or instances:
        raise Orphans(pods, instances)
    if any(node.ready for node in nodes):
        return Step.AWAIT_SILENCE
    return Step.DELETE if nodes else Step.NOTHING


def hindered(pods: Iterable[Pod], accepted: frozenset[Hindrance]) -> list[Pod]:
    """Return the pods that stand in the way, unless that was accepted."""
    return [
        pod
        for pod in pods
        if pod.hindrance is not None and pod.hindrance not in accepted and not pod.leaving
    ]


def node_of(obj: Object) -> Node | None:
    """Return the virtual node that an object of kind Node is; None for any other node."""
    number = virtual_nodes.number_of(obj["metadata"]["name"])
    if number is None:
        return None
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return Node(
        name=obj["metadata"]["name"],
        number=number,
        ready=any(one["type"] == "Ready" and one["status"] == "True" for one in conditions),
        cordoned=bool((obj.get("spec") or {}).get("unschedulable")),
    )


def pod_of(obj: Object) -> Pod | None:
    """Return the pod on a virtual node that an object is; None for one that no drain concerns."""
    metadata, spec = obj["metadata"], obj["spec"]
    node = str(spec.get("nodeName") or "")
    owners = metadata.get("ownerReferences") or ()
    of_daemon = any(owner["kind"] == "DaemonSet" for owner in owners)
    mirror = _MIRROR in (metadata.get("annotations") or {})
    if virtual_nodes.number_of(node) is None or of_daemon or mirror:
        return None
    return Pod(
        namespace=metadata["namespace"],
        name=metadata["name"],
        node=node,
        leaving="deletionTimestamp" in metadata,
        hindrance=_hindrance(obj),
    )


def _hindrance(obj: Object) -> Hindrance | None:
    if (obj.get("status") or {}).get("phase") in _DONE:
        return None
    owners = obj["metadata"].get("ownerReferences") or ()
    if not any(owner.get("controller") for owner in owners):
        return Hindrance.BARE
    volumes = obj["spec"].get("volumes") or ()
    return Hindrance.LOCAL_DATA if any("emptyDir" in one for one in volumes) else None
