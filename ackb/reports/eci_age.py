"""ECI instances that have been running for long, what they cost, and where they could run instead.

Serves S4-25 and S4-40: an ECI pod that runs for days is dearer than a machine that is paid by the
month, and scale-in may leave it running. Its owner restarts it, and the new pod goes to a node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ackb.domain import prices
from ackb.domain.prices import Price, Sum
from ackb.reports.live import (
    CLUSTER_TAG,
    ECI_ID,
    Live,
    Object,
    moment,
    name_of,
    namespace_of,
    workload_of,
)
from ackb.reports.moving import Advice, Move, Room, month

PARTS: Final = ("nodes", "pods", "namespaces", "policies", "spreads", "instances")
"""What is looked at, as attributes of `Live`."""
_NOT_BILLED: Final = ("Succeeded", "Failed", "Expired", "ScheduleFailed", "Terminating")
"""States of an instance that costs nothing more."""
_NO_SPOT: Final = "NoSpot"
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One ECI instance.

    Attributes:
        id: id of the instance.
        namespace: of its pod; empty for an orphan.
        pod: name of its pod; that of the instance for an orphan.
        workload: what the pod belongs to, such as `Deployment web`; empty for an orphan.
        owner: who answers for it; empty where nobody is named.
        contact: whom to tell, as the namespace of its pod says; empty where it does not.
        created: when it was created.
        age: since then, at the time of the report.
        vcpu: billed vCPUs.
        gib: billed memory in GiB.
        spot: it is a spot instance, whose price the market makes.
        price: list price of an hour; None where it is unknown.
        advice: what can be done; None for one that is not old.
    """

    id: str
    namespace: str
    pod: str
    workload: str
    owner: str
    contact: str
    created: datetime
    age: timedelta
    vcpu: float
    gib: float
    spot: bool
    price: Price | None
    advice: Advice | None

    @property
    def days(self) -> float:
        """Age in days."""
        return self.age / _DAY

    @property
    def cost(self) -> float | None:
        """What it cost until now, in the currency of `price`."""
        return None if self.price is None else self.price.amount * (self.age / _HOUR)

    @property
    def saving(self) -> float | None:
        """What a month would save if the advice is followed; None where it is unknown or nothing
        can be done."""
        return self.advice.saving if self.advice else None


@dataclass(frozen=True)
class EciAge:
    """The instances of a stack, oldest first."""

    live: Live
    days: float
    """Age in days from which one is old."""
    instances: tuple[Instance, ...]
    unlisted: int
    """Pods whose instance the cloud's list does not hold."""

    @property
    def old(self) -> tuple[Instance, ...]:
        """Those that have reached the age."""
        return tuple(one for one in self.instances if one.advice)

    @property
    def movable(self) -> tuple[Instance, ...]:
        """The old ones that need not go on as they are."""
        return tuple(one for one in self.old if one.advice and one.advice.move is not Move.BOUND)

    @property
    def currency(self) -> str:
        """Currency of all amounts; empty where no price is known."""
        return next((one.price.currency for one in self.instances if one.price), "")

    @property
    def cost(self) -> Sum:
        """What the old ones cost until now."""
        return Sum.of(one.cost for one in self.old)

    @property
    def saving(self) -> Sum:
        """What a month would save if every advice was followed."""
        return Sum.of(one.saving for one in self.movable)

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "days": self.days,
            "count": len(self.instances),
            "unlisted": self.unlisted,
            "currency": self.currency or None,
            "cost": self.cost.whole,
            "known_cost": self.cost.known,
            "monthly_saving": self.saving.whole,
            "known_monthly_saving": self.saving.known,
            "old": [_fields(one) for one in self.old],
        }


def compute(live: Live, days: float) -> EciAge:
    """List the ECI instances of a stack's cluster with their age, cost, and what could be saved."""
    pods = {
        instance_id: pod
        for pod in live.active
        if (instance_id := (pod["metadata"].get("annotations") or {}).get(ECI_ID))
    }
    groups = [
        group
        for group in live.instances
        if group["ContainerGroupId"] in pods or _tags(group).get(CLUSTER_TAG) == live.cluster_id
    ]
    billed = [group for group in groups if group.get("Status") not in _NOT_BILLED]
    billed.sort(key=lambda group: str(group["CreationTime"]))
    room = Room(live)
    found = [_instance(live, one, pods.get(one["ContainerGroupId"]), room, days) for one in billed]
    listed = {group["ContainerGroupId"] for group in groups}
    return EciAge(live, days, tuple(found), len(pods.keys() - listed))


def _instance(live: Live, group: Object, pod: Object | None, room: Room, days: float) -> Instance:
    created = moment(group["CreationTime"])
    age = max(live.read_at - created, timedelta())
    tags = _tags(group)
    spot = group.get("SpotStrategy", _NO_SPOT) != _NO_SPOT
    price = None if spot else _price(group, live.region)
    advice = None
    if age / _DAY >= days:
        advice = room.advise(pod, price) if pod else Advice(Move.ORPHAN, "", month(price))
    return Instance(
        id=str(group["ContainerGroupId"]),
        namespace=namespace_of(pod) if pod else "",
        pod=name_of(pod) if pod else str(group.get("ContainerGroupName") or ""),
        workload=workload_of(pod) if pod else "",
        owner=live.owner_of(pod or {}, tags),
        contact=live.contact_of(pod or {}),
        created=created,
        age=age,
        vcpu=float(group.get("Cpu") or 0),
        gib=float(group.get("Memory") or 0),
        spot=spot,
        price=price,
        advice=advice,
    )


def _price(group: Object, region: str) -> Price | None:
    """Of the instance type where the instance has one: it decides the price then."""
    if group.get("InstanceType"):
        return prices.ecs_hourly(str(group["InstanceType"]), region)
    return prices.eci_hourly(float(group["Cpu"]), float(group["Memory"]), region)


def _tags(group: Object) -> Mapping[str, str]:
    return {str(one["Key"]): str(one["Value"]) for one in group.get("Tags") or ()}


def _fields(one: Instance) -> dict[str, Any]:
    return {
        "id": one.id,
        "namespace": one.namespace,
        "pod": one.pod,
        "workload": one.workload,
        "owner": one.owner,
        "contact": one.contact,
        "created": one.created.isoformat(),
        "age_days": round(one.days, 2),
        "vcpu": one.vcpu,
        "memory_gib": one.gib,
        "spot": one.spot,
        "hourly_price": one.price.amount if one.price else None,
        "cost": one.cost,
        "move": one.advice.move if one.advice else None,
        "because": one.advice.because if one.advice else "",
        "monthly_saving": one.saving,
    }
