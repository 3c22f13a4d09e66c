"""Services and ingresses.

Conditions for readiness: pulumi-kubernetes provider/pkg/await/{service,ingress}.go. Without the ten
seconds that the official plugin lets endpoints settle.
"""

from __future__ import annotations

from ..cluster import Cluster
from ..kinds import Kind, Object
from .verdict import READY, Verdict, status_of, waiting

_SLICE = Kind("discovery.k8s.io", "v1", "EndpointSlice")
_SERVICE_OF_SLICE = "kubernetes.io/service-name"


def service(obj: Object, cluster: Cluster) -> Verdict:
    """Has its address when it wants a load balancer, and none of its pods is still starting."""
    spec, metadata = obj["spec"], obj["metadata"]
    reasons = []
    if spec.get("type") == "LoadBalancer" and not _ingress(obj):
        reasons.append("no load balancer has given the service an address yet")
    if _selects_pods(obj):
        selector = f"{_SERVICE_OF_SLICE}={metadata['name']}"
        slices = cluster.find(_SLICE, metadata["namespace"], labels=selector)
        starting = sum(
            one.get("conditions", {}).get("ready") is False
            and one.get("conditions", {}).get("terminating") is not True
            for found in slices
            for one in found.get("endpoints") or ()
        )
        if starting:
            reasons.append(f"{starting} pods behind the service are not ready")
    return waiting(*reasons)


def ingress(obj: Object, cluster: Cluster) -> Verdict:
    """Has its address."""
    if _ingress(obj):
        return READY
    namespace = obj["metadata"]["namespace"]
    missing = [
        f"service {name} of a rule does not exist"
        for name in sorted(_backends(obj))
        if cluster.read(Kind("", "v1", "Service"), namespace, name) is None
    ]
    return waiting("no controller has given the ingress an address yet", *missing)


def _ingress(obj: Object) -> bool:
    return bool(status_of(obj).get("loadBalancer", {}).get("ingress"))


def _selects_pods(obj: Object) -> bool:
    spec = obj["spec"]
    headless = spec.get("clusterIP") == "None"
    return bool(spec.get("selector")) and not headless and spec.get("type") != "ExternalName"


def _backends(obj: Object) -> set[str]:
    return {
        path["backend"]["service"]["name"]
        for rule in obj["spec"].get("rules") or ()
        for path in rule.get("http", {}).get("paths", ())
        if "service" in path["backend"]
    }
