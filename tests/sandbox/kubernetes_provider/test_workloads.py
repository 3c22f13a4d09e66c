"""Deployments and what else runs pods: waited for, rolled out, repaired."""

import asyncio
import threading

import pytest

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.serving import ProviderError

from .declarations import LABELS, deployment

POD = Kind("", "v1", "Pod")
DEPLOYMENT = Kind("apps", "v1", "Deployment")

# No node of the suite has that much: pods stay pending and say why.
TOO_MUCH = {
    "containers": [
        {"name": "web", "image": "a", "resources": {"requests": {"cpu": "64", "memory": "1Gi"}}}
    ]
}


def images(objects, namespace):
    pods = objects.find(POD, namespace)
    return sorted(one["spec"]["containers"][0]["image"] for one in pods)


def test_a_deployment_is_ready_when_made(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace))
    assert made.unready == []
    assert made.live["status"]["readyReplicas"] == 2
    assert images(objects, namespace) == ["wordpress:6.8"] * 2


def test_equal_inputs_are_no_change_whatever_the_server_filled_in(driver, namespace):
    made = driver.create("Deployment", "web", deployment(namespace))
    again = driver.check("Deployment", "web", deployment(namespace), made)
    diff = driver.diff(made, again)
    assert (diff.changes, diff.detailed_diff) == (False, {})
    read = driver.read(made)
    assert driver.diff(read, again).detailed_diff == {}


def test_a_new_image_is_rolled_out_in_place(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace))
    wanted = deployment(namespace, image="wordpress:6.9")
    diff = driver.diff(made, driver.check("Deployment", "web", wanted, made))
    assert list(diff.detailed_diff) == ["spec.template.spec.containers[0].image"]
    assert diff.replaces == []
    changed = driver.update(made, "Deployment", "web", wanted)
    assert changed.live["status"]["updatedReplicas"] == 2
    assert set(images(objects, namespace)) == {"wordpress:6.9"}


def test_a_new_selector_replaces(driver, namespace):
    made = driver.create("Deployment", "web", deployment(namespace))
    wanted = deployment(namespace)
    wanted["spec"]["selector"] = {"matchLabels": {"app": "shop"}}
    wanted["spec"]["template"]["metadata"]["labels"] = {"app": "shop"}
    diff = driver.diff(made, driver.check("Deployment", "web", wanted, made))
    assert diff.replaces == ["spec.selector.matchLabels.app"]
    assert diff.delete_before_replace


def test_replicas_that_an_autoscaler_owns_are_no_change(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace, replicas=None))
    scale = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {"replicas": 5},
    }
    objects.apply(scale, manager="autoscaler", force=True)
    read = driver.read(made) or made
    again = driver.check("Deployment", "web", deployment(namespace, replicas=None), made)
    assert not driver.diff(read, again).changes
    wanted = deployment(namespace, replicas=None, image="wordpress:6.9")
    changed = driver.update(made, "Deployment", "web", wanted)
    assert changed.live["spec"]["replicas"] == 5


def test_ignored_replicas_are_left_to_their_owner(driver, namespace, objects):
    made = driver.create("Deployment", "web", deployment(namespace, replicas=2))
    live = objects.read(DEPLOYMENT, namespace, "web")
    live["spec"]["replicas"] = 4
    objects.replace(live, manager="autoscaler")
    wanted = deployment(namespace, replicas=2, image="wordpress:6.9")
    changed = driver.update(made, "Deployment", "web", wanted, ignored=["spec.replicas"])
    assert changed.live["spec"]["replicas"] == 4


def test_pods_that_find_no_node_are_told_and_the_object_is_not_lost(driver, namespace):
    made = driver.create("Deployment", "web", deployment(namespace, pod=TOO_MUCH), timeout=1.5)
    assert made.id == f"{namespace}/web"
    assert made.live["metadata"]["uid"]
    said = "\n".join(made.unready)
    assert made.unready[0] == f"Deployment {namespace}/web exists but is not ready"
    assert "not ready within 1.5 s" in said
    assert "0 of 2 updated pods are ready" in said
    assert "Insufficient cpu" in said
    repaired = driver.update(made, "Deployment", "web", deployment(namespace))
    assert repaired.unready == []
    assert repaired.live["metadata"]["uid"] == made.live["metadata"]["uid"]


def test_a_refresh_tells_that_a_deployment_is_not_ready(driver, namespace):
    made = driver.create("Deployment", "web", deployment(namespace, pod=TOO_MUCH), timeout=0.2)
    assert "0 of 2 updated pods are ready" in driver.read(made).unready


def test_a_program_may_choose_not_to_wait(driver, namespace):
    annotations = {"pulumi.com/skipAwait": "true"}
    inputs = deployment(namespace, pod=TOO_MUCH, annotations=annotations)
    assert driver.create("Deployment", "web", inputs).unready == []


def test_a_program_may_name_what_to_wait_for(driver, namespace):
    annotations = {"pulumi.com/waitFor": "jsonpath={.status.unavailableReplicas}=2"}
    inputs = deployment(namespace, pod=TOO_MUCH, annotations=annotations)
    assert driver.create("Deployment", "web", inputs).unready == []


def test_a_cancelled_update_keeps_what_it_made(driver, namespace):
    new = driver.check("Deployment", "web", deployment(namespace, pod=TOO_MUCH))

    async def cancelled():
        creation = asyncio.create_task(driver.creating(new))
        while not driver_has(namespace):
            await asyncio.sleep(0.02)
        await driver.provider.cancel()
        return await creation

    def driver_has(namespace):
        return driver.provider._cluster.read(DEPLOYMENT, namespace, "web") is not None

    made = driver.run(cancelled())
    assert made.id == f"{namespace}/web"
    assert "the update was cancelled" in made.unready


def test_a_job_is_waited_for_until_it_is_complete(driver, namespace):
    container = {"name": "migrate", "image": "wordpress:cli"}
    spec = {"template": {"spec": {"restartPolicy": "Never", "containers": [container]}}}
    inputs = {"metadata": {"name": "migrate", "namespace": namespace}, "spec": spec}
    made = driver.create("Job", "migrate", inputs)
    assert made.live["status"]["succeeded"] == 1
    assert not driver.diff(made, driver.check("Job", "migrate", inputs, made)).changes


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_other_sets_of_pods_are_ready_when_made(driver, namespace, kind):
    inputs = deployment(namespace, replicas=None)
    if kind == "StatefulSet":
        inputs["spec"] |= {"serviceName": "web", "replicas": 2}
    made = driver.create(kind, "web", inputs)
    assert made.unready == []
    assert not driver.diff(made, driver.check(kind, "web", inputs, made)).changes
    changed = deployment(namespace, replicas=None, image="wordpress:6.9")
    changed["spec"] = inputs["spec"] | changed["spec"]
    assert driver.update(made, kind, "web", changed).unready == []


def test_a_misspelt_field_is_an_error_and_not_dropped(driver, namespace):
    inputs = deployment(namespace)
    inputs["spec"]["replica"] = 3
    with pytest.raises(ProviderError) as caught:
        driver.create("Deployment", "web", inputs)
    assert f"Deployment {namespace}/web was not created" in str(caught.value)
    assert 'unknown field "spec.replica"' in str(caught.value)


def test_an_object_may_arrive_before_its_namespace(driver, objects):
    name = "arrives-later"
    declared = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    later = threading.Timer(0.5, lambda: objects.create(declared, manager="test"))
    later.start()
    made = driver.create("Deployment", "web", deployment(name, replicas=1))
    later.join()
    assert made.unready == []
    assert made.live["spec"]["selector"]["matchLabels"] == LABELS
