"""The component `StatefulService`."""

from __future__ import annotations

from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import tiers
from components.checks import refuse
from components.stateful_service.args import StatefulServiceArgs, problems
from components.workload.pod import container_security, pod_security, requirements

core = kubernetes.core.v1

_DATA: Final = "data"
_PERIOD_SECONDS: Final = 10


class StatefulService(pulumi.ComponentResource):
    """One server that keeps its data on a disk, such as a database that people wait for.

    Creates: a StatefulSet of one pod (security context of the Pod Security Standard `restricted`,
    read-only root file system, probes), the claim of its disk, a Secret for `secret_environment`, a
    headless Service of its name, and a PodDisruptionBudget that lets no drain stop it: who empties
    its node decides when. With a disk there is one pod at a time, so an update is an interruption.

        StatefulService(
            "mysql",
            StatefulServiceArgs(
                namespace=namespace.namespace,
                app="mysql",
                image="mysql:8.4.6",
                port=3306,
                port_name="mysql",
                resources=Resources(cpu="1", memory="2Gi"),
                disk=Disk(mount_path="/var/lib/mysql"),
                check=["mysqladmin", "ping", "--host=127.0.0.1"],
                tier=Tier.ONLINE,
                user_id=999,
                secret_environment={"MYSQL_ROOT_PASSWORD": password},
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[node_pool]),
        )

    The claim goes with the component, and with it the disk (its class says `Delete`). A larger
    `disk.gib` grows it where it is.
    """

    host: pulumi.Output[str]
    """Name of the server inside the cluster, known once it is ready."""
    labels: dict[str, str]
    """Labels that select the pod."""

    def __init__(
        self, name: str, args: StatefulServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("StatefulService", name, problems(args))
        super().__init__("ackb:workload:StatefulService", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.labels = {"app": args.app}
        metadata = kubernetes.meta.v1.ObjectMetaArgs(
            name=args.app, namespace=args.namespace, labels=_labels(args)
        )
        claim = core.PersistentVolumeClaim(
            f"{name}-claim",
            metadata=metadata,
            spec=core.PersistentVolumeClaimSpecArgs(
                access_modes=["ReadWriteOnce"],
                storage_class_name=args.disk.storage_class,
                resources=core.VolumeResourceRequirementsArgs(
                    requests={"storage": f"{args.disk.gib}Gi"}
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        service = core.Service(
            f"{name}-service",
            metadata=metadata,
            spec=core.ServiceSpecArgs(
                cluster_ip="None",
                selector=self.labels,
                ports=[
                    core.ServicePortArgs(
                        name=args.port_name, port=args.port, target_port=args.port, protocol="TCP"
                    )
                ],
            ),
            opts=child,
        )
        before: list[pulumi.Resource] = [claim]
        if args.secret_environment:
            before.append(
                core.Secret(
                    f"{name}-secrets",
                    metadata=metadata,
                    string_data=dict(args.secret_environment),
                    opts=child,
                )
            )
        kubernetes.apps.v1.StatefulSet(
            f"{name}-set",
            metadata=metadata,
            spec=kubernetes.apps.v1.StatefulSetSpecArgs(
                service_name=args.app,
                replicas=1,
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=self.labels),
                template=core.PodTemplateSpecArgs(
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=_labels(args)),
                    spec=_pod(args),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )
        kubernetes.policy.v1.PodDisruptionBudget(
            f"{name}-budget",
            metadata=metadata,
            spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(
                max_unavailable=0,
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=self.labels),
            ),
            opts=child,
        )
        self.host = service.metadata.apply(
            lambda metadata: f"{metadata.name}.{metadata.namespace}.svc.cluster.local"
        )
        self.register_outputs({"host": self.host, "labels": self.labels})


def _labels(args: StatefulServiceArgs) -> dict[str, str]:
    return {"app": args.app, tiers.LABEL: args.tier.value}


def _pod(args: StatefulServiceArgs) -> core.PodSpecArgs:
    return core.PodSpecArgs(
        containers=[_container(args)],
        volumes=[
            core.VolumeArgs(
                name=_DATA,
                persistent_volume_claim=core.PersistentVolumeClaimVolumeSourceArgs(
                    claim_name=args.app
                ),
            ),
            *(
                core.VolumeArgs(name=_scratch_name(path), empty_dir=core.EmptyDirVolumeSourceArgs())
                for path in sorted(args.scratch_paths)
            ),
        ],
        priority_class_name=args.priority_class,
        tolerations=[
            core.TolerationArgs(key=one.key, operator="Equal", value=one.value, effect=one.effect)
            for one in args.tolerations
        ]
        or None,
        image_pull_secrets=(
            [core.LocalObjectReferenceArgs(name=args.pull_secret)] if args.pull_secret else None
        ),
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pod_security(args.user_id),
        termination_grace_period_seconds=args.stop_seconds,
    )


def _container(args: StatefulServiceArgs) -> core.ContainerArgs:
    return core.ContainerArgs(
        name=args.app,
        image=args.image,
        ports=[core.ContainerPortArgs(name=args.port_name, container_port=args.port)],
        env=[
            core.EnvVarArgs(name=key, value=value)
            for key, value in sorted(args.environment.items())
        ],
        env_from=(
            [core.EnvFromSourceArgs(secret_ref=core.SecretEnvSourceArgs(name=args.app))]
            if args.secret_environment
            else None
        ),
        resources=requirements(args.resources),
        security_context=container_security(),
        startup_probe=_served(args, failures=-(-args.startup_seconds // _PERIOD_SECONDS)),
        readiness_probe=_served(args, failures=2),
        # Only whether the process still listens: a slow disk must not restart a database.
        liveness_probe=core.ProbeArgs(
            tcp_socket=core.TCPSocketActionArgs(port=args.port_name),
            period_seconds=_PERIOD_SECONDS * 2,
            failure_threshold=6,
        ),
        volume_mounts=[
            core.VolumeMountArgs(name=_DATA, mount_path=args.disk.mount_path),
            *(
                core.VolumeMountArgs(name=_scratch_name(path), mount_path=path)
                for path in sorted(args.scratch_paths)
            ),
        ],
    )


def _served(args: StatefulServiceArgs, *, failures: int) -> core.ProbeArgs:
    return core.ProbeArgs(
        exec_=core.ExecActionArgs(command=list(args.check)),
        period_seconds=_PERIOD_SECONDS,
        timeout_seconds=_PERIOD_SECONDS // 2,
        failure_threshold=failures,
    )


def _scratch_name(path: str) -> str:
    return "scratch-" + "".join(one if one.isalnum() else "-" for one in path.strip("/").lower())
