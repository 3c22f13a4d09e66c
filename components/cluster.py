"""A managed ACK cluster and the way into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pulumi
import pulumi_alicloud as alicloud
import pulumi_kubernetes as kubernetes

from ackb.domain import cidr, kubernetes_versions, naming
from ackb.domain.problems import ArgumentProblem
from components.checks import parsed_range, problem, refuse
from components.cluster_access import cluster_access
from components.naming import distinct
from components.providers import Target

_NODE_MASKS: Final = range(24, 29)
"""Values of `node_cidr_mask` that cs.ManagedKubernetes takes (pulumi-alicloud 4.0.0)."""

_BASE_ADDONS: Final = ("csi-plugin", "csi-provisioner", "ack-node-problem-detector")
"""Volumes (S2-24), and what automatic repair of nodes needs (cs.NodePool, `auto_repair`)."""

_LEFT_OUT_ADDONS: Final = ("nginx-ingress-controller",)
"""Installed by default and not wanted: it would come with a load balancer of its own."""

LogComponent = Literal["apiserver", "kcm", "scheduler", "ccm", "controlplane-events"]


@dataclass(frozen=True, kw_only=True)
class Terway:
    """Pods get addresses of the VPC."""

    pod_vswitch_ids: Sequence[pulumi.Input[str]]
    """vSwitches of pods, one or more in each zone of the nodes; only at creation."""
    network_policy: bool = True
    """Enforce NetworkPolicy objects. Default: true."""


@dataclass(frozen=True, kw_only=True)
class Flannel:
    """Pods get addresses of a range outside the VPC."""

    pod_cidr: str
    """Range of all pods, such as `172.20.0.0/16`; a change replaces the cluster."""
    node_cidr_mask: int = 25
    """Prefix length of each node's share, 24 to 28. Default: 25, which gives 127 pods."""


@dataclass(frozen=True, kw_only=True)
class Serverless:
    """No nodes: each pod is an ECI instance, with an address of one of the `vswitch_ids`."""


@dataclass(frozen=True, kw_only=True)
class Logs:
    """Logs of the control plane in Simple Log Service."""

    project_name: str
    """Name of the log project, unique among all users of Alibaba Cloud."""
    components: Sequence[LogComponent] = ("apiserver", "kcm", "scheduler", "ccm")
    """Components whose logs are kept. Default: apiserver, kcm, scheduler, ccm."""
    audit: bool = True
    """Keep the audit log too. Default: true."""
    retention_days: int = 30
    """Days the logs are kept. Default: 30."""


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """Arguments of `Cluster`."""

    target: Target
    """Where the cluster is; tells the kubeconfig how to get a credential."""
    region: str
    """Region id of the cluster, likewise."""
    vswitch_ids: Sequence[pulumi.Input[str]]
    """Node vSwitches the control plane is reached through, of two or more zones where possible;
    in a serverless cluster those of the pods."""
    security_group_id: pulumi.Input[str]
    """Security group of the nodes."""
    network_plugin: Terway | Flannel | Serverless
    """How pods get addresses; a change replaces the cluster."""
    service_cidr: str = "172.21.0.0/20"
    """Range of ClusterIP Services; a change replaces the cluster. Default: 172.21.0.0/20."""
    cluster_name: str | None = None
    """Name in the cloud, unique in the account; a cluster with a name given here cannot be
    replaced until another is given. Default: stack, logical name, and a hash that changes when the
    cluster must be replaced."""
    version: str = "1.36"
    """Kubernetes version; it can only be raised. A minor means the newest ACK build of it that
    this project knows. Default: 1.36."""
    spec: str = "ack.pro.small"
    """Edition of the control plane. Default: ack.pro.small."""
    api_access: Literal["private", "public"] = "private"
    """Whether the API server can be reached from the internet. Default: private."""
    deletion_protection: bool = True
    """Refuse to delete or replace the cluster, in the cloud and in the engine. Default: true."""
    rrsa: bool = True
    """RAM roles for service accounts; cannot be turned off. Default: true."""
    logs: Logs | None = None
    """Logs of the control plane. Default: none."""


