"""The component `Workload`."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import tiers
from ackb.domain.eci_annotations import pod_annotations
from ackb.domain.placement import WorkloadKind
from components.autoscaling.target import ScaleTarget
from components.checks import refuse
from components.placement.strategy import API_VERSIONS
from components.workload.args import WorkloadArgs, content_of, problems
from components.workload.kinds import workload_object
from components.workload.pod import pod_spec


class Workload(pulumi.ComponentResource):
    """Pods that survive updates, drains and the loss of a zone.

    Creates: a Deployment, or where `kind` says so a CloneSet or a UnitedDeployment (rolling update
    without a gap, pods spread over zones and nodes, security context of the Pod Security Standard
    `restricted`, read-only root file system, probes, a pause before stopping so that load balancers
    look away first), a ConfigMap for `files`, a Secret for `secret_environment`, a
    PodDisruptionBudget that lets a tenth of the pods go at once, and what its placement needs.

        Workload(
            "site",
            WorkloadArgs(
                namespace=namespace.namespace,
                app="hello",
                image="registry.example.com/hello:1.2.3",
                port=8080,
                resources=Resources(cpu="500m", memory="512Mi"),
                probe=Probe(path="/"),
                tier=Tier.ONLINE,
                user_id=1000,
                replicas=3,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[node_pool]),
        )

    Under an autoscaler (`replicas=None`) the Deployment says nothing about its number, which stays
    what it is until the autoscaler acts: no pod goes when a fixed number gives way to one.
    """

    deployment_name: pulumi.Output[str]
    """Name of the Deployment, known once its pods are ready; of another kind once it exists."""
    labels: dict[str, str]
    """Labels that select the pods."""

    def __init__(
        self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Workload", name, problems(args))
        super().__init__("ackb:workload:Workload", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.labels = selector(args.app)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(
            name=args.app, namespace=args.namespace, labels=_labels(args)
        )
        made = workload_object(
            name,
            args,
            _labels(args),
            self.labels,
            _template(args),
            parent=self,
            # Pods name their ConfigMap and Secret only by text.
            depends_on=[*content_of(args).objects(name, metadata, child), *_before(args)],
        )
        self._above = _after(name, args, made, self)
        kubernetes.policy.v1.PodDisruptionBudget(
            f"{name}-budget",
            metadata=metadata,
            spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable="10%",
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=self.labels),
            ),
            opts=child,
        )
        self.deployment_name = _name_of(made, args.app)
        self._args = args
        self.register_outputs({"deployment_name": self.deployment_name, "labels": self.labels})

    def scale_target(self) -> ScaleTarget:
        """Return what an autoscaler scales: the workload, or what its placement puts above it."""
        args, placed = self._args, self._args.placement
        limits = {"cpu": args.resources.cpu, "memory": args.resources.memory}
        container = {"name": args.app, "resources": {"limits": limits}}
        kind = WorkloadKind(args.kind)
        workload = ScaleTarget(
            namespace=args.namespace,
            name=self.deployment_name,
            api_version=API_VERSIONS[kind],
            kind=kind.value,
            replicas=args.replicas,
            pod={"containers": [container]},
        )
        if placed is None or not self._above:
            return workload
        above = placed.strategy.scale_reference(placed.target)
        return ScaleTarget(
            namespace=args.namespace,
            name=_name_of(self._above[0], args.app),
            api_version=above["apiVersion"],
            kind=above["kind"],
            replicas=args.replicas,
            pod={"containers": [container]},
            clones=workload,
        )


def _name_of(
    made: kubernetes.apps.v1.Deployment | kubernetes.apiextensions.CustomResource, app: str
) -> pulumi.Output[str]:
    """Return the name of an object, known once it is there."""
    if isinstance(made, kubernetes.apps.v1.Deployment):
        return made.metadata.apply(lambda metadata: str(metadata.name))
    return made.id.apply(lambda _: app)


def selector(app: str) -> dict[str, str]:
    """Return the labels that select the pods of an app; a ResourcePolicy needs them before."""
    return {"app": app}


def _labels(args: WorkloadArgs) -> dict[str, str]:
    return {**selector(args.app), tiers.LABEL: args.tier.value}


def _template(args: WorkloadArgs) -> kubernetes.core.v1.PodTemplateSpecArgs:
    strategy = args.placement.strategy if args.placement else None
    return kubernetes.core.v1.PodTemplateSpecArgs(
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            # What selects the pods stays as it is: a selector cannot change.
            labels={**_labels(args), **(strategy.pod_labels() if strategy else {})},
            annotations={
                **content_of(args).annotations(),
                **(pod_annotations(args.eci) if args.eci else {}),
                **(strategy.pod_annotations() if strategy else {}),
            },
        ),
        spec=pod_spec(args, selector(args.app)),
    )


def _before(args: WorkloadArgs) -> Sequence[pulumi.Resource]:
    return args.placement.before if args.placement else ()


def _after(
    name: str, args: WorkloadArgs, made: pulumi.Resource, parent: pulumi.Resource
) -> list[kubernetes.apiextensions.CustomResource]:
    """Create what its placement needs once the workload is there."""
    placed = args.placement
    manifests = placed.strategy.after(placed.target, args.replicas) if placed else ()
    return [
        kubernetes.apiextensions.CustomResource(
            f"{name}-{one.role}",
            api_version=one.api_version,
            kind=one.kind,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=args.app, namespace=args.namespace),
            spec=dict(one.spec),
            opts=pulumi.ResourceOptions(
                parent=parent,
                depends_on=[made],
                ignore_changes=["spec.replicas"] if args.replicas is None else None,
            ),
        )
        for one in manifests
    ]
