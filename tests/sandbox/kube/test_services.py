"""The cloud controller: Services of type LoadBalancer."""

from __future__ import annotations

from typing import Any

from sandbox.kube.client import path_of
from tests.sandbox.kube.conftest import Lab, eventually

PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"


def create(lab: Lab, namespace: str, **annotations: str) -> dict[str, Any]:
    given = {PREFIX + key.replace("_", "-"): value for key, value in annotations.items()}
    obj = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "sp-svc", "namespace": namespace, "annotations": given},
        "spec": {
            "type": "LoadBalancer",
            "externalTrafficPolicy": "Local",
            "selector": {"app": "web"},
            "ports": [
                {"name": "http", "port": 80, "targetPort": 8080},
                {"name": "https", "port": 443, "targetPort": 8080},
            ],
        },
    }
    return lab.client.create(obj) | {"kind": "Service"}


def current(lab: Lab, namespace: str) -> dict[str, Any]:
    return lab.client.get(path_of("Service", "sp-svc", namespace)) | {"kind": "Service"}


def address(lab: Lab, namespace: str) -> str:
    ingress = current(lab, namespace)["status"]["loadBalancer"].get("ingress") or [{}]
    return str(ingress[0].get("ip", ""))


def listeners(lab: Lab, balancer_id: str) -> set[tuple[str, int]]:
    answer = lab.cloud.slb.describe_load_balancer_listeners(load_balancer_id=[balancer_id])
    return {(one["ListenerProtocol"], one["ListenerPort"]) for one in answer["Listeners"]}


def test_a_service_has_a_load_balancer_as_long_as_it_lives(lab: Lab) -> None:
    """S2-31: Service sp-svc on a load balancer; it goes with the Service, protected or not."""
    namespace = lab.namespace()
    create(lab, namespace, protocol_port="https:443,http:80", cert_id="c-1", forward_port="80:443")
    shown = eventually(lambda: address(lab, namespace))
    (balancer,) = lab.balancers()
    balancer_id = balancer["LoadBalancerId"]
    assert balancer["Address"] == shown
    assert balancer["DeleteProtection"] == "on"
    tags = {tag["Key"]: tag["Value"] for tag in balancer["Tags"]["Tag"]}
    assert tags["ack.aliyun.com"] == lab.cluster_id
    assert listeners(lab, balancer_id) == {("https", 443), ("http", 80)}
    service = current(lab, namespace)
    assert service["metadata"]["labels"]["service.k8s.alibaba/loadbalancer-id"] == balancer_id
    assert service["metadata"]["finalizers"] == ["service.k8s.alibaba/resources"]

    changed = {PREFIX + "protocol-port": None, PREFIX + "forward-port": None}
    lab.client.patch(service, {"metadata": {"annotations": changed}})
    eventually(lambda: listeners(lab, balancer_id) == {("tcp", 443), ("tcp", 80)})

    lab.client.delete(service)
    eventually(lambda: lab.client.find("Service", "sp-svc", namespace) is None)
    assert lab.balancers() == []


def test_a_service_that_becomes_internal_loses_it(lab: Lab) -> None:
    namespace = lab.namespace()
    service = create(lab, namespace, address_type="intranet")
    assert eventually(lambda: address(lab, namespace)).startswith("10.1.")
    lab.client.patch(service, {"spec": {"type": "ClusterIP", "externalTrafficPolicy": None}})
    eventually(lambda: not lab.balancers())
    assert "finalizers" not in current(lab, namespace)["metadata"]
    assert address(lab, namespace) == ""


def test_changed_tags_reach_the_load_balancer(lab: Lab) -> None:
    namespace = lab.namespace()
    service = create(lab, namespace, additional_resource_tags="env=dev,owner=web")
    eventually(lambda: address(lab, namespace))

    def tags() -> dict[str, str]:
        (balancer,) = lab.balancers()
        return {tag["Key"]: tag["Value"] for tag in balancer["Tags"]["Tag"]}

    own = tags().keys() - {"env", "owner"}
    changed = {PREFIX + "additional-resource-tags": "owner=shop,tier=online"}
    lab.client.patch(service, {"metadata": {"annotations": changed}})
    eventually(lambda: tags().get("owner") == "shop" and "env" not in tags())
    assert tags().keys() == own | {"owner", "tier"}
    lab.client.delete(service)
    eventually(lambda: not lab.balancers())


def test_a_public_load_balancer_never_becomes_private(lab: Lab) -> None:
    """As the real controller: it says so, and the old address stays."""
    namespace = lab.namespace()
    service = create(lab, namespace)
    public = eventually(lambda: address(lab, namespace))
    changed = {PREFIX + "address-type": "intranet"}
    lab.client.patch(service, {"metadata": {"annotations": changed}})
    said = eventually(lambda: lab.events(namespace, "SyncLoadBalancerFailed"))
    assert said == [
        "alicloud: can not change LoadBalancer AddressType once created. delete and retry"
    ]
    assert address(lab, namespace) == public
    lab.client.delete(service)
    eventually(lambda: not lab.balancers())


def test_a_load_balancer_of_the_user_stays(lab: Lab) -> None:
    answer = lab.cloud.slb.create_load_balancer(region_id="cn-hangzhou", load_balancer_name="mine")
    namespace = lab.namespace()
    service = create(lab, namespace, id=answer["LoadBalancerId"])
    assert eventually(lambda: address(lab, namespace)) == answer["Address"]
    assert listeners(lab, answer["LoadBalancerId"]) == set()
    lab.client.delete(service)
    eventually(lambda: lab.client.find("Service", "sp-svc", namespace) is None)
    assert [one["LoadBalancerName"] for one in lab.balancers()] == ["mine"]
    lab.cloud.slb.delete_load_balancer(load_balancer_id=answer["LoadBalancerId"])


def test_a_wrong_annotation_is_told_and_can_be_mended(lab: Lab) -> None:
    namespace = lab.namespace()
    service = create(lab, namespace, protocol_port="https:443")
    said = eventually(lambda: lab.events(namespace, "SyncLoadBalancerFailed"))
    assert said == ["port 443 is https, but there is no cert-id"]
    lab.client.patch(service, {"metadata": {"annotations": {PREFIX + "cert-id": "c-1"}}})
    eventually(lambda: address(lab, namespace))
    lab.client.delete(service)
    eventually(lambda: not lab.balancers())
