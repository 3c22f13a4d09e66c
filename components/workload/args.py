"""Arguments of a workload and what they must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi

from ackb.domain import images, naming, quantity, tiers
from ackb.domain.eci_annotations import EciOptions
from ackb.domain.placement import WorkloadKind
from ackb.domain.problems import ArgumentProblem, Refused
from components.checks import eci_problems, problem
from components.placement import Placed
from components.workload.content import Content

_PORTS: Final = range(1025, 65536)
"""Ports a process that is not root can listen on with no capability."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """CPU and memory of the container. Equal limits and requests make the pod Guaranteed."""

    cpu: str
    """Limit of CPU, such as `500m`."""
    memory: str
    """Limit of memory, such as `1Gi`."""
    cpu_request: str | None = None
    """CPU kept free for it. Default: equal to the limit."""
    memory_request: str | None = None
    """Memory kept free for it. Default: equal to the limit."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How the kubelet sees that the container serves."""

    path: str
    """Path that answers with a status below 400 as soon as the container serves."""
    startup_seconds: int = 120
    """Longest time it may take to start. Default: 120."""


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """Arguments of `Workload`."""

    namespace: pulumi.Input[str]
    """Namespace of everything the component creates."""
    app: str
    """Name of the Deployment, and value of the label `app` that selects its pods."""
    image: str
    """Image of the container, pinned to a version or a digest."""
    port: int
    """Port the container listens on; above 1024, since it does not run as root."""
    resources: Resources
    """CPU and memory of the container."""
    probe: Probe
    """How to see that it serves."""
    tier: tiers.Tier
    """Tier of the pods."""
    user_id: int
    """Numeric user and group the container runs as; not 0."""
    replicas: int | None
    """Number of pods; None where an autoscaler owns the number."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables. Default: none."""
    secret_environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables whose values are secrets; they go through a Kubernetes Secret.
    Default: none."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Text files by their absolute path in the container, through a ConfigMap. Default: none."""
    claims: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Claims of shared volumes by the absolute path they are mounted at. Default: none."""
    scratch_paths: Sequence[str] = ()
    """Absolute paths that must be writable, each an empty folder of its own. Default: none."""
    pull_secret: str | None = None
    """Secret to log in to the registry with. Default: none."""
    dns_policy: Literal["ClusterFirst", "Default"] = "ClusterFirst"
    """Who resolves names for its pods: CoreDNS, which is itself a ClusterIP Service, or with
    `Default` the DNS of the VPC. Default: ClusterFirst."""
    kind: Literal["Deployment", "CloneSet", "UnitedDeployment"] = "Deployment"
    """Kind of the workload; the last two need the add-on ack-kruise. A change replaces it with all
    its pods. Default: Deployment."""
    placement: Placed | None = None
    """Where its pods go, from `components.placement.place`. Default: wherever the scheduler finds
    room, which is never on virtual nodes."""
    eci: EciOptions | None = None
    """What the pods ask of ECI (`ackb.domain.eci_annotations`); those on ECS nodes do not heed it.
    Default: what ECI does by itself."""


def problems(args: WorkloadArgs) -> Iterator[ArgumentProblem]:
    """Return everything that is wrong with the arguments."""
    yield from problem("app", args.app, naming.check("dns_label", args.app))
    yield from problem("image", args.image, images.check(args.image))
    if args.port not in _PORTS:
        yield ArgumentProblem(
            "port",
            f"be from {_PORTS[0]} to {_PORTS[-1]}, since the container does not run as root",
            args.port,
            "let it listen on 8080",
        )
    if args.user_id < 1:
        yield ArgumentProblem(
            "user_id", "not be root", args.user_id, "name the numeric user of the image"
        )
    if args.replicas is not None and args.replicas < 0:
        yield ArgumentProblem("replicas", "be 0 or more", args.replicas, "choose a number of pods")
    yield from resource_problems(args.resources)
    yield from eci_problems(args.eci, args.resources.cpu, args.resources.memory)
    yield from _placement_problems(args)
    yield from content_of(args).problems()


def content_of(args: WorkloadArgs) -> Content:
    """Return what the container reads and writes besides its image."""
    return Content(
        app=args.app,
        files=args.files,
        secret_environment=args.secret_environment,
        claims=args.claims,
        scratch_paths=args.scratch_paths,
    )


def _placement_problems(args: WorkloadArgs) -> Iterator[ArgumentProblem]:
    placed = args.placement
    if args.kind == "UnitedDeployment" and placed is None:
        yield ArgumentProblem(
            "kind", "come with a placement that names its subsets", args.kind, "add 'placement'"
        )
    if placed is None:
        return
    if placed.target.kind != WorkloadKind(args.kind) or placed.target.app != args.app:
        yield ArgumentProblem(
            "placement",
            f"be made for this workload, {args.kind} {args.app}",
            f"{placed.target.kind} {placed.target.app}",
            "give 'place' the same kind and app",
        )


def resource_problems(resources: Resources) -> Iterator[ArgumentProblem]:
    """Return everything that is wrong with an amount of CPU and memory."""
    yield from problem("resources.cpu", resources.cpu, quantity.check_cpu(resources.cpu))
    memory = quantity.check_memory(resources.memory)
    yield from problem("resources.memory", resources.memory, memory)
    for name, request, limit in (
        ("cpu", resources.cpu_request, resources.cpu),
        ("memory", resources.memory_request, resources.memory),
    ):
        if request is not None and _above(request, limit):
            yield ArgumentProblem(
                f"resources.{name}_request",
                f"not be above the limit, {limit}",
                request,
                "leave it out to make it equal",
            )


def _above(request: str, limit: str) -> bool:
    try:
        return quantity.parse(request) > quantity.parse(limit)
    except Refused:
        return True
