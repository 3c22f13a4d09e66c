"""What may scale what: rules that hold between autoscalers, and with what they scale.

Components judge their arguments by them, policies a whole stack, in the same words. Sources:
https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/, known
limitations of the VerticalPodAutoscaler
(https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md)
and https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/cronhpa.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import available_timezones

from ackb.domain import cron
from ackb.domain.problems import Broken, Refused, nearest
from ackb.domain.unknown import UNKNOWN

HPA: Final = "HorizontalPodAutoscaler"
CRON: Final = "CronHorizontalPodAutoscaler"
KEDA: Final = "ScaledObject"
VPA: Final = "VerticalPodAutoscaler"

SCALABLE: Final[Mapping[tuple[str, str], str]] = {
    ("apps", "Deployment"): "apps/v1",
    ("apps", "StatefulSet"): "apps/v1",
    ("apps", "ReplicaSet"): "apps/v1",
    ("", "ReplicationController"): "v1",
    ("apps.kruise.io", "CloneSet"): "apps.kruise.io/v1alpha1",
    ("apps.kruise.io", "StatefulSet"): "apps.kruise.io/v1beta1",
    ("apps.kruise.io", "UnitedDeployment"): "apps.kruise.io/v1alpha1",
    ("autoscaling.alibabacloud.com", "ElasticWorkload"): "autoscaling.alibabacloud.com/v1beta1",
}
"""Kinds with a scale subresource, by API group and kind, and the version to name."""

_NOT_SCALABLE: Final[Mapping[str, str]] = {
    "DaemonSet": "a DaemonSet runs one pod on each node",
    "Job": "a Job runs to its end",
    "CronJob": "a CronJob starts Jobs",
    "BroadcastJob": "a BroadcastJob runs one pod on each node",
    "Pod": "a Pod is one",
    HPA: "an autoscaler has no pods of its own",
}
_GROUPS: Final = frozenset({group for group, _ in SCALABLE} | {"batch", "autoscaling"})
"""API groups whose kinds are all known here; those of others may have the subresource."""

_CRONTAB_FIELDS: Final = 5

TIME_ZONE: Final = "Asia/Shanghai"
"""Time zone of schedules where the controller is told none: `controller.timezone` in the chart of
https://github.com/AliyunContainerService/kubernetes-cronhpa-controller."""

RECREATES: Final = frozenset({"Auto", "Recreate", "InPlaceOrRecreate"})
"""Update modes of a VerticalPodAutoscaler that evict running pods."""
_RUN_TO_THE_END: Final = frozenset({"Pod", "Job", "CronJob", "BroadcastJob"})


@dataclass(frozen=True)
class Target:
    """What an autoscaler names as its target.

    Attributes:
        group: API group; empty for the core group.
        kind: kind.
        namespace: namespace, or whatever else stands for it: two are the same where they are equal.
        name: name, likewise.
    """

    group: str
    kind: str
    namespace: Hashable
    name: Hashable

    def __str__(self) -> str:
        """Return `Deployment shop/web`, as far as it is known as text."""
        parts = [one for one in (self.namespace, self.name) if isinstance(one, str)]
        return f"{self.kind} {'/'.join(parts)}" if len(parts) == 2 else self.kind


@dataclass(frozen=True)
class Scaler:
    """An autoscaler, as far as others have to know it.

    Attributes:
        kind: `HPA`, `CRON`, `KEDA` or `VPA`.
        name: what people know it by.
        target: what it scales.
        source: Deployment that `target`, an ElasticWorkload, clones and scales as well.
        resources: of `cpu` and `memory`, those it measures (HPA, KEDA) or sets (VPA).
        mode: update mode of a VPA.
    """

    kind: str
    name: str
    target: Target
    source: Target | None = None
    resources: frozenset[str] = frozenset()
    mode: str = "Off"

    @property
    def targets(self) -> frozenset[Target]:
        """Everything whose pods it decides about."""
        return frozenset({self.target} if self.source is None else {self.target, self.source})

    def __str__(self) -> str:
        """Return kind and name."""
        return f"{self.kind} {self.name}"


def check_target(group: str, kind: str) -> Broken | None:
    """Return what is wrong with a kind as the target of an autoscaler of replicas, or None."""
    if (group, kind) in SCALABLE or group not in _GROUPS:
        return None
    known = sorted({kind for _, kind in SCALABLE})
    reason = f": {_NOT_SCALABLE[kind]}" if kind in _NOT_SCALABLE else ""
    near = None if reason else nearest(kind, known)
    return Broken(
        f"be a kind with a scale subresource, one of {', '.join(known)}{reason}",
        f"write {near}" if near else "scale a Deployment, or add nodes instead of pods",
    )


