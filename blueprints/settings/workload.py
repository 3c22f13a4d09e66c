"""Settings of a workload: its size, how it scales, where its pods go, how it is reached."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import quantity
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name


class Amounts(Settings):
    """An amount of CPU and memory."""

    cpu: Annotated[str, rule(Code.QUANTITY, quantity.check_cpu)] = Field(
        examples=["500m"],
        description='CPU as a Kubernetes quantity, in quotes where it is a number: "500m", "2".',
    )
    memory: Annotated[str, rule(Code.QUANTITY, quantity.check_memory)] = Field(
        examples=["1Gi"], description="Memory as a Kubernetes quantity: 512Mi, 1Gi."
    )


class Resources(Settings):
    """What a container gets. Equal requests and limits make the pod Guaranteed."""

    limits: Amounts = Field(
        default=Amounts(cpu="500m", memory="1Gi"),
        description="Most it may use. Default: 500m CPU, 1Gi memory.",
    )
    requests: Amounts | None = Field(
        default=None,
        description="What is kept free for it. Default: equal to the limits, which gives the pod "
        "the QoS class Guaranteed.",
    )


class Service(Settings):
    """The Service in front of the pods, with a load balancer of its own."""

    name: Annotated[str, physical_name("service")] = Field(
        default="sp-svc", description="Name of the Service. Default: sp-svc."
    )
    port: int = Field(
        default=80, ge=1, le=65535, description="Port of the load balancer. Default: 80."
    )
    external_traffic_policy: Literal["Local", "Cluster"] = Field(
        default="Local",
        description="`Local` keeps the client's address and skips nodes without a pod; `Cluster` "
        "spreads evenly. Default: Local.",
    )
    access: Literal["internet", "intranet"] = Field(
        default="internet",
        description="Where the load balancer is reached from. Default: internet.",
    )


class Https(Settings):
    """Serve HTTPS on the load balancer; the plain port redirects to it."""

    certificate_id: str = Field(
        min_length=1,
        examples=["'1234567890123456_18f0a1b2c3d_1234567890_-1234567890'"],
        description="Id of the certificate in the load balancer's certificate store.",
    )
    port: int = Field(default=443, ge=1, le=65535, description="Port of HTTPS. Default: 443.")
