"""A Service with a load balancer of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

_PREFIX: Final = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
"""Prefix of the annotations the cloud controller manager reads; their meaning is documented at
https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/add-annotations-to-the-yaml-file-of-a-service-to-configure-clb-instances"""

_ONLY_AT_CREATION: Final = ("address-type", "resource-group-id", "vswitch-id")
"""Annotations that say what the load balancer is made of; it cannot be changed afterwards
(LoadBalancerManager.Update of cloud-provider-alibaba-cloud, v2.9)."""


@dataclass(frozen=True, kw_only=True)
class Https:
    """HTTPS on the load balancer; the plain port redirects to it."""

    certificate_id: str
    """Id of the certificate in the load balancer's certificate store."""
    port: int = 443
    """Port of HTTPS. Default: 443."""


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """Arguments of `LoadBalancer`."""

    namespace: pulumi.Input[str]
    """Namespace of the Service."""
    service_name: str
    """Name of the Service."""
    selector: Mapping[str, str]
    """Labels of the pods behind it."""
    target_port: int
    """Port the pods listen on."""
    port: int = 80
    """Port of the load balancer. Default: 80."""
    port_name: str = "http"
    """Name of the port, such as `mysql`. Default: http."""
    https: Https | None = None
    """HTTPS in front of the pods. Default: none."""
    external_traffic_policy: Literal["Local", "Cluster"] = "Local"
    """`Local` keeps the client's address and skips nodes without a pod. Default: Local."""
    access: Literal["internet", "intranet"] = "internet"
    """Where it is reached from. Default: internet."""
    access_list_id: pulumi.Input[str] | None = None
    """Access control list of who may connect (`AccessList`). Default: everybody."""
    vswitch_id: pulumi.Input[str] | None = None
    """vSwitch of its address with `intranet`. Default: chosen by the cloud."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the load balancer. Default: none."""
    resource_group_id: str | None = None
    """Resource group of the load balancer. Default: the account's default group."""


class LoadBalancer(pulumi.ComponentResource):
    """A Service of type LoadBalancer; the cloud makes a Classic Load Balancer (CLB) for it.

    Creates: one Service. The load balancer goes with it, so the Service must go before the cluster:
    nobody would be left to remove the load balancer. A change of `access` (or of vSwitch or
    resource group) replaces it; the site gets another address and is away in between.

        LoadBalancer(
            "front",
            LoadBalancerArgs(
                namespace=namespace.namespace,
                service_name="sp-svc",
                selector={"app": "wordpress"},
                target_port=8080,
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[node_pool]),
        )
    """

    address: pulumi.Output[str]
    """Address of the load balancer."""
    url: pulumi.Output[str]
    """Address as a URL, with the port where it is not the usual one."""

    def __init__(
        self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("LoadBalancer", name, _problems(args))
        super().__init__("ackb:workload:LoadBalancer", name, None, opts)
        service = kubernetes.core.v1.Service(
            f"{name}-service",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=args.service_name,
                namespace=args.namespace,
                annotations=service_annotations(args),
            ),
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="LoadBalancer",
                external_traffic_policy=args.external_traffic_policy,
                selector=dict(args.selector),
                ports=_ports(args),
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                # The controller takes a change of these, leaves the load balancer as it is, and
                # says so in an event only: a site made private would stay public.
                replace_on_changes=[
                    f'metadata.annotations["{_PREFIX}{suffix}"]' for suffix in _ONLY_AT_CREATION
                ],
                # The name of the Service stays.
                delete_before_replace=True,
            ),
        )
        self.address = service.status.apply(_address)
        self.url = self.address.apply(lambda address: url(address, args))
        self.register_outputs({"address": self.address, "url": self.url})


def _address(status: Any) -> str:
    # Every part of the SDK's type is optional, which a Service that is ready is not.
    return str(status.load_balancer.ingress[0].ip)


def service_annotations(args: LoadBalancerArgs) -> dict[str, pulumi.Input[str]]:
    """Return what the Service tells the cloud controller manager about its load balancer."""
    told: dict[str, pulumi.Input[str]] = {
        "address-type": args.access,
        "instance-charge-type": "PayByCLCU",
    }
    if args.access == "intranet" and args.vswitch_id is not None:
        told["vswitch-id"] = args.vswitch_id
    if args.tags:
        pairs = (f"{key}={value}" for key, value in sorted(args.tags.items()))
        told["additional-resource-tags"] = ",".join(pairs)
    if args.resource_group_id:
        told["resource-group-id"] = args.resource_group_id
    if args.access_list_id is not None:
        told |= {"acl-status": "on", "acl-id": args.access_list_id, "acl-type": "white"}
    if args.https:
        told |= {
            "protocol-port": f"https:{args.https.port},http:{args.port}",
            "cert-id": args.https.certificate_id,
            "forward-port": f"{args.port}:{args.https.port}",
            # So that the pods can tell HTTPS, which ends at the load balancer.
            "xforwardedfor-proto": "on",
        }
    return {f"{_PREFIX}{suffix}": value for suffix, value in told.items()}


def url(address: str, args: LoadBalancerArgs) -> str:
    """Return the URL behind an address."""
    scheme, port, usual = ("https", args.https.port, 443) if args.https else ("http", args.port, 80)
    return f"{scheme}://{address}/" if port == usual else f"{scheme}://{address}:{port}/"


def _ports(args: LoadBalancerArgs) -> list[kubernetes.core.v1.ServicePortArgs]:
    ports = {args.port_name: args.port} | ({"https": args.https.port} if args.https else {})
    return [
        kubernetes.core.v1.ServicePortArgs(
            name=name, port=port, target_port=args.target_port, protocol="TCP"
        )
        for name, port in ports.items()
    ]


def _problems(args: LoadBalancerArgs) -> Iterator[ArgumentProblem]:
    broken = naming.check("dns_label", args.service_name)
    yield from problem("service_name", args.service_name, broken)
    if not args.selector:
        yield ArgumentProblem("selector", "select some pods", {}, "give the labels of the pods")
    if args.https and args.https.port == args.port:
        yield ArgumentProblem(
            "https.port", "differ from 'port'", args.https.port, "use 443 for HTTPS and 80 for HTTP"
        )
