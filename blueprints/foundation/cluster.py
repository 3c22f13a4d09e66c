"""The cluster: created, or there already."""

from __future__ import annotations

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import naming
from blueprints.existing import Found
from blueprints.foundation.network import AnyNetwork, AnySecurityGroup
from blueprints.settings.cluster import Cluster as ClusterSettings
from blueprints.settings.existing import ExistingCluster as ExistingSettings
from blueprints.settings.existing import is_serverless
from blueprints.settings.platform import PlatformSettings
from components.cluster import Cluster, ClusterArgs, Flannel, Logs, Serverless, Terway
from components.existing import ExistingCluster, ExistingClusterArgs

AnyCluster = Cluster | ExistingCluster


def cluster(
    settings: PlatformSettings,
    found: Found,
    network: AnyNetwork,
    group: AnySecurityGroup,
    provider: alicloud.Provider,
    account_id: str,
) -> AnyCluster:
    """Declare the cluster, or the way into the one that is there."""
    # Nodes need the way out from their first moment (images, add-ons) to their last.
    cloud = pulumi.ResourceOptions(providers=[provider], depends_on=[network, group])
    wanted = settings.cluster
    if isinstance(wanted, ExistingSettings):
        assert found.cluster is not None  # noqa: S101 - `look` found it, or ended the program
        args = ExistingClusterArgs(
            target=settings.target,
            region=settings.region,
            cluster_id=wanted.cluster_id,
            server=found.cluster.server,
            version=wanted.version,
            spec=wanted.spec,
            network_plugin=wanted.network_plugin.type,
            rrsa_provider_arn=found.cluster.rrsa_provider_arn,
        )
        return ExistingCluster("ack", args, cloud)
    return Cluster(
        "ack",
        ClusterArgs(
            target=settings.target,
            region=settings.region,
            vswitch_ids=_vswitches(wanted, network),
            security_group_id=group.security_group_id,
            network_plugin=_plugin(wanted, network),
            service_cidr=wanted.service_cidr,
            cluster_name=wanted.name,
            version=wanted.version,
            spec=wanted.spec,
            api_access=wanted.api_access,
            deletion_protection=wanted.deletion_protection,
            rrsa=wanted.rrsa,
            logs=_logs(wanted, account_id),
        ),
        cloud,
    )


def _vswitches(cluster: ClusterSettings, network: AnyNetwork) -> list[pulumi.Output[str]]:
    if is_serverless(cluster):
        return list((network.pod_vswitch_ids or network.node_vswitch_ids).values())
    return list(network.node_vswitch_ids.values())


def _plugin(cluster: ClusterSettings, network: AnyNetwork) -> Terway | Flannel | Serverless:
    if is_serverless(cluster):
        return Serverless()
    wanted = cluster.network_plugin
    if wanted.type == "flannel":
        return Flannel(pod_cidr=wanted.pod_cidr, node_cidr_mask=wanted.node_cidr_mask)
    return Terway(
        pod_vswitch_ids=list(network.pod_vswitch_ids.values()),
        network_policy=wanted.network_policy,
    )


def _logs(cluster: ClusterSettings, account_id: str) -> Logs | None:
    wanted = cluster.logs
    if wanted is None:
        return None
    return Logs(
        # Names of log projects are unique among all users, hence the account in it.
        project_name=naming.physical("log_project", pulumi.get_stack(), account_id),
        components=wanted.control_plane,
        audit=wanted.audit,
        retention_days=wanted.retention_days,
    )
