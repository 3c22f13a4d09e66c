"""Helm releases: the real `helm`, its records read and repaired."""

import base64
import gzip
import json
import subprocess
from pathlib import Path

import pytest

from ackb.toolchain import find
from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.serving import ProviderError

from .driver import secret

CONFIG_MAP = Kind("", "v1", "ConfigMap")
SECRET = Kind("", "v1", "Secret")
STATEFUL_SET = Kind("apps", "v1", "StatefulSet")

CHART = {
    "Chart.yaml": """
apiVersion: v2
name: greeting
version: 1.2.3
appVersion: "7"
""",
    "values.schema.json": json.dumps({"properties": {"size": {"type": "integer"}}}),
    "templates/all.yaml": """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  size: {{ .Values.size | quote }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
stringData:
  password: {{ .Values.password | default "" | quote }}
{{- if .Values.never_ready }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  selector: {matchLabels: {app: never}}
  template:
    metadata: {labels: {app: never}}
    spec:
      nodeSelector: {nowhere: "true"}
      containers: [{name: a, image: a}]
{{- end }}
""",
}


@pytest.fixture
def chart(tmp_path: Path) -> str:
    for name, text in CHART.items():
        path = tmp_path / "greeting" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(tmp_path / "greeting")


def release(namespace: str, chart: str, **inputs) -> dict:
    return {"chart": chart, "name": "hello", "namespace": namespace, **inputs}


def config(objects, namespace) -> dict | None:
    found = objects.read(CONFIG_MAP, namespace, "hello")
    return found and found["data"]


def test_install_upgrade_and_remove(driver, namespace, objects, chart) -> None:
    inputs = release(namespace, chart, values={"size": 1, "password": secret("kept-secret")})
    made = driver.create("Release", "one", inputs)
    assert made.id == f"{namespace}/hello"
    assert config(objects, namespace) == {"size": "1"}
    assert made.live["status"] == {
        "appVersion": "7",
        "chart": "greeting",
        "name": "hello",
        "namespace": namespace,
        "revision": 1,
        "status": "deployed",
        "version": "1.2.3",
    }
    assert made.live["resourceNames"] == {
        "ConfigMap/v1": [f"{namespace}/hello"],
        "Secret/v1": [f"{namespace}/hello"],
    }
    assert made.state["values"].contains_secret()
    assert "kept-secret" not in json.dumps(made.live["status"] | made.live["resourceNames"])

    same = driver.check("Release", "one", inputs, made)
    assert driver.diff(made, same).changes is False

    inputs["values"] = {"size": 2, "password": secret("kept-secret")}
    wanted = driver.check("Release", "one", inputs, made)
    assert list(driver.diff(made, wanted).detailed_diff) == ["values.size"]
    made = driver.update(made, "Release", "one", inputs)
    assert (made.live["status"]["revision"], config(objects, namespace)) == (2, {"size": "2"})

    driver.delete(made)
    assert config(objects, namespace) is None
    assert driver.read(made) is None
    driver.delete(made)


def test_what_the_chart_refuses_is_told_before_and_nothing_is_made(
    driver, namespace, objects, chart
) -> None:
    inputs = release(namespace, chart, values={"size": "big"})
    for act in (driver.preview, driver.create):
        with pytest.raises(ProviderError) as caught:
            act("Release", "one", inputs)
        assert f"Release {namespace}/hello" in str(caught.value)
        assert "at '/size': got string, want integer" in str(caught.value)
    assert config(objects, namespace) is None


def test_what_does_not_get_ready_is_recorded_and_the_next_run_repairs_it(
    driver, namespace, objects, chart
) -> None:
    inputs = release(namespace, chart, timeout=1, values={"size": 1, "never_ready": True})
    made = driver.create("Release", "one", inputs)
    (reason,) = made.unready
    assert reason.startswith(f"Release {namespace}/hello is not as wanted: ")
    assert made.live["status"]["status"] == "failed"
    made = driver.update(made, "Release", "one", release(namespace, chart, values={"size": 1}))
    assert made.unready == []
    assert made.live["status"]["status"] == "deployed"


def test_an_atomic_one_that_fails_leaves_nothing(driver, namespace, objects, chart) -> None:
    values = {"size": 1, "never_ready": True}
    with pytest.raises(ProviderError, match="is not as wanted"):
        driver.create(
            "Release", "one", release(namespace, chart, timeout=1, atomic=True, values=values)
        )
    assert config(objects, namespace) is None


def record_of(objects, namespace: str, revision: int) -> dict:
    return objects.read(SECRET, namespace, f"sh.helm.release.v1.hello.v{revision}")


def kill_during(objects, namespace: str, revision: int, status: str) -> None:
    """Leave a revision as a killed helm leaves it."""
    found = record_of(objects, namespace, revision)
    text = gzip.decompress(base64.b64decode(base64.b64decode(found["data"]["release"])))
    content = json.loads(text)
    content["info"]["status"] = status
    packed = base64.b64encode(gzip.compress(json.dumps(content).encode()))
    encoded = base64.b64encode(packed).decode()
    objects.patch(
        found,
        [
            {"op": "replace", "path": "/data/release", "value": encoded},
            {"op": "replace", "path": "/metadata/labels/status", "value": status},
        ],
    )


