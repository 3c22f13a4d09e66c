"""What applications request against what the Vertical Pod Autoscaler would give them.

Serves S4-41: a VerticalPodAutoscaler with update mode Off observes each workload; its
recommendations are collected, summed up for each application, and shown to push down-sizing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from ackb.domain import eci_sizes, prices
from ackb.domain.eci_sizes import EciSize
from ackb.domain.pod_resources import Amounts, amounts, of_pod, total
from ackb.domain.prices import HOURS_A_MONTH, Sum
from ackb.domain.problems import Refused
from ackb.reports.live import Live, Object, name_of, namespace_of, node_of, workload_of

PARTS: Final = ("nodes", "pods", "namespaces", "deployments", "recommendations")
"""What is looked at, as attributes of `Live`."""
_OFF: Final = "Off"
_DEFAULT_MODE: Final = "Recreate"
"""Update mode of a VerticalPodAutoscaler that names none."""
_PROVIDED: Final = "RecommendationProvided"


class Verdict(StrEnum):
    """A request against the bounds of its recommendation."""

    OVER = "over"
    """Above the upper bound: given back, nothing would suffer."""
    UNDER = "under"
    """Below the lower bound: likely too little."""
    FITS = "fits"
    """Between the bounds."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of an application."""

    name: str
    requested: Amounts
    lower: Amounts
    target: Amounts
    upper: Amounts

    @property
    def cpu(self) -> Verdict:
        """Of the CPU request."""
        return _verdict(self.requested.cpu, self.lower.cpu, self.upper.cpu)

    @property
    def memory(self) -> Verdict:
        """Of the memory request."""
        return _verdict(self.requested.memory, self.lower.memory, self.upper.memory)


@dataclass(frozen=True, kw_only=True)
class Application:
    """A workload that is observed.

    Attributes:
        namespace: where it is.
        workload: such as `Deployment web`.
        owner: who answers for it.
        mode: update mode of its VerticalPodAutoscaler.
        on_ecs: its pods on machines.
        on_eci: its pods on ECI.
        requested: what a pod requests.
        recommended: what a pod would request; equal to `requested` without a recommendation.
        containers: those with a recommendation.
        waiting: why there is no recommendation yet; empty where there is one.
        size: what ECI bills for a pod; None where no size is large enough.
        recommended_size: the same for the recommendation.
        eci_saving: of a month for its pods on ECI; None where a price is unknown.
        currency: of `eci_saving`.
    """

    namespace: str
    workload: str
    owner: str
    mode: str
    on_ecs: int
    on_eci: int
    requested: Amounts
    recommended: Amounts
    containers: tuple[Container, ...]
    waiting: str
    size: EciSize | None
    recommended_size: EciSize | None
    eci_saving: float | None
    currency: str

    @property
    def pods(self) -> int:
        """All its pods."""
        return self.on_ecs + self.on_eci

    @property
    def freed(self) -> Amounts:
        """What all its pods would request less; below 0 where they would request more."""
        return (self.requested - self.recommended).times(self.pods)

    @property
    def off(self) -> bool:
        """The VerticalPodAutoscaler only observes."""
        return self.mode == _OFF

    @property
    def same_size(self) -> bool:
        """ECI rounds request and recommendation up to the same size, so its bill stays."""
        return self.size is not None and self.size == self.recommended_size


@dataclass(frozen=True)
class RightSizing:
    """The observed applications, those that would free most CPU first."""

    live: Live
    installed: bool
    """The cluster knows VerticalPodAutoscalers."""
    applications: tuple[Application, ...]
    unobserved: tuple[str, ...]
    """Deployments without a VerticalPodAutoscaler, as namespace/name."""

    @property
    def judged(self) -> tuple[Application, ...]:
        """Those with a recommendation."""
        return tuple(one for one in self.applications if not one.waiting)

    @property
    def freed(self) -> Amounts:
        """What all together would request less."""
        return total(one.freed for one in self.judged)

    @property
    def eci_saving(self) -> Sum:
        """Of a month on ECI."""
        return Sum.of(one.eci_saving for one in self.judged)

    @property
    def currency(self) -> str:
        """Of the saving; empty where no price is known."""
        return next((one.currency for one in self.judged if one.currency), "")

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "installed": self.installed,
            "freed_cpu": float(self.freed.cpu),
            "freed_memory_gib": float(self.freed.gib),
            "currency": self.currency or None,
            "monthly_eci_saving": self.eci_saving.whole,
            "known_monthly_eci_saving": self.eci_saving.known,
            "applications": [_fields(one) for one in self.applications],
            "unobserved": list(self.unobserved),
        }


