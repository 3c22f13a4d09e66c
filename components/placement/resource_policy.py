"""ResourcePolicy of ACK's scheduler: ECS nodes first, up to a number, then ECI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.placement import StrategyName
from ackb.domain.placement.split import check_number
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.placement.strategy import Strategy, Target


@dataclass(frozen=True, kw_only=True)
class EcsFirstArgs:
    """Arguments of `EcsFirst`."""

    namespace: pulumi.Input[str]
    """Namespace of the pods."""
    policy_name: str
    """Name of the ResourcePolicy."""
    selector: Mapping[str, str]
    """Labels of the pods it is about, which belong to Deployments."""
    max_on_ecs: int | None
    """Most pods of one version on ECS nodes; the rest runs on ECI. Pods go to ECI as well where the
    nodes are full before; None for only then."""


class EcsFirst(pulumi.ComponentResource):
    """Base load on ECS nodes, peaks on ECI; pods on ECI go first when the load falls.

    Creates: one ResourcePolicy (`scheduling.alibabacloud.com/v1alpha1`, ACK Pro from 1.20.11). The
    scheduler reads it when it places a pod, so it must be there before the pods:

        policy = EcsFirst(
            "site-placement",
            EcsFirstArgs(
                namespace=namespace.namespace,
                policy_name="wordpress",
                selector={"app": "wordpress"},
                max_on_ecs=22,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
        Workload("site", ..., pulumi.ResourceOptions(depends_on=[policy]))

    It sets pod-deletion-cost on the pods, and so excludes whatever else does.
    """

    policy_name: pulumi.Output[str]
    """Name of the ResourcePolicy, known once it exists."""

    def __init__(
        self, name: str, args: EcsFirstArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("EcsFirst", name, _problems(args))
        super().__init__("ackb:workload:EcsFirst", name, None, opts)
        policy = kubernetes.apiextensions.CustomResource(
            f"{name}-policy",
            api_version="scheduling.alibabacloud.com/v1alpha1",
            kind="ResourcePolicy",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.policy_name, namespace=args.namespace
            ),
            spec={
                "selector": dict(args.selector),
                "strategy": "prefer",
                "units": [_ecs_unit(args.max_on_ecs), {"resource": "eci"}],
                # Each version of the pods counts for itself: during a rolling update the old ones
                # would else keep the new ones off the ECS nodes, and these stay where they are.
                "matchLabelKeys": ["pod-template-hash"],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.policy_name = policy.id.apply(lambda _: args.policy_name)
        self.register_outputs({"policy_name": self.policy_name})


@dataclass(frozen=True, kw_only=True)
class ResourcePolicy(Strategy):
    """ECS nodes up to a number or until they are full, then ECI; ECI pods go first (S2-11).

    It writes pod-deletion-cost, so nothing else may.
    """

    max_on_ecs: int | None
    """Most pods of one version on ECS nodes; None for as many as the nodes hold."""

    name = StrategyName.ECS_FIRST

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        yield from super().problems(target)
        if self.max_on_ecs is not None:
            yield from problem("max_on_ecs", self.max_on_ecs, check_number(self.max_on_ecs))

    def before(
        self, name: str, target: Target, opts: pulumi.ResourceOptions | None
    ) -> Sequence[pulumi.Resource]:
        """Create the policy before the workload: the scheduler reads it when it places a pod."""
        args = EcsFirstArgs(
            namespace=target.namespace,
            policy_name=target.app,
            selector=target.selector,
            max_on_ecs=self.max_on_ecs,
        )
        return [EcsFirst(name, args, opts)]


def _ecs_unit(most: int | None) -> dict[str, object]:
    return {"resource": "ecs"} if most is None else {"resource": "ecs", "max": most}


def _problems(args: EcsFirstArgs) -> Iterator[ArgumentProblem]:
    broken = naming.check("dns_label", args.policy_name)
    yield from problem("policy_name", args.policy_name, broken)
    if not args.selector:
        yield ArgumentProblem("selector", "select some pods", {}, "give the labels of the pods")
    if args.max_on_ecs is not None:
        yield from problem("max_on_ecs", args.max_on_ecs, check_number(args.max_on_ecs))
