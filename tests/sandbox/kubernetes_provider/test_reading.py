"""Refresh and import."""

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.kubernetes.values import plain_map

from .declarations import config_map, deployment, service
from .driver import Resource


def test_an_object_that_is_gone_has_an_empty_id(driver, namespace):
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    driver.delete(made)
    assert driver.read(made) is None
    assert driver.find("Namespace", "no-such-namespace") is None


def test_a_refresh_without_drift_changes_nothing(driver, namespace):
    made = driver.create("Deployment", "web", deployment(namespace))
    read = driver.read(made)
    assert read.id == made.id
    assert plain_map(read.inputs) == plain_map(made.inputs)
    assert read.live["__fieldManager"] == made.live["__fieldManager"]


def test_drift_shows_up_in_the_inputs_and_is_undone_by_the_next_update(driver, namespace, objects):
    made = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    live = objects.read(Kind("", "v1", "ConfigMap"), namespace, "settings")
    live["metadata"]["labels"] = {"a": "edited", "b": "added"}
    live["data"]["other"] = "added"
    objects.replace(live, manager="kubectl")
    read = driver.read(made)
    assert plain_map(read.inputs)["metadata"]["labels"] == {"a": "edited"}
    wanted = driver.check("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}), read)
    diff = driver.diff(read, wanted)
    assert list(diff.detailed_diff) == ["metadata.labels.a"]
    undone = driver.update(read, "ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    assert undone.live["metadata"]["labels"]["a"] == "1"


def test_an_import_by_id_takes_everything_but_what_the_server_alone_sets(driver, namespace):
    driver.create("Deployment", "web", deployment(namespace))
    found = driver.find("Deployment", f"{namespace}/web")
    inputs = plain_map(found.inputs)
    assert "status" not in inputs
    assert inputs["spec"]["replicas"] == 2
    assert set(inputs["metadata"]) == {"name", "namespace"}
    assert not driver.diff(found, found).changes


def test_an_id_without_a_namespace_is_one_of_the_default_namespace(driver):
    found = driver.find("ConfigMap", "kube-root-ca.crt")
    assert found.id == "kube-root-ca.crt"
    assert plain_map(found.inputs)["metadata"]["namespace"] == "default"


def test_a_cluster_wide_object_is_imported_by_its_name(driver, namespace):
    found = driver.find("Namespace", namespace)
    assert plain_map(found.inputs)["metadata"]["name"] == namespace


def test_an_interrupted_creation_is_imported_with_its_inputs_and_shows_no_change(driver, namespace):
    """The engine has recorded the inputs of a pending creation, but neither id nor state."""
    made = driver.create("Service", "sp-svc", service(namespace))
    pending = Resource(made.type, made.urn, f"{namespace}/sp-svc", made.inputs)
    unread = driver.diff(pending, made)
    assert (unread.changes, unread.replaces) == (True, [])
    found = driver.read(pending)
    again = driver.check("Service", "sp-svc", service(namespace), found)
    assert driver.diff(found, again).detailed_diff == {}
    changed = driver.update(found, "Service", "sp-svc", service(namespace, port=81))
    assert changed.live["spec"]["ports"][0]["port"] == 81
