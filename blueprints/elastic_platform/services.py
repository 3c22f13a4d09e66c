"""A service of a team: its pods, what scales, sizes and places them, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import placing, pulling, scaling, sizing
from blueprints.foundation import Foundation
from blueprints.settings import ElasticPlatformSettings
from blueprints.settings.elastic_platform import TeamService
from blueprints.settings.existing import AnyCluster
from blueprints.settings.inheriting import front_of, placement_of
from blueprints.settings.placement import Auto, Chosen
from components.cluster_service import ClusterService, ClusterServiceArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.workload import Probe, Workload, WorkloadArgs


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """What the placement of a service depends on."""

    workload: str
    placement: Chosen | Auto
    namespace: str
    cluster: AnyCluster


def deploy_service(
    settings: ElasticPlatformSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    team: str,
    app: str,
    wanted: TeamService,
) -> pulumi.Output[str | None] | None:
    """Declare a service, and return its address outside the cluster; None where it has none.

    Args:
        settings: of the stack.
        base: what it stands on.
        namespace: of the team, known once it exists.
        team: name of the team.
        app: name of the service.
        wanted: the service with everything it takes over.
    """
    # A name of Kubernetes has no dot: no two services can get the same.
    name = f"{team}.{app}"
    inside = pulumi.ResourceOptions(
        providers=[base.cluster.provider],
        # Nodes and virtual node must be there before the pods, and stay until the last is gone.
        depends_on=list(base.capacity),
    )
    placeable = _Placed(
        workload=wanted.kind,
        placement=placement_of(wanted),
        namespace=settings.teams[team].namespace or team,
        cluster=settings.cluster,
    )
    workload = Workload(
        name,
        WorkloadArgs(
            namespace=namespace,
            app=app,
            image=images.rewrite(wanted.image, pulling.source(settings.registry)),
            port=wanted.container_port,
            resources=sizing.resources(wanted.resources),
            probe=Probe(path=wanted.health_path),
            tier=Tier.ONLINE,
            user_id=wanted.user_id,
            replicas=scaling.replicas(wanted.scaling),
            environment=wanted.environment,
            scratch_paths=["/tmp"],
            pull_secret=pulling.pull_secret(settings.registry),
            kind=wanted.kind,
            placement=placing.placed(f"{name}-placement", placeable, namespace, app, base),
            eci=wanted.eci_pods.options() if wanted.eci_pods else None,
        ),
        inside,
    )
    scaling.scale(name, wanted.scaling, wanted.right_sizing, workload, base)
    ClusterService(
        name,
        ClusterServiceArgs(
            namespace=namespace,
            service_name=app,
            selector=workload.labels,
            target_port=wanted.container_port,
        ),
        pulumi.ResourceOptions(providers=[base.cluster.provider]),
    )
    return (
        None
        if wanted.access == "cluster"
        else _front(settings, base, namespace, name, workload, wanted)
    )


def _front(
    settings: ElasticPlatformSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    name: str,
    workload: Workload,
    wanted: TeamService,
) -> pulumi.Output[str | None]:
    first_zone = settings.network.zones[0].zone_id
    app = workload.labels["app"]
    front = LoadBalancer(
        front_of(name),
        LoadBalancerArgs(
            namespace=namespace,
            service_name=front_of(app),
            selector=workload.labels,
            target_port=wanted.container_port,
            access="intranet" if wanted.access == "intranet" else "internet",
            vswitch_id=base.network.node_vswitch_ids[first_zone],
            tags=settings.tags,
            resource_group_id=settings.resource_group_id,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # The load balancer must be gone before the nodes behind it are.
            depends_on=list(base.capacity),
        ),
    )
    return front.address
