"""The component `Workload`."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import tiers
from components.autoscaling.target import ScaleTarget
from components.checks import refuse
from components.workload.args import WorkloadArgs, problems
from components.workload.pod import file_keys, pod_spec

CONFIGURATION: Final = "ackb/configuration"
"""Annotation of pods: a change of files or secrets changes it and so updates the pods."""

_TAKE_OVER: Final = {"pulumi.com/patchForce": "true"}
"""Takes the number of replicas back from the autoscaler that set it before, or from a person;
without it the API server refuses, since somebody else owns the field."""

_FINGERPRINT_ROUNDS: Final = 20_000
"""Rounds of PBKDF2: guessing a secret from its fingerprint takes about 10 ms a guess."""


class Workload(pulumi.ComponentResource):
    """A Deployment that survives updates, drains and the loss of a zone.

    Creates: a Deployment (rolling update without a gap, pods spread over zones and nodes, security
    context of the Pod Security Standard `restricted`, read-only root file system, probes, a pause
    before stopping so that load balancers look away first), a ConfigMap for `files`, a Secret for
    `secret_environment`, and a PodDisruptionBudget that lets a tenth of the pods go at once.

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
    """Name of the Deployment, known once its pods are ready."""
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
        deployment = kubernetes.apps.v1.Deployment(
            f"{name}-deployment",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.app,
                namespace=args.namespace,
                labels=_labels(args),
                annotations=_TAKE_OVER if args.replicas is not None else None,
            ),
            spec=_deployment_spec(args),
            opts=pulumi.ResourceOptions(
                parent=self,
                # Pods name their ConfigMap and Secret only by text.
                depends_on=_configuration(name, args, metadata, child),
                # Leaving out a number that was there before would give it back to Kubernetes, whose
                # default is 1.
                ignore_changes=["spec.replicas"] if args.replicas is None else None,
            ),
        )
        kubernetes.policy.v1.PodDisruptionBudget(
            f"{name}-budget",
            metadata=metadata,
            spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable="10%",
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=self.labels),
            ),
            opts=child,
        )
        self.deployment_name = deployment.metadata.apply(lambda metadata: str(metadata.name))
        self._args = args
        self.register_outputs({"deployment_name": self.deployment_name, "labels": self.labels})

    def scale_target(self) -> ScaleTarget:
        """Return the Deployment as an autoscaler takes it."""
        args = self._args
        limits = {"cpu": args.resources.cpu, "memory": args.resources.memory}
        container = {"name": args.app, "resources": {"limits": limits}}
        return ScaleTarget(
            namespace=args.namespace,
            name=self.deployment_name,
            replicas=args.replicas,
            pod={"containers": [container]},
        )


def selector(app: str) -> dict[str, str]:
    """Return the labels that select the pods of an app; a ResourcePolicy needs them before."""
    return {"app": app}


def _labels(args: WorkloadArgs) -> dict[str, str]:
    return {**selector(args.app), tiers.LABEL: args.tier.value}


def _deployment_spec(args: WorkloadArgs) -> kubernetes.apps.v1.DeploymentSpecArgs:
    return kubernetes.apps.v1.DeploymentSpecArgs(
        replicas=args.replicas,
        selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=selector(args.app)),
        strategy=kubernetes.apps.v1.DeploymentStrategyArgs(
            type="RollingUpdate",
            rolling_update=kubernetes.apps.v1.RollingUpdateDeploymentArgs(
                max_surge="25%", max_unavailable=0
            ),
        ),
        template=kubernetes.core.v1.PodTemplateSpecArgs(
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                labels=_labels(args), annotations={CONFIGURATION: _fingerprint(args)}
            ),
            spec=pod_spec(args, selector(args.app)),
        ),
    )


def _configuration(
    name: str,
    args: WorkloadArgs,
    metadata: kubernetes.meta.v1.ObjectMetaArgs,
    child: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    created: list[pulumi.Resource] = []
    if args.files:
        files = file_keys(args.files)
        created.append(
            kubernetes.core.v1.ConfigMap(
                f"{name}-config", metadata=metadata, data=files, opts=child
            )
        )
    if args.secret_environment:
        values = dict(args.secret_environment)
        created.append(
            kubernetes.core.v1.Secret(
                f"{name}-secrets", metadata=metadata, string_data=values, opts=child
            )
        )
    return created


def _fingerprint(args: WorkloadArgs) -> pulumi.Output[str]:
    """Return a short mark of files and secrets, from which no secret can be read."""
    secrets: pulumi.Output[dict[str, Any]] = pulumi.Output.all(**args.secret_environment)
    mark = secrets.apply(lambda known: fingerprint(args.app, dict(args.files), known))
    # It stands in the annotations of every pod, so it is no secret.
    return pulumi.Output.unsecret(mark)


def fingerprint(app: str, files: dict[str, str], secrets: dict[str, str]) -> str:
    """Return 16 hexadecimal digits that change with any file or secret."""
    content = json.dumps([files, secrets], sort_keys=True).encode()
    return hashlib.pbkdf2_hmac("sha256", content, app.encode(), _FINGERPRINT_ROUNDS, 8).hex()
