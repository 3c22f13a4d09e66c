"""A Kubernetes namespace of one tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming, tiers
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    """Arguments of `Namespace`."""

    namespace: str
    """Name of the namespace; a change replaces it, with everything in it."""
    tier: tiers.Tier
    """Tier of the workloads in it."""
    pod_security: Literal["restricted", "baseline", "privileged"] = "restricted"
    """Pod Security Standard that the API server enforces here. Default: restricted."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Further labels, such as those that a placement needs. Default: none."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations, such as whom to tell (`ackb.domain.tiers.CONTACT`). Default: none."""


class Namespace(pulumi.ComponentResource):
    """A namespace that says which tier it holds and how far its pods are trusted.

    Creates: one namespace with the tier label and the labels of Pod Security admission.

        namespace = Namespace(
            "site-namespace",
            NamespaceArgs(namespace="wordpress", tier=Tier.ONLINE),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    namespace: pulumi.Output[str]
    """Name of the namespace, known once it exists."""

    def __init__(
        self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Namespace", name, _problems(args))
        super().__init__("ackb:workload:Namespace", name, None, opts)
        created = kubernetes.core.v1.Namespace(
            f"{name}-namespace",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.namespace,
                labels={
                    tiers.LABEL: args.tier.value,
                    "pod-security.kubernetes.io/enforce": args.pod_security,
                    **args.labels,
                },
                annotations=dict(args.annotations) or None,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.namespace = created.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"namespace": self.namespace})


def _problems(args: NamespaceArgs) -> Iterator[ArgumentProblem]:
    yield from problem("namespace", args.namespace, naming.check("dns_label", args.namespace))
