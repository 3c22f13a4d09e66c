"""The custom objects that a strategy asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.placement.strategy import Manifest


@dataclass(frozen=True, kw_only=True)
class PlacementObjectsArgs:
    """Arguments of `PlacementObjects`."""

    namespace: pulumi.Input[str]
    """Namespace of the workload."""
    object_name: str
    """Name of each object: that of the workload."""
    manifests: Sequence[Manifest]
    """What to create."""


class PlacementObjects(pulumi.ComponentResource):
    """What stands beside a workload so that its pods go where they should.

    Creates: a custom object for each manifest. `components.placement.place` makes it for the
    strategies that need one; its workload waits for it:

        PlacementObjects(
            "site-placement",
            PlacementObjectsArgs(
                namespace=namespace.namespace,
                object_name="hello",
                manifests=[WorkloadSpread(split=ByNumber(pods=22)).manifest(target)],
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[kruise]),
        )
    """

    object_names: pulumi.Output[list[str]]
    """Names of the objects, known once they exist."""

    def __init__(
        self, name: str, args: PlacementObjectsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("PlacementObjects", name, _problems(args))
        super().__init__("ackb:workload:PlacementObjects", name, None, opts)
        made = [
            kubernetes.apiextensions.CustomResource(
                f"{name}-{manifest.role}",
                api_version=manifest.api_version,
                kind=manifest.kind,
                metadata=kubernetes.meta.v1.ObjectMetaArgs(
                    name=args.object_name, namespace=args.namespace
                ),
                spec=dict(manifest.spec),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for manifest in args.manifests
        ]
        self.object_names = pulumi.Output.all(*(one.id for one in made)).apply(
            lambda ids: [args.object_name for _ in ids]
        )
        self.register_outputs({"object_names": self.object_names})


def _problems(args: PlacementObjectsArgs) -> Iterator[ArgumentProblem]:
    broken = naming.check("dns_label", args.object_name)
    yield from problem("object_name", args.object_name, broken)
    if not args.manifests:
        yield ArgumentProblem(
            "manifests", "hold one at least", [], "leave the component out if there is nothing"
        )
