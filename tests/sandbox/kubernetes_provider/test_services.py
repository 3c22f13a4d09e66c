"""Services: an address from a load balancer, pods behind them."""

import threading
import time

from .declarations import deployment, service


def gives_address(control_plane, namespace, delay=0.3):
    """Do what a cloud controller does, a moment later."""

    def run():
        time.sleep(delay)
        control_plane.rest.call(
            "PATCH",
            f"/api/v1/namespaces/{namespace}/services/sp-svc/status",
            body={"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}},
            content_type="application/merge-patch+json",
        )

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_load_balancer_service_has_its_address_when_made(driver, namespace, control_plane):
    controller = gives_address(control_plane, namespace)
    made = driver.create("Service", "sp-svc", service(namespace, kind="LoadBalancer"))
    controller.join()
    assert made.live["status"]["loadBalancer"]["ingress"] == [
        {"ip": "203.0.113.9", "ipMode": "VIP"}
    ]
    assert not driver.diff(made, made).changes


def test_without_a_controller_it_is_recorded_as_not_ready_and_repaired_later(
    driver, namespace, control_plane
):
    inputs = service(namespace, kind="LoadBalancer")
    made = driver.create("Service", "sp-svc", inputs, timeout=0.5)
    assert made.id == f"{namespace}/sp-svc"
    assert made.unready == [
        f"Service {namespace}/sp-svc exists but is not ready",
        "not ready within 0.5 s",
        "no load balancer has given the service an address yet",
    ]
    controller = gives_address(control_plane, namespace, delay=0)
    repaired = driver.update(made, "Service", "sp-svc", inputs)
    controller.join()
    assert repaired.unready == []


def test_a_service_is_ready_without_pods_and_with_ready_ones(driver, namespace):
    made = driver.create("Service", "sp-svc", service(namespace))
    assert made.unready == []
    assert made.live["spec"]["clusterIP"]
    driver.create("Deployment", "web", deployment(namespace))
    changed = driver.update(made, "Service", "sp-svc", service(namespace, port=8080))
    assert changed.unready == []
    assert changed.live["spec"]["ports"][0]["port"] == 8080
    assert changed.live["spec"]["clusterIP"] == made.live["spec"]["clusterIP"]


def test_a_program_that_fixes_the_address_replaces_the_service(driver, namespace):
    made = driver.create("Service", "sp-svc", service(namespace))
    wanted = service(namespace)
    wanted["spec"]["clusterIP"] = "None"
    diff = driver.diff(made, driver.check("Service", "sp-svc", wanted, made))
    assert diff.replaces == ["spec.clusterIP"]
    assert diff.delete_before_replace
