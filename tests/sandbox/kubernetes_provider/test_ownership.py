"""Objects that exist already, and fields that belong to others (server-side apply)."""

import pytest

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.serving import ProviderError

from .declarations import config_map

CONFIG_MAP = Kind("", "v1", "ConfigMap")


def labelled(namespace, **labels):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": namespace, "labels": labels},
    }


def test_an_object_of_somebody_else_is_not_overwritten(driver, namespace, objects):
    objects.create(labelled(namespace, owner="somebody"), manager="somebody")
    with pytest.raises(ProviderError) as caught:
        driver.create("ConfigMap", "settings", config_map(namespace))
    assert str(caught.value) == (
        f"ConfigMap {namespace}/settings was not created: it exists already, made by something "
        f"other than this stack. Import it (pulumi import, id {namespace}/settings), delete it, or "
        "let the provider take over what exists (provider input upsertExistingObjects)"
    )
    assert "data" not in objects.read(CONFIG_MAP, namespace, "settings")


def test_it_is_taken_over_where_the_provider_is_told_to(connect, namespace, objects):
    objects.create(labelled(namespace, owner="somebody"), manager="somebody")
    driver = connect(upsertExistingObjects="true")
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    assert made.live["data"] == {"mode": "fast"}
    assert made.live["metadata"]["labels"] == {"owner": "somebody"}


def test_a_creation_that_was_not_recorded_is_taken_over_and_stays_changeable(connect, namespace):
    driver = connect(upsertExistingObjects="true")
    lost = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    again = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    assert again.live["metadata"]["uid"] == lost.live["metadata"]["uid"]
    changed = driver.update(
        again, "ConfigMap", "settings", config_map(namespace, labels={"a": "2"})
    )
    assert changed.live["metadata"]["labels"] == {"a": "2"}


def conflicting(driver, namespace, objects):
    made = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    objects.apply(labelled(namespace, a="theirs"), manager="argocd", force=True)
    return made


def test_a_conflict_names_fields_and_managers_and_the_way_out(driver, namespace, objects):
    made = conflicting(driver, namespace, objects)
    with pytest.raises(ProviderError) as caught:
        driver.update(made, "ConfigMap", "settings", config_map(namespace, labels={"a": "2"}))
    assert str(caught.value) == (
        f"ConfigMap {namespace}/settings was not updated: other managers own some of its fields: "
        '.metadata.labels.a (conflict with "argocd"). Leave these fields out of the program, or '
        'take them over with the annotation pulumi.com/patchForce: "true"'
    )
    live = objects.read(CONFIG_MAP, namespace, "settings")
    assert live["metadata"]["labels"] == {"a": "theirs"}


def test_the_annotation_takes_the_fields_over(driver, namespace, objects):
    made = conflicting(driver, namespace, objects)
    wanted = config_map(namespace, labels={"a": "2"}, annotations={"pulumi.com/patchForce": "true"})
    assert driver.update(made, "ConfigMap", "settings", wanted).live["metadata"]["labels"] == {
        "a": "2"
    }


def test_so_does_the_provider_input(connect, namespace, objects):
    driver = connect(enablePatchForce="true")
    made = conflicting(driver, namespace, objects)
    wanted = config_map(namespace, labels={"a": "2"})
    assert driver.update(made, "ConfigMap", "settings", wanted).live["metadata"]["labels"] == {
        "a": "2"
    }


def test_edits_by_kubectl_are_overwritten_as_they_were_never_applied(driver, namespace, objects):
    made = driver.create("ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    objects.apply(labelled(namespace, a="edited"), manager="kubectl", force=True)
    changed = driver.update(made, "ConfigMap", "settings", config_map(namespace, labels={"a": "2"}))
    assert changed.live["metadata"]["labels"] == {"a": "2"}


def test_the_manager_follows_from_the_resource_unless_the_program_names_one(
    driver, namespace, objects
):
    def managers():
        fields = objects.read(CONFIG_MAP, namespace, "settings")["metadata"]["managedFields"]
        return {(one["manager"], one["operation"]) for one in fields}

    made = driver.create("ConfigMap", "settings", config_map(namespace))
    assert managers() == {("pulumi-kubernetes", "Update")}
    changed = driver.update(made, "ConfigMap", "settings", config_map(namespace, labels={"a": "1"}))
    manager = changed.live["__fieldManager"]
    assert manager.startswith("pulumi-kubernetes-")
    assert managers() == {(manager, "Apply")}
    annotations = {"pulumi.com/patchFieldManager": "mine"}
    named = config_map(namespace, annotations=annotations)
    driver.update(changed, "ConfigMap", "settings", named)
    assert ("mine", "Apply") in managers()
