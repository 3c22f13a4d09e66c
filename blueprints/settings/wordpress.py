"""Settings of the blueprint `wordpress`: WordPress on ACK, ECS for the base load, ECI for peaks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.base import rule
from blueprints.settings.cluster import VirtualNodes
from blueprints.settings.codes import Code
from blueprints.settings.data import Cache, Database, FileStorage
from blueprints.settings.eci import EciPods
from blueprints.settings.existing import AnyCache, AnyDatabase, AnyFileStorage
from blueprints.settings.forms import physical_name
from blueprints.settings.installation import Installation
from blueprints.settings.placement import EcsFirst, Placement
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.scaling import Hpa, RightSizing, Scaling
from blueprints.settings.workload import Https, Resources, Service


class WordpressSettings(PlatformSettings):
    """WordPress with RDS, Redis and NAS; the defaults are the numbers of the best practice."""

    blueprint: Literal["wordpress"] = Field(description="Architecture to build.")
    virtual_nodes: VirtualNodes = Field(
        default=VirtualNodes(), description="The virtual node, which carries the peaks on ECI."
    )
    database: Annotated[AnyDatabase, Field(discriminator="type")] = Field(
        default=Database(), description="The RDS database: new, or existing."
    )
    cache: Annotated[AnyCache, Field(discriminator="type")] = Field(
        default=Cache(), description="The Redis cache: new, or existing."
    )
    file_storage: Annotated[AnyFileStorage, Field(discriminator="type")] = Field(
        default=FileStorage(),
        description="The NAS file system of themes, plug-ins and uploads: new, or existing.",
    )
    namespace: Annotated[str, physical_name("namespace")] = Field(
        default="wordpress", description="Kubernetes namespace. Default: wordpress."
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="wordpress:6.8.3-php8.3-apache",
        description="Image of the container, with a tag that is a version, or a digest. Default: "
        "wordpress:6.8.3-php8.3-apache.",
    )
    container_port: int = Field(
        default=8080,
        ge=1025,
        le=65535,
        description="Port the container listens on; above 1024, since it does not run as root. "
        "Default: 8080.",
    )
    resources: Resources = Field(
        default=Resources(), description="CPU and memory of the WordPress container."
    )
    scaling: Scaling = Field(
        default=Hpa(type="hpa"),
        description="How many pods run: a fixed number, or as many as the load asks for. Default: "
        "hpa, 60 % CPU, 22 to 100 pods.",
    )
    right_sizing: RightSizing | None = Field(
        default=None,
        description="Find out, from what the pods use, which size they should have. Default: not.",
    )
    workload: Literal["Deployment", "CloneSet", "UnitedDeployment"] = Field(
        default="Deployment",
        description="Kind of the workload; the last two are those of the add-on ack-kruise. A "
        "change replaces it with all its pods. Default: Deployment.",
    )
    placement: Placement = Field(
        default=EcsFirst(type="ecs_first"),
        description="Where the pods run. Default: ecs_first, 22 pods on ECS nodes.",
    )
    eci_pods: EciPods | None = Field(
        default=None, description="What pods ask of ECI. Default: what ECI does by itself."
    )
    service: Service = Field(default=Service(), description="How the site is reached.")
    https: Https | None = Field(
        default=None, description="HTTPS in front of the site. Default: plain HTTP only."
    )
    installation: Installation | None = Field(
        default=None,
        description="Install WordPress by a Job instead of the form that it shows to the first "
        "visitor. Default: not.",
    )
