"""What of a stack can be compared with the cloud only, when the stack comes up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from blueprints.settings.base import Settings
from blueprints.settings.existing import (
    ExistingCache,
    ExistingCluster,
    ExistingDatabase,
    ExistingFileStorage,
    ExistingNetwork,
)
from blueprints.settings.stack import StackSettings
from blueprints.settings.structure import ROOT


@dataclass(frozen=True)
class Later:
    """One thing that is said to exist.

    Attributes:
        path: where the settings name it.
        value: its id.
        what: what is compared, before anything is created.
    """

    path: str
    value: str
    what: str


_COMPARED: Final[Mapping[type[Settings], tuple[str, str]]] = {
    ExistingNetwork: (
        "vpc_id",
        "VPC, vSwitches and security group: that they are there, with these zones and ranges",
    ),
    ExistingCluster: (
        "cluster_id",
        "VPC, version, edition, network plug-in, RRSA, add-ons; that its namespaces are free",
    ),
    ExistingDatabase: ("instance_id", "VPC, engine, account and its rights; not its allow list"),
    ExistingCache: ("instance_id", "VPC and engine; not its allow list"),
    ExistingFileStorage: ("mount_target", "VPC, protocol and state; not its permission group"),
}


def compared_later(settings: StackSettings) -> Iterator[Later]:
    """Yield what a run compares with the cloud and a check without an account cannot."""
    for name in type(settings).model_fields:
        part = getattr(settings, name)
        if type(part) in _COMPARED:
            key, what = _COMPARED[type(part)]
            yield Later(f"{ROOT}.{name}.{key}", getattr(part, key), what)