def check_replicas(replicas: int | None) -> Broken | None:
    """Return what is wrong with the number that the target of an autoscaler names, or None."""
    if replicas is None:
        return None
    if replicas == 0:
        return Broken(
            "not be 0 under an autoscaler, which is switched off until somebody sets another "
            "number",
            "leave it out, so that the autoscaler owns it",
        )
    return Broken(
        "be left out under an autoscaler: each deployment would set it back",
        "leave it out, so that the autoscaler owns it",
    )


def check_schedule(text: str) -> Broken | None:
    """Return what is wrong with a schedule of a CronHorizontalPodAutoscaler, or None."""
    try:
        cron.parse(text)
    except Refused as refused:
        return refused.broken
    return None


def check_crontab(text: str) -> Broken | None:
    """Return what is wrong with a time in the five fields of crontab, as KEDA has it, or None."""
    if len(text.split()) != _CRONTAB_FIELDS:
        return Broken(
            "have the five fields of crontab, minutes first (no seconds, unlike in a "
            "CronHorizontalPodAutoscaler)",
            'write it such as "30 8 * * 1-5" for 08:30 on working days',
        )
    return check_schedule(f"0 {text}")


def check_time_zone(name: str) -> Broken | None:
    """Return what is wrong with the name of a time zone, or None.

    Where the machine knows no time zones, none is refused.
    """
    known = available_timezones()
    if not known or name in known:
        return None
    near = nearest(name, sorted(known))
    return Broken(
        "be the name of a time zone in the IANA data base",
        f"write {near}" if near else "write it such as Asia/Shanghai",
    )


def check_event_bounds(minimum: int, maximum: int) -> Broken | None:
    """Return what is wrong with the bounds of what KEDA scales, or None; it may have no pod."""
    if 0 <= minimum <= maximum and maximum >= 1:
        return None
    return Broken(
        f"have 0 <= min <= max, and a max of at least 1 (min is {minimum}, max is {maximum})",
        "correct the two",
    )


def check_scheduled_size(size: int, minimum: int, maximum: int) -> Broken | None:
    """Return what is wrong with a scheduled size under an autoscaler with bounds, or None.

    The CronHorizontalPodAutoscaler raises the max of the autoscaler to a larger size and never
    lowers it again, and lowers the min to a smaller one (ScaleHPA in cronjob.go of
    https://github.com/AliyunContainerService/kubernetes-cronhpa-controller).
    """
    if minimum <= size <= maximum:
        return None
    return Broken(
        f"lie between the bounds of the autoscaler (min is {minimum}, max is {maximum}), which it "
        "would move for good",
        f"lower min to {size}" if size < minimum else f"raise max to {size}",
    )


@dataclass(frozen=True)
class NoRequest:
    """A container whose use of a resource has nothing to be measured against.

    Attributes:
        container: its name.
        resource: `cpu` or `memory`.
        certain: False where it is not known before deployment.
        there: False where the pod has no container of that name.
    """

    container: str
    resource: str
    certain: bool
    there: bool = True

    @property
    def broken(self) -> Broken:
        """The rule it breaks."""
        if not self.there:
            return Broken(
                f"have the container '{self.container}', whose {self.resource} use the autoscaler "
                "measures",
                "name a container of the pod, or measure the whole pod",
            )
        return Broken(
            f"request {self.resource} in every container, since the autoscaler measures use in "
            f"percent of the request: '{self.container}' requests none, and nothing would be "
            "scaled",
            f"set the {self.resource} limit of '{self.container}', which is its request too, or "
            "measure one container only",
        )


def without_requests(
    pod: Any, resources: Iterable[str], container: str | None = None
) -> Iterator[NoRequest]:
    """Yield each container that does not request a resource; a limit counts as the request.

    Sidecars count, init containers that end do not. Requests of the whole pod count for all.

    Args:
        pod: spec of the pods in wire form; may hold `UNKNOWN`.
        resources: `cpu`, `memory`.
        container: the only one that is measured; None for all.
    """
    if pod is UNKNOWN:
        for resource in resources:
            yield NoRequest("(not known)", resource, certain=False)
        return
    for resource in resources:
        if container is None and _requested(pod, resource) is not False:
            continue
        names = [one if one is UNKNOWN else one.get("name") for one in _containers(pod)]
        if container is not None and container not in names:
            # A name that is not known may be this one.
            certain = not any(one is UNKNOWN for one in names)
            yield NoRequest(container, resource, certain=certain, there=False)
            continue
        for one in _containers(pod):
            name = "(not known)" if one is UNKNOWN else one.get("name", "(no name)")
            if container not in (None, name):
                continue
            requested = UNKNOWN if one is UNKNOWN else _requested(one, resource)
            if requested is not True:
                yield NoRequest(str(name), resource, certain=requested is False)


