"""The chart of the self-managed virtual node, judged and rendered by the real helm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ackb.domain import images, virtual_nodes
from ackb.toolchain import find

CHART = Path(__file__).parents[3] / "charts" / "virtual-node"
RRSA = {
    "roleName": "virtual-node",
    "roleArn": "acs:ram::1234567890123456:role/virtual-node",
    "oidcProviderArn": "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1",
}
SECRET = {"name": "keys", "accessKeyId": "id", "accessKeySecret": "secret"}
VALUES: dict[str, Any] = {
    "replicas": 4,
    "region": "cn-hangzhou",
    "clusterId": "c1",
    "vswitchIds": ["vsw-1", "vsw-2"],
    "securityGroupId": "sg-1",
    "credentials": {"rrsa": RRSA},
}


def helm(*arguments: str, values: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(find("helm").path), *arguments, "--namespace", "kube-system", "--values", "-"],
        input=json.dumps(values),
        capture_output=True,
        text=True,
    )


def rendered(**changes: Any) -> dict[str, dict[str, Any]]:
    """Objects of the chart by kind."""
    done = helm("template", "virtual-node", str(CHART), values=VALUES | changes)
    assert done.returncode == 0, done.stderr
    return {one["kind"]: one for one in yaml.safe_load_all(done.stdout)}


def container(**changes: Any) -> dict[str, Any]:
    (found,) = rendered(**changes)["StatefulSet"]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def environment(**changes: Any) -> dict[str, Any]:
    return {
        one["name"]: one.get("value", one.get("valueFrom")) for one in container(**changes)["env"]
    }


def test_helm_finds_nothing_wrong_with_it() -> None:
    done = helm("lint", str(CHART), "--strict", values=VALUES)
    assert done.returncode == 0, done.stdout
    assert "0 chart(s) failed" in done.stdout


def test_replicas_of_the_stateful_set() -> None:
    """S1-12, S1-13, S2-39."""
    found = rendered()
    assert set(found) == {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "StatefulSet"}
    made = found["StatefulSet"]
    assert made["metadata"]["name"] == virtual_nodes.STATEFUL_SET
    assert made["metadata"]["namespace"] == virtual_nodes.NAMESPACE
    assert made["spec"]["replicas"] == 4


def test_several_vswitches_and_one_group() -> None:
    """S1-09: the controller takes a list of vSwitches."""
    found = environment()
    assert found["ECI_VSWITCH"] == "vsw-1,vsw-2"
    assert found["ECI_SECURITY_GROUP"] == "sg-1"
    assert (found["ECI_REGION"], found["ALIYUN_CLUSTERID"]) == ("cn-hangzhou", "c1")


@pytest.mark.parametrize(("given", "text"), [(True, "true"), (False, "false")])
def test_cluster_ip_can_be_switched_off(given: bool, text: str) -> None:
    """S1-19."""
    assert environment(kubeProxy=given)["ECI_KUBE_PROXY"] == text


def test_with_a_role_there_is_no_key() -> None:
    """S2-38: keys were parameters of the old chart."""
    found = rendered()
    annotations = found["ServiceAccount"]["metadata"]["annotations"]
    assert annotations == {"pod-identity.alibabacloud.com/role-name": "virtual-node"}
    names = environment()
    assert names["ALIBABA_CLOUD_ROLE_ARN"] == RRSA["roleArn"]
    assert not {"ECI_ACCESS_KEY", "ECI_SECRET_KEY"} & names.keys()
    spec = found["StatefulSet"]["spec"]["template"]["spec"]
    (volume,) = spec["volumes"]
    (source,) = volume["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == "sts.aliyuncs.com"
    (mount,) = container()["volumeMounts"]
    token = f"{mount['mountPath']}/{source['serviceAccountToken']['path']}"
    assert token == names["ALIBABA_CLOUD_OIDC_TOKEN_FILE"]


def test_a_secret_is_only_referred_to() -> None:
    """S2-38."""
    changes = {"credentials": {"secret": SECRET}}
    found = environment(**changes)
    assert found["ECI_ACCESS_KEY"] == {"secretKeyRef": {"name": "keys", "key": "id"}}
    assert found["ECI_SECRET_KEY"] == {"secretKeyRef": {"name": "keys", "key": "secret"}}
    assert "ALIBABA_CLOUD_ROLE_ARN" not in found
    assert "volumes" not in rendered(**changes)["StatefulSet"]["spec"]["template"]["spec"]


def test_the_controller_runs_on_machines_with_all_it_asks_for() -> None:
    spec = rendered()["StatefulSet"]["spec"]["template"]["spec"]
    required = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert required["nodeSelectorTerms"] == [
        {"matchExpressions": [{"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}]}
    ]
    resources = container()["resources"]
    assert resources["requests"] == resources["limits"]


def test_the_image_is_pinned_and_comes_from_the_region() -> None:
    found = images.parse(container()["image"])
    assert found.registry == "registry-vpc.cn-hangzhou.aliyuncs.com"
    assert found.pinned
    assert container(image="registry.example.com/vn:v9")["image"] == "registry.example.com/vn:v9"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"replicas": 0}, "at '/replicas': minimum: got 0, want 1"),
        ({"replicas": "4"}, "at '/replicas': got string, want integer"),
        ({"vswitchIds": []}, "at '/vswitchIds': minItems: got 0, want 1"),
        ({"vswitchIds": ["vsw-1", "vsw-1"]}, "at '/vswitchIds': items at 0 and 1 are equal"),
        ({"vswitchIds": ["sg-1"]}, "at '/vswitchIds/0': 'sg-1' does not match pattern"),
        ({"securityGroupId": ""}, "at '/securityGroupId': '' does not match pattern"),
        ({"region": "Hangzhou"}, "at '/region': 'Hangzhou' does not match pattern"),
        ({"clusterId": ""}, "at '/clusterId': minLength: got 0, want 1"),
        ({"kubeProxy": "false"}, "at '/kubeProxy': got string, want boolean"),
        ({"credentials": {}}, "at '/credentials': minProperties: got 0, want 1"),
        (
            {"credentials": {"rrsa": RRSA, "secret": SECRET}},
            "at '/credentials': maxProperties: got 2, want 1",
        ),
        (
            {"credentials": {"accessKeySecret": "a"}},
            "at '/credentials': additional properties 'accessKeySecret' not allowed",
        ),
        ({"image": "registry.example.com/vn:latest"}, "at '/image': 'not' failed"),
        ({"image": "registry.example.com/vn"}, "at '/image': 'registry.example.com/vn' does not"),
        ({"replica": 4}, "additional properties 'replica' not allowed"),
    ],
)
def test_helm_itself_refuses_bad_values(changes: dict[str, Any], said: str) -> None:
    done = helm("template", "virtual-node", str(CHART), values=VALUES | changes)
    assert done.returncode != 0
    assert said in done.stderr