def compute(live: Live) -> RightSizing:
    """Compare requests with recommendations."""
    pods: dict[tuple[str, str], list[Object]] = {}
    for pod in live.active:
        pods.setdefault((namespace_of(pod), workload_of(pod)), []).append(pod)
    templates = {
        (namespace_of(one), f"Deployment {name_of(one)}"): one["spec"]["template"]["spec"]
        for one in live.deployments
    }
    found, observed = [], set()
    for autoscaler in live.recommendations or ():
        reference = autoscaler["spec"]["targetRef"]
        key = (namespace_of(autoscaler), f"{reference['kind']} {reference['name']}")
        observed.add(key)
        found.append(_application(live, autoscaler, key, pods.get(key, []), templates.get(key)))
    found.sort(key=lambda one: (-one.freed.cpu, one.namespace, one.workload))
    unobserved = sorted(
        f"{namespace}/{workload.removeprefix('Deployment ')}"
        for namespace, workload in templates.keys() - observed
    )
    return RightSizing(live, live.recommendations is not None, tuple(found), tuple(unobserved))


def _application(
    live: Live,
    autoscaler: Object,
    key: tuple[str, str],
    pods: Sequence[Object],
    template: Object | None,
) -> Application:
    spec = pods[0]["spec"] if pods else template or {}
    requested = of_pod(spec)
    status = autoscaler.get("status") or {}
    containers = _containers(spec, status.get("recommendation") or {})
    recommended = requested + total(one.target - one.requested for one in containers)
    on_eci = sum(node_of(pod) in live.virtual for pod in pods)
    size = _size(requested, live.region)
    recommended_size = _size(recommended, live.region)
    saving, currency = _saving(size, recommended_size, on_eci, live.region)
    mode = (autoscaler["spec"].get("updatePolicy") or {}).get("updateMode", _DEFAULT_MODE)
    return Application(
        namespace=key[0],
        workload=key[1],
        owner=live.owner_of(pods[0] if pods else autoscaler),
        mode=str(mode),
        on_ecs=len(pods) - on_eci,
        on_eci=on_eci,
        requested=requested,
        recommended=recommended,
        containers=containers,
        waiting="" if containers else _waiting(status),
        size=size,
        recommended_size=recommended_size,
        eci_saving=saving,
        currency=currency,
    )


def _containers(spec: Object, recommendation: Object) -> tuple[Container, ...]:
    requests = {
        str(one["name"]): amounts((one.get("resources") or {}).get("requests"))
        for one in spec.get("containers") or ()
    }
    return tuple(
        _container(requests[str(one["containerName"])], one)
        for one in recommendation.get("containerRecommendations") or ()
        if str(one["containerName"]) in requests
    )


def _container(requested: Amounts, row: Mapping[str, Any]) -> Container:
    """One container; a resource the recommender does not control stays as it is."""

    def bound(name: str) -> Amounts:
        given = row.get(name) or {}
        stated = amounts(given)
        return Amounts(
            stated.cpu if "cpu" in given else requested.cpu,
            stated.memory if "memory" in given else requested.memory,
        )

    return Container(
        name=str(row["containerName"]),
        requested=requested,
        lower=bound("lowerBound"),
        target=bound("target"),
        upper=bound("upperBound"),
    )


def _verdict(value: Fraction, lower: Fraction, upper: Fraction) -> Verdict:
    if value > upper:
        return Verdict.OVER
    return Verdict.UNDER if value < lower else Verdict.FITS


def _waiting(status: Mapping[str, Any]) -> str:
    """Why there is no recommendation, in the recommender's words."""
    for one in status.get("conditions") or ():
        if one.get("message") and (one["type"] != _PROVIDED or one["status"] != "True"):
            return str(one["message"])
    return "-"


def _size(asked: Amounts, region: str) -> EciSize | None:
    try:
        return eci_sizes.round_up(asked.cpu, asked.gib, region)
    except Refused:
        return None


def _saving(
    before: EciSize | None, after: EciSize | None, pods: int, region: str
) -> tuple[float | None, str]:
    """What a month on ECI would save, and its currency; below 0 where it would cost more."""
    if not pods:
        return 0.0, ""
    if before is None or after is None:
        return None, ""
    now = prices.eci_hourly(float(before.vcpu), float(before.memory_gib), region)
    then = prices.eci_hourly(float(after.vcpu), float(after.memory_gib), region)
    if now is None or then is None:
        return None, ""
    return (now.amount - then.amount) * HOURS_A_MONTH * pods, now.currency


def _fields(one: Application) -> dict[str, Any]:
    return {
        "namespace": one.namespace,
        "workload": one.workload,
        "owner": one.owner,
        "mode": one.mode,
        "on_ecs": one.on_ecs,
        "on_eci": one.on_eci,
        "waiting": one.waiting,
        "requested": one.requested.plain(),
        "recommended": one.recommended.plain(),
        "eci_size": str(one.size) if one.size else None,
        "recommended_eci_size": str(one.recommended_size) if one.recommended_size else None,
        "freed": one.freed.plain(),
        "monthly_eci_saving": one.eci_saving,
        "containers": [
            {
                "name": box.name,
                "requested": box.requested.plain(),
                "lower": box.lower.plain(),
                "target": box.target.plain(),
                "upper": box.upper.plain(),
                "cpu": box.cpu,
                "memory": box.memory,
            }
            for box in one.containers
        ],
    }
