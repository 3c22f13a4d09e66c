"""A priority class for the pods of one tier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

_VALUES: Final = range(-2_000_000_000, 1_000_000_001)
"""What Kubernetes takes of users; higher ones are its own (validation of scheduling.k8s.io/v1)."""


@dataclass(frozen=True, kw_only=True)
class PriorityClassArgs:
    """Arguments of `PriorityClass`."""

    class_name: str
    """Name of the class, unique in the cluster."""
    value: int
    """Priority; pods without a class have 0. A change replaces the class."""
    preempts: bool
    """Whether a pod that finds no room pushes pods of lower priority out."""
    description: str
    """Who should use it; shown by kubectl."""


class PriorityClass(pulumi.ComponentResource):
    """Who is scheduled first, and among pods that use more than they asked for, evicted last.

    Creates: one PriorityClass, which is the default of no pod.

        PriorityClass(
            "online-priority",
            PriorityClassArgs(
                class_name="ackb-online",
                value=100_000,
                preempts=True,
                description="Services that people wait for",
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    class_name: pulumi.Output[str]
    """Name of the class, known once it exists."""

    def __init__(
        self, name: str, args: PriorityClassArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("PriorityClass", name, _problems(args))
        super().__init__("ackb:workload:PriorityClass", name, None, opts)
        made = kubernetes.scheduling.v1.PriorityClass(
            f"{name}-class",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=args.class_name),
            value=args.value,
            global_default=False,
            preemption_policy="PreemptLowerPriority" if args.preempts else "Never",
            description=args.description,
            opts=pulumi.ResourceOptions(
                parent=self,
                # Neither value nor policy can be changed, and the name stays.
                delete_before_replace=True,
            ),
        )
        self.class_name = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"class_name": self.class_name})


def _problems(args: PriorityClassArgs) -> Iterator[ArgumentProblem]:
    yield from problem("class_name", args.class_name, naming.check("dns_label", args.class_name))
    if args.class_name.startswith("system-"):
        yield ArgumentProblem(
            "class_name", "not begin with system-", args.class_name, "that is Kubernetes' own"
        )
    if args.value not in _VALUES:
        yield ArgumentProblem(
            "value", f"be from {_VALUES[0]} to {_VALUES[-1]}", args.value, "choose another number"
        )
