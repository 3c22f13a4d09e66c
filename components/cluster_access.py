"""The way into a cluster: a kubeconfig without a credential, and a provider for its objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_alicloud as alicloud
import pulumi_kubernetes as kubernetes

from ackb.domain import kubeconfig
from components.providers import Target

CREDENTIAL_MINUTES: Final = 15
"""Shortest lifetime of a credential that getClusterCredential makes; only its CA is used."""


@dataclass(frozen=True, kw_only=True)
class ClusterAccess:
    """How to reach a cluster."""

    kubeconfig: pulumi.Output[str]
    """Without a credential: `ackb credential` fetches one when used."""
    provider: kubernetes.Provider
    """Provider for Kubernetes objects in the cluster."""


def cluster_access(
    name: str,
    *,
    cluster_id: pulumi.Input[str],
    server: pulumi.Input[str],
    target: Target,
    region: str,
    parent: pulumi.Resource,
) -> ClusterAccess:
    """Declare the Kubernetes provider of a cluster.

    Args:
        name: name of the component that asks.
        cluster_id: id of the cluster.
        server: URL of its API server.
        target: where the cluster is; tells the kubeconfig how to get a credential.
        region: its region, likewise.
        parent: that component; its provider of Alibaba Cloud is asked for the CA.
    """
    credential = alicloud.cs.get_cluster_credential_output(
        cluster_id=cluster_id,
        temporary_duration_minutes=CREDENTIAL_MINUTES,
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    # Of the whole answer, which the provider may mark as secret, only the CA is kept: it is public,
    # and it stays the same when the credential changes.
    authority = pulumi.Output.unsecret(
        credential.apply(lambda answer: answer.certificate_authorities[0].cluster_cert)
    )
    config = pulumi.Output.all(server, authority, cluster_id).apply(
        lambda known: kubeconfig.render(known[0], known[1], known[2], target, region)
    )
    provider = kubernetes.Provider(
        f"{name}-kubernetes",
        kubeconfig=config,
        # Without it a kubeconfig that is computed makes every object look like a replacement.
        cluster_identifier=cluster_id,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return ClusterAccess(kubeconfig=config, provider=provider)
