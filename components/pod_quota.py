"""How much of a cluster a namespace may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class PodQuotaArgs:
    """Arguments of `PodQuota`."""

    namespace: pulumi.Input[str]
    """Namespace it holds for."""
    quota_name: str
    """Name of the quota."""
    max_pods: int
    """Most pods that have not ended."""


class PodQuota(pulumi.ComponentResource):
    """A bound for work that asks for nothing and takes what it finds (S3-04).

    Creates: one ResourceQuota. It counts pods: those without requests can be counted in no other
    way, a LimitRange would give them another QoS class, and Kubernetes counts batch resources in no
    quota (their names hold `kubernetes.io/`, which it takes for its own).

        PodQuota(
            "offline-quota",
            PodQuotaArgs(namespace=namespace.namespace, quota_name="offline", max_pods=10),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    quota_name: pulumi.Output[str]
    """Name of the quota, known once it is in force."""

    def __init__(
        self, name: str, args: PodQuotaArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("PodQuota", name, _problems(args))
        super().__init__("ackb:workload:PodQuota", name, None, opts)
        made = kubernetes.core.v1.ResourceQuota(
            f"{name}-quota",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.quota_name, namespace=args.namespace
            ),
            spec=kubernetes.core.v1.ResourceQuotaSpecArgs(hard={"pods": str(args.max_pods)}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.quota_name = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"quota_name": self.quota_name})


def _problems(args: PodQuotaArgs) -> Iterator[ArgumentProblem]:
    yield from problem("quota_name", args.quota_name, naming.check("dns_label", args.quota_name))
    if args.max_pods < 1:
        yield ArgumentProblem("max_pods", "be 1 or more", args.max_pods, "choose a number of pods")
