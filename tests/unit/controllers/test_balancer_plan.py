from __future__ import annotations

from typing import Any

import pytest

from sandbox.controllers.balancer_plan import InvalidService, Listener, is_wanted, plan

PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
HTTP = {"port": 80, "targetPort": 8080, "nodePort": 30080, "protocol": "TCP"}
HTTPS = {"port": 443, "targetPort": 8080, "nodePort": 30443, "protocol": "TCP"}


def service(*ports: dict[str, Any], **annotations: str) -> dict[str, Any]:
    return {
        "metadata": {
            "name": "sp-svc",
            "uid": "9c897582-0484-41b8-b983-32626599b4c1",
            "annotations": {
                PREFIX + key.replace("_", "-"): value for key, value in annotations.items()
            },
        },
        "spec": {"type": "LoadBalancer", "ports": list(ports or (HTTP,))},
    }


def test_without_annotations() -> None:
    found = plan(service())
    assert found.name == "a9c897582048441b8b98332626599b4c"
    assert found.address_type == "internet"
    assert found.protected
    assert found.manage_listeners
    assert found.listeners == (Listener(port=80, protocol="tcp", backend_port=30080),)


def test_https_with_redirect() -> None:
    found = plan(
        service(
            HTTP,
            HTTPS,
            protocol_port="https:443,http:80",
            cert_id="cert-1",
            forward_port="80:443",
        )
    )
    assert found.listeners == (
        Listener(port=80, protocol="http", backend_port=30080, forward_port=443),
        Listener(port=443, protocol="https", backend_port=30443, certificate_id="cert-1"),
    )


def test_a_load_balancer_of_the_user_is_left_alone() -> None:
    found = plan(service(id="lb-1"))
    assert (found.existing_id, found.manage_listeners) == ("lb-1", False)
    assert plan(service(id="lb-1", force_override_listeners="true")).manage_listeners


def test_other_annotations() -> None:
    found = plan(
        service(
            address_type="intranet",
            vswitch_id="vsw-1",
            name="site",
            delete_protection="off",
            additional_resource_tags="owner=web, env=dev",
            hostname="www.example.com",
            preserve_lb_on_delete="true",
        )
    )
    assert (found.address_type, found.vswitch_id, found.name) == ("intranet", "vsw-1", "site")
    assert not found.protected
    assert found.tags == {"owner": "web", "env": "dev"}
    assert found.hostname == "www.example.com"
    assert found.keep_on_delete


@pytest.mark.parametrize(
    ("annotations", "text"),
    [
        ({"address_type": "public"}, "address-type: public is none of internet, intranet"),
        ({"protocol_port": "https:80"}, "port 80 is https, but there is no cert-id"),
        ({"protocol_port": "ftp:80"}, "protocol-port: ftp is none of tcp, udp, http, https"),
        ({"protocol_port": "http:81"}, "protocol-port names port 81, which the Service lacks"),
        ({"protocol_port": "http"}, "'http' is not of the form a:b"),
    ],
)
def test_wrong_annotations(annotations: dict[str, str], text: str) -> None:
    with pytest.raises(InvalidService) as caught:
        plan(service(**annotations))
    assert str(caught.value) == text


def test_who_gets_one() -> None:
    assert is_wanted(service())
    assert not is_wanted({"metadata": {}, "spec": {"type": "ClusterIP"}})
    network = service()
    network["spec"]["loadBalancerClass"] = "alibabacloud.com/nlb"
    assert not is_wanted(network)
    leaving = service()
    leaving["metadata"]["deletionTimestamp"] = "2026-11-22T08:00:00Z"
    assert not is_wanted(leaving)


def test_an_access_list_holds_for_every_port() -> None:
    found = plan(service(HTTP, HTTPS, acl_status="on", acl_id="acl-1", acl_type="white"))
    assert [one.access for one in found.listeners] == [("acl-1", "white")] * 2
    assert plan(service(acl_status="off", acl_id="acl-1")).listeners[0].access is None


@pytest.mark.parametrize(
    ("annotations", "said"),
    [
        ({"acl_status": "on"}, "acl-status is on, but there is no acl-id"),
        ({"acl_status": "on", "acl_id": "acl-1", "acl_type": "grey"}, "acl-type: grey is none of"),
        ({"acl_status": "yes"}, "acl-status: yes is none of on, off"),
    ],
)
def test_a_wrong_access_list_is_said(annotations: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidService, match=said):
        plan(service(**annotations))
