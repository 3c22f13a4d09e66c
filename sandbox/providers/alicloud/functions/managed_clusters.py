"""alicloud:cs/getManagedKubernetesClusters:getManagedKubernetesClusters."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.handlers.cs_managed_kubernetes import connections
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:cs/getManagedKubernetesClusters:getManagedKubernetesClusters"

_MANAGED = "ManagedKubernetes"

_SHOWN = {
    "connections": "connections",
    "id": "cluster_id",
    "name": "name",
    "rrsaConfig": "rrsa",
    "securityGroupId": "security_group_id",
    "state": "state",
    "vpcId": "vpc_id",
}


def answer(call: Call, arguments: Values) -> Values:
    """The managed clusters with their endpoints; the replacement of this data source has none."""
    found = call.retried(lambda: call.cloud.cs.describe_clusters(cluster_type=_MANAGED))
    clusters = [{**one, **_access(one)} for one in found["clusters"]]
    return listed(arguments, clusters, into="clusters", shown=_SHOWN, name="name")


def _access(cluster: Answer) -> Answer:
    rrsa = cluster["rrsa_config"]
    return {
        "connections": connections(cluster),
        "rrsa": {
            "enabled": rrsa["enabled"],
            "ramOidcProviderName": rrsa.get("oidc_name", ""),
            "ramOidcProviderArn": rrsa.get("oidc_arn", ""),
            "rrsaOidcIssuerUrl": rrsa.get("issuer", ""),
        },
    }
