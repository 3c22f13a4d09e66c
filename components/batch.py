"""A job that runs to its end, on ECI or on ECS nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import gpu, images, naming, quantity, tiers
from ackb.domain.eci_annotations import EciOptions, pod_annotations
from ackb.domain.placement import WorkloadKind
from ackb.domain.problems import ArgumentProblem
from components.checks import eci_problems, problem, refuse
from components.placement import Placed
from components.workload import Resources
from components.workload.content import Content
from components.workload.pod import container_security, pod_security, requirements

core = kubernetes.core.v1

_PROVIDER_WAITS_SECONDS: Final = 600
"""How long the provider waits for a Job by itself:
https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/"""


@dataclass(frozen=True, kw_only=True)
class BatchJobArgs:
    """Arguments of `BatchJob`."""

    namespace: pulumi.Input[str]
    """Namespace of the Job."""
    app: str
    """Name of the Job, and value of the label `app` of its pods."""
    image: str
    """Image of the container, pinned to a version or a digest."""
    command: Sequence[str]
    """Command and its arguments."""
    resources: Resources
    """CPU and memory of the container."""
    user_id: int
    """Numeric user and group the container runs as; not 0."""
    tier: tiers.Tier = tiers.Tier.OFFLINE
    """Tier of the pods. Default: offline."""
    completions: int = 1
    """Pods that must succeed. Default: 1."""
    parallelism: int = 1
    """Pods that run at once. Default: 1."""
    indexed: bool = False
    """Number the tasks: each of `completions` is done once, and its pod knows its number from 0 by
    the variable JOB_COMPLETION_INDEX. Default: false."""
    retries: int = 3
    """Failed pods before the Job gives up. Default: 3."""
    deadline_seconds: int | None = None
    """Longest the Job may take; its pods end then. Default: no limit."""
    gpus: int = 0
    """Whole GPUs of the container; its pods then go to nodes with GPUs. Default: none."""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    """Labels that a node must have, such as those of `ackb.domain.gpu.node_selector`. Default:
    none."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables. Default: none."""
    secret_environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables whose values are secrets; they go through a Kubernetes Secret.
    Default: none."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Text files by their absolute path in the container, through a ConfigMap. Default: none."""
    claims: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Claims of shared volumes by the absolute path they are mounted at. Default: none."""
    scratch_paths: Sequence[str] = ("/tmp",)
    """Absolute paths that must be writable, each an empty folder of its own. Default: `/tmp`."""
    working_folder: str | None = None
    """Absolute path that the command runs in. Default: that of the image."""
    pull_secret: str | None = None
    """Secret to log in to the registry with. Default: none."""
    dns_policy: Literal["ClusterFirst", "Default"] = "ClusterFirst"
    """Who resolves names for its pods: CoreDNS, which is itself a ClusterIP Service, or with
    `Default` the DNS of the VPC. Default: ClusterFirst."""
    placement: Placed | None = None
    """Where its pods go, from `components.placement.place` with the kind Job. Default: ECS
    nodes."""
    eci: EciOptions | None = None
    """What the pods ask of ECI (`ackb.domain.eci_annotations`). Default: what ECI does by
    itself."""


class BatchJob(pulumi.ComponentResource):
    """A Job whose pods go when they are done: on ECI nothing is paid from then on (S4-34).

    Creates: a Job (security context of the Pod Security Standard `restricted`, read-only root file
    system), a ConfigMap for `files`, a Secret for `secret_environment`, and what its placement
    needs.

        placed = place(
            "train-placement",
            EciLabel(),
            Target(
                namespace=namespace.namespace,
                app="train",
                selector={"app": "train"},
                kind=WorkloadKind.JOB,
            ),
        )
        BatchJob(
            "train",
            BatchJobArgs(
                namespace=namespace.namespace,
                app="train",
                image="registry.example.com/train:1.2.3",
                command=["train", "--epochs", "3"],
                resources=Resources(cpu="2", memory="4Gi"),
                user_id=1000,
                placement=placed,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[virtual_nodes]),
        )

    A Job cannot change: a new command, image, file or secret replaces it, which runs it again.
    """

    job_name: pulumi.Output[str]
    """Name of the Job, known once it has succeeded."""

    def __init__(
        self, name: str, args: BatchJobArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("BatchJob", name, problems(args))
        super().__init__("ackb:workload:BatchJob", name, None, opts)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(
            name=args.app, namespace=args.namespace, labels=labels_of(args)
        )
        content = content_of(args).objects(name, metadata, pulumi.ResourceOptions(parent=self))
        job = kubernetes.batch.v1.Job(
            f"{name}-job",
            metadata=metadata,
            spec=job_spec(args),
            opts=pulumi.ResourceOptions(
                parent=self,
                # Its pods name ConfigMap and Secret only by text.
                depends_on=[*content, *(args.placement.before if args.placement else ())],
                # The next one has the same name.
                delete_before_replace=True,
                custom_timeouts=_patience(args),
            ),
        )
        self.job_name = job.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"job_name": self.job_name})


def _patience(args: BatchJobArgs) -> pulumi.CustomTimeouts | None:
    """Return how long to wait for a Job that may take longer than the provider's own patience."""
    if args.deadline_seconds is None or args.deadline_seconds <= _PROVIDER_WAITS_SECONDS:
        return None
    return pulumi.CustomTimeouts(create=f"{args.deadline_seconds}s")