def test_a_killed_installation_is_taken_over(driver, namespace, objects, chart) -> None:
    inputs = release(namespace, chart, values={"size": 1})
    driver.create("Release", "one", inputs)
    uid = objects.read(CONFIG_MAP, namespace, "hello")["metadata"]["uid"]
    kill_during(objects, namespace, 1, "pending-install")
    again = driver.create("Release", "one", inputs)
    assert again.live["status"]["status"] == "deployed"
    assert objects.read(CONFIG_MAP, namespace, "hello")["metadata"]["uid"] == uid


def test_a_killed_upgrade_is_done_again(driver, namespace, objects, chart) -> None:
    made = driver.create("Release", "one", release(namespace, chart, values={"size": 1}))
    inputs = release(namespace, chart, values={"size": 2})
    driver.update(made, "Release", "one", inputs)
    kill_during(objects, namespace, 2, "pending-upgrade")
    made = driver.update(made, "Release", "one", inputs)
    assert (made.live["status"]["revision"], config(objects, namespace)) == (2, {"size": "2"})


def test_a_release_of_another_chart_is_not_taken_over(driver, namespace, chart) -> None:
    driver.create("Release", "one", release(namespace, chart, values={"size": 1}))
    stand_in = "ack-kubernetes-elastic-workload"
    repository = {"repo": "https://example.com"}
    with pytest.raises(ProviderError) as caught:
        driver.create("Release", "two", release(namespace, stand_in, repositoryOpts=repository))
    assert "there is one of the chart greeting, made by something else" in str(caught.value)


def test_values_that_others_changed_are_seen_by_a_refresh(
    driver, namespace, chart, control_plane, tmp_path
) -> None:
    inputs = release(namespace, chart, values={"size": 1})
    made = driver.create("Release", "one", inputs)
    found = driver.read(made)
    assert driver.diff(found, driver.check("Release", "one", inputs, found)).changes is False
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(control_plane.admin)
    by_hand = [
        str(find("helm").path),
        "upgrade",
        "hello",
        chart,
        "-n",
        namespace,
        "--set",
        "size=5",
    ]
    subprocess.run([*by_hand, "--kubeconfig", str(kubeconfig)], check=True, capture_output=True)
    found = driver.read(made)
    again = driver.check("Release", "one", inputs, found)
    assert list(driver.diff(found, again).detailed_diff) == ["values.size"]


def test_a_chart_of_the_marketplace_has_a_stand_in(driver, namespace, objects) -> None:
    name = "ack-kubernetes-elastic-workload"
    repository = {"repo": "https://charts.example.com"}
    # Nobody here brings what the stand-in asks for, so it must not be waited for.
    inputs = release(namespace, name, repositoryOpts=repository, skipAwait=True)
    driver.create("Release", "one", inputs)
    (found,) = objects.find(CONFIG_MAP, namespace, labels=f"ackb/sandbox-extension={name}")
    assert found["metadata"]["name"] == name


VALUES = {
    "replicas": 2,
    "region": "cn-hangzhou",
    "clusterId": "c1",
    "vswitchIds": ["vsw-1"],
    "securityGroupId": "sg-1",
    "credentials": {
        "secret": {"name": "keys", "accessKeyId": "id", "accessKeySecret": "secret"},
    },
}


def test_the_virtual_node_chart_keeps_replicas_whose_nodes_run_pods(
    driver, namespace, objects, control_plane
) -> None:
    """S1-25: whatever installs the chart, no pod loses its controller."""
    inputs = release(namespace, "./charts/virtual-node", values=VALUES)
    made = driver.create("Release", "eci", inputs)
    found = objects.read(STATEFUL_SET, namespace, "virtual-node-eci")
    assert found["status"]["readyReplicas"] == 2
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "left", "namespace": namespace},
        "spec": {
            "nodeName": "virtual-node-eci-1",
            "containers": [{"name": "a", "image": "a"}],
        },
    }
    objects.create(pod, manager="test")
    inputs["values"] = VALUES | {"replicas": 1}
    for act in (
        lambda: driver.preview("Release", "eci", inputs, made),
        lambda: driver.update(made, "Release", "eci", inputs),
    ):
        with pytest.raises(ProviderError) as caught:
            act()
        assert (
            "replicas: 1 takes the controller from virtual-node-eci-1 while pods run there, and "
            f"their ECI instances would go on running: {namespace}/left (pods: 1). Empty these "
            "nodes first: ackb virtual-nodes scale-in STACK --to 1"
        ) in str(caught.value)
    assert objects.read(STATEFUL_SET, namespace, "virtual-node-eci")["spec"]["replicas"] == 2
    path = f"/api/v1/namespaces/{namespace}/pods/left"
    control_plane.rest.call("DELETE", path, body={"gracePeriodSeconds": 0})
    made = driver.update(made, "Release", "eci", inputs)
    assert objects.read(STATEFUL_SET, namespace, "virtual-node-eci")["spec"]["replicas"] == 1
    driver.delete(made)
