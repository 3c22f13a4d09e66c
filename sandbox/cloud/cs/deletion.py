"""Deleting a cluster, and what goes or stays with it."""

from __future__ import annotations

from sandbox.cloud.cs import errors, network
from sandbox.cloud.cs.kinds import ADDON, CLUSTER, CLUSTER_TAG, NODE, NODE_POOL, PKI, REGISTERED
from sandbox.cloud.cs.registered import Registered
from sandbox.cloud.service import Response, verb
from sandbox.cloud.store import Data

_DELETED_BY_DEFAULT = {
    # Defaults of delete_options: DeleteCluster, and cs_managed_kubernetes of the official provider.
    "SLB": True,
    "ALB": False,
    "SLS_Data": False,
    "SLS_ControlPlane": False,
    "PrivateZone": False,
}


class ClusterDeletion(Registered):
    """DeleteCluster and DescribeClusterResources."""

    @verb()
    def delete_cluster(
        self,
        *,
        cluster_id: str,
        retain_resources: list[str] | None = None,
        retain_all_resources: bool = False,
        delete_options: list[dict[str, str]] | None = None,
    ) -> Response:
        """DeleteCluster: asynchronous, `deleting` and then gone.

        Takes along pay-as-you-go nodes, ECI pods, load balancers of Services, and what ACK made for
        the cluster; subscription nodes and what the options retain stay. A registered cluster goes
        only without nodes of the cloud: its own control plane is not ACK's to drain them by.
        """
        cluster = self.cluster(cluster_id)
        if cluster["api"]["deletion_protection"]:
            raise errors.CLUSTER_PROTECTED(cluster=cluster_id)
        nodes = self.store.count(NODE, ClusterId=cluster_id)
        if nodes and cluster["api"]["cluster_type"] == REGISTERED:
            raise errors.CLUSTER_HAS_NODES(cluster=cluster_id, count=nodes)
        if cluster["Status"] != "deleting":
            options = {
                option["resource_type"]: option["delete_mode"] == "delete"
                for option in delete_options or []
            }
            unknown = sorted(set(options) - set(_DELETED_BY_DEFAULT))
            if unknown:
                raise errors.INVALID_PARAMETER(
                    name="delete_options", why=f"{unknown[0]} is no resource type"
                )
            cluster["deletion"] = {
                "retain": retain_resources or [],
                "retain_all": retain_all_resources,
                "options": {**_DELETED_BY_DEFAULT, **options},
            }
            cluster["Status"] = "deleting"
            cluster.pop("_then", None)
            self.save(CLUSTER, cluster_id, cluster)
        target = (CLUSTER, "cluster", cluster_id)
        return {
            "cluster_id": cluster_id,
            "task_id": self.new_task("cluster_delete", cluster_id, target, ""),
        }

    @verb(reads=True)
    def describe_cluster_resources(
        self, *, cluster_id: str, with_addon_resources: bool = False
    ) -> Response:
        """DescribeClusterResources: what ACK made; with the flag, also what its add-ons made."""
        cluster = self.cluster(cluster_id)
        own = cluster["own"]
        rows = [
            ("SLB", "ALIYUN::SLB::LoadBalancer", own["balancer"]),
            ("SecurityGroup", "ALIYUN::ECS::SecurityGroup", own["security_group"]),
            ("LogProject", "ALIYUN::SLS::Project", own["log_project"]),
        ]
        if with_addon_resources:
            rows += [
                ("SLB", "ALIYUN::SLB::LoadBalancer", balancer_id)
                for balancer_id in self._service_balancers(cluster)
            ]
            rows += [
                ("ECI", "ALIYUN::ECI::ContainerGroup", group["ContainerGroupId"])
                for group in self.container_groups(cluster_id)
            ]
        return {
            "resources": [
                {
                    "cluster_id": cluster_id,
                    "created": cluster["api"]["created"],
                    "instance_id": instance_id,
                    "resource_type": resource_type,
                    "resource_info": kind,
                    "auto_create": 1,
                }
                for kind, resource_type, instance_id in rows
                if instance_id
            ]
        }

    def remove_cluster(self, cluster_id: str) -> bool:
        """Remove what goes with a cluster whose control plane is gone; whether that is all done.

        Not an API action. ECI pods take a moment to go, so it is called until it says yes.
        """
        with self.store.transaction():
            cluster = self.get(CLUSTER, cluster_id)
            if cluster is None:
                return True
            plan, own = cluster["deletion"], cluster["own"]
            retained = set(plan["retain"])
            groups = self.container_groups(cluster_id)
            for group in groups:
                self.cloud.eci.delete_container_group(container_group_id=group["ContainerGroupId"])
            self._remove_nodes(cluster_id, retained)
            if plan["options"]["SLB"] and not plan["retain_all"]:
                for balancer_id in set(self._service_balancers(cluster)) - retained:
                    self._delete_balancer(balancer_id)
            if groups:
                return False
            if own["balancer"] not in retained:
                self._delete_balancer(own["balancer"])
            if own["log_project"] and plan["options"]["SLS_ControlPlane"]:
                self.cloud.log.delete_project(project_name=own["log_project"])
            network.detach_control_plane(self.cloud, cluster_id)
            if own["security_group"] and own["security_group"] not in retained:
                self.cloud.ecs.release_cluster_security_group(own["security_group"])
            self._forget(cluster_id)
        return True

    def _forget(self, cluster_id: str) -> None:
        for node in self.store.find(NODE, ClusterId=cluster_id):
            self.remove(NODE, node["InstanceId"])
        for pool in self.store.find(NODE_POOL, ClusterId=cluster_id):
            self.remove(NODE_POOL, pool["NodePoolId"])
        for addon in self.store.find(ADDON, ClusterId=cluster_id):
            self.remove(ADDON, f"{cluster_id}:{addon['Name']}")
        self.remove(PKI, cluster_id)
        self.remove(CLUSTER, cluster_id)

    def _remove_nodes(self, cluster_id: str, retained: set[str]) -> None:
        members = [node["InstanceId"] for node in self.store.find(NODE, ClusterId=cluster_id)]
        if not members:
            return
        answer = self.cloud.ecs.describe_instances(instance_ids=members)
        for instance in answer["Instances"]["Instance"]:
            instance_id = instance["InstanceId"]
            # A subscription has been paid for: ACK takes the node out and leaves the instance.
            if instance.get("InstanceChargeType") != "PrePaid" and instance_id not in retained:
                self.cloud.ecs.delete_instance(instance_id=instance_id, force=True)

    def _delete_balancer(self, balancer_id: str) -> None:
        slb = self.cloud.slb
        # The cloud controller protects what it makes, against users.
        slb.set_load_balancer_delete_protection(
            load_balancer_id=balancer_id, delete_protection="off"
        )
        slb.delete_load_balancer(load_balancer_id=balancer_id)

    def _service_balancers(self, cluster: Data) -> list[str]:
        answer = self.cloud.slb.describe_load_balancers(tags={CLUSTER_TAG: cluster["ClusterId"]})
        found = [one["LoadBalancerId"] for one in answer["LoadBalancers"]["LoadBalancer"]]
        return [one for one in found if one != cluster["own"]["balancer"]]

    def container_groups(self, cluster_id: str) -> list[Response]:
        """The ECI instances of a cluster's pods: not an API action."""
        answer = self.cloud.eci.describe_container_groups(tags={CLUSTER_TAG: cluster_id})
        groups: list[Response] = answer["ContainerGroups"]
        return groups
