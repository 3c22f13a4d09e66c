"""Which workload of a cluster the users of a load test come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ackb.domain.problems import InvalidInput, Problem
from sandbox.kube.client import ApiError, Client, Object, path_of

_CODE = "LOAD-02"
_SYSTEM = ("kube-system", "kube-public", "kube-node-lease")


@dataclass(frozen=True)
class Workload:
    """A scalable workload.

    Attributes:
        namespace: of the object.
        kind: such as Deployment or CloneSet.
        name: of the object.
        path: of its scale subresource.
        selector: labels of its pods.
        autoscaler: name of the HorizontalPodAutoscaler on it; empty without one.
    """

    namespace: str
    kind: str
    name: str
    path: str
    selector: Mapping[str, str]
    autoscaler: str

    @property
    def text(self) -> str:
        """Namespace and name, as `--workload` takes them."""
        return f"{self.namespace}/{self.name}"

    def owns(self, pod: Object) -> bool:
        """Whether a pod is one of it."""
        metadata = pod["metadata"]
        labels = metadata.get("labels") or {}
        return metadata["namespace"] == self.namespace and all(
            labels.get(key) == value for key, value in self.selector.items()
        )

    def selected_by(self, selector: str) -> bool:
        """Whether a label selector, as it stands in a request, is that of this workload."""
        return _labels(selector) == dict(self.selector)


def find(client: Client, wanted: str | None) -> Workload:
    """Return the workload of that namespace and name, or the only one that an autoscaler scales.

    Raises:
        InvalidInput: there is none, or there are several to choose from.
    """
    scaled = {
        (hpa["metadata"]["namespace"], hpa["spec"]["scaleTargetRef"]["name"]): hpa
        for hpa in client.get(path_of("HorizontalPodAutoscaler"))["items"]
    }
    known = sorted("/".join(key) for key in scaled)
    if wanted is None and len(scaled) == 1:
        ((_, hpa),) = scaled.items()
        return _scaled(client, hpa)
    if wanted is None:
        why = "must be given: the stack has " + (
            f"{len(known)} autoscalers" if known else "no autoscaler"
        )
        choices = known or _deployments(client)
        fix = f"name one of {', '.join(choices)}" if choices else "add a workload to the stack"
        raise InvalidInput([Problem(_CODE, "--workload", "(missing)", why, fix)])
    namespace, _, name = wanted.partition("/")
    if hpa := scaled.get((namespace, name)):
        return _scaled(client, hpa)
    found = _scale(client, namespace, "apps/v1", "Deployment", name) if name else None
    if found is None:
        fix = f"name one of {', '.join(known or _deployments(client)) or 'its Deployments'}"
        why = "is no workload of the stack (namespace/name)"
        raise InvalidInput([Problem(_CODE, "--workload", wanted, why, fix)])
    return found


def _scaled(client: Client, hpa: Object) -> Workload:
    target = hpa["spec"]["scaleTargetRef"]
    name, namespace = hpa["metadata"]["name"], hpa["metadata"]["namespace"]
    found = _scale(
        client, namespace, target.get("apiVersion", "apps/v1"), target["kind"], target["name"], name
    )
    if found is None:
        value = f"{target['kind']} {namespace}/{target['name']}"
        why = f"does not exist, but the autoscaler {name} names it"
        raise InvalidInput([Problem(_CODE, "--workload", value, why, "create it, then run again")])
    return found


def _scale(
    client: Client, namespace: str, version: str, kind: str, name: str, autoscaler: str = ""
) -> Workload | None:
    base = f"/apis/{version}" if "/" in version else f"/api/{version}"
    path = f"{base}/namespaces/{namespace}/{kind.lower()}s/{name}/scale"
    try:
        scale: Mapping[str, Any] = client.get(path)
    except ApiError as error:
        if error.status == 404:
            return None
        raise
    selector = _labels(str(scale["status"].get("selector", "")))
    return Workload(namespace, kind, name, path, selector, autoscaler)


def _labels(selector: str) -> dict[str, str]:
    """The labels of a selector of equalities, in which all kinds of workloads are given here."""
    pairs = (part.split("=", 1) for part in selector.split(",") if "=" in part)
    return {key.strip(): value.lstrip("=").strip() for key, value in pairs}


def _deployments(client: Client) -> list[str]:
    items = client.get(path_of("Deployment"))["items"]
    names = ((one["metadata"]["namespace"], one["metadata"]["name"]) for one in items)
    return sorted("/".join(name) for name in names if name[0] not in _SYSTEM)