def _containers(pod: Mapping[str, Any]) -> Iterator[Any]:
    for field, only_sidecars in (("containers", False), ("initContainers", True)):
        found = pod.get(field)
        for one in (UNKNOWN,) if found is UNKNOWN else found or ():
            if only_sidecars and one is not UNKNOWN and one.get("restartPolicy") != "Always":
                continue
            yield one


def _requested(owner: Mapping[str, Any], resource: str) -> Any:
    """Return True, False, or `UNKNOWN`."""
    amounts = owner.get("resources")
    if amounts is UNKNOWN:
        return UNKNOWN
    found = []
    for kind in ("requests", "limits"):
        given = (amounts or {}).get(kind)
        found.append(UNKNOWN if given is UNKNOWN else (given or {}).get(resource))
    if any(one is not UNKNOWN and one is not None for one in found):
        return True
    return UNKNOWN if any(one is UNKNOWN for one in found) else False


def conflict(one: Scaler, other: Scaler) -> Broken | None:
    """Return why `one` must not stand beside `other`, or None."""
    if not one.targets & other.targets:
        return None
    vertical = [scaler for scaler in (one, other) if scaler.kind == VPA]
    if len(vertical) == 2:
        return Broken(
            f"have one VerticalPodAutoscaler only, and {other} is there already: what two of them "
            "do to a pod is not defined",
            "remove one of them",
        )
    if vertical:
        return _vertical_conflict(vertical[0], other if vertical[0] is one else one)
    return _replica_conflict(one, other)


def _replica_conflict(one: Scaler, other: Scaler) -> Broken:
    kinds = {one.kind, other.kind}
    both = f"have one autoscaler of its replicas only, and {other} is there already: "
    if kinds == {HPA, CRON}:
        return Broken(
            f"{both}each would undo what the other does",
            "point the CronHorizontalPodAutoscaler at the HorizontalPodAutoscaler, whose bounds it "
            "then moves",
        )
    if one.target != other.target:
        return Broken(
            f"{both}an ElasticWorkload scales the Deployment it clones",
            "scale the ElasticWorkload only",
        )
    return Broken(f"{both}both act, again and again", "put what both need into one of them")


def _vertical_conflict(vertical: Scaler, horizontal: Scaler) -> Broken | None:
    shared = sorted(vertical.resources & horizontal.resources)
    if vertical.mode == "Off" or not shared:
        return None
    names = " and ".join(shared)
    rest = sorted({"cpu", "memory"} - set(shared))
    only = f", or let it control {rest[0]} only" if rest else ""
    return Broken(
        f"not change the {names} request (mode {vertical.mode} of {vertical}) while {horizontal} "
        f"measures {names} against it",
        f"use mode Off, which recommends only{only}",
    )


def check_vertical_target(kind: str) -> Broken | None:
    """Return what is wrong with a kind as the target of a VerticalPodAutoscaler, or None."""
    if kind != "Pod":
        return None
    return Broken(
        "be a workload: nothing makes a bare pod again, so that it would keep its size for good",
        "put the pod into a Deployment",
    )


def check_vertical_mode(mode: str, kind: str, *, bounded: bool) -> Broken | None:
    """Return what is wrong with the update mode of a VerticalPodAutoscaler, or None.

    Args:
        mode: update mode.
        kind: kind of the target.
        bounded: it has an upper bound of its recommendation.
    """
    if mode not in RECREATES:
        return None
    if kind in _RUN_TO_THE_END:
        return Broken(
            f"be Off or Initial for a {kind}, whose pods must run to their end",
            "use mode Initial, which sizes new pods only",
        )
    if not bounded:
        return Broken(
            "have an upper bound where pods are made again: a recommendation above what nodes or "
            "ECI offer leaves them Pending",
            "give it a max_allowed (maxAllowed) of what the smallest node has, or use mode Off",
        )
    return None
