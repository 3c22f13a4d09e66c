"""alicloud:cs/managedKubernetes:ManagedKubernetes."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, dug
from sandbox.providers.alicloud.handlers.wire import snaked
from sandbox.providers.alicloud.values import Values

_UPDATES = {
    "name": "cluster_name",
    "deletionProtection": "deletion_protection",
    "enableRrsa": "enable_rrsa",
    "maintenanceWindow": "maintenance_window",
    "operationPolicy": "operation_policy",
    "resourceGroupId": "resource_group_id",
    "securityGroupId": "security_group_id",
    "timezone": "timezone",
    "vswitchIds": "vswitch_ids",
}


class ManagedKubernetes(Handler):
    """A managed ACK cluster."""

    token = "alicloud:cs/managedKubernetes:ManagedKubernetes"
    label = "ACK cluster"
    arguments: ClassVar = {
        "name": "name",
        "clusterSpec": "cluster_spec",
        "profile": "profile",
        "version": "kubernetes_version",
        "podVswitchIds": "pod_vswitch_ids",
        "podCidr": "container_cidr",
        "serviceCidr": "service_cidr",
        "nodeCidrMask": "node_cidr_mask",
        "securityGroupId": "security_group_id",
        "isEnterpriseSecurityGroup": "is_enterprise_security_group",
        "proxyMode": "proxy_mode",
        "clusterDomain": "cluster_domain",
        "deletionProtection": "deletion_protection",
        "enableRrsa": "enable_rrsa",
        "addons": "addons",
        "resourceGroupId": "resource_group_id",
        "timezone": "timezone",
        "ipStack": "ip_stack",
        "encryptionProviderKey": "encryption_provider_key",
        "maintenanceWindow": "maintenance_window",
        "operationPolicy": "operation_policy",
        "auditLogConfig": "audit_log_config",
        "controlPlaneLogTtl": "controlplane_log_ttl",
        "controlPlaneLogProject": "controlplane_log_project",
        "controlPlaneLogComponents": "controlplane_log_components",
        "tags": "tags",
    }
    outputs: ClassVar = {
        "name": "name",
        "clusterSpec": "cluster_spec",
        "profile": "profile",
        "version": "current_version",
        "vpcId": "vpc_id",
        "vswitchIds": "vswitch_ids",
        "securityGroupId": "security_group_id",
        "deletionProtection": "deletion_protection",
        "resourceGroupId": "resource_group_id",
        "slbId": "external_loadbalancer_id",
        "workerRamRoleName": "worker_ram_role_name",
        "ipStack": "ip_stack",
        "proxyMode": "proxy_mode",
        "timezone": "timezone",
        "serviceCidr": "service_cidr",
        "clusterDomain": "cluster_domain",
    }
    more_outputs = (
        "connections",
        "slbIntranet",
        "enableRrsa",
        "rrsaMetadata",
        "tags",
        "podCidr",
        "nodeCidrMask",
    )
    status = "state"
    ready_state = "running"
    failed_states = ("failed",)
    unsimulated = (
        "version",
        "clusterSpec",
        "slbInternetEnabled",
        "auditLogConfig",
        "controlPlaneLogComponents",
        "controlPlaneLogProject",
        "controlPlaneLogTtl",
        "controlPlaneEndpointsConfig",
        "encryptionProviderKey",
    )

    def __init__(self) -> None:
        self._task = ""

    def create(self, call: Call, inputs: Values) -> str:
        """CreateCluster: there is no ClientToken, so a lost answer makes a second cluster."""
        given = snaked(self.given(inputs))
        answer = call.retried(
            lambda: call.cloud.cs.create_cluster(
                region_id=call.region,
                vswitch_ids=inputs.get("vswitchIds") or inputs.get("workerVswitchIds") or [],
                # The official provider's defaults.
                snat_entry=inputs.get("newNatGateway", True),
                endpoint_public_access=inputs.get("slbInternetEnabled", True),
                **given,
            )
        )
        self._task = answer["task_id"]
        return str(answer["cluster_id"])

    def ready(self, call: Call, id: str) -> None:
        """Wait for the creation's task, then for running."""
        if self._task:
            call.wait_for_task(self._task)
        super().ready(call, id)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeClusterDetail."""
        return call.cloud.cs.describe_cluster_detail(cluster_id=id)

    def output_values(self, answer: Answer) -> Values:
        """With the endpoints; a cluster that is not running yet has none."""
        ends = connections(answer)
        intranet = ends[0]["apiServerIntranet"]
        rrsa = answer["rrsa_config"]
        return {
            **super().output_values(answer),
            "connections": ends,
            # Without a range for pods (Terway) the mask means nothing.
            "podCidr": answer["container_cidr"] or None,
            "nodeCidrMask": int(answer["node_cidr_mask"]) if answer["container_cidr"] else None,
            "slbIntranet": intranet.removeprefix("https://").partition(":")[0],
            "enableRrsa": rrsa["enabled"],
            "rrsaMetadata": {
                "enabled": rrsa["enabled"],
                "ramOidcProviderName": rrsa.get("oidc_name", ""),
                "ramOidcProviderArn": rrsa.get("oidc_arn", ""),
                "rrsaOidcIssuerUrl": rrsa.get("issuer", ""),
            },
            "tags": {tag["key"]: tag["value"] for tag in dug(answer, "tags") or []},
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyCluster and the tags.

        Delete options and the like concern the deletion only; pod vSwitches are given at creation
        only, and the official provider ignores a change of them.
        """
        cs = call.cloud.cs
        wire = {name: new.get(name) for name in _UPDATES if name in changed}
        if "deletionProtection" in wire:
            wire["deletionProtection"] = bool(wire["deletionProtection"])
        wanted = snaked(self.given(wire, _UPDATES))
        if wanted:
            answer = call.retried(lambda: cs.modify_cluster(cluster_id=id, **wanted))
            call.wait_for_task(answer["task_id"])
        self.update_tags(call, cs, "CLUSTER", id, old, new, changed)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteCluster with the delete options of the last state."""
        return call.cloud.cs.delete_cluster(
            cluster_id=id,
            retain_resources=state.get("retainResources"),
            delete_options=snaked(state.get("deleteOptions")),
        )


def connections(answer: Answer) -> list[Values]:
    """The endpoints of a cluster; one that is not running yet has none."""
    endpoints = json.loads(answer.get("master_url") or "{}")
    public = endpoints.get("api_server_endpoint", "")
    return [
        {
            "apiServerInternet": public if answer["endpoint_public_access"] else "",
            "apiServerIntranet": endpoints.get("intranet_api_server_endpoint", ""),
            "masterPublicIp": "",
            "serviceDomain": f"*.{answer['cluster_id']}.{answer['region_id']}.alicontainer.com",
        }
    ]
