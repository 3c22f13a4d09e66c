"""The QoS class Kubernetes gives a pod, and why it is not Guaranteed when it is not.

Follows `ComputePodQOS` of Kubernetes 1.36 (pkg/apis/core/v1/helper/qos/qos.go) after API
defaulting: only CPU and memory count, zero counts as not given, and a limit without a request is a
request of the same size (S3-13). Containers, init containers and sidecars all count; ephemeral
containers do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from ackb.domain import quantity
from ackb.domain.problems import Refused
from ackb.domain.unknown import UNKNOWN, Unknown

_RESOURCES: Final = ("cpu", "memory")


class QosClass(StrEnum):
    """QoS class of a pod; `UNKNOWN` where the deployment decides it."""

    GUARANTEED = "Guaranteed"
    BURSTABLE = "Burstable"
    BEST_EFFORT = "BestEffort"
    UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Reason:
    """Why one container keeps the pod from being Guaranteed, or from being judged.

    Attributes:
        container: name of the container, or `pod` for resources of the pod as a whole.
        kind: `container`, `init container`, `sidecar` or `pod`.
        resource: `cpu` or `memory`; empty where it is about both.
        why: such as "request 250m is not equal to limit 500m".
        certain: False where it may turn out well once it is known.
    """

    container: str
    kind: str
    resource: str
    why: str
    certain: bool = True

    def __str__(self) -> str:
        resource = f"{self.resource} " if self.resource else ""
        return f'{self.kind} "{self.container}": {resource}{self.why}'


@dataclass(frozen=True)
class QosResult:
    """The class of a pod, and every reason why it is not Guaranteed."""

    qos: QosClass
    reasons: tuple[Reason, ...]


class _Share(StrEnum):
    """What one resource of one container adds to the class of the pod."""

    EQUAL = "equal"
    PARTIAL = "partial"
    NONE = "none"
    UNKNOWN = "unknown"


def classify(pod_spec: Mapping[str, Any] | Unknown, *, limit_range: bool = False) -> QosResult:
    """Return the QoS class of a pod from its spec (wire names, as in a manifest).

    Args:
        pod_spec: the pod's `spec`; values in it, or all of it, may be `UNKNOWN`.
        limit_range: a LimitRange of the namespace fills in what containers leave out. What it
            fills in is only known in the cluster, so a container that leaves something out makes
            the class `Unknown` unless other containers decide it.
    """
    if isinstance(pod_spec, Unknown):
        return QosResult(QosClass.UNKNOWN, (_not_known("pod", "pod"),))
    shares: list[_Share] = []
    reasons: list[Reason] = []
    for name, kind, resources in _sized_parts(pod_spec):
        for share, reason in _shares_of(name, kind, resources, limit_range=limit_range):
            shares.append(share)
            if reason is not None:
                reasons.append(reason)
    qos = _class_of(shares)
    return QosResult(qos, () if qos is QosClass.GUARANTEED else tuple(reasons))


def _sized_parts(pod_spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (name, kind, resources) of all that decides the class."""
    whole = pod_spec.get("resources")
    if whole is UNKNOWN or (isinstance(whole, Mapping) and any(map(_given, whole.values()))):
        # Resources of the pod as a whole (KEP-2837) take the place of the containers' own.
        yield "pod", "pod", _of_the_whole(whole, pod_spec)
    else:
        yield from _containers(pod_spec)


def _containers(pod_spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (name, kind, resources) of each container."""
    for field in ("initContainers", "containers"):
        containers = pod_spec.get(field)
        for container in (UNKNOWN,) if containers is UNKNOWN else containers or ():
            if container is UNKNOWN:
                yield field, "container", UNKNOWN
            else:
                name = container.get("name", "?")
                yield name, _kind(field, container), container.get("resources")


def _of_the_whole(whole: Any, pod_spec: Mapping[str, Any]) -> Any:
    """Return the pod's own resources; a request that the API server adds up is not known here.

    A limit of the whole pod without a request is a request of the same size only when no container
    asks for that resource; otherwise the request is what the containers add up to.
    """
    if whole is UNKNOWN or whole.get("requests") is UNKNOWN or whole.get("limits") is UNKNOWN:
        return whole
    added_up = {
        resource: UNKNOWN
        for resource in whole.get("limits") or {}
        if any(_asks(resources, resource) for _, _, resources in _containers(pod_spec))
    }
    return {**whole, "requests": {**added_up, **(whole.get("requests") or {})}}


def _asks(resources: Any, resource: str) -> bool:
    """Tell whether a container asks for a resource, or may do so."""
    if resources is UNKNOWN:
        return True
    amounts = [(resources or {}).get(field) for field in ("requests", "limits")]
    return any(one is UNKNOWN or resource in (one or {}) for one in amounts)


def _given(amounts: Any) -> bool:
    return amounts is UNKNOWN or bool(amounts)


def _kind(field: str, container: Mapping[str, Any]) -> str:
    if field == "containers":
        return "container"
    return "sidecar" if container.get("restartPolicy") == "Always" else "init container"


def _shares_of(
    name: str,
    kind: str,
    resources: Any,
    *,
    limit_range: bool,
) -> Iterator[tuple[_Share, Reason | None]]:
    if resources is UNKNOWN:
        yield _Share.UNKNOWN, _not_known(name, kind)
        return
    requests = (resources or {}).get("requests")
    limits = (resources or {}).get("limits")
    for resource in _RESOURCES:
        request, limit = _amount(requests, resource), _amount(limits, resource)
        share, why = _judge(request, limit, limit_range=limit_range)
        certain = share is not _Share.UNKNOWN
        yield share, Reason(name, kind, resource, why, certain) if why else None


def _not_known(name: str, kind: str) -> Reason:
    return Reason(name, kind, "", "is not known yet", certain=False)


def _amount(amounts: Any, resource: str) -> Any:
    if amounts is UNKNOWN:
        return UNKNOWN
    amount = (amounts or {}).get(resource)
    return None if amount is None or (amount is not UNKNOWN and _value(amount) == 0) else amount


def _judge(request: Any, limit: Any, *, limit_range: bool) -> tuple[_Share, str]:
    if request is UNKNOWN or limit is UNKNOWN:
        return _Share.UNKNOWN, "is not known yet"
    for amount in (request, limit):
        if amount is not None and _value(amount) is None:
            # The API server refuses such a pod; here it must not pass for equal.
            return _Share.PARTIAL, f"{amount} is not a quantity"
    if limit is None and limit_range:
        return _Share.UNKNOWN, "limit is left to the namespace's LimitRange"
    if request is None and limit is None:
        return _Share.NONE, "has no request and no limit"
    if limit is None:
        return _Share.PARTIAL, f"request {request} has no limit"
    if request is None or _value(request) == _value(limit):
        return _Share.EQUAL, ""
    return _Share.PARTIAL, f"request {request} is not equal to limit {limit}"


def _value(amount: Any) -> Fraction | None:
    try:
        return quantity.parse(amount)
    except Refused:
        return None


def _class_of(shares: Sequence[_Share]) -> QosClass:
    seen = set(shares)
    known = seen - {_Share.UNKNOWN}
    if _Share.PARTIAL in known or known >= {_Share.EQUAL, _Share.NONE}:
        return QosClass.BURSTABLE
    if _Share.UNKNOWN in seen or not seen:
        return QosClass.UNKNOWN
    return QosClass.GUARANTEED if known == {_Share.EQUAL} else QosClass.BEST_EFFORT
