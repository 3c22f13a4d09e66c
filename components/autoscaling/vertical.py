"""A VerticalPodAutoscaler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import autoscaling, quantity
from ackb.domain.problems import ArgumentProblem, Broken
from components.autoscaling.target import ScaleTarget, conflicts, declare, scaler
from components.checks import problem, refuse

Resource = Literal["cpu", "memory"]


@dataclass(frozen=True, kw_only=True)
class Size:
    """An amount of CPU and memory."""

    cpu: str | None = None
    """CPU, such as `500m`. Default: no bound."""
    memory: str | None = None
    """Memory, such as `1Gi`. Default: no bound."""


@dataclass(frozen=True, kw_only=True)
class VerticalAutoscalerArgs:
    """Arguments of `VerticalAutoscaler`."""

    target: ScaleTarget
    """Workload whose pods it sizes."""
    mode: Literal["Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"] = "Off"
    """`Off` recommends only; `Initial` sizes new pods; `Recreate`, `InPlaceOrRecreate` and `Auto`
    (which is `Recreate`, and deprecated) also pods that run. Default: Off."""
    resources: Sequence[Resource] = ("cpu", "memory")
    """What it recommends. Default: CPU and memory."""
    min_allowed: Size = Size()
    """Least size. Default: no bound."""
    max_allowed: Size = Size()
    """Greatest size; required where pods that run are made again. Default: no bound."""
    min_replicas: int | None = None
    """Least number of pods for it to evict one. Default: 2, so that a single pod stays."""


class VerticalAutoscaler(pulumi.ComponentResource):
    """The size that pods should have, from what they use.

    Creates: one VerticalPodAutoscaler (`autoscaling.k8s.io/v1`); the chart
    ack-vertical-pod-autoscaler must be there before. By default it only recommends, which is what
    right-sizing needs. It keeps the ratio of request and limit, so that a Guaranteed pod stays one.

        VerticalAutoscaler(
            "site-size",
            VerticalAutoscalerArgs(target=workload.scale_target()),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[chart]),
        )
    """

    recommendation_name: pulumi.Output[str]
    """Name of the VerticalPodAutoscaler, whose status holds the recommendation."""

    def __init__(
        self, name: str, args: VerticalAutoscalerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("VerticalAutoscaler", name, _problems(name, args))
        super().__init__("ackb:workload:VerticalAutoscaler", name, None, opts)
        declare(_scaler(name, args))
        target = args.target
        created = kubernetes.apiextensions.CustomResource(
            f"{name}-vpa",
            api_version="autoscaling.k8s.io/v1",
            kind=autoscaling.VPA,
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=target.name, namespace=target.namespace
            ),
            spec=_spec(args),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.recommendation_name = pulumi.Output.all(created.id, target.name).apply(
            lambda known: str(known[1])
        )
        self.register_outputs({"recommendation_name": self.recommendation_name})


def _spec(args: VerticalAutoscalerArgs) -> dict[str, Any]:
    policy: dict[str, Any] = {
        "containerName": "*",
        "controlledResources": list(args.resources),
        "controlledValues": "RequestsAndLimits",
    }
    for key, size in (("minAllowed", args.min_allowed), ("maxAllowed", args.max_allowed)):
        if bound := _amounts(size):
            policy[key] = bound
    update: dict[str, Any] = {"updateMode": args.mode}
    if args.min_replicas is not None:
        update["minReplicas"] = args.min_replicas
    return {
        "targetRef": args.target.reference(),
        "updatePolicy": update,
        "resourcePolicy": {"containerPolicies": [policy]},
    }


def _amounts(size: Size) -> dict[str, str]:
    given = {"cpu": size.cpu, "memory": size.memory}
    return {name: amount for name, amount in given.items() if amount is not None}


def _scaler(name: str, args: VerticalAutoscalerArgs) -> autoscaling.Scaler:
    return scaler(
        autoscaling.VPA,
        f'of VerticalAutoscaler "{name}"',
        args.target,
        resources=args.resources,
        mode=args.mode,
    )


def _problems(name: str, args: VerticalAutoscalerArgs) -> Iterator[ArgumentProblem]:
    kind = args.target.kind
    yield from problem("target.kind", kind, autoscaling.check_vertical_target(kind))
    bounded = set(_amounts(args.max_allowed)) >= set(args.resources)
    broken = autoscaling.check_vertical_mode(args.mode, kind, bounded=bounded)
    yield from problem("mode", args.mode, broken)
    if not args.resources:
        yield ArgumentProblem("resources", "name cpu, memory or both", [], "leave it out for both")
    for field, size in (("min_allowed", args.min_allowed), ("max_allowed", args.max_allowed)):
        for resource, amount in _amounts(size).items():
            check = quantity.check_cpu if resource == "cpu" else quantity.check_memory
            yield from problem(f"{field}.{resource}", amount, check(amount))
    yield from _order_problems(args)
    if args.min_replicas is not None and args.min_replicas < 1:
        yield ArgumentProblem("min_replicas", "be 1 or more", args.min_replicas, "leave it out")
    yield from conflicts(_scaler(name, args))


def _order_problems(args: VerticalAutoscalerArgs) -> Iterator[ArgumentProblem]:
    least, most = _amounts(args.min_allowed), _amounts(args.max_allowed)
    for resource in sorted(set(least) & set(most)):
        broken = _check_order(least[resource], most[resource])
        yield from problem(f"min_allowed.{resource}", least[resource], broken)


def _check_order(least: str, most: str) -> Broken | None:
    try:
        right = quantity.parse(least) <= quantity.parse(most)
    except ValueError:
        return None  # told beside the amount
    return None if right else Broken(f"not be above 'max_allowed', {most}", "swap the two")
