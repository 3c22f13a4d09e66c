"""The simulated cloud: one store, one clock, and the services."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ackb.domain.home import Home
from ackb.domain.regions import regions
from sandbox.cloud import catalogue
from sandbox.cloud.clock import Clock, SystemClock
from sandbox.cloud.errors import INVALID_REGION
from sandbox.cloud.faults import Faults, NoFaults
from sandbox.cloud.service import DUE, Service
from sandbox.cloud.store import Store
from sandbox.kube.pace import Pace

if TYPE_CHECKING:
    from sandbox.cloud.cms.verbs import Cms
    from sandbox.cloud.cs.verbs import Cs
    from sandbox.cloud.eci.verbs import Eci
    from sandbox.cloud.ecs.verbs import Ecs
    from sandbox.cloud.kvstore.verbs import Kvstore
    from sandbox.cloud.log.verbs import Log
    from sandbox.cloud.nas.verbs import Nas
    from sandbox.cloud.pvtz.verbs import Pvtz
    from sandbox.cloud.rds.verbs import Rds
    from sandbox.cloud.ros.verbs import Ros
    from sandbox.cloud.slb.verbs import Slb
    from sandbox.cloud.sts.verbs import Sts
    from sandbox.cloud.tag.verbs import Tag
    from sandbox.cloud.vpc.verbs import Vpc

REAL_TIME = Pace()

_REQUEST_IDS = uuid.UUID("5f1f3c4e-7c8f-4c58-9d51-0d9f5f6c2a11")

ACCOUNT_ID = "1000000000000001"
"""The sandbox's account. Real account ids have 16 digits; this one is recognisable as made up."""

SERVICES = (
    "vpc",
    "ecs",
    "cs",
    "eci",
    "slb",
    "pvtz",
    "rds",
    "kvstore",
    "nas",
    "log",
    "ros",
    "tag",
    "sts",
    "cms",
)
"""Attributes of `Cloud`; each is a package of this name with the service's class in `verbs.py`."""


class Cloud:
    """A simulated Alibaba Cloud account in one region."""

    def __init__(
        self,
        store: Store,
        clock: Clock | None = None,
        faults: Faults | None = None,
        region: str = "cn-hangzhou",
        pace: Pace = REAL_TIME,
    ) -> None:
        self.store = store
        self.clock = clock or SystemClock()
        self.faults = faults or NoFaults()
        self.region = region
        self.pace = pace
        self.account_id = ACCOUNT_ID
        self._calls = 0
        self._calls_lock = threading.Lock()

    @classmethod
    def open(cls, path: str | Path, faults: Faults | None = None) -> Cloud:
        """Open the cloud kept in a file of a home, at the home's pace; creates it when absent."""
        return cls(Store.open(path), faults=faults, pace=Pace.of(Home(Path(path).parent)))

    @cached_property
    def vpc(self) -> Vpc:
        """Networks: VPC, vSwitch, NAT gateway, SNAT entry, elastic IP."""
        from sandbox.cloud.vpc.verbs import Vpc

        return Vpc(self)

    @cached_property
    def ecs(self) -> Ecs:
        """Security groups, network interfaces, instances."""
        from sandbox.cloud.ecs.verbs import Ecs

        return Ecs(self)

    @cached_property
    def cs(self) -> Cs:
        """Container Service (ACK): clusters, node pools, add-ons."""
        from sandbox.cloud.cs.verbs import Cs

        return Cs(self)

    @cached_property
    def eci(self) -> Eci:
        """Elastic container instances."""
        from sandbox.cloud.eci.verbs import Eci

        return Eci(self)

    @cached_property
    def slb(self) -> Slb:
        """Classic load balancers."""
        from sandbox.cloud.slb.verbs import Slb

        return Slb(self)

    @cached_property
    def pvtz(self) -> Pvtz:
        """Private DNS: zones, their VPCs, their records."""
        from sandbox.cloud.pvtz.verbs import Pvtz

        return Pvtz(self)

    @cached_property
    def rds(self) -> Rds:
        """Relational databases."""
        from sandbox.cloud.rds.verbs import Rds

        return Rds(self)

    @cached_property
    def kvstore(self) -> Kvstore:
        """Redis."""
        from sandbox.cloud.kvstore.verbs import Kvstore

        return Kvstore(self)

    @cached_property
    def nas(self) -> Nas:
        """File storage."""
        from sandbox.cloud.nas.verbs import Nas

        return Nas(self)

    @cached_property
    def log(self) -> Log:
        """Log projects."""
        from sandbox.cloud.log.verbs import Log

        return Log(self)

    @cached_property
    def cms(self) -> Cms:
        """CloudMonitor: contacts and alarm rules."""
        from sandbox.cloud.cms.verbs import Cms

        return Cms(self)

    @cached_property
    def ros(self) -> Ros:
        """Stacks of templates."""
        from sandbox.cloud.ros.verbs import Ros

        return Ros(self)

    @cached_property
    def tag(self) -> Tag:
        """Resources of all services by tag."""
        from sandbox.cloud.tag.verbs import Tag

        return Tag(self)

    @cached_property
    def sts(self) -> Sts:
        """Who is calling."""
        from sandbox.cloud.sts.verbs import Sts

        return Sts(self)

    def services(self) -> list[Service]:
        """All services."""
        return [getattr(self, name) for name in SERVICES]

    def inventory(self) -> list[dict[str, Any]]:
        """Every object a user could find in the console.

        Each with service, kind, id, name, status, tags, and whether it appears on a bill by itself.
        """
        return [
            {
                "service": service.service,
                "kind": kind.kind.partition(".")[2],
                "id": str(data[kind.id_field]),
                "name": data.get(kind.name_field) or "",
                "status": data.get(kind.status_field, ""),
                "tags": data.get("tags", {}),
                "costs": kind.costs,
            }
            for service in self.services()
            for kind in service.kinds
            for data in service.find(kind.kind)
        ]

    def is_empty(self) -> bool:
        """Whether nothing is left that a user made."""
        return not self.inventory()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit the calls inside at once; with planned faults each by itself, as they expect."""
        if self.faults.any():
            yield
            return
        with self.store.group():
            yield

    def sweep(self) -> None:
        """Remove the objects whose time has come; every verb that writes does so first."""
        for due in self.store.find_until(DUE, "At", self.clock.now()):
            for kind, id in due["Objects"]:
                self.store.delete(kind, id)
            kind, id = due["Objects"][0]
            self.store.delete(DUE, f"{kind}/{id}")

    @property
    def default_resource_group(self) -> str:
        """The resource group of everything that names none."""
        return f"rg-acfm{self.account_id[-11:]}"

    def check_region(self, region_id: str) -> None:
        """Raises InvalidRegionId.NotFound."""
        self.zones(region_id)

    def zones(self, region_id: str) -> tuple[str, ...]:
        """Zone ids of a region. Raises InvalidRegionId.NotFound."""
        region = regions().get(region_id)
        if region is None:
            raise INVALID_REGION()
        return region.zones

    def quota(self, name: str) -> int:
        """An account quota that only this cloud needs (others: `ackb.domain.quotas`)."""
        value: int = catalogue.shared("quotas")["quotas"][name]
        return value

    def duration(self, name: str) -> float:
        """Seconds that an asynchronous step takes; KeyError for a name without data."""
        value: float = catalogue.shared("durations")["seconds"][name]
        return value

    def request_id(self, verb: str) -> str:
        """A new request id in the API's form."""
        with self._calls_lock:
            self._calls += 1
            call = self._calls
        return str(uuid.uuid5(_REQUEST_IDS, f"{verb}/{self.clock.now()}/{call}")).upper()
