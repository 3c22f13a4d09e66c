"""alicloud:cs/getClusterCredential:getClusterCredential."""

from __future__ import annotations

import yaml

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:cs/getClusterCredential:getClusterCredential"


def answer(call: Call, arguments: Values) -> Values:
    """A kubeconfig of a cluster, and what is in it, base64-encoded as there."""
    cluster_id, minutes = arguments["clusterId"], arguments.get("temporaryDurationMinutes")
    cluster = call.retried(lambda: call.cloud.cs.describe_cluster_detail(cluster_id=cluster_id))
    found = call.retried(
        lambda: call.cloud.cs.describe_cluster_user_kubeconfig(
            cluster_id=cluster_id, temporary_duration_minutes=minutes
        )
    )
    document = yaml.safe_load(found["config"])
    user = document["users"][0]["user"]
    authority = {
        "clusterCert": document["clusters"][0]["cluster"]["certificate-authority-data"],
        "clientCert": user["client-certificate-data"],
        "clientKey": user["client-key-data"],
    }
    return {
        "id": cluster_id,
        "clusterId": cluster_id,
        "clusterName": cluster["name"],
        "kubeConfig": found["config"],
        "certificateAuthorities": [authority],
        "expiration": found["expiration"],
        "temporaryDurationMinutes": minutes,
    }
