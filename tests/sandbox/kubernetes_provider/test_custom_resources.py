"""Custom resources and their definitions, also within one update."""

import asyncio

from sandbox.providers.kubernetes.kinds import Kind

from .declarations import definition
from .driver import TYPES, Driver


def test_a_custom_resource_is_made_changed_and_removed(driver, namespace, objects):
    # The garbage collector looks for new kinds every half minute only; until then it lets no object
    # of theirs go in the foreground.
    annotations = {"pulumi.com/deletionPropagationPolicy": "background"}
    declared = definition()
    crd = driver.create("CustomResourceDefinition", "crontabs", declared)
    assert crd.unready == []
    again = driver.check("CustomResourceDefinition", "crontabs", declared, crd)
    assert not driver.diff(crd, again).changes
    metadata = {"name": "nightly", "namespace": namespace, "annotations": annotations}
    inputs = {"metadata": metadata, "spec": {"at": "0 3 * * *"}}
    made = driver.create("CronTab", "nightly", inputs)
    assert made.id == f"{namespace}/nightly"
    wanted = inputs | {"spec": {"at": "0 4 * * *", "limit": 1.5}}
    diff = driver.diff(made, driver.check("CronTab", "nightly", wanted, made))
    assert sorted(diff.detailed_diff) == ["spec.at", "spec.limit"]
    changed = driver.update(made, "CronTab", "nightly", wanted)
    assert changed.live["spec"] == {"at": "0 4 * * *", "limit": 1.5}
    driver.delete(changed)
    assert driver.read(changed) is None
    driver.delete(crd)
    # The kind is gone with its definition, and so is every object of it.
    assert driver.read(changed) is None
    driver.delete(changed)


def test_a_definition_is_replaced_as_a_whole(driver, namespace):
    crd = definition(plural="widgets", kind="Widget")
    made = driver.create("CustomResourceDefinition", "widgets", crd)
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["extra"] = {"type": "string"}
    changed = driver.update(made, "CustomResourceDefinition", "widgets", crd)
    live = changed.live["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert live["properties"]["extra"] == {"type": "string"}
    assert live["properties"]["spec"]["x-kubernetes-preserve-unknown-fields"] is True
    state = changed.state["spec"].value["versions"].value[0].value["schema"].value
    spec = state["openAPIV3Schema"].value["properties"].value["spec"].value
    assert "x_kubernetes_preserve_unknown_fields" in spec


def test_a_resource_may_arrive_before_its_definition(driver, namespace, monkeypatch):
    monkeypatch.setitem(TYPES, "Gadget", "kubernetes:example.com/v1:Gadget")
    crd = driver.check(
        "CustomResourceDefinition", "gadgets", definition(plural="gadgets", kind="Gadget")
    )
    gadget = driver.check("Gadget", "one", {"metadata": {"name": "one", "namespace": namespace}})

    async def both():
        first = asyncio.create_task(driver.creating(gadget))
        await asyncio.sleep(0.3)
        await driver.creating(crd)
        return await first

    assert driver.run(both()).id == f"{namespace}/one"


def test_a_cluster_wide_kind_loses_the_namespace_it_was_given_on_suspicion(
    driver: Driver, objects, monkeypatch
):
    monkeypatch.setitem(TYPES, "Zone", "kubernetes:example.com/v1:Zone")
    suspected = driver.check("Zone", "one", {"metadata": {"name": "one"}})
    assert suspected.inputs["metadata"].value["namespace"].value == "default"
    crd = definition(scope="Cluster", plural="zones", kind="Zone")
    driver.create("CustomResourceDefinition", "zones", crd)
    made = driver.run(driver.creating(suspected))
    assert made.id == "one"
    assert objects.read(Kind("example.com", "v1", "Zone"), "", "one") is not None
    again = driver.check("Zone", "one", {"metadata": {"name": "one"}}, made)
    assert not driver.diff(made, again).changes
    assert not driver.diff(made, suspected).changes
