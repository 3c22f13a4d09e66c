"""Life of single objects: made, compared, changed, read, removed."""

import base64

import pytest

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.kubernetes.values import plain_map
from sandbox.providers.serving import ProviderError

from .declarations import autoscaler, config_map, deployment, service
from .driver import secret

POD = Kind("", "v1", "Pod")


def test_a_namespace_is_active_when_made_and_gone_when_deleted(driver, objects):
    made = driver.create("Namespace", "wordpress", {"metadata": {"name": "wordpress-ns"}})
    assert made.id == "wordpress-ns"
    assert made.live["status"]["phase"] == "Active"
    driver.delete(made)
    assert objects.read(Kind("", "v1", "Namespace"), "", "wordpress-ns") is None


def test_names_and_the_default_namespace_are_filled_in(connect, namespace):
    driver = connect(namespace=namespace)
    made = driver.create("ConfigMap", "settings", {"data": {"a": "1"}})
    name = made.live["metadata"]["name"]
    assert made.id == f"{namespace}/{name}"
    assert name.startswith("settings-")
    same = driver.check("ConfigMap", "settings", {"data": {"a": "1"}}, made)
    assert plain_map(same.inputs) == plain_map(made.inputs)
    assert not driver.diff(made, same).changes


def test_the_state_holds_the_live_object_without_the_bookkeeping_of_owners(driver, namespace):
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    metadata = made.live["metadata"]
    assert metadata["uid"]
    assert "managedFields" not in metadata
    assert made.live["__inputs"] == plain_map(made.inputs)
    assert made.live["__initialApiVersion"] == "v1"


def test_new_contents_make_a_new_config_map(driver, namespace):
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    new = driver.check("ConfigMap", "settings", config_map(namespace, data={"mode": "slow"}), made)
    diff = driver.diff(made, new)
    assert diff.replaces == ["data.mode"]
    assert diff.delete_before_replace


def test_contents_change_in_place_where_the_provider_allows_it(connect, namespace, objects):
    driver = connect(enableConfigMapMutable="true")
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    wanted = config_map(namespace, data={"mode": "slow"})
    assert not driver.diff(made, driver.check("ConfigMap", "settings", wanted, made)).replaces
    changed = driver.update(made, "ConfigMap", "settings", wanted)
    assert changed.live["data"] == {"mode": "slow"}
    assert changed.live["metadata"]["uid"] == made.live["metadata"]["uid"]


def test_a_secret_stays_secret_everywhere(driver, namespace):
    inputs = {
        "metadata": {"name": "db", "namespace": namespace},
        "stringData": {"password": secret("hush-hush")},
    }
    made = driver.create("Secret", "db", inputs)
    assert made.live["data"] == {"password": base64.b64encode(b"hush-hush").decode()}
    assert made.state["data"].is_secret
    assert made.state["__inputs"].value["stringData"].is_secret
    assert not made.state["metadata"].contains_secret()
    assert not driver.diff(made, driver.check("Secret", "db", inputs, made)).changes
    read = driver.read(made)
    assert read.state["data"].is_secret
    assert read.inputs["stringData"].is_secret
    assert plain_map(read.inputs) == plain_map(made.inputs)


def test_a_changed_secret_is_noticed_after_a_refresh(driver, namespace, objects):
    inputs = {
        "metadata": {"name": "db", "namespace": namespace},
        "stringData": {"password": "one"},
    }
    made = driver.create("Secret", "db", inputs)
    changed = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "db", "namespace": namespace},
        "data": {"password": base64.b64encode(b"two").decode()},
    }
    objects.apply(changed, manager="somebody", force=True)
    read = driver.read(made)
    assert plain_map(read.inputs)["stringData"] == {"password": "two"}
    diff = driver.diff(read, driver.check("Secret", "db", inputs, read))
    assert diff.replaces == ["stringData.password"]


def test_a_rejected_secret_is_not_quoted(driver, namespace):
    inputs = {
        "metadata": {"name": "db", "namespace": namespace},
        "type": "kubernetes.io/basic-auth-hush-hush",
        "data": {"password": secret("hush-hush is no base64!")},
    }
    with pytest.raises(ProviderError) as caught:
        driver.create("Secret", "db", inputs)
    assert f"Secret {namespace}/db was not created" in str(caught.value)
    assert "base64!" not in str(caught.value)


