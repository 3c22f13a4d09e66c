"""A Service that only the cluster can reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class ClusterServiceArgs:
    """Arguments of `ClusterService`."""

    namespace: pulumi.Input[str]
    """Namespace of the Service."""
    service_name: str
    """Name of the Service, by which other pods find it."""
    selector: Mapping[str, str]
    """Labels of the pods behind it."""
    target_port: int
    """Port the pods listen on."""
    port: int = 80
    """Port of the Service. Default: 80."""


class ClusterService(pulumi.ComponentResource):
    """An address inside the cluster for the pods of a workload.

    Creates: one Service of type ClusterIP.

        ClusterService(
            "checkout",
            ClusterServiceArgs(
                namespace=namespace.namespace,
                service_name="checkout",
                selector=workload.labels,
                target_port=8080,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    service_name: pulumi.Output[str]
    """Name of the Service, known once it exists."""

    def __init__(
        self, name: str, args: ClusterServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ClusterService", name, _problems(args))
        super().__init__("ackb:workload:ClusterService", name, None, opts)
        made = kubernetes.core.v1.Service(
            f"{name}-service",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.service_name, namespace=args.namespace
            ),
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="ClusterIP",
                selector=dict(args.selector),
                ports=[
                    kubernetes.core.v1.ServicePortArgs(
                        name="http", port=args.port, target_port=args.target_port
                    )
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.service_name = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"service_name": self.service_name})


def _problems(args: ClusterServiceArgs) -> Iterator[ArgumentProblem]:
    broken = naming.check("service", args.service_name)
    yield from problem("service_name", args.service_name, broken)
    if not args.selector:
        yield ArgumentProblem("selector", "select some pods", {}, "give the labels of the pods")
