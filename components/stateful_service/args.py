"""Arguments of a stateful service and what they must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi

from ackb.domain import images, naming, tiers
from ackb.domain.problems import ArgumentProblem
from components.checks import problem
from components.node_pool import Taint
from components.workload.args import Resources, resource_problems

_PORTS: Final = range(1025, 65536)
_DISK_GIB: Final = range(20, 32769)
"""Sizes of an ESSD at PL1: https://www.alibabacloud.com/help/en/ecs/user-guide/essds"""


@dataclass(frozen=True, kw_only=True)
class Disk:
    """The disk that holds the data."""

    mount_path: str
    """Absolute path of the data in the container."""
    gib: int = 20
    """Size in GiB, 20 to 32,768; it can only be raised. Default: 20."""
    storage_class: str = "alicloud-disk-topology-alltype"
    """StorageClass that makes it; a change replaces it. Default: alicloud-disk-topology-alltype,
    which every ACK cluster has: in the zone of the pod, an ESSD where there are some."""


@dataclass(frozen=True, kw_only=True)
class StatefulServiceArgs:
    """Arguments of `StatefulService`."""

    namespace: pulumi.Input[str]
    """Namespace of everything the component creates."""
    app: str
    """Name of the StatefulSet and its Service, and value of the label `app` of its pod."""
    image: str
    """Image of the container, pinned to a version or a digest."""
    port: int
    """Port the server listens on; above 1024, since it does not run as root."""
    port_name: str
    """Name of the port, such as `mysql`."""
    resources: Resources
    """CPU and memory of the container; equal limits and requests make the pod Guaranteed."""
    disk: Disk
    """The disk that holds the data."""
    check: Sequence[str]
    """Command that succeeds when the server serves; run in the container."""
    tier: tiers.Tier
    """Tier of the pod."""
    user_id: int
    """Numeric user and group the container runs as; not 0."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables. Default: none."""
    secret_environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables whose values are secrets; they go through a Kubernetes Secret.
    Default: none."""
    scratch_paths: Sequence[str] = ()
    """Absolute paths that must be writable besides the disk. Default: none."""
    startup_seconds: int = 300
    """Longest time it may take to start, the first start with its preparations included. Default:
    300."""
    stop_seconds: int = 60
    """Longest time it may take to stop in order. Default: 60."""
    priority_class: pulumi.Input[str] | None = None
    """PriorityClass of the pod. Default: none, priority 0."""
    tolerations: Sequence[Taint] = ()
    """Taints of nodes that the pod puts up with. Default: none."""
    pull_secret: str | None = None
    """Secret to log in to the registry with. Default: none."""


def problems(args: StatefulServiceArgs) -> Iterator[ArgumentProblem]:
    """Return everything that is wrong with the arguments."""
    yield from problem("app", args.app, naming.check("dns_label", args.app))
    yield from problem("image", args.image, images.check(args.image))
    yield from problem("port_name", args.port_name, naming.check("dns_label", args.port_name))
    if args.port not in _PORTS:
        yield ArgumentProblem(
            "port",
            f"be from {_PORTS[0]} to {_PORTS[-1]}, since the container does not run as root",
            args.port,
            "let it listen on a port above 1024",
        )
    yield from resource_problems(args.resources)
    if args.disk.gib not in _DISK_GIB:
        yield ArgumentProblem(
            "disk.gib",
            f"be from {_DISK_GIB[0]} to {_DISK_GIB[-1]}",
            args.disk.gib,
            "choose a size that is sold",
        )
    if not args.check:
        yield ArgumentProblem("check", "name a program", [], "give it and its arguments")
    if args.user_id < 1:
        yield ArgumentProblem(
            "user_id", "not be root", args.user_id, "name the numeric user of the image"
        )
    for name, seconds in (
        ("startup_seconds", args.startup_seconds),
        ("stop_seconds", args.stop_seconds),
    ):
        if seconds < 1:
            yield ArgumentProblem(name, "be 1 or more", seconds, "choose a larger number")
    yield from _path_problems([args.disk.mount_path, *args.scratch_paths])


def _path_problems(paths: Sequence[str]) -> Iterator[ArgumentProblem]:
    for path in paths:
        if not path.startswith("/"):
            yield ArgumentProblem(
                "disk.mount_path, scratch_paths", "be absolute paths", path, f"write '/{path}'"
            )
    for path in sorted({one for one in paths if paths.count(one) > 1}):
        yield ArgumentProblem(
            "disk.mount_path, scratch_paths", "name a path once", path, "remove one of them"
        )
