"""Load balancers and listeners (S2-31)."""

import json

import pytest

from sandbox.cloud.cloud import Cloud
from tests.unit.cloud.conftest import REGION, Net, code_of


@pytest.fixture
def balancer(cloud: Cloud) -> str:
    answer = cloud.slb.create_load_balancer(
        region_id=REGION, load_balancer_name="web", tags={"service": "sp-svc"}
    )
    return answer["LoadBalancerId"]


def test_a_public_one_has_an_address_that_is_never_routed(cloud: Cloud, balancer: str):
    found = cloud.slb.describe_load_balancers(tags={"service": "sp-svc"})
    (shown,) = found["LoadBalancers"]["LoadBalancer"]
    assert shown["LoadBalancerId"] == balancer
    assert shown["Address"].startswith("198.18.")


def test_an_internal_one_takes_an_address_of_the_vswitch(cloud: Cloud, net: Net):
    asked = {"region_id": REGION, "address_type": "intranet"}
    assert code_of(cloud.slb.create_load_balancer, **asked) == "MissingParameter"
    answer = cloud.slb.create_load_balancer(**asked, vswitch_id=net.vswitch_id)
    assert answer["Address"] == "10.0.0.1"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == "DependencyViolation"
    cloud.slb.delete_load_balancer(load_balancer_id=answer["LoadBalancerId"])
    cloud.vpc.delete_vswitch(vswitch_id=net.vswitch_id)


def test_a_port_has_one_listener(cloud: Cloud, balancer: str):
    port = {"load_balancer_id": balancer, "listener_port": 80}
    cloud.slb.create_load_balancer_http_listener(**port, listener_forward="on", forward_port=443)
    cloud.slb.create_load_balancer_https_listener(
        load_balancer_id=balancer,
        listener_port=443,
        backend_server_port=30080,
        server_certificate_id="cert",
    )
    again = {**port, "backend_server_port": 8080}
    code = code_of(cloud.slb.create_load_balancer_tcp_listener, **again)
    assert code == "ListenerAlreadyExists"
    listeners = cloud.slb.describe_load_balancer_listeners(load_balancer_id=[balancer])
    shown = {one["ListenerPort"]: one for one in listeners["Listeners"]}
    assert (shown[80]["ListenerForward"], shown[80]["ForwardPort"]) == ("on", 443)
    assert shown[443]["ServerCertificateId"] == "cert"
    cloud.slb.delete_load_balancer_listener(**port)
    assert code_of(cloud.slb.delete_load_balancer_listener, **port) == "ResourceNotFound.Listener"


@pytest.mark.parametrize("port", [0, 65536])
def test_a_bad_port_is_refused(cloud: Cloud, balancer: str, port: int):
    asked = {"load_balancer_id": balancer, "listener_port": port, "backend_server_port": 1}
    assert code_of(cloud.slb.create_load_balancer_tcp_listener, **asked) == "InvalidParameter"


def test_a_protected_one_stays_until_it_is_not(cloud: Cloud, balancer: str):
    protect = cloud.slb.set_load_balancer_delete_protection
    protect(load_balancer_id=balancer, delete_protection="on")
    code = code_of(cloud.slb.delete_load_balancer, load_balancer_id=balancer)
    assert code == "OperationDenied.DeletionProtectionIsOn"
    protect(load_balancer_id=balancer, delete_protection="off")
    cloud.slb.delete_load_balancer(load_balancer_id=balancer)
    cloud.slb.delete_load_balancer(load_balancer_id=balancer)
    assert cloud.is_empty()


def entries(*cidrs: str) -> str:
    return json.dumps([{"entry": one} for one in cidrs])


def test_an_access_list_stays_while_a_listener_uses_it(cloud: Cloud, balancer: str):
    slb = cloud.slb
    acl_id = slb.create_access_control_list(region_id=REGION, acl_name="clients")["AclId"]
    slb.add_access_control_list_entry(acl_id=acl_id, acl_entrys=entries("203.0.113.0/24"))
    again = {"acl_id": acl_id, "acl_entrys": entries("203.0.113.0/24")}
    assert code_of(slb.add_access_control_list_entry, **again) == "AclEntryExist"
    port = {"load_balancer_id": balancer, "listener_port": 3306, "backend_server_port": 30306}
    access = {"acl_status": "on", "acl_id": acl_id}
    assert code_of(slb.create_load_balancer_tcp_listener, **port, **access, acl_type="grey") == (
        "InvalidParameter"
    )
    slb.create_load_balancer_tcp_listener(**port, **access, acl_type="white")
    shown = slb.describe_access_control_list_attribute(acl_id=acl_id)
    assert [one["AclEntryIP"] for one in shown["AclEntrys"]["AclEntry"]] == ["203.0.113.0/24"]
    assert [one["ListenerPort"] for one in shown["RelatedListeners"]["RelatedListener"]] == [3306]
    assert code_of(slb.delete_access_control_list, acl_id=acl_id) == "AclInUsed"
    slb.delete_load_balancer_listener(load_balancer_id=balancer, listener_port=3306)
    slb.delete_access_control_list(acl_id=acl_id)
    assert code_of(slb.delete_access_control_list, acl_id=acl_id) == "AclNotExist"


def test_a_listener_names_a_list_that_is_there(cloud: Cloud, balancer: str):
    port = {"load_balancer_id": balancer, "listener_port": 3306, "backend_server_port": 30306}
    access = {"acl_status": "on", "acl_id": "acl-absent"}
    assert code_of(cloud.slb.create_load_balancer_tcp_listener, **port, **access) == "AclNotExist"


def test_an_access_list_has_a_most_of_entries(cloud: Cloud):
    slb = cloud.slb
    acl_id = slb.create_access_control_list(region_id=REGION, acl_name="clients")["AclId"]
    most = [f"10.0.{number}.0/24" for number in range(256)] + [
        f"10.1.{number}.0/24" for number in range(44)
    ]
    slb.add_access_control_list_entry(acl_id=acl_id, acl_entrys=entries(*most))
    more = {"acl_id": acl_id, "acl_entrys": entries("10.2.0.0/24")}
    assert code_of(slb.add_access_control_list_entry, **more) == "QuotaExceeded.AclEntryNumber"
    slb.remove_access_control_list_entry(acl_id=acl_id, acl_entrys=entries(most[0]))
    slb.add_access_control_list_entry(**more)
