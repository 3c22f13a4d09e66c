"""What is there already, in the place of the component that would create it.

Each has the outputs of that component and creates nothing, so that whatever stands on it does not
tell the difference, and taking the stack down leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain.problems import ArgumentProblem
from components.checks import not_empty, refuse
from components.cluster_access import cluster_access
from components.providers import Target


@dataclass(frozen=True, kw_only=True)
class ExistingZone:
    """One zone and the vSwitches in it."""

    zone_id: str
    """Zone id, such as `cn-hangzhou-j`."""
    node_vswitch_id: str
    """Id of the vSwitch of nodes, data stores and load balancers."""
    pod_vswitch_id: str | None = None
    """Id of the vSwitch of Terway pods and ECI pods. Default: no such vSwitch."""


@dataclass(frozen=True, kw_only=True)
class ExistingNetworkArgs:
    """Arguments of `ExistingNetwork`."""

    vpc_id: str
    """Id of the VPC."""
    zones: Sequence[ExistingZone]
    """Zones in use."""


class ExistingNetwork(pulumi.ComponentResource):
    """A VPC that is there, in the place of `Network`.

    Creates: nothing.

        zone = ExistingZone(zone_id="cn-hangzhou-j", node_vswitch_id="vsw-bp1ucvdrq4zkp0q0wz1k2")
        network = ExistingNetwork(
            "net", ExistingNetworkArgs(vpc_id="vpc-bp1ucvdrq4zkp0q0wz1k2", zones=[zone])
        )
    """

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    node_vswitch_ids: dict[str, pulumi.Output[str]]
    """Id of the node vSwitch of each zone, by zone id."""
    pod_vswitch_ids: dict[str, pulumi.Output[str]]
    """Id of the pod vSwitch of each zone that has one, by zone id."""
    egress_address: pulumi.Output[str] | None
    """None: which way out the VPC has is not asked."""

    def __init__(
        self, name: str, args: ExistingNetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingNetwork", name, _problems(args))
        super().__init__("ackb:network:ExistingNetwork", name, asdict(args), opts)
        self.vpc_id = pulumi.Output.from_input(args.vpc_id)
        self.node_vswitch_ids = {
            zone.zone_id: pulumi.Output.from_input(zone.node_vswitch_id) for zone in args.zones
        }
        self.pod_vswitch_ids = {
            zone.zone_id: pulumi.Output.from_input(zone.pod_vswitch_id)
            for zone in args.zones
            if zone.pod_vswitch_id
        }
        self.egress_address = None
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "node_vswitch_ids": self.node_vswitch_ids,
                "pod_vswitch_ids": self.pod_vswitch_ids,
                "egress_address": self.egress_address,
            }
        )


@dataclass(frozen=True, kw_only=True)
class ExistingSecurityGroupArgs:
    """Arguments of `ExistingSecurityGroup`."""

    security_group_id: str
    """Id of the group."""


class ExistingSecurityGroup(pulumi.ComponentResource):
    """A security group that is there, in the place of `SecurityGroup`.

    Creates: nothing; its rules are not touched.

        group = ExistingSecurityGroup(
            "sg", ExistingSecurityGroupArgs(security_group_id="sg-bp1fg655nh68xyz9i1cs")
        )
    """

    security_group_id: pulumi.Output[str]
    """Id of the group."""

    def __init__(
        self, name: str, args: ExistingSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingSecurityGroup", name, not_empty(args))
        super().__init__("ackb:network:ExistingSecurityGroup", name, asdict(args), opts)
        self.security_group_id = pulumi.Output.from_input(args.security_group_id)
        self.register_outputs({"security_group_id": self.security_group_id})


@dataclass(frozen=True, kw_only=True)
class ExistingClusterArgs:
    """Arguments of `ExistingCluster`."""

    target: Target
    """Where the cluster is; tells the kubeconfig how to get a credential."""
    region: str
    """Region id of the cluster, likewise."""
    cluster_id: str
    """Id of the cluster."""
    server: str
    """URL of its API server."""
    version: str
    """Its Kubernetes version; plans and pictures tell it."""
    spec: str
    """Its edition, likewise."""
    network_plugin: Literal["terway", "flannel"]
    """Its network plug-in, likewise."""
    rrsa_provider_arn: str | None = None
    """ARN of the OIDC provider that RAM roles trust. Default: it has none."""


class ExistingCluster(pulumi.ComponentResource):
    """A managed ACK cluster that is there, in the place of `Cluster`.

    Creates: a Kubernetes provider for objects in it, and nothing else.

        cluster = ExistingCluster(
            "ack",
            ExistingClusterArgs(
                target="alibaba-cloud",
                region="cn-hangzhou",
                cluster_id="c0123456789abcdef0123456789abcdef",
                server="https://10.0.0.9:6443",
                version="1.36",
                spec="ack.pro.small",
                network_plugin="terway",
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )
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
        self, name: str, args: ExistingClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ExistingCluster", name, not_empty(args))
        super().__init__("ackb:cluster:ExistingCluster", name, _described(args), opts)
        self.cluster_id = pulumi.Output.from_input(args.cluster_id)
        access = cluster_access(
            name,
            cluster_id=args.cluster_id,
            server=args.server,
            target=args.target,
            region=args.region,
            parent=self,
        )
        self.kubeconfig, self.provider = access.kubeconfig, access.provider
        arn = args.rrsa_provider_arn
        self.rrsa_provider_arn = pulumi.Output.from_input(arn) if arn else None
        self.register_outputs(
            {
                "cluster_id": self.cluster_id,
                "kubeconfig": self.kubeconfig,
                "rrsa_provider_arn": self.rrsa_provider_arn,
            }
        )


def _described(args: ExistingClusterArgs) -> dict[str, Any]:
    """Return what a plan tells of a cluster that is there."""
    return {
        "cluster_id": args.cluster_id,
        "version": args.version,
        "spec": args.spec,
        "network_plugin": args.network_plugin,
    }


def _problems(args: ExistingNetworkArgs) -> Iterator[ArgumentProblem]:
    yield from not_empty(args)
    if not args.zones:
        yield ArgumentProblem("zones", "hold at least one zone", [], "add a zone")
