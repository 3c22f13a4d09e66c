"""The load balancer that a Service of type LoadBalancer asks for, by its ports and annotations."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.kube.client import Object

_PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
_PROTOCOLS = ("tcp", "udp", "http", "https")
_LONGEST_NAME = 32


class InvalidService(ValueError):
    """The annotations contradict each other; the text says how."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One port of the load balancer."""

    port: int
    protocol: str
    """tcp, udp, http or https."""
    backend_port: int
    certificate_id: str = ""
    """Of an https listener."""
    forward_port: int | None = None
    """An http listener that redirects to this https port."""
    access: tuple[str, str] | None = None
    """Id and type (white, black) of its access control list; None lets in everybody."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the cloud controller has to bring about."""

    name: str
    existing_id: str
    """A load balancer of the user; the controller then neither creates nor deletes one."""
    manage_listeners: bool
    address_type: str
    vswitch_id: str
    protected: bool
    keep_on_delete: bool
    tags: dict[str, str]
    listeners: tuple[Listener, ...]
    hostname: str


def is_wanted(service: Object) -> bool:
    """Whether the Service wants a Classic Load Balancer and is not being deleted."""
    spec = service["spec"]
    deleted = "deletionTimestamp" in service["metadata"]
    return spec.get("type") == "LoadBalancer" and not spec.get("loadBalancerClass") and not deleted


def plan(service: Object) -> Plan:
    """Read the Service.

    Raises:
        InvalidService: an annotation is wrong.
    """
    metadata = service["metadata"]
    given = {
        key.removeprefix(_PREFIX): value
        for key, value in (metadata.get("annotations") or {}).items()
        if key.startswith(_PREFIX)
    }
    existing_id = given.get("id", "")
    override = given.get("force-override-listeners") == "true"
    return Plan(
        name=given.get("name") or default_name(metadata["uid"]),
        existing_id=existing_id,
        manage_listeners=override or not existing_id,
        address_type=_one_of(given, "address-type", "internet", ("internet", "intranet")),
        vswitch_id=given.get("vswitch-id", ""),
        protected=_one_of(given, "delete-protection", "on", ("on", "off")) == "on",
        keep_on_delete=bool(given.get("preserve-lb-on-delete")),
        tags=dict(_pairs(given.get("additional-resource-tags", ""), "=")),
        listeners=_listeners(service["spec"]["ports"], given),
        hostname=given.get("hostname", ""),
    )


def default_name(uid: str) -> str:
    """The name without annotation (DefaultLoadBalancerName of k8s.io/cloud-provider)."""
    return f"a{uid.replace('-', '')}"[:_LONGEST_NAME]


def _listeners(ports: list[Object], given: dict[str, str]) -> tuple[Listener, ...]:
    protocols = {port: protocol for protocol, port in _pairs(given.get("protocol-port", ""), ":")}
    forwards = dict(_pairs(given.get("forward-port", ""), ":"))
    known = {str(port["port"]) for port in ports}
    for number in protocols:
        if number not in known:
            raise InvalidService(f"protocol-port names port {number}, which the Service lacks")
    return tuple(_listener(port, protocols, forwards, given) for port in ports)


def _listener(
    port: Object, protocols: dict[str, str], forwards: dict[str, str], given: dict[str, str]
) -> Listener:
    number = str(port["port"])
    protocol = protocols.get(number, port.get("protocol", "TCP").lower())
    if protocol not in _PROTOCOLS:
        raise InvalidService(f"protocol-port: {protocol} is none of {', '.join(_PROTOCOLS)}")
    certificate = given.get("cert-id", "") if protocol == "https" else ""
    if protocol == "https" and not certificate:
        raise InvalidService(f"port {number} is https, but there is no cert-id")
    access = None
    if _one_of(given, "acl-status", "off", ("on", "off")) == "on":
        if not given.get("acl-id"):
            raise InvalidService("acl-status is on, but there is no acl-id")
        access = given["acl-id"], _one_of(given, "acl-type", "white", ("white", "black"))
    forward = forwards.get(number) if protocol == "http" else None
    target = port.get("targetPort")
    backend = port.get("nodePort") or (target if isinstance(target, int) else port["port"])
    return Listener(
        port=int(number),
        protocol=protocol,
        backend_port=backend,
        certificate_id=certificate,
        forward_port=int(forward) if forward else None,
        access=access,
    )


def _one_of(given: dict[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = given.get(name, default)
    if value not in choices:
        raise InvalidService(f"{name}: {value} is none of {', '.join(choices)}")
    return value


def _pairs(text: str, separator: str) -> list[tuple[str, str]]:
    pairs = []
    for part in text.split(","):
        if part.strip():
            key, found, value = part.partition(separator)
            if not found:
                raise InvalidService(f"'{part.strip()}' is not of the form a{separator}b")
            pairs.append((key.strip(), value.strip()))
    return pairs
