"""The data sources, one module each."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions import (
    caller_identity,
    cluster_credential,
    clusters,
    file_systems,
    kubernetes_addons,
    kvstore_instances,
    managed_clusters,
    mount_targets,
    networks,
    rds_accounts,
    rds_instances,
    security_groups,
    switches,
)
from sandbox.providers.alicloud.values import Values

Function = Callable[[Call, Values], Values]

FUNCTIONS: dict[str, Function] = {
    one.TOKEN: one.answer
    for one in (
        caller_identity,
        cluster_credential,
        clusters,
        file_systems,
        kubernetes_addons,
        kvstore_instances,
        managed_clusters,
        mount_targets,
        networks,
        rds_accounts,
        rds_instances,
        security_groups,
        switches,
    )
}
"""Functions by token."""

MINUTES = 5.0
"""How long the official provider's read calls are retried."""
