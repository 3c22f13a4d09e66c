"""alicloud:cs/getClusters:getClusters."""

from __future__ import annotations

import re

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.handlers.wire import cameled
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:cs/getClusters:getClusters"

_ASKED = {
    "clusterId": "cluster_id",
    "clusterName": "name",
    "clusterSpec": "cluster_spec",
    "clusterType": "cluster_type",
    "profile": "profile",
}
_SHOWN = {
    "clusterDomain": "cluster_domain",
    "clusterId": "cluster_id",
    "clusterName": "name",
    "clusterSpec": "cluster_spec",
    "clusterType": "cluster_type",
    "currentVersion": "current_version",
    "deletionProtection": "deletion_protection",
    "id": "cluster_id",
    "ipStack": "ip_stack",
    "podCidr": "container_cidr",
    "profile": "profile",
    "proxyMode": "proxy_mode",
    "regionId": "region_id",
    "resourceGroupId": "resource_group_id",
    "securityGroupId": "security_group_id",
    "serviceCidr": "service_cidr",
    "state": "state",
    "timezone": "timezone",
    "vpcId": "vpc_id",
    "vswitchIds": "vswitch_ids",
}
_DETAILS = {
    "maintenanceWindow": "maintenance_window",
    "nodeCidrMask": "node_cidr_mask",
    "operationPolicy": "operation_policy",
}
"""Told only with `enableDetails`."""


def answer(call: Call, arguments: Values) -> Values:
    """The clusters of the account that fit what was asked; none is no error."""
    asked = {parameter: arguments.get(wire) for wire, parameter in _ASKED.items()}
    found = call.retried(lambda: call.cloud.cs.describe_clusters(**asked))["clusters"]
    ids, pattern = arguments.get("ids") or (), arguments.get("nameRegex") or ""
    rows = [
        one
        for one in found
        if (not ids or one["cluster_id"] in ids) and re.search(pattern, one["name"])
    ]
    shown = {**_SHOWN, **(_DETAILS if arguments.get("enableDetails") else {})}
    return {
        **arguments,
        "id": "-".join(one["cluster_id"] for one in rows),
        "ids": [one["cluster_id"] for one in rows],
        "names": [one["name"] for one in rows],
        "clusters": [
            {
                **{wire: cameled(one[name]) for wire, name in shown.items()},
                "tags": {tag["key"]: tag["value"] for tag in one["tags"]},
            }
            for one in rows
        ],
    }
