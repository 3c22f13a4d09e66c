"""The workload: resources, ports, and where its image comes from."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain import images, quantity
from ackb.domain.problems import Problem
from blueprints.settings.codes import Code
from blueprints.settings.stack import Acr, Mirror
from blueprints.settings.structure import ROOT
from blueprints.settings.workload import Https, Resources, Service


def check_resources(resources: Resources, *, at: str = ROOT) -> Iterator[Problem]:
    """Yield a problem for each request that is above its limit."""
    if resources.requests is None:
        return
    for name in ("cpu", "memory"):
        request, limit = getattr(resources.requests, name), getattr(resources.limits, name)
        if quantity.parse(request) > quantity.parse(limit):
            yield Problem(
                Code.RESOURCES,
                f"{at}.resources.requests.{name}",
                request,
                f"must not be more than the limit of {limit}",
                "lower the request or raise the limit; equal ones make the pod Guaranteed",
            )


def check_ports(service: Service, https: Https | None) -> Iterator[Problem]:
    """Yield a problem when HTTP and HTTPS are to use one port."""
    if https is not None and https.port == service.port:
        yield Problem(
            Code.PORTS,
            f"{ROOT}.https.port",
            https.port,
            "must not be the port of the Service, which redirects to it",
            "write 443, and 80 for the Service",
        )


def check_image_reachable(
    image: str, target: str, region: str, registry: Mirror | Acr | None, *, at: str = ROOT
) -> Iterator[Problem]:
    """Yield a problem when pods in the region could not pull the image; the sandbox pulls none."""
    if target == "sandbox" or registry is not None:
        return
    broken = images.check_reachable(image, region)
    if broken is not None:
        yield Problem.of(Code.REGISTRY, f"{at}.image", image, broken)


def check_registry(registry: Mirror | Acr | None, region: str) -> Iterator[Problem]:
    """Yield a problem when ACR is not reached through the VPC of the region."""
    if not isinstance(registry, Acr):
        return
    if "-vpc." not in registry.endpoint or f".{region}." not in f".{registry.endpoint}":
        yield Problem(
            Code.REGISTRY,
            f"{ROOT}.registry.endpoint",
            registry.endpoint,
            f"must be a VPC endpoint of ACR in {region}, so that pulling needs no internet",
            f"write <instance>-registry-vpc.{region}.cr.aliyuncs.com, or "
            f"registry-vpc.{region}.aliyuncs.com for the Personal Edition",
        )
