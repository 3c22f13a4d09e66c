"""The online service: a MySQL server, and the way to it from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi

from ackb.domain import images, passwords
from ackb.domain.tiers import Tier
from blueprints import pulling, sizing
from blueprints.colocation.tiers import TierPlace
from blueprints.foundation import Foundation
from blueprints.settings import ColocationSettings
from components.access_list import AccessList, AccessListArgs
from components.checks import checked_secret
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.node_pool import Taint
from components.stateful_service import Disk, StatefulService, StatefulServiceArgs

_APP: Final = "mysql"
_PORT: Final = 3306
_USER_ID: Final = 999
"""mysql in the official image."""

_DATA: Final = "/var/lib/mysql"
_SCRATCH: Final = ("/tmp", "/var/run/mysqld")
"""The server writes its socket and its pid file there."""


def mysql(
    settings: ColocationSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    place: TierPlace,
    base: Foundation,
) -> StatefulService:
    """Declare the server: Guaranteed, so that no offline work pushes it out (S3-10, S3-19)."""
    wanted = settings.online
    return StatefulService(
        "mysql",
        StatefulServiceArgs(
            namespace=place.namespace,
            app=_APP,
            image=images.rewrite(wanted.image, pulling.source(settings.registry)),
            port=_PORT,
            port_name="mysql",
            resources=sizing.resources(wanted.resources),
            disk=Disk(
                mount_path=_DATA,
                gib=wanted.disk.gib,
                storage_class=wanted.disk.storage_class,
            ),
            # Over TCP: the server that prepares the first start does not listen there.
            check=["mysqladmin", "ping", "--host=127.0.0.1", f"--port={_PORT}"],
            tier=Tier.ONLINE,
            user_id=_USER_ID,
            environment={
                "MYSQL_DATABASE": wanted.database,
                "MYSQL_USER": wanted.account,
                # Nobody is root from another machine.
                "MYSQL_ROOT_HOST": "localhost",
            },
            secret_environment={
                "MYSQL_PASSWORD": _checked("databasePassword", secrets),
                "MYSQL_ROOT_PASSWORD": _checked("databaseRootPassword", secrets),
            },
            scratch_paths=_SCRATCH,
            priority_class=place.priority_class,
            tolerations=[
                Taint(key=one.key, value=one.value, effect=one.effect) for one in wanted.tolerates
            ],
            pull_secret=pulling.pull_secret(settings.registry),
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # Nodes must be there before the pod, and stay until it is gone.
            depends_on=list(base.capacity),
        ),
    )


def way_in(
    settings: ColocationSettings, server: StatefulService, place: TierPlace, base: Foundation
) -> LoadBalancer | None:
    """Declare the load balancer for clients outside the cluster, if there is one (S3-21)."""
    wanted = settings.online.reach
    if wanted is None:
        return None
    clients = AccessList(
        "clients",
        AccessListArgs(cidrs=wanted.allowed_cidrs, resource_group_id=settings.resource_group_id),
        pulumi.ResourceOptions(providers=[base.provider]),
    )
    first_zone = settings.network.zones[0].zone_id
    return LoadBalancer(
        "mysql-front",
        LoadBalancerArgs(
            namespace=place.namespace,
            service_name=f"{_APP}-front",
            selector=server.labels,
            target_port=_PORT,
            port=wanted.port,
            port_name="mysql",
            access=wanted.access,
            access_list_id=clients.access_list_id,
            vswitch_id=base.network.node_vswitch_ids[first_zone],
            tags=settings.tags,
            resource_group_id=settings.resource_group_id,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # The load balancer must be gone before the nodes behind it are, and before its list.
            depends_on=[*base.capacity, clients],
        ),
    )


def _checked(key: str, secrets: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
    return checked_secret("StatefulService", "mysql", key, secrets[key], passwords.check)
