"""What a preview shows, and what it finds out before anything is made."""

import pytest

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.serving import ProviderError

from .declarations import config_map, deployment, service
from .driver import Driver

DEPLOYMENT = Kind("apps", "v1", "Deployment")


def test_a_preview_shows_what_the_server_would_make_and_makes_nothing(driver, namespace, objects):
    shown = driver.preview("Deployment", "web", deployment(namespace))
    assert shown["spec"]["strategy"]["type"] == "RollingUpdate"
    assert "status" not in shown
    assert objects.read(DEPLOYMENT, namespace, "web") is None


def test_a_preview_of_an_update_changes_nothing(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace))
    wanted = deployment(namespace, image="wordpress:6.9")
    shown = driver.preview("Deployment", "web", wanted, made)
    assert shown["spec"]["template"]["spec"]["containers"][0]["image"] == "wordpress:6.9"
    live = objects.read(DEPLOYMENT, namespace, "web")
    assert live["spec"]["template"]["spec"]["containers"][0]["image"] == "wordpress:6.8"
    assert live["metadata"]["generation"] == made.live["metadata"]["generation"]


def test_a_preview_finds_what_the_server_would_refuse(driver, namespace):
    wrong = service(namespace, port=70000)
    with pytest.raises(ProviderError) as caught:
        driver.preview("Service", "sp-svc", wrong)
    assert f"Service {namespace}/sp-svc was not created" in str(caught.value)
    assert "spec.ports[0].port: Invalid value: 70000" in str(caught.value)


def test_a_namespace_or_kind_of_the_same_update_is_no_obstacle(driver):
    inputs = config_map("not-made-yet")
    assert driver.preview("ConfigMap", "settings", inputs)["data"] == {"mode": "fast"}
    gadget = {"metadata": {"name": "one", "namespace": "default"}, "spec": {"size": 3}}
    assert driver.preview("CronTab", "one", gadget)["spec"] == {"size": 3}


def test_an_object_that_is_replaced_is_no_obstacle(driver, namespace):
    driver.create("ConfigMap", "settings", config_map(namespace))
    new = config_map(namespace, data={"mode": "slow"})
    assert driver.preview("ConfigMap", "settings", new)["data"] == {"mode": "slow"}


def test_unknown_inputs_are_shown_as_they_are(driver, namespace):
    inputs = config_map(namespace, data={"host": UNKNOWN})
    assert driver.preview("ConfigMap", "settings", inputs)["data"]["host"] is UNKNOWN


def test_before_the_cluster_exists_checks_and_previews_return_the_inputs(namespace):
    driver = Driver(kubeconfig=UNKNOWN, clusterIdentifier=UNKNOWN)
    shown = driver.preview("Deployment", "web", {"spec": {"replicas": 2}})
    assert shown["metadata"]["namespace"] == "default"
    assert shown["spec"] == {"replicas": 2}
    made = driver.check("ConfigMap", "settings", config_map(namespace))
    made.id, made.state = "x", made.inputs
    assert driver.preview("ConfigMap", "settings", config_map(namespace), made)["data"]
    with pytest.raises(ProviderError, match="the kubeconfig of the provider is not known yet"):
        driver.create("ConfigMap", "settings", config_map(namespace))
    driver.close()
