"""Settings of virtual nodes where a blueprint knows them in both forms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.base import Settings, rule
from blueprints.settings.cluster import VirtualNodes
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name


class ManagedVirtualNodes(VirtualNodes):
    """The managed add-on ack-virtual-node: nothing to run, nothing to scale by hand."""

    type: Literal["managed"]


class RamRole(Settings):
    """The controller takes a RAM role by its service account (RRSA): no key exists."""

    type: Literal["ram_role"]
    role_name: Annotated[str, physical_name("ram_role")] = Field(
        examples=["virtual-node"],
        description="RAM role that trusts the service account kube-system/virtual-node-eci and may "
        "manage ECI.",
    )


class KeySecret(Settings):
    """The controller reads an AccessKey in a Secret that you put into kube-system yourself."""

    type: Literal["secret"]
    secret_name: Annotated[str, physical_name("secret")] = Field(
        default="alibaba-addon-secret",
        description="Name of the Secret; its keys are access-key-id and access-key-secret. "
        "Default: alibaba-addon-secret.",
    )


class SelfManagedVirtualNodes(Settings):
    """The form of 2020: a StatefulSet in the cluster, each replica one virtual node."""

    type: Literal["self_managed"]
    replicas: int = Field(
        default=1,
        ge=1,
        description="Number of virtual nodes, each for about 3,000 pods; lower it only after "
        "`ackb virtual-nodes scale-in`. Default: 1.",
    )
    cluster_ip: bool = Field(
        default=True,
        description="Let ECI pods reach ClusterIP Services; each then keeps a connection to the "
        "API server. Default: true.",
    )
    credentials: Annotated[RamRole | KeySecret, Field(discriminator="type")] = Field(
        description="How the controller proves itself to the cloud."
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] | None = Field(
        default=None,
        description="Image of the controller, with a tag that is a version. Default: the newest "
        "published one, from the registry of the region.",
    )


VirtualNodesForm = Annotated[
    ManagedVirtualNodes | SelfManagedVirtualNodes, Field(discriminator="type")
]
"""Virtual nodes, run by ACK or by a controller in the cluster."""
