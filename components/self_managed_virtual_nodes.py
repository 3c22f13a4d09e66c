"""Virtual nodes whose controller runs in the cluster, as many as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi

from ackb.domain import images, naming, virtual_nodes
from ackb.domain.problems import ArgumentProblem
from components.chart import Chart, ChartArgs, ChartFolder
from components.checks import problem, refuse

_CHART: Final = Path(__file__).parents[1] / "charts" / "virtual-node"


@dataclass(frozen=True, kw_only=True)
class Rrsa:
    """The controller takes a RAM role by its service account: no key exists."""

    role_name: str
    """RAM role that trusts `system:serviceaccount:kube-system:virtual-node-eci` and may manage ECI
    (AliyunECIFullAccess)."""
    oidc_provider_arn: pulumi.Input[str]
    """OIDC provider of the cluster, `Cluster.rrsa_provider_arn`."""


@dataclass(frozen=True, kw_only=True)
class AccessKeySecret:
    """The controller reads an AccessKey in a Secret that somebody else puts into kube-system."""

    secret_name: str = "alibaba-addon-secret"
    """Name of the Secret. Default: alibaba-addon-secret, which add-ons of registered clusters
    read."""
    id_key: str = "access-key-id"
    """Key of the Secret that holds the AccessKey id. Default: access-key-id."""
    secret_key: str = "access-key-secret"
    """Key of the Secret that holds the AccessKey secret. Default: access-key-secret."""


@dataclass(frozen=True, kw_only=True)
class SelfManagedVirtualNodesArgs:
    """Arguments of `SelfManagedVirtualNodes`."""

    region: str
    """Region id of the cluster."""
    cluster_id: pulumi.Input[str]
    """Cluster the nodes belong to; its id tells their ECI instances apart."""
    vswitch_ids: Sequence[pulumi.Input[str]]
    """vSwitches of ECI pods; several give them several zones and more addresses."""
    security_group_id: pulumi.Input[str]
    """Security group of ECI pods; each of them is one member."""
    credentials: Rrsa | AccessKeySecret
    """How the controller proves itself; an AccessKey itself is no argument."""
    replicas: int = 1
    """Number of virtual nodes, each for about 3,000 pods; not to be lowered while pods run on the
    nodes that go. Default: 1."""
    cluster_ip: bool = True
    """Let ECI pods reach ClusterIP Services (`ECI_KUBE_PROXY`); each then keeps a connection to the
    API server. Default: true."""
    image: str | None = None
    """Image of the controller, pinned. Default: the newest in the release notes of
    ack-virtual-node (v2.0.0.122, May 2021), from the registry of the region."""


class SelfManagedVirtualNodes(pulumi.ComponentResource):
    """Virtual nodes in the form of 2020: a StatefulSet each of whose replicas is one node.

    Creates: the chart `charts/virtual-node` as a release in kube-system, with the StatefulSet
    `virtual-node-eci`, its service account and its permissions. Replica N registers the node
    `virtual-node-eci-N`. ACK has since replaced it by the managed add-on (`VirtualNodes`), which
    needs no replicas; this form is for clusters that need several nodes.

        virtual_nodes = SelfManagedVirtualNodes(
            "eci",
            SelfManagedVirtualNodesArgs(
                region="cn-hangzhou",
                cluster_id=cluster.cluster_id,
                vswitch_ids=list(network.pod_vswitch_ids.values()),
                security_group_id=group.security_group_id,
                credentials=Rrsa(role_name="eci", oidc_provider_arn=cluster.rrsa_provider_arn),
                replicas=virtual_nodes.nodes_for(10_000),
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )

    Workloads depend on it: ECI pods must be gone before it is, or nobody manages them any more.
    """

    node_names: pulumi.Output[list[str]]
    """Names of the nodes, known once their controllers run."""
    capacity: pulumi.Output[int]
    """ECI pods that the nodes hold together."""

    def __init__(
        self,
        name: str,
        args: SelfManagedVirtualNodesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse("SelfManagedVirtualNodes", name, _problems(args))
        super().__init__("ackb:cluster:SelfManagedVirtualNodes", name, None, opts)
        chart = Chart(
            f"{name}-virtual-node",
            ChartArgs(
                source=ChartFolder(path=_CHART),
                release_name="virtual-node",
                namespace=virtual_nodes.NAMESPACE,
                values=_values(args),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        names = [virtual_nodes.node_name(number) for number in range(args.replicas)]
        self.node_names = chart.release_name.apply(lambda _: names)
        self.capacity = pulumi.Output.from_input(virtual_nodes.capacity(args.replicas))
        self.register_outputs({"node_names": self.node_names, "capacity": self.capacity})


def _values(args: SelfManagedVirtualNodesArgs) -> dict[str, Any]:
    values: dict[str, Any] = {
        "replicas": args.replicas,
        "region": args.region,
        "clusterId": args.cluster_id,
        "vswitchIds": list(args.vswitch_ids),
        "securityGroupId": args.security_group_id,
        "kubeProxy": args.cluster_ip,
        "credentials": _credentials(args.credentials),
    }
    if args.image is not None:
        values["image"] = args.image
    return values


def _credentials(given: Rrsa | AccessKeySecret) -> dict[str, Any]:
    if isinstance(given, AccessKeySecret):
        return {
            "secret": {
                "name": given.secret_name,
                "accessKeyId": given.id_key,
                "accessKeySecret": given.secret_key,
            }
        }
    provider = pulumi.Output.from_input(given.oidc_provider_arn)
    # Both belong to one account, which the provider's ARN (acs:ram::ACCOUNT:...) names.
    role_arn = provider.apply(lambda arn: f"{arn.rpartition(':')[0]}:role/{given.role_name}")
    return {
        "rrsa": {
            "roleName": given.role_name,
            "roleArn": role_arn,
            "oidcProviderArn": provider,
        }
    }


def _problems(args: SelfManagedVirtualNodesArgs) -> Iterator[ArgumentProblem]:
    if args.replicas < 1:
        yield ArgumentProblem(
            "replicas", "be 1 or more", args.replicas, "leave the component out for no virtual node"
        )
    if not args.vswitch_ids:
        yield ArgumentProblem(
            "vswitch_ids", "hold at least one vSwitch", [], "add the pod vSwitch of each zone"
        )
    if args.image is not None:
        yield from problem("image", args.image, images.check(args.image))
    given = args.credentials
    if isinstance(given, AccessKeySecret):
        broken = naming.check("secret", given.secret_name)
        yield from problem("credentials.secret_name", given.secret_name, broken)
    elif not given.role_name:
        yield ArgumentProblem(
            "credentials.role_name", "name a RAM role", "", "give the role without its ARN"
        )
