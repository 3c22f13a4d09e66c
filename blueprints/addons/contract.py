"""What an add-on is: its settings, what it requires, what it conflicts with, what it deploys.

Nothing here loads Pulumi: settings are validated without it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar

from ackb.domain.tiers import Tier
from blueprints.settings.base import Settings

if TYPE_CHECKING:
    import pulumi

    from blueprints.foundation import AnyCluster, AnyNetwork, AnySecurityGroup
    from blueprints.settings.registered_gpu import ClusterSettings
    from components.registered_cluster import RegisteredCluster

S = TypeVar("S", bound=Settings)


class Capability(StrEnum):
    """Something a cluster has or has not, by its settings."""

    PRO = "ack.pro"
    """A control plane of a paid edition (`cluster.spec`)."""
    RRSA = "rrsa"
    """RAM roles for Kubernetes service accounts (`cluster.rrsa`)."""
    TERWAY = "terway"
    """Pods with addresses of the VPC (`cluster.network_plugin`)."""
    NAT = "nat"
    """A way out to the internet (`network.nat`)."""
    VIRTUAL_NODE = "ack-virtual-node"
    """The managed virtual node (`virtual_nodes`)."""


@dataclass(frozen=True, kw_only=True)
class Requires:
    """What must be there for an add-on; checked before anything is created."""

    addons: tuple[str, ...] = ()
    """Other add-ons, by name; they are deployed first and removed last."""
    capabilities: tuple[Capability, ...] = ()
    """What the cluster must have."""
    kubernetes: str | None = None
    """Oldest minor version of Kubernetes, such as `1.34`."""


class ClusterAddon(ABC, Generic[S]):
    """An add-on: a file in the folder `addons` of the project holds one subclass of this.

    The name of the file is the name of the add-on; a stack that has it names it in its settings:
    `addons: {<name>: {…}}`.
    """

    settings: ClassVar[type[Settings]] = Settings
    """Model of its settings. Default: it has none, and is written as `{}`."""
    requires: ClassVar[Requires] = Requires()
    """What must be there. Default: nothing."""
    conflicts: ClassVar[tuple[str, ...]] = ()
    """Add-ons that cannot be in the same cluster; it is enough that one of the two says so."""

    @abstractmethod
    def deploy(self, context: AddonContext[S]) -> Iterable[pulumi.Resource] | None:
        """Declare everything the add-on consists of; runs inside the Pulumi program.

        Returns:
            What add-ons that require this one must wait for besides the resources that were
            declared with `context.options()`; None where that is all.
        """


@dataclass(frozen=True, kw_only=True)
class AddonContext(Generic[S]):
    """What an add-on is given."""

    name: str
    """Name of the add-on with hyphens: how the logical names of its resources begin."""
    settings: S
    """Its settings, validated."""
    stack: ClusterSettings
    """Settings of the whole stack: region, target, tags, …"""
    cluster: AnyCluster | RegisteredCluster
    """The cluster, with `cluster_id`, `provider` (of Kubernetes) and `kubeconfig`."""
    network: AnyNetwork
    """The VPC and its vSwitches."""
    security_group: AnySecurityGroup
    """Security group of nodes and pods."""
    group: pulumi.Resource
    """Parent of all resources of the add-on."""

    @property
    def cluster_id(self) -> pulumi.Output[str]:
        """Id of the cluster."""
        return self.cluster.cluster_id

    @property
    def cluster_provider(self) -> pulumi.ProviderResource:
        """The Kubernetes provider of the cluster; `options()` gives it to resources already."""
        return self.cluster.provider

    def options(self, *, depends_on: Iterable[pulumi.Resource] = ()) -> pulumi.ResourceOptions:
        """Return the options of a resource of this add-on.

        With them it has the right provider of its cloud or cluster, comes after the nodes and after
        what the add-on requires, and goes before them.
        """
        import pulumi

        return pulumi.ResourceOptions(parent=self.group, depends_on=list(depends_on))

    def namespace(
        self,
        namespace: str,
        *,
        tier: Tier = Tier.SYSTEM,
        pod_security: Literal["restricted", "baseline", "privileged"] = "restricted",
        labels: Mapping[str, str] | None = None,
    ) -> pulumi.Output[str]:
        """Declare a namespace and return its name, known once it exists.

        Args:
            namespace: its name, which no other add-on and not the blueprint may have.
            tier: tier of the workloads in it.
            pod_security: Pod Security Standard that the API server enforces in it.
            labels: further labels.
        """
        from components.namespace import Namespace, NamespaceArgs

        return Namespace(
            f"{self.name}-{namespace}",
            NamespaceArgs(
                namespace=namespace, tier=tier, pod_security=pod_security, labels=labels or {}
            ),
            self.options(),
        ).namespace

    def image(self, reference: str) -> str:
        """Return an image as the nodes of this stack must name it: see the setting `registry`."""
        from ackb.domain import images
        from blueprints import pulling

        return images.rewrite(reference, pulling.source(self.stack.registry))
