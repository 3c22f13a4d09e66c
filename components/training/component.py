"""The component `DistributedTraining`."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.checks import refuse
from components.training import indexed_job, tf_job, train_job
from components.training.args import DistributedTrainingArgs, problems
from components.training.pod import PORT, labels


class DistributedTraining(pulumi.ComponentResource):
    """Training over several pods that ask for nothing and are the first to be evicted (S3-23).

    Creates: by `form` an indexed Job with a headless Service, a TrainJob with its
    ClusterTrainingRuntime, or a TFJob. All pods have the security context of the Pod Security
    Standard `restricted`, a read-only root file system and an empty `/tmp`, and no node takes more
    than its share of them. What reads TF_CONFIG finds the others there.

        DistributedTraining(
            "training",
            DistributedTrainingArgs(
                namespace=namespace.namespace,
                job_name="dist-mnist",
                image="registry.example.com/dist-mnist:1.2.3",
                command=["python", "/app/train.py"],
                user_id=1000,
                parameter_servers=2,
                workers=4,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[node_pool]),
        )

    Nobody waits for its end, which may be hours away. A job cannot change: a new image, command or
    number replaces it, which runs it again.
    """

    job_name: pulumi.Output[str]
    """Name of the job, known once it is accepted."""

    def __init__(
        self, name: str, args: DistributedTrainingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("DistributedTraining", name, problems(args))
        super().__init__("ackb:workload:DistributedTraining", name, None, opts)
        if args.form == "Job":
            made: pulumi.CustomResource = _job(name, args, self)
        elif args.form == "TrainJob":
            made = _train_job(name, args, self)
        else:
            made = kubernetes.apiextensions.CustomResource(
                f"{name}-job",
                api_version=tf_job.API_VERSION,
                kind="TFJob",
                metadata=_metadata(args),
                spec=tf_job.spec(args),
                opts=_replaced(self),
            )
        self.job_name = made.id.apply(lambda _: args.job_name)
        self.register_outputs({"job_name": self.job_name})


def _job(
    name: str, args: DistributedTrainingArgs, parent: pulumi.Resource
) -> kubernetes.batch.v1.Job:
    service = kubernetes.core.v1.Service(
        f"{name}-service",
        metadata=_metadata(args),
        spec=kubernetes.core.v1.ServiceSpecArgs(
            cluster_ip="None",
            selector={"app": args.job_name},
            # They look for each other before they are ready.
            publish_not_ready_addresses=True,
            ports=[
                kubernetes.core.v1.ServicePortArgs(
                    name="training", port=PORT, target_port=PORT, protocol="TCP"
                )
            ],
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    spec: Any = indexed_job.spec(args)
    return kubernetes.batch.v1.Job(
        f"{name}-job",
        metadata=_metadata(args, {"pulumi.com/skipAwait": "true"}),
        spec=spec,
        opts=pulumi.ResourceOptions(
            parent=parent, depends_on=[service], delete_before_replace=True
        ),
    )


def _train_job(
    name: str, args: DistributedTrainingArgs, parent: pulumi.Resource
) -> kubernetes.apiextensions.CustomResource:
    runtime = kubernetes.apiextensions.CustomResource(
        f"{name}-runtime",
        api_version=train_job.API_VERSION,
        kind="ClusterTrainingRuntime",
        # Of the whole cluster.
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name=args.job_name, labels=labels(args)),
        spec=train_job.runtime(args),
        opts=_replaced(parent),
    )
    return kubernetes.apiextensions.CustomResource(
        f"{name}-job",
        api_version=train_job.API_VERSION,
        kind="TrainJob",
        metadata=_metadata(args),
        spec=train_job.spec(args),
        # A job takes what its runtime says when it starts: another runtime is another job.
        opts=_replaced(parent, after=[runtime]),
    )


def _metadata(
    args: DistributedTrainingArgs, annotations: dict[str, str] | None = None
) -> kubernetes.meta.v1.ObjectMetaArgs:
    return kubernetes.meta.v1.ObjectMetaArgs(
        name=args.job_name,
        namespace=args.namespace,
        labels=labels(args),
        annotations=annotations,
    )


def _replaced(
    parent: pulumi.Resource, after: list[pulumi.Resource] | None = None
) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=after,
        replace_with=after,
        replace_on_changes=["spec"],
        # The next one has the same name.
        delete_before_replace=True,
    )
