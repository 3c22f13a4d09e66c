"""alicloud:cs/getKubernetesAddons:getKubernetesAddons."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:cs/getKubernetesAddons:getKubernetesAddons"

_SHOWN = {
    "currentConfig": "config",
    "currentVersion": "version",
    "id": "id",
    "name": "name",
}


def answer(call: Call, arguments: Values) -> Values:
    """The add-ons of a cluster. The real answer also has those that could be installed."""
    cluster_id = arguments["clusterId"]
    found = call.retried(lambda: call.cloud.cs.list_cluster_addon_instances(cluster_id=cluster_id))
    answer = listed(
        arguments,
        [{**one, "id": f"{cluster_id}:{one['name']}"} for one in found["addons"]],
        into="addons",
        shown=_SHOWN,
        name="name",
        also=("clusterId",),
    )
    for addon in answer["addons"]:
        del addon["id"]  # it serves as a filter only
    return answer
