"""A Kubernetes cluster outside Alibaba Cloud, registered there (ACK One)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_alicloud as alicloud
import pulumi_kubernetes as kubernetes

from ackb.domain import kubeconfig, naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.naming import distinct
from components.providers import Target

_CREDENTIAL_MINUTES: Final = 15
"""Shortest lifetime of a credential that getClusterCredential makes; only its CA is used."""

_CLUSTER_TYPE: Final = "ExternalKubernetes"
_RESOURCE: Final = "Cluster"
"""Logical id of the cluster in the template."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A registered cluster that this stack makes."""

    vpc_id: pulumi.Input[str]
    """VPC through which cloud and cluster reach each other; a change registers it anew."""
    vswitch_ids: Sequence[pulumi.Input[str]]
    """Node vSwitches, where the agent's connection ends; likewise."""
    security_group_id: pulumi.Input[str]
    """Security group of the cloud side, and of the nodes; likewise."""
    cluster_name: str | None = None
    """Name in the cloud, unique in the account; one that is given here has to change with the VPC,
    the vSwitches or the security group. Default: stack, logical name and a hash of those."""
    public_endpoint: bool = False
    """Give the connection an elastic IP address, for a cluster that reaches the cloud only over the
    internet; node pools need the private way. Default: false."""
    deletion_protection: bool = True
    """Refuse to take the registration away, in the cloud and in the engine. Default: true."""


@dataclass(frozen=True, kw_only=True)
class RegisteredClusterArgs:
    """Arguments of `RegisteredCluster`."""

    target: Target
    """Where the registration is; tells the kubeconfig how to get a credential."""
    region: str
    """Region id of the registration."""
    registration: Registration | str
    """How to register; or the id of a registered cluster that is there (made in the console, by the
    API or by onectl), which is then left as it is."""
    connected: bool = True
    """The agent runs in the cluster, so that it can be reached. Default: true."""


class RegisteredCluster(pulumi.ComponentResource):
    """A cluster of a data centre or of another cloud, as a registered cluster of ACK One (S0-01).

    Creates: the registration, and once the cluster is connected a Kubernetes provider for objects
    in it, with a kubeconfig that holds no credential. No provider has a resource for registered
    clusters: it is a ROS stack of one resource, `ALIYUN::CS::AnyCluster`.

        cluster = RegisteredCluster(
            "idc",
            RegisteredClusterArgs(
                target="sandbox",
                region="cn-zhangjiakou",
                registration=Registration(
                    vpc_id=network.vpc_id,
                    vswitch_ids=list(network.node_vswitch_ids.values()),
                    security_group_id=group.security_group_id,
                ),
            ),
            pulumi.ResourceOptions(providers=[provider], depends_on=[network, group]),
        )
        pulumi.export("kubeconfig", cluster.kubeconfig)

    Between the registration and the connection stands the agent, which a person applies in the
    cluster (`ackb agent STACK`); until then leave `connected` false.
    """

    cluster_id: pulumi.Output[str]
    """Id of the registered cluster, for node pools and add-ons."""
    kubeconfig: pulumi.Output[str] | None
    """How to reach the cluster through its registration; None while it is not connected."""

    def __init__(
        self, name: str, args: RegisteredClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("RegisteredCluster", name, _problems(args))
        super().__init__("ackb:cluster:RegisteredCluster", name, None, opts)
        wanted = args.registration
        if isinstance(wanted, str):
            self.cluster_id = pulumi.Output.from_input(wanted)
        else:
            self.cluster_id = _registered(name, wanted, args.region, self)
        self.kubeconfig = None
        self._provider: kubernetes.Provider | None = None
        if args.connected:
            self.kubeconfig = _kubeconfig(self.cluster_id, args, self)
            self._provider = kubernetes.Provider(
                f"{name}-kubernetes",
                kubeconfig=self.kubeconfig,
                # Without it a kubeconfig that is computed makes every object look like a
                # replacement.
                cluster_identifier=self.cluster_id,
                enable_config_map_mutable=True,
                enable_secret_mutable=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"cluster_id": self.cluster_id, "kubeconfig": self.kubeconfig})

    @property
    def provider(self) -> kubernetes.Provider:
        """Provider for Kubernetes objects in the cluster.

        Raises:
            ValueError: the cluster is not connected.
        """
        if self._provider is None:
            raise ValueError("nothing can be declared in a cluster that is not connected")
        return self._provider


