"""Arguments of distributed training and what they must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi

from ackb.domain import images, naming, tiers
from ackb.domain.problems import ArgumentProblem
from components.checks import problem
from components.node_pool import Taint
from components.workload.args import Resources, resource_problems

Form = Literal["Job", "TrainJob", "TFJob"]


@dataclass(frozen=True, kw_only=True)
class DistributedTrainingArgs:
    """Arguments of `DistributedTraining`."""

    namespace: pulumi.Input[str]
    """Namespace of the job."""
    job_name: str
    """Name of the job, and value of the label `app` of its pods."""
    image: str
    """Image of all its pods, pinned to a version or a digest."""
    command: Sequence[str]
    """Program and its arguments, the same in all pods."""
    user_id: int
    """Numeric user and group the containers run as; not 0."""
    form: Form = "Job"
    """`Job` is a plain one of Kubernetes; `TrainJob` needs Kubeflow Trainer v2, `TFJob` the retired
    Training Operator v1. Default: Job."""
    parameter_servers: int = 2
    """Pods that hold the parameters. Default: 2."""
    workers: int = 4
    """Pods that train; the job is done when all of them are. Default: 4."""
    batch: Resources | None = None
    """Batch resources of ack-koordinator that each pod gets, in the units of CPU and memory.
    Default: none; the pods ask for nothing and are BestEffort either way."""
    retries: int = 6
    """Failed pods before a `Job` gives up; evicted ones do not count. Default: 6."""
    tier: tiers.Tier = tiers.Tier.OFFLINE
    """Tier of the pods. Default: offline."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations of the pods. Default: none."""
    priority_class: pulumi.Input[str] | None = None
    """PriorityClass of the pods. Default: none, priority 0."""
    tolerations: Sequence[Taint] = ()
    """Taints of nodes that the pods put up with. Default: none."""
    pull_secret: str | None = None
    """Secret to log in to the registry with. Default: none."""


def problems(args: DistributedTrainingArgs) -> Iterator[ArgumentProblem]:
    """Return everything that is wrong with the arguments."""
    yield from problem("job_name", args.job_name, naming.check("service", args.job_name))
    yield from problem("image", args.image, images.check(args.image))
    if not args.command:
        yield ArgumentProblem("command", "name a program", [], "give it and its arguments")
    if args.user_id < 1:
        yield ArgumentProblem(
            "user_id", "not be root", args.user_id, "name a numeric user, such as 1000"
        )
    for name, value, least in (
        ("parameter_servers", args.parameter_servers, 0),
        ("workers", args.workers, 1),
        ("retries", args.retries, 0),
    ):
        if value < least:
            yield ArgumentProblem(name, f"be {least} or more", value, "choose a larger number")
    if args.batch is None:
        return
    yield from resource_problems(args.batch)
    if args.batch.cpu_request is not None or args.batch.memory_request is not None:
        yield ArgumentProblem(
            "batch",
            "have no requests of its own",
            args.batch.cpu_request or args.batch.memory_request,
            "leave them out: batch requests equal the limits",
        )
