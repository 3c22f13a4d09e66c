"""Patch resources: some fields of an object that is somebody else's."""

import pytest

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.serving import ProviderError

from .declarations import config_map

CONFIG_MAP = Kind("", "v1", "ConfigMap")
FORCE = {"pulumi.com/patchForce": "true"}


@pytest.fixture
def theirs(namespace, objects):
    """An object of an add-on, with a key that the patch is about and one that it is not."""
    declared = config_map(namespace, data={"mode": "slow", "zone": "a"})
    objects.create({"apiVersion": "v1", "kind": "ConfigMap"} | declared, manager="addon")


def live(objects, namespace):
    return objects.read(CONFIG_MAP, namespace, "settings")


def patch(namespace, mode="fast"):
    return config_map(namespace, data={"mode": mode}, annotations=FORCE)


def test_its_life(driver, namespace, objects, theirs):
    """Made, seen unchanged, changed in place, given back; the object itself stays."""
    made = driver.create("ConfigMapPatch", "settings", patch(namespace))
    assert made.id == f"{namespace}/settings"
    assert live(objects, namespace)["data"] == {"mode": "fast", "zone": "a"}
    again = driver.check("ConfigMapPatch", "settings", patch(namespace), made)
    assert not driver.diff(driver.read(made), again).changes
    new = driver.check("ConfigMapPatch", "settings", patch(namespace, "fastest"), made)
    change = driver.diff(made, new)
    assert change.changes
    assert not change.replaces
    made = driver.update(made, "ConfigMapPatch", "settings", patch(namespace, "fastest"))
    assert live(objects, namespace)["data"] == {"mode": "fastest", "zone": "a"}
    driver.delete(made)
    assert live(objects, namespace)["data"] == {"zone": "a"}
    assert not live(objects, namespace)["metadata"].get("annotations")


def test_a_change_by_others_counts_only_in_its_own_fields(driver, namespace, objects, theirs):
    made = driver.create("ConfigMapPatch", "settings", patch(namespace))
    same = driver.check("ConfigMapPatch", "settings", patch(namespace), made)
    other = config_map(namespace, data={"zone": "b"})
    objects.apply({"apiVersion": "v1", "kind": "ConfigMap"} | other, manager="someone", force=True)
    assert not driver.diff(driver.read(made), same).changes
    mine = config_map(namespace, data={"mode": "theirs"})
    objects.apply({"apiVersion": "v1", "kind": "ConfigMap"} | mine, manager="someone", force=True)
    assert driver.diff(driver.read(made), same).diffs == ["data"]


def test_fields_of_others_are_taken_only_when_told(driver, namespace, objects, theirs):
    with pytest.raises(ProviderError, match=r"other managers own some of its fields: \.data\.mode"):
        driver.create("ConfigMapPatch", "settings", config_map(namespace))
    assert live(objects, namespace)["data"]["mode"] == "slow"


def test_a_preview_changes_nothing(driver, namespace, objects, theirs):
    shown = driver.preview("ConfigMapPatch", "settings", patch(namespace))
    assert shown["data"] == {"mode": "fast", "zone": "a"}
    assert live(objects, namespace)["data"]["mode"] == "slow"


def test_an_object_that_is_not_there_is_made_and_stays(driver, namespace, objects):
    made = driver.create("ConfigMapPatch", "settings", patch(namespace))
    driver.delete(made)
    assert "data" not in live(objects, namespace)


def test_nothing_is_made_anew_to_give_fields_back(driver, namespace, objects, theirs):
    made = driver.create("ConfigMapPatch", "settings", patch(namespace))
    objects.delete(CONFIG_MAP, namespace, "settings", propagation="Background")
    driver.delete(made)
    assert live(objects, namespace) is None


def test_a_patch_needs_the_name_of_its_object(driver, namespace):
    with pytest.raises(AssertionError, match="a patch needs metadata"):
        driver.check(
            "ConfigMapPatch", "settings", {"metadata": {"namespace": namespace}, "data": {"a": "1"}}
        )


def test_a_patch_is_not_imported(driver, namespace, theirs):
    with pytest.raises(ProviderError, match="declare the patch and update"):
        driver.find("ConfigMapPatch", f"{namespace}/settings")