def job_spec(args: BatchJobArgs) -> kubernetes.batch.v1.JobSpecArgs:
    """Return what a Job, or each Job of a CronJob, is."""
    return kubernetes.batch.v1.JobSpecArgs(
        completions=args.completions,
        parallelism=args.parallelism,
        completion_mode="Indexed" if args.indexed else None,
        backoff_limit=args.retries,
        active_deadline_seconds=args.deadline_seconds,
        template=_template(args),
    )


def labels_of(args: BatchJobArgs) -> dict[str, str]:
    """Return the labels of a job and of its pods."""
    return {"app": args.app, tiers.LABEL: args.tier.value}


def _template(args: BatchJobArgs) -> core.PodTemplateSpecArgs:
    strategy = args.placement.strategy if args.placement else None
    content = content_of(args)
    annotations: dict[str, pulumi.Input[str]] = {
        **(content.annotations() if args.files or args.secret_environment else {}),
        **(pod_annotations(args.eci) if args.eci else {}),
        **(strategy.pod_annotations() if strategy else {}),
    }
    return core.PodTemplateSpecArgs(
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            labels={**labels_of(args), **(strategy.pod_labels() if strategy else {})},
            annotations=annotations or None,
        ),
        spec=core.PodSpecArgs(
            restart_policy="Never",
            dns_policy=None if args.dns_policy == "ClusterFirst" else args.dns_policy,
            automount_service_account_token=False,
            enable_service_links=False,
            security_context=pod_security(args.user_id),
            affinity=strategy.affinity() if strategy else None,
            node_selector=dict(args.node_selector) or None,
            tolerations=_tolerations(args) or None,
            image_pull_secrets=(
                [core.LocalObjectReferenceArgs(name=args.pull_secret)] if args.pull_secret else None
            ),
            volumes=content.volumes(),
            containers=[
                core.ContainerArgs(
                    name=args.app,
                    image=args.image,
                    command=list(args.command),
                    working_dir=args.working_folder,
                    env=[
                        core.EnvVarArgs(name=key, value=value)
                        for key, value in sorted(args.environment.items())
                    ],
                    env_from=content.env_from(),
                    resources=requirements(
                        args.resources, {gpu.RESOURCE: str(args.gpus)} if args.gpus else None
                    ),
                    security_context=container_security(),
                    volume_mounts=content.mounts(),
                )
            ],
        ),
    )


def content_of(args: BatchJobArgs) -> Content:
    """Return the files and secrets of its pods."""
    return Content(
        app=args.app,
        files=args.files,
        secret_environment=args.secret_environment,
        claims=args.claims,
        scratch_paths=args.scratch_paths,
    )


def _tolerations(args: BatchJobArgs) -> list[core.TolerationArgs]:
    strategy = args.placement.strategy if args.placement else None
    tolerated = list(strategy.tolerations()) if strategy else []
    if args.gpus:
        # Nodes with GPUs may be kept for pods that use them, by a taint of the resource's name.
        tolerated.append(core.TolerationArgs(key=gpu.RESOURCE, operator="Exists"))
    return tolerated


def problems(
    args: BatchJobArgs, kind: WorkloadKind = WorkloadKind.JOB
) -> Iterator[ArgumentProblem]:
    """Return everything that is wrong with the arguments of a Job, or of the Jobs of a CronJob."""
    yield from problem("app", args.app, naming.check("dns_label", args.app))
    yield from problem("image", args.image, images.check(args.image))
    if not args.command:
        yield ArgumentProblem("command", "name a program", [], "give it and its arguments")
    yield from problem("resources.cpu", args.resources.cpu, quantity.check_cpu(args.resources.cpu))
    yield from problem(
        "resources.memory", args.resources.memory, quantity.check_memory(args.resources.memory)
    )
    yield from eci_problems(args.eci, args.resources.cpu, args.resources.memory)
    if args.user_id < 1:
        yield ArgumentProblem(
            "user_id", "not be root", args.user_id, "name the numeric user of the image"
        )
    for name, value, least in (
        ("completions", args.completions, 1),
        ("parallelism", args.parallelism, 1),
        ("retries", args.retries, 0),
        ("gpus", args.gpus, 0),
        ("deadline_seconds", args.deadline_seconds, 1),
    ):
        if value is not None and value < least:
            yield ArgumentProblem(name, f"be {least} or more", value, "choose a larger number")
    yield from content_of(args).problems()
    placed = args.placement
    if placed is not None and (placed.target.kind, placed.target.app) != (kind, args.app):
        yield ArgumentProblem(
            "placement",
            f"be made for this {kind}, {args.app}",
            f"{placed.target.kind} {placed.target.app}",
            f"give 'place' the kind {kind} and the same app",
        )
