"""Clusters."""

from __future__ import annotations

from typing import Any

from ackb.domain.quotas import quota
from sandbox.cloud.cs import errors, network, pki
from sandbox.cloud.cs.addon_records import initial_addons
from sandbox.cloud.cs.kinds import ADDON, CLUSTER, NODE, PKI, REGISTERED
from sandbox.cloud.cs.tasks import Tasks
from sandbox.cloud.service import Response, has_tags, verb
from sandbox.cloud.store import Data

_SERVICES = {
    # Of the API's reference page; and kubeadm's own, which the data centre's cluster was made with.
    "ManagedKubernetes": "172.21.0.0/20",
    REGISTERED: "10.96.0.0/12",
}


class Clusters(Tasks):
    """Cluster actions."""

    @verb()
    def create_cluster(
        self,
        *,
        name: str,
        region_id: str,
        vswitch_ids: list[str],
        cluster_type: str = "ManagedKubernetes",
        cluster_spec: str = "ack.pro.small",
        profile: str = "Default",
        kubernetes_version: str = "",
        vpcid: str = "",
        pod_vswitch_ids: list[str] | None = None,
        container_cidr: str = "",
        service_cidr: str = "",
        node_cidr_mask: int = 24,
        security_group_id: str = "",
        is_enterprise_security_group: bool = False,
        snat_entry: bool = False,
        endpoint_public_access: bool = False,
        proxy_mode: str = "ipvs",
        cluster_domain: str = "cluster.local",
        deletion_protection: bool = False,
        enable_rrsa: bool = False,
        addons: list[dict[str, Any]] | None = None,
        resource_group_id: str = "",
        timezone: str = "Asia/Shanghai",
        ip_stack: str = "ipv4",
        encryption_provider_key: str = "",
        maintenance_window: dict[str, Any] | None = None,
        operation_policy: dict[str, Any] | None = None,
        audit_log_config: dict[str, Any] | None = None,
        controlplane_log_ttl: str = "",
        controlplane_log_project: str = "",
        controlplane_log_components: list[str] | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """CreateCluster: asynchronous, `initial` and then `running`.

        A registered cluster (`cluster_type` ExternalKubernetes) is `waiting` until its agent calls.
        There is no ClientToken: the same call twice makes two clusters, as on the real cloud.
        """
        self.cloud.check_region(region_id)
        _refuse_what_is_not_simulated(cluster_type, profile, snat_entry)
        registered = cluster_type == REGISTERED
        # The version of a registered cluster is that of the cluster that joins.
        version = "" if registered else network.checked_version(kubernetes_version, self.now())
        vpc = network.checked_vpc(self.cloud, vswitch_ids, pod_vswitch_ids or [], vpcid)
        service_cidr = service_cidr or _SERVICES[cluster_type]
        # The ranges of a registered cluster are those of its own place.
        if not registered:
            network.check_cidrs(self, vpc, service_cidr, container_cidr)
        limit = quota("cs.clusters.managed").value
        if self.store.count(CLUSTER) >= limit:
            raise errors.CLUSTER_QUOTA(quota=limit)
        cluster_id = self.new_hex_id("c")
        group_id = security_group_id or network.create_security_group(
            self.cloud, vpc, cluster_id, enterprise=is_enterprise_security_group
        )
        balancer_id, address = network.create_api_balancer(self.cloud, vswitch_ids[0], cluster_id)
        network.attach_control_plane(self.cloud, vswitch_ids, group_id, cluster_id)
        project = network.create_log_project(
            self.cloud, cluster_id, controlplane_log_project, controlplane_log_components or []
        )
        api = {
            "cluster_id": cluster_id,
            "region_id": region_id,
            "cluster_type": cluster_type,
            "cluster_spec": "" if registered else cluster_spec,
            "profile": profile,
            "init_version": version,
            "current_version": version,
            "vpc_id": vpc["VpcId"],
            "vswitch_ids": vswitch_ids,
            "pod_vswitch_ids": pod_vswitch_ids or [],
            "container_cidr": container_cidr,
            "service_cidr": service_cidr,
            "node_cidr_mask": str(node_cidr_mask),
            "security_group_id": group_id,
            "external_loadbalancer_id": balancer_id,
            "endpoint_public_access": endpoint_public_access,
            "proxy_mode": proxy_mode,
            "cluster_domain": cluster_domain,
            "deletion_protection": deletion_protection,
            "resource_group_id": resource_group_id or self.cloud.default_resource_group,
            "timezone": timezone,
            "ip_stack": ip_stack,
            "encryption_provider_key": encryption_provider_key,
            "maintenance_window": maintenance_window or {},
            "operation_policy": operation_policy or {},
            "audit_log_config": audit_log_config or {},
            "control_plane_log_config": {
                "log_project": project,
                "log_ttl": controlplane_log_ttl,
                "components": controlplane_log_components or [],
            },
            "rrsa_config": self._rrsa(cluster_id) if enable_rrsa else {"enabled": False},
            "worker_ram_role_name": f"KubernetesWorkerRole-{cluster_id[:8]}",
            "master_url": "",
            "created": self.timestamp(),
        }
        cluster: Data = {
            "ClusterId": cluster_id,
            "Name": name,
            "RegionId": region_id,
            "VpcId": vpc["VpcId"],
            "Status": "initial",
            "tags": tags or {},
            "own": {
                "security_group": "" if security_group_id else group_id,
                "balancer": balancer_id,
                "balancer_address": address,
                "log_project": project if project != controlplane_log_project else "",
            },
            "asked_to_fail": self.asked_to_fail(),
            "api": api,
        }
        if registered:
            self.later(cluster, "cs.cluster.register", Status="waiting")
        self.add(CLUSTER, cluster_id, cluster)
        authority = pki.new_authority(cluster_id)
        self.add(
            PKI,
            cluster_id,
            {
                "ClusterId": cluster_id,
                "certificate": authority.certificate,
                "key": authority.key,
            },
        )
        for addon in initial_addons(cluster_id, addons or [], registered=registered):
            self.add(ADDON, f"{cluster_id}:{addon['Name']}", addon)
        target = (CLUSTER, "cluster", cluster_id)
        until = "waiting running disconnected" if registered else "running"
        task_id = self.new_task("cluster_create", cluster_id, target, until)
        return {"cluster_id": cluster_id, "task_id": task_id, "instanceId": cluster_id}

    @verb(reads=True)
    def describe_cluster_detail(self, *, cluster_id: str) -> Response:
        """DescribeClusterDetail."""
        return self._shown(self.cluster(cluster_id))

    @verb(reads=True)
    def describe_clusters(
        self,
        *,
        name: str | None = None,
        cluster_id: str | None = None,
        cluster_type: str | None = None,
        cluster_spec: str | None = None,
        profile: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeClustersV1, one page with all of them."""
        asked = {"cluster_type": cluster_type, "cluster_spec": cluster_spec, "profile": profile}
        found = [
            self._shown(cluster)
            for cluster in self.find(CLUSTER)
            if name in (None, cluster["Name"])
            and cluster_id in (None, cluster["ClusterId"])
            and all(value in (None, cluster["api"][field]) for field, value in asked.items())
            and has_tags(cluster, tags)
        ]
        return {"clusters": found, "page_info": {"total_count": len(found)}}

    @verb()
    def modify_cluster(
        self,
        *,
        cluster_id: str,
        cluster_name: str | None = None,
        deletion_protection: bool | None = None,
        enable_rrsa: bool | None = None,
        maintenance_window: dict[str, Any] | None = None,
        operation_policy: dict[str, Any] | None = None,
        resource_group_id: str | None = None,
        security_group_id: str | None = None,
        timezone: str | None = None,
        vswitch_ids: list[str] | None = None,
    ) -> Response:
        """ModifyCluster: `updating` and then `running`. RRSA cannot be turned off again."""
        cluster = self.running_cluster(cluster_id)
        api = cluster["api"]
        if vswitch_ids is not None:
            network.checked_vpc(self.cloud, vswitch_ids, [], api["vpc_id"])
        if enable_rrsa is False and api["rrsa_config"]["enabled"]:
            raise errors.INVALID_PARAMETER(name="enable_rrsa", why="it cannot be turned off")
        changes = {
            "deletion_protection": deletion_protection,
            "maintenance_window": maintenance_window,
            "operation_policy": operation_policy,
            "resource_group_id": resource_group_id,
            "security_group_id": security_group_id,
            "timezone": timezone,
            "vswitch_ids": vswitch_ids,
            "rrsa_config": self._rrsa(cluster_id) if enable_rrsa else None,
        }
        api.update({key: value for key, value in changes.items() if value is not None})
        network.detach_control_plane(self.cloud, cluster_id)
        network.attach_control_plane(
            self.cloud, api["vswitch_ids"], api["security_group_id"], cluster_id
        )
        cluster["Name"] = cluster_name or cluster["Name"]
        cluster["Status"] = "updating"
        self.save(CLUSTER, cluster_id, self.later(cluster, "cs.cluster.modify", Status="running"))
        target = (CLUSTER, "cluster", cluster_id)
        task_id = self.new_task("cluster_modify", cluster_id, target, "running")
        return {"cluster_id": cluster_id, "task_id": task_id}

    def authority(self, cluster_id: str) -> pki.KeyPair:
        """The cluster's certificate authority: not an API action. Raises ErrorClusterNotFound."""
        stored = self.store.get(PKI, cluster_id)
        if stored is None:
            raise errors.CLUSTER_NOT_FOUND(cluster=cluster_id)
        return pki.KeyPair(certificate=stored["certificate"], key=stored["key"])

    def _shown(self, cluster: Data) -> Response:
        nodes = self.store.count(NODE, ClusterId=cluster["ClusterId"])
        return {
            **cluster["api"],
            "name": cluster["Name"],
            "state": cluster["Status"],
            "size": nodes,
            "tags": [
                {"key": key, "value": value} for key, value in sorted(cluster["tags"].items())
            ],
        }

    def _rrsa(self, cluster_id: str) -> Response:
        region = self.cloud.region
        provider = f"ack-rrsa-{cluster_id}"
        return {
            "enabled": True,
            "issuer": f"https://oidc-ack-{region}.oss-{region}.aliyuncs.com/{cluster_id}",
            "oidc_name": provider,
            "oidc_arn": f"acs:ram::{self.cloud.account_id}:oidc-provider/{provider}",
            "audience": "sts.aliyuncs.com",
        }


def _refuse_what_is_not_simulated(cluster_type: str, profile: str, snat_entry: bool) -> None:
    if cluster_type not in ("ManagedKubernetes", REGISTERED) or profile != "Default":
        raise errors.NOT_SIMULATED(
            what=f"clusters of type {cluster_type}, profile {profile}",
            instead=f"Use ManagedKubernetes or {REGISTERED}, profile Default.",
        )
    if snat_entry:
        raise errors.NOT_SIMULATED(
            what="a NAT gateway made by the cluster",
            instead="Set newNatGateway to false and declare the NAT gateway yourself.",
        )
