"""Selectors of the eci-profile: what they add to new pods, and where these then go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.kube.client import path_of
from sandbox.kube.stand_ins import SELECTORS_ANNOTATION, digest
from tests.sandbox.kube.conftest import Lab, eventually, on_eci

PROFILE = path_of("ConfigMap", "eci-profile", "kube-system")
ECI = {"alibabacloud.com/eci": "true"}


@pytest.fixture
def lab_with_profile(lab: Lab) -> Iterator[Lab]:
    yield lab
    written(lab, "")
    lab.clear()


def written(lab: Lab, text: str) -> None:
    """Change the key as a user does, and wait until that is dealt with."""
    lab.merge(PROFILE, {"data": {"selectors": text}})

    def dealt_with() -> bool:
        annotations: dict[str, str] = lab.client.get(PROFILE)["metadata"].get("annotations") or {}
        return annotations.get(SELECTORS_ANNOTATION) == digest(text)

    eventually(dealt_with)


def selector(name: str, namespace: str, pods: dict[str, str], **effect: Any) -> dict[str, Any]:
    return {
        "name": name,
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "objectSelector": {"matchLabels": pods},
        "effect": effect,
    }


def made(lab: Lab, namespace: str, **metadata: Any) -> dict[str, Any]:
    """A pod as it would be created."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "trial", **metadata},
        "spec": {"containers": [{"name": "a", "image": "a"}]},
    }
    path = path_of("Pod", namespace=namespace)
    return lab.client.call("POST", path, query={"dryRun": "All"}, body=pod)


@pytest.mark.timeout(300)
def test_selectors_send_pods_to_eci_until_they_are_taken_away(lab_with_profile: Lab) -> None:
    """S4-24: neither the workload nor its namespace is changed."""
    lab = lab_with_profile
    namespace = lab.namespace()
    first = selector(
        "first",
        namespace,
        {"app": "web"},
        labels=ECI,
        annotations={"note": 'a "b"\n\\', "own": "no"},
    )
    second = selector("second", namespace, {"ackb/tier": "online"}, labels={"second": "yes"})
    written(lab, json.dumps([first, second]))
    lab.deploy(namespace, 2, annotations={"own": "mine"})
    assert lab.events("kube-system", "InvalidSelectors") == []
    assert len(on_eci(lab.ready(namespace, 2))) == 2
    for pod in lab.pods(namespace):
        assert pod["metadata"]["labels"].items() >= ECI.items()
        assert "second" not in pod["metadata"]["labels"], "the first match decides"
        annotations = pod["metadata"]["annotations"]
        assert (annotations["note"], annotations["own"]) == ('a "b"\n\\', "mine")
        keys = [one.get("key") for one in pod["spec"]["tolerations"]]
        assert keys.count("virtual-kubelet.io/provider") == 1
    # Pods that it does not match, by one half each.
    other = lab.namespace()
    assert "nodeSelector" not in made(lab, other, labels={"app": "web"})["spec"]
    assert "nodeSelector" not in made(lab, namespace)["spec"]
    assert made(lab, namespace, labels={"ackb/tier": "online"})["metadata"]["labels"]["second"]
    refused = {"alibabacloud.com/eci": "false", "app": "web"}
    assert "nodeSelector" not in made(lab, namespace, labels=refused)["spec"], (
        "the pod's own counts"
    )
    # What was in force stays when the text is none of selectors.
    written(lab, "[{")
    assert "nodeSelector" in made(lab, namespace, labels={"app": "web"})["spec"]
    [said] = lab.events("kube-system", "InvalidSelectors")
    assert said.startswith("selectors: Invalid JSON")
    assert said.endswith("the selectors before stay in force")
    written(lab, "")
    assert lab.client.find("MutatingAdmissionPolicy", "eci-profile.alibabacloud.com") is None
    eventually(lambda: "nodeSelector" not in made(lab, namespace, labels={"app": "web"})["spec"])


@pytest.mark.timeout(300)
def test_an_entry_without_selectors_is_for_all_pods_of_eci(lab_with_profile: Lab) -> None:
    lab = lab_with_profile
    namespace = lab.namespace()
    written(lab, json.dumps([{"name": "all", "effect": {"annotations": {"note": "all"}}}]))
    assert made(lab, namespace, labels=ECI)["metadata"]["annotations"] == {"note": "all"}
    assert "annotations" not in made(lab, namespace)["metadata"]
    labelled = lab.namespace(labels=ECI)
    assert made(lab, labelled)["metadata"]["annotations"] == {"note": "all"}
