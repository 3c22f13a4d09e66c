"""What the simulated cloud of a home holds, and how it is emptied."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ackb.cli import kinds
from ackb.cli.context import PROJECT
from ackb.domain.problems import InvalidInput, Problem
from ackb.engine import checkpoint, daemon, locks

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from ackb.domain.home import Home
    from sandbox.daemon.record import DaemonRecord

_PROVIDER: Final = "pulumi:providers:alicloud"
_SANDBOX_SOURCE: Final = "ackb-sandbox"
_SHOWN_ORPHANS: Final = 10
_COLUMNS: Final = ("service", "kind", "id", "name", "status")


@dataclass(frozen=True)
class Orphan:
    """An ECI instance that nobody manages: the controller of its virtual node is gone."""

    id: str
    name: str
    node: str
    hourly: float | None
    """What an hour of it costs on the real cloud; None where no price is known."""
    currency: str | None


@dataclass(frozen=True)
class DataCentre:
    """A simulated data centre whose cluster joins, or has joined, a registered cluster."""

    cluster_id: str
    name: str
    """Of the registration."""
    state: str
    """Of the registration: initial, waiting, running, disconnected or deleting."""
    version: str
    """Of its Kubernetes, such as `1.36.2`; empty until it has joined."""

    def told(self) -> str:
        """Return it as a person should read of it."""
        how = {
            "waiting": "waits for its agent",
            "running": f"has joined with Kubernetes {self.version}",
            "disconnected": "is disconnected: its agent does not run",
        }.get(self.state, f"is {self.state}")
        return f"Data centre of {self.name} ({self.cluster_id}): {how}."


@dataclass(frozen=True)
class Inside:
    """One look at a simulated cloud."""

    home: Home
    daemon: DaemonRecord | None
    objects: list[dict[str, Any]]
    stacks: dict[str, int]
    orphans: list[Orphan]
    data_centres: list[DataCentre]

    @classmethod
    def look(cls, home: Home) -> Inside:
        """Read the cloud from its file; it need not run."""
        return cls(
            home,
            daemon.status(home),
            inventory(home),
            sandbox_stacks(home),
            orphans(home),
            data_centres(home),
        )

    def fields(self) -> dict[str, Any]:
        """The same as plain data."""
        record = self.daemon
        return {
            "simulated": True,
            "home": str(self.home.root),
            "daemon": {"pid": record.pid, "providers": record.ports} if record else None,
            "empty": not self.objects,
            "objects": self.objects,
            "stacks": self.stacks,
            "orphans": [vars(one) for one in self.orphans],
            "data_centres": [vars(one) for one in self.data_centres],
        }

    def show(self, console: Console) -> None:
        """Print it."""
        record = self.daemon
        console.print(f"Simulated cloud in {self.home.root}")
        runs = f"runs (pid {record.pid}, {record.debug_providers})" if record else "does not run"
        console.print(f"Daemon: {runs}")
        held = [f"{name} ({count} resources)" for name, count in self.stacks.items()]
        console.print(f"Stacks: {', '.join(held) or 'none'}")
        if not self.objects:
            console.print("The simulated cloud is empty.")
            return
        table(console, self.objects)
        for one in self.data_centres:
            console.print(one.told())
        count = len(self.objects)
        objects = "1 object" if count == 1 else f"{count} objects, all"
        console.print(f"{objects} simulated: nothing is billed.")
        if self.orphans:
            console.print(told_orphans(self.orphans), style="yellow")


def table(console: Console, objects: list[dict[str, Any]]) -> None:
    """Print objects of the inventory in columns; a row is one line, so that grep finds it."""
    rows = [tuple(str(one[key]) for key in _COLUMNS) for one in objects]
    head = tuple(key.capitalize() for key in _COLUMNS)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate((head, *rows)):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print("  ".join(cells).rstrip(), style="bold" if number == 0 else None)


def inventory(home: Home) -> list[dict[str, Any]]:
    """Every object of the simulated cloud; none where there is no cloud yet."""
    if not home.cloud_db.exists():
        return []
    from sandbox.cloud.cloud import Cloud

    found: list[dict[str, Any]] = Cloud.open(home.cloud_db).inventory()
    return found


def orphans(home: Home) -> list[Orphan]:
    """The ECI instances of the simulated cloud that run on without anybody who would end them."""
    if not home.cloud_db.exists():
        return []
    from ackb.domain.prices import eci_hourly
    from sandbox.cloud.cloud import Cloud
    from sandbox.cloud.cs.backend import virtual_node_of

    found = []
    for one in Cloud.open(home.cloud_db).cs.backend.orphans():
        price = eci_hourly(one["Cpu"], one["Memory"], one["RegionId"])
        found.append(
            Orphan(
                id=one["ContainerGroupId"],
                name=one["ContainerGroupName"],
                node=virtual_node_of(one),
                hourly=price.amount if price else None,
                currency=price.currency if price else None,
            )
        )
    return found


def data_centres(home: Home) -> list[DataCentre]:
    """The simulated data centres, one for each registered cluster."""
    if not home.cloud_db.exists():
        return []
    from sandbox.cloud.cloud import Cloud

    cs = Cloud.open(home.cloud_db).cs
    found = cs.describe_clusters(cluster_type="ExternalKubernetes")["clusters"]
    return [
        DataCentre(one["cluster_id"], one["name"], one["state"], one["current_version"])
        for one in found
    ]


def told_orphans(found: list[Orphan]) -> str:
    """Orphans as a person should read of them."""
    names = [f"{one.name} ({one.id}, {one.node})" for one in found[:_SHOWN_ORPHANS]]
    more = f" and {len(found) - _SHOWN_ORPHANS} more" if len(found) > _SHOWN_ORPHANS else ""
    known = [one.hourly for one in found if one.hourly is not None]
    cost = f", {sum(known):.2f} {found[0].currency} an hour" if len(known) == len(found) else ""
    count = "1 ECI instance is" if len(found) == 1 else f"{len(found)} ECI instances are"
    return (
        f"{count} orphaned: the controller of their virtual node is gone, and on the real cloud "
        f"they would go on costing{cost}: {', '.join(names)}{more}."
    )


def sandbox_stacks(home: Home) -> dict[str, int]:
    """Stacks whose state lies in this home and whose resources are in the sandbox, with counts.

    The state of real stacks may lie there too; it is told apart by the provider that made it.
    """
    found: dict[str, int] = {}
    for stack in checkpoint.stacks(home.state, PROJECT):
        resources = checkpoint.deployment(home.state, PROJECT, stack).get("resources") or []
        if any(_is_sandbox_provider(one) for one in resources):
            found[stack] = sum(kinds.is_real(one.get("type", "")) for one in resources)
    return found


def empty(home: Home, *, force: bool) -> list[str]:
    """Stop the daemon, remove the simulated cloud and its control planes.

    Returns:
        The stacks whose state was removed with it.

    Raises:
        InvalidInput: stacks still have resources in it and `force` is not set.
        StackBusy: a run works on one of the stacks.
        DaemonFailed: the daemon does not end.
    """
    stacks = sandbox_stacks(home)
    if stacks and not force:
        raise InvalidInput(
            [
                Problem(
                    "CLI-06",
                    "sandbox",
                    list(stacks),
                    "has stacks whose resources would be lost",
                    f"run `ackb down {next(iter(stacks))}` for each, or add --force",
                )
            ]
        )
    with contextlib.ExitStack() as held:
        # A run would write back the state that is removed here.
        for stack in stacks:
            held.enter_context(locks.stack_lock(home, stack))
        daemon.stop(home)
        for stack in stacks:
            path = checkpoint.path(home.state, PROJECT, stack)
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
            (home.kubeconfigs / f"{stack}.yaml").unlink(missing_ok=True)
        for file in _store_files(home):
            file.unlink(missing_ok=True)
        shutil.rmtree(home.kwok, ignore_errors=True)
    return list(stacks)


def _store_files(home: Home) -> list[Path]:
    """The database and its companions of the WAL mode."""
    return [home.cloud_db.with_name(home.cloud_db.name + end) for end in ("", "-wal", "-shm")]


def _is_sandbox_provider(resource: dict[str, Any]) -> bool:
    inputs = resource.get("inputs") or {}
    return (
        resource.get("type") == _PROVIDER and inputs.get("configurationSource") == _SANDBOX_SOURCE
    )