def _registered(
    name: str, wanted: Registration, region: str, parent: pulumi.Resource
) -> pulumi.Output[str]:
    lasting = [wanted.vpc_id, *wanted.vswitch_ids, wanted.security_group_id]
    cluster_name = pulumi.Output.from_input(
        wanted.cluster_name or distinct("cluster", name, lasting)
    )
    stack = alicloud.ros.Stack(
        f"{name}-registration",
        stack_name=distinct("ros_stack", name, [cluster_name, *lasting]),
        template_body=pulumi.Output.json_dumps(
            _template(cluster_name, wanted, region), sort_keys=True
        ),
        deletion_protection="Enabled" if wanted.deletion_protection else "Disabled",
        opts=pulumi.ResourceOptions(
            parent=parent,
            protect=wanted.deletion_protection,
            # ROS cannot change the one property of ALIYUN::CS::AnyCluster.
            replace_on_changes=["templateBody"],
        ),
    )
    # The resource gives out none of the outputs of its template, so the cluster is looked up.
    found = alicloud.cs.get_clusters_output(
        cluster_type=_CLUSTER_TYPE,
        name_regex=pulumi.Output.all(cluster_name, stack.id).apply(lambda known: f"^{known[0]}$"),
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    ids = found.apply(lambda answer: [one.cluster_id for one in answer.clusters])
    return pulumi.Output.all(cluster_name, ids).apply(lambda known: _only(known[0], known[1]))


def _template(cluster_name: pulumi.Input[str], wanted: Registration, region: str) -> dict[str, Any]:
    """Return the ROS template: properties of the cluster are the body of the API's CreateCluster.

    https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-cs-anycluster
    """
    return {
        "ROSTemplateFormatVersion": "2015-09-01",
        "Resources": {
            _RESOURCE: {
                "Type": "ALIYUN::CS::AnyCluster",
                "Properties": {
                    "ClusterConfig": {
                        "cluster_type": _CLUSTER_TYPE,
                        "name": cluster_name,
                        "region_id": region,
                        "vpcid": wanted.vpc_id,
                        "vswitch_ids": list(wanted.vswitch_ids),
                        "security_group_id": wanted.security_group_id,
                        "endpoint_public_access": wanted.public_endpoint,
                    }
                },
            }
        },
        # Never DefaultUserKubeConfig, which is a credential.
        "Outputs": {"ClusterId": {"Value": {"Fn::GetAtt": [_RESOURCE, "ClusterId"]}}},
    }


def _only(name: str, ids: Sequence[str]) -> str:
    if len(ids) != 1:
        raise pulumi.RunError(
            f"The registration made {len(ids)} registered clusters called {name} where one was "
            "expected; look at its stack in the console of ROS, then run `ackb up` again."
        )
    return ids[0]


def _kubeconfig(
    cluster_id: pulumi.Output[str], args: RegisteredClusterArgs, parent: pulumi.Resource
) -> pulumi.Output[str]:
    credential = alicloud.cs.get_cluster_credential_output(
        cluster_id=cluster_id,
        temporary_duration_minutes=_CREDENTIAL_MINUTES,
        opts=pulumi.InvokeOutputOptions(parent=parent),
    )
    # Of the whole answer, which the provider may mark as secret, only the address and the CA are
    # kept: both are public, and they stay the same when the credential changes.
    server = pulumi.Output.unsecret(credential.kube_config.apply(_server))
    authority = pulumi.Output.unsecret(
        credential.apply(lambda answer: answer.certificate_authorities[0].cluster_cert)
    )
    return pulumi.Output.all(server, authority, cluster_id).apply(
        lambda known: kubeconfig.render(known[0], known[1], known[2], args.target, args.region)
    )


def _server(text: str) -> str:
    """Return the address in a kubeconfig; a registered cluster tells it nowhere else."""
    import yaml

    return str(yaml.safe_load(text)["clusters"][0]["cluster"]["server"])


def _problems(args: RegisteredClusterArgs) -> Iterator[ArgumentProblem]:
    wanted = args.registration
    if isinstance(wanted, str):
        return
    if wanted.cluster_name is not None:
        broken = naming.check("cluster", wanted.cluster_name)
        yield from problem("registration.cluster_name", wanted.cluster_name, broken)
    if not wanted.vswitch_ids:
        yield ArgumentProblem(
            "registration.vswitch_ids", "hold at least one vSwitch", [], "add one of a zone"
        )
