"""What a pod may not have where it runs on ECI: there is no node under it.

Source: https://www.alibabacloud.com/help/en/eci/product-overview/limits
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ackb.domain.problems import Broken

RESERVED_PORTS: Final = (111, 10250, 10255)
"""Ports that ECI itself listens on."""


def check_pod_spec(spec: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield each limit of ECI that the spec of a pod (wire form) breaks."""
    if spec.get("hostNetwork") is True:
        yield Broken("not use the network of its node to run on ECI", "leave out hostNetwork")
    for volume in _maps(spec.get("volumes")):
        if "hostPath" in volume:
            yield Broken(
                f"not mount a folder of its node to run on ECI (volume {volume.get('name')})",
                "use emptyDir, NAS or a cloud disk instead of hostPath",
            )
    for container in (*_maps(spec.get("initContainers")), *_maps(spec.get("containers"))):
        name = container.get("name")
        context = container.get("securityContext")
        if isinstance(context, Mapping) and context.get("privileged") is True:
            yield Broken(
                f"not be privileged to run on ECI (container {name})",
                "leave out privileged, or run it on ECS nodes",
            )
        for port in _maps(container.get("ports")):
            if port.get("hostPort"):
                yield Broken(
                    f"not use a port of its node to run on ECI (container {name})",
                    "leave out hostPort",
                )
            if port.get("containerPort") in RESERVED_PORTS:
                reserved = ", ".join(map(str, RESERVED_PORTS))
                yield Broken(
                    f"not listen on a port that ECI uses itself ({reserved})",
                    "let it listen on another port",
                )


def check_kind(kind: str) -> Broken | None:
    """Return what is wrong with a kind of workload whose pods are sent to ECI, or None."""
    if kind != "DaemonSet":
        return None
    return Broken(
        "not be a DaemonSet to run on ECI, where no pod has a node to itself",
        "put it into the pods as a sidecar, or keep it on ECS nodes",
    )


def check_service(service_type: str) -> Broken | None:
    """Return what is wrong with the type of a Service whose pods run on ECI, or None."""
    if service_type != "NodePort":
        return None
    return Broken(
        "not be a NodePort for pods on ECI, which no port of a node leads to",
        "use LoadBalancer, or ClusterIP behind an Ingress",
    )


def _maps(value: object) -> Sequence[Mapping[str, Any]]:
    found = value if isinstance(value, (list, tuple)) else ()
    return [one for one in found if isinstance(one, Mapping)]