class Cluster(pulumi.ComponentResource):
    """A managed ACK cluster with a kubeconfig that holds no credential.

    Creates: the cluster (network plug-in, CSI, node problem detector; explicit delete options), a
    log project where `logs` are kept, and a Kubernetes provider for objects in it.

        cluster = Cluster(
            "ack",
            ClusterArgs(
                target="sandbox",
                region="cn-hangzhou",
                vswitch_ids=list(network.node_vswitch_ids.values()),
                security_group_id=group.security_group_id,
                network_plugin=Terway(pod_vswitch_ids=list(network.pod_vswitch_ids.values())),
            ),
            pulumi.ResourceOptions(providers=[provider], depends_on=[network]),
        )
        pulumi.export("kubeconfig", cluster.kubeconfig)

    Objects in the cluster take `providers=[cluster.provider]`.
    """

    cluster_id: pulumi.Output[str]
    """Id of the cluster."""
    kubeconfig: pulumi.Output[str]
    """How to reach the cluster, without a credential: `ackb credential` fetches one when used."""
    provider: kubernetes.Provider
    """Provider for Kubernetes objects in this cluster."""
    rrsa_provider_arn: pulumi.Output[str] | None
    """ARN of the OIDC provider that RAM roles trust; None without RRSA."""

    def __init__(
        self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Cluster", name, _problems(args))
        super().__init__("ackb:cluster:Cluster", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster = alicloud.cs.ManagedKubernetes(
            f"{name}-cluster",
            name=args.cluster_name or distinct("cluster", name, _lasting(args)),
            cluster_spec=args.spec,
            version=_build_of(args.version),
            vswitch_ids=args.vswitch_ids,
            security_group_id=args.security_group_id,
            service_cidr=args.service_cidr,
            new_nat_gateway=False,
            slb_internet_enabled=args.api_access == "public",
            deletion_protection=args.deletion_protection,
            enable_rrsa=args.rrsa,
            # Certificates in the state would be credentials in the state.
            skip_set_certificate_authority=True,
            addons=_addons(args.network_plugin),
            delete_options=_delete_options(),
            **_nodes(args.network_plugin),
            **_log_inputs(name, args.logs, child),
            opts=pulumi.ResourceOptions(
                parent=self,
                # The cloud would refuse to delete it only after its workloads are gone; the engine
                # refuses before anything is touched.
                protect=args.deletion_protection,
                # The provider takes a change of pod vSwitches and does nothing about it: they work
                # at creation only.
                replace_on_changes=["podVswitchIds"],
            ),
        )
        self.cluster_id = cluster.id
        self.rrsa_provider_arn = (
            cluster.rrsa_metadata.apply(lambda rrsa: str(rrsa.ram_oidc_provider_arn))
            if args.rrsa
            else None
        )
        endpoint = "api_server_internet" if args.api_access == "public" else "api_server_intranet"
        access = cluster_access(
            name,
            cluster_id=cluster.id,
            server=cluster.connections.apply(lambda found: str(getattr(found[0], endpoint))),
            target=args.target,
            region=args.region,
            parent=self,
        )
        self.kubeconfig, self.provider = access.kubeconfig, access.provider
        self.register_outputs(
            {
                "cluster_id": self.cluster_id,
                "kubeconfig": self.kubeconfig,
                "rrsa_provider_arn": self.rrsa_provider_arn,
            }
        )


def _build_of(version: str) -> str:
    """Return the full ACK version; the cloud takes no minor alone."""
    minor = kubernetes_versions.minors().get(version)
    return minor.builds[-1] if minor and minor.builds else version


def _addons(
    plugin: Terway | Flannel | Serverless,
) -> list[alicloud.cs.ManagedKubernetesAddonArgs]:
    if isinstance(plugin, Serverless):
        return _left_out()
    wanted = [alicloud.cs.ManagedKubernetesAddonArgs(name=name) for name in _BASE_ADDONS]
    return [*_network_addons(plugin), *wanted, *_left_out()]


def _network_addons(plugin: Terway | Flannel) -> list[alicloud.cs.ManagedKubernetesAddonArgs]:
    if isinstance(plugin, Flannel):
        return [alicloud.cs.ManagedKubernetesAddonArgs(name="flannel")]
    # The values of Terway's switches are strings.
    config = json.dumps({"NetworkPolicy": str(plugin.network_policy).lower()})
    return [
        alicloud.cs.ManagedKubernetesAddonArgs(name="terway-eniip", config=config),
        alicloud.cs.ManagedKubernetesAddonArgs(name="terway-controlplane"),
    ]


def _left_out() -> list[alicloud.cs.ManagedKubernetesAddonArgs]:
    return [
        alicloud.cs.ManagedKubernetesAddonArgs(name=name, disabled=True)
        for name in _LEFT_OUT_ADDONS
    ]


def _delete_options() -> list[alicloud.cs.ManagedKubernetesDeleteOptionArgs]:
    """Everything the cluster made goes with it; by default ACK keeps ALBs and log projects."""
    return [
        alicloud.cs.ManagedKubernetesDeleteOptionArgs(resource_type=kind, delete_mode="delete")
        for kind in ("SLB", "ALB", "SLS_Data", "SLS_ControlPlane")
    ]


def _nodes(plugin: Terway | Flannel | Serverless) -> dict[str, Any]:
    """Return what nodes and their pods need; a serverless cluster has neither."""
    if isinstance(plugin, Serverless):
        return {"profile": "Serverless"}
    # ipvs, the default of ACK, is deprecated since Kubernetes 1.35.
    proxy = {"proxy_mode": "iptables"}
    if isinstance(plugin, Flannel):
        return {**proxy, "pod_cidr": plugin.pod_cidr, "node_cidr_mask": plugin.node_cidr_mask}
    return {**proxy, "pod_vswitch_ids": plugin.pod_vswitch_ids}


def _lasting(args: ClusterArgs) -> list[pulumi.Input[str]]:
    """Return what a cluster keeps for its life; a name made of it lets the next one be made first.

    The old one first would be no way out: the engine (3.256) closes the Kubernetes provider that
    still has to delete what is in the cluster.
    """
    plugin = args.network_plugin
    if isinstance(plugin, Flannel):
        return [args.service_cidr, plugin.pod_cidr, str(plugin.node_cidr_mask)]
    if isinstance(plugin, Serverless):
        return [args.service_cidr, "serverless"]
    return [args.service_cidr, *plugin.pod_vswitch_ids]


def _log_inputs(name: str, logs: Logs | None, child: pulumi.ResourceOptions) -> dict[str, Any]:
    if logs is None:
        return {"audit_log_config": alicloud.cs.ManagedKubernetesAuditLogConfigArgs(enabled=False)}
    project = alicloud.log.Project(
        f"{name}-logs",
        project_name=logs.project_name,
        description="Control plane and audit logs of the cluster",
        opts=child,
    )
    return {
        "audit_log_config": alicloud.cs.ManagedKubernetesAuditLogConfigArgs(
            enabled=logs.audit, sls_project_name=project.project_name if logs.audit else None
        ),
        "control_plane_log_project": project.project_name,
        "control_plane_log_components": list(logs.components),
        "control_plane_log_ttl": str(logs.retention_days),
    }


def _problems(args: ClusterArgs) -> Iterator[ArgumentProblem]:
    yield from problem("version", args.version, kubernetes_versions.check(args.version))
    if args.cluster_name is not None:
        broken = naming.check("cluster", args.cluster_name)
        yield from problem("cluster_name", args.cluster_name, broken)
    if not args.vswitch_ids:
        yield ArgumentProblem("vswitch_ids", "hold at least one vSwitch", [], "add one of a zone")
    services, found = parsed_range("service_cidr", args.service_cidr)
    yield from found
    if args.logs:
        name = args.logs.project_name
        yield from problem("logs.project_name", name, naming.check("log_project", name))
    if isinstance(args.network_plugin, Serverless):
        return
    if isinstance(args.network_plugin, Terway):
        if not args.network_plugin.pod_vswitch_ids:
            yield ArgumentProblem(
                "network_plugin.pod_vswitch_ids",
                "hold at least one vSwitch",
                [],
                "add the pod vSwitch of each zone of the nodes",
            )
        return
    mask = args.network_plugin.node_cidr_mask
    if mask not in _NODE_MASKS:
        yield ArgumentProblem(
            "network_plugin.node_cidr_mask",
            f"be a prefix length from {_NODE_MASKS[0]} to {_NODE_MASKS[-1]}",
            mask,
            "choose 25 for up to 127 pods on a node",
        )
    pods, found = parsed_range("network_plugin.pod_cidr", args.network_plugin.pod_cidr)
    yield from found
    shared = cidr.overlap(pods, services) if pods and services else None
    if shared:
        yield ArgumentProblem(
            "network_plugin.pod_cidr",
            f"not overlap 'service_cidr', {services}",
            str(pods),
            f"choose ranges that do not share {shared}",
        )
