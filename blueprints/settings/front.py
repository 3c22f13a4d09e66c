"""Settings of a Service that pods without ClusterIP reach: load balancer and private name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import private_names
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name
from blueprints.settings.workload import Service


class PrivateName(Settings):
    """A name that the VPC resolves, in a private zone (PrivateZone) of the stack's own."""

    zone: Annotated[str, rule(Code.PRIVATE_NAME, private_names.check_zone)] = Field(
        examples=["class.private"],
        description="Name of the zone, such as `class.private`; within the VPC it hides a public "
        "zone of that name. A change replaces it.",
    )
    host: Annotated[str, rule(Code.PRIVATE_NAME, private_names.check_host)] = Field(
        default="www",
        description="Name below the zone; `@` for the name of the zone itself. Default: www.",
    )
    ttl_seconds: int = Field(
        default=private_names.DEFAULT_TTL_SECONDS,
        ge=1,
        le=86400,
        description="How long resolvers keep the answer. Default: 60.",
    )


class Front(Service):
    """The Service in front of the pods: an intranet load balancer, and a name for it."""

    name: Annotated[str, physical_name("service")] = Field(
        default="class", description="Name of the Service. Default: class."
    )
    access: Literal["internet", "intranet"] = Field(
        default="intranet",
        description="Where the load balancer is reached from. Default: intranet.",
    )
    private_name: PrivateName | None = Field(
        default=None,
        description="A name for the address of an intranet load balancer. Default: none.",
    )
