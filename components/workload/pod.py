"""The pod of a workload, from its arguments: pure, so that each decision can be read and tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi_kubernetes as kubernetes

from components.workload.args import Probe, Resources, WorkloadArgs, content_of

_STOP_PAUSE_SECONDS: Final = 15
"""Time for load balancers to notice that a pod is going, before it stops to listen."""

_STOP_SECONDS: Final = 45
"""Grace period: the pause, and as long again twice for requests that are still running."""

_PROBE_PERIOD_SECONDS: Final = 5

core = kubernetes.core.v1


def pod_spec(args: WorkloadArgs, labels: dict[str, str]) -> core.PodSpecArgs:
    """Return the pod specification of a workload."""
    placed = args.placement
    return core.PodSpecArgs(
        affinity=placed.strategy.affinity() if placed else None,
        tolerations=(list(placed.strategy.tolerations()) or None) if placed else None,
        containers=[_container(args)],
        volumes=content_of(args).volumes(),
        image_pull_secrets=(
            [core.LocalObjectReferenceArgs(name=args.pull_secret)] if args.pull_secret else None
        ),
        dns_policy=None if args.dns_policy == "ClusterFirst" else args.dns_policy,
        # Nothing in the pod talks to Kubernetes.
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pod_security(args.user_id),
        termination_grace_period_seconds=_STOP_SECONDS,
        topology_spread_constraints=[
            _spread(key, labels)
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
    )


def _container(args: WorkloadArgs) -> core.ContainerArgs:
    return core.ContainerArgs(
        name=args.app,
        image=args.image,
        ports=[core.ContainerPortArgs(name="http", container_port=args.port)],
        env=[
            core.EnvVarArgs(name=key, value=value)
            for key, value in sorted(args.environment.items())
        ],
        env_from=content_of(args).env_from(),
        resources=requirements(args.resources),
        security_context=container_security(),
        startup_probe=_probe(args.probe, failures=_startup_failures(args.probe)),
        readiness_probe=_probe(args.probe, failures=2),
        # Only whether the process still listens: a slow database must not restart every pod.
        liveness_probe=core.ProbeArgs(
            tcp_socket=core.TCPSocketActionArgs(port="http"),
            period_seconds=_PROBE_PERIOD_SECONDS * 2,
            failure_threshold=3,
        ),
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(
                exec_=core.ExecActionArgs(command=["sleep", str(_STOP_PAUSE_SECONDS)])
            )
        ),
        volume_mounts=content_of(args).mounts(),
    )


def pod_security(user_id: int) -> core.PodSecurityContextArgs:
    """Return what the Pod Security Standard `restricted` asks of a pod."""
    return core.PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=user_id,
        run_as_group=user_id,
        fs_group=user_id,
        # Changing the owner of every file of a shared volume would hold up each start.
        fs_group_change_policy="OnRootMismatch",
        seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
    )


def container_security() -> core.SecurityContextArgs:
    """Return what the Pod Security Standard `restricted` asks of a container, and more."""
    return core.SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=core.CapabilitiesArgs(drop=["ALL"]),
    )


def requirements(
    resources: Resources, extended: Mapping[str, str] | None = None
) -> core.ResourceRequirementsArgs:
    """Return limits and requests of a container.

    Args:
        resources: its CPU and memory.
        extended: what it needs of other resources, such as GPUs, which are never overcommitted.
    """
    more = extended or {}
    return core.ResourceRequirementsArgs(
        limits={"cpu": resources.cpu, "memory": resources.memory, **more},
        requests={
            "cpu": resources.cpu_request or resources.cpu,
            "memory": resources.memory_request or resources.memory,
            **more,
        },
    )


def _probe(probe: Probe, *, failures: int) -> core.ProbeArgs:
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path=probe.path, port="http"),
        period_seconds=_PROBE_PERIOD_SECONDS,
        timeout_seconds=_PROBE_PERIOD_SECONDS,
        failure_threshold=failures,
    )


def _startup_failures(probe: Probe) -> int:
    return -(-probe.startup_seconds // _PROBE_PERIOD_SECONDS)


def _spread(key: str, labels: dict[str, str]) -> core.TopologySpreadConstraintArgs:
    return core.TopologySpreadConstraintArgs(
        topology_key=key,
        max_skew=1,
        when_unsatisfiable="ScheduleAnyway",
        # Without it a virtual node counts as an empty place and would draw pods to it first.
        node_taints_policy="Honor",
        label_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels),
    )
