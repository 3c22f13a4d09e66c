"""A HorizontalPodAutoscaler on CPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import hpa
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

v2 = kubernetes.autoscaling.v2


@dataclass(frozen=True, kw_only=True)
class AutoscalerArgs:
    """Arguments of `Autoscaler`."""

    namespace: pulumi.Input[str]
    """Namespace of the Deployment."""
    deployment_name: pulumi.Input[str]
    """Deployment whose number of pods it owns; the Deployment must not name a number itself."""
    min_replicas: int
    """Least number of pods."""
    max_replicas: int
    """Greatest number of pods."""
    cpu_percent: int = 60
    """CPU use it aims at, in percent of the request, 1 to 100. Default: 60."""
    scale_in_window_seconds: int = 300
    """Time that a lower load must last before pods go. Default: 300, as in Kubernetes."""


class Autoscaler(pulumi.ComponentResource):
    """As many pods as the load asks for: quickly up, slowly down.

    Creates: one HorizontalPodAutoscaler (autoscaling/v2). It may double the pods every 15 seconds,
    or add four where that is more; it halves them at most once a minute, and only after a quiet
    window.

        Autoscaler(
            "site-scaling",
            AutoscalerArgs(
                namespace=namespace.namespace,
                deployment_name=workload.deployment_name,
                min_replicas=22,
                max_replicas=100,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    autoscaler_name: pulumi.Output[str]
    """Name of the HorizontalPodAutoscaler."""

    def __init__(
        self, name: str, args: AutoscalerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Autoscaler", name, _problems(args))
        super().__init__("ackb:workload:Autoscaler", name, None, opts)
        created = v2.HorizontalPodAutoscaler(
            f"{name}-hpa",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.deployment_name, namespace=args.namespace
            ),
            spec=v2.HorizontalPodAutoscalerSpecArgs(
                scale_target_ref=v2.CrossVersionObjectReferenceArgs(
                    api_version="apps/v1", kind="Deployment", name=args.deployment_name
                ),
                min_replicas=args.min_replicas,
                max_replicas=args.max_replicas,
                metrics=[
                    v2.MetricSpecArgs(
                        type="Resource",
                        resource=v2.ResourceMetricSourceArgs(
                            name="cpu",
                            target=v2.MetricTargetArgs(
                                type="Utilization", average_utilization=args.cpu_percent
                            ),
                        ),
                    )
                ],
                behavior=_behavior(args.scale_in_window_seconds),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.autoscaler_name = created.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"autoscaler_name": self.autoscaler_name})


def _behavior(window_seconds: int) -> v2.HorizontalPodAutoscalerBehaviorArgs:
    return v2.HorizontalPodAutoscalerBehaviorArgs(
        scale_up=v2.HPAScalingRulesArgs(
            stabilization_window_seconds=0,
            select_policy="Max",
            policies=[
                v2.HPAScalingPolicyArgs(type="Percent", value=100, period_seconds=15),
                v2.HPAScalingPolicyArgs(type="Pods", value=4, period_seconds=15),
            ],
        ),
        scale_down=v2.HPAScalingRulesArgs(
            stabilization_window_seconds=window_seconds,
            select_policy="Max",
            policies=[v2.HPAScalingPolicyArgs(type="Percent", value=50, period_seconds=60)],
        ),
    )


def _problems(args: AutoscalerArgs) -> Iterator[ArgumentProblem]:
    bounds = hpa.check_bounds(args.min_replicas, args.max_replicas)
    yield from problem("min_replicas", args.min_replicas, bounds)
    yield from problem("cpu_percent", args.cpu_percent, hpa.check_target(args.cpu_percent))
    if not 0 <= args.scale_in_window_seconds <= 3600:
        yield ArgumentProblem(
            "scale_in_window_seconds",
            "be from 0 to 3600",
            args.scale_in_window_seconds,
            "choose 300, the default of Kubernetes",
        )