def test_bounds_of_an_autoscaler_change_in_place(driver, namespace):
    made = driver.create("HorizontalPodAutoscaler", "web", autoscaler(namespace))
    wanted = autoscaler(namespace, most=150)
    diff = driver.diff(made, driver.check("HorizontalPodAutoscaler", "web", wanted, made))
    assert diff.changes
    assert diff.replaces == []
    assert list(diff.detailed_diff) == ["spec.maxReplicas"]
    changed = driver.update(made, "HorizontalPodAutoscaler", "web", wanted)
    assert changed.live["spec"]["maxReplicas"] == 150
    assert changed.live["metadata"]["uid"] == made.live["metadata"]["uid"]


def test_a_disruption_budget_changes_in_place(driver, namespace):
    def budget(least):
        return {
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {"minAvailable": least, "selector": {"matchLabels": {"app": "web"}}},
        }

    made = driver.create("PodDisruptionBudget", "web", budget(1))
    changed = driver.update(made, "PodDisruptionBudget", "web", budget("50%"))
    assert changed.live["spec"]["minAvailable"] == "50%"
    assert not driver.diff(changed, changed).changes


def test_a_claim_is_bound_to_its_volume(driver, namespace):
    nfs = {"server": "file-system.cn-hangzhou.nas.aliyuncs.com", "path": "/"}
    volume = {
        "metadata": {"name": f"nas-{namespace}"},
        "spec": {
            "capacity": {"storage": "20480Mi"},
            "accessModes": ["ReadWriteMany"],
            "nfs": nfs,
            "storageClassName": "nas",
        },
    }
    claim = {
        "metadata": {"name": "content", "namespace": namespace},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": "20Gi"}},
            "storageClassName": "nas",
            "volumeName": f"nas-{namespace}",
        },
    }
    made = driver.create("PersistentVolume", "nas", volume)
    assert made.id == f"nas-{namespace}"
    assert not driver.diff(made, driver.check("PersistentVolume", "nas", volume, made)).changes
    bound = driver.create("PersistentVolumeClaim", "content", claim)
    assert bound.live["status"]["phase"] == "Bound"
    assert not driver.diff(bound, bound).changes
    other = claim | {"spec": claim["spec"] | {"storageClassName": "other"}}
    moved = driver.check("PersistentVolumeClaim", "content", other, bound)
    assert driver.diff(bound, moved).replaces == ["spec.storageClassName"]


def test_every_removed_field_is_removed_from_the_object(driver, namespace):
    labelled = config_map(namespace, labels={"a": "1", "b": "2"}, annotations={"c": "3"})
    made = driver.create("ConfigMap", "settings", labelled)
    changed = driver.update(made, "ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    assert changed.live["metadata"]["labels"] == {"a": "1"}
    assert "annotations" not in changed.live["metadata"]
    again = driver.update(changed, "ConfigMap", "settings", config_map(namespace))
    assert "labels" not in again.live["metadata"]


def test_what_others_add_survives_an_update(driver, namespace, objects):
    made = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    theirs = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": namespace, "labels": {"theirs": "1"}},
    }
    objects.apply(theirs, manager="somebody", force=False)
    changed = driver.update(made, "ConfigMap", "settings", config_map(namespace, labels={"a": "2"}))
    assert changed.live["metadata"]["labels"] == {"a": "2", "theirs": "1"}
    assert not driver.diff(changed, changed).changes


def test_a_deleted_deployment_leaves_no_pod(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace))
    assert len(objects.find(POD, namespace)) == 2
    driver.delete(made)
    assert objects.find(POD, namespace) == []


def test_orphans_are_left_where_the_program_wants_it(driver, namespace, objects):
    annotations = {"pulumi.com/deletionPropagationPolicy": "orphan"}
    inputs = deployment(namespace, annotations=annotations)
    driver.delete(driver.create("Deployment", "web", inputs))
    assert len(objects.find(POD, namespace)) == 2


def test_what_is_gone_already_counts_as_deleted(driver, namespace, objects):
    made = driver.create("Service", "sp-svc", service(namespace))
    driver.delete(made)
    driver.delete(made)


def test_what_finalizers_hold_is_told_in_the_end(driver, namespace):
    held = config_map(namespace, finalizers=["example.com/hold"])
    made = driver.create("ConfigMap", "settings", held)
    with pytest.raises(ProviderError) as caught:
        driver.delete(made, timeout=0.5)
    assert str(caught.value) == (
        f"ConfigMap {namespace}/settings was deleted but is not gone after 0.5 s: "
        "finalizers hold it: example.com/hold"
    )
