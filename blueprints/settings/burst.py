"""Settings of the blueprint `burst`: thousands of ECI pods beside a small fixed pool."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.base import rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name
from blueprints.settings.front import Front
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.tasks import TaskJob
from blueprints.settings.virtual_nodes import ManagedVirtualNodes, VirtualNodesForm
from blueprints.settings.workload import Amounts, Resources

APP: Final = "nginx"
"""Name of the Deployment, and of the label that the Service selects its pods by."""


class BurstSettings(PlatformSettings):
    """A small fixed pool, and virtual nodes that carry the peak of an online class."""

    blueprint: Literal["burst"] = Field(description="Architecture to build.")
    virtual_nodes: VirtualNodesForm = Field(
        default=ManagedVirtualNodes(type="managed"),
        description="The virtual nodes, which carry the peak on ECI. Default: managed.",
    )
    namespace: Annotated[str, physical_name("namespace")] = Field(
        default="vk",
        description="Kubernetes namespace all of whose pods run on ECI. Default: vk.",
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="nginxinc/nginx-unprivileged:1.29.1-alpine",
        description="Image of the pods, with a tag that is a version, or a digest. Default: "
        "nginxinc/nginx-unprivileged:1.29.1-alpine.",
    )
    container_port: int = Field(
        default=8080,
        ge=1025,
        le=65535,
        description="Port the container listens on; above 1024, since it does not run as root. "
        "Default: 8080.",
    )
    user_id: int = Field(
        default=101,
        ge=1,
        le=65535,
        description="Numeric user the container runs as; not root. Default: 101.",
    )
    resources: Resources = Field(
        default=Resources(limits=Amounts(cpu="250m", memory="512Mi")),
        description="CPU and memory of the container. Default: 250m CPU and 512Mi memory, the "
        "smallest size of ECI.",
    )
    replicas: int = Field(default=10, ge=0, description="Number of pods. Default: 10.")
    service: Front | None = Field(
        default=None,
        description="How the pods are reached, also by ECI pods that reach no ClusterIP. Default: "
        "not at all.",
    )
    jobs: dict[str, TaskJob] = Field(
        default={},
        examples=["{scan: {image: ..., command: [...]}}"],
        description="Jobs of many tasks in the same namespace, on ECI too, by name. Default: none.",
    )
