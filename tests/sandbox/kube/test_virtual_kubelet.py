"""Pods as ECI instances."""

from __future__ import annotations

import ipaddress

import pytest

from sandbox.cloud.eci import behaviour
from sandbox.cloud.errors import CloudError
from tests.sandbox.kube.conftest import Lab, eventually, on_eci

ON_ECI = {"alibabacloud.com/eci": "true"}
PREFIX = "k8s.aliyun.com/"


def test_a_pod_is_an_instance(lab: Lab) -> None:
    """S2-04, S2-10, S4-19: one ECI instance a pod, an address of the vSwitch, the billed size."""
    namespace = lab.namespace()
    lab.deploy(namespace, 1, labels=ON_ECI)
    lab.ready(namespace, 1)
    (pod,) = lab.pods(namespace)
    (group,) = lab.eci()
    annotations = pod["metadata"]["annotations"]
    assert annotations[f"{PREFIX}eci-instance-id"] == group["ContainerGroupId"]
    assert annotations[f"{PREFIX}eci-instance-spec"] == "0.5-1.0Gi", "512Mi are rounded up"
    assert annotations[f"{PREFIX}eci-vswitch"] == group["VSwitchId"]
    assert pod["status"]["podIP"] == pod["status"]["hostIP"] == group["IntranetIp"]
    vswitch = lab.cloud.vpc.describe_vswitch_attributes(vswitch_id=group["VSwitchId"])
    assert ipaddress.ip_address(group["IntranetIp"]) in ipaddress.ip_network(vswitch["CidrBlock"])
    assert pod["spec"]["nodeName"] == f"virtual-kubelet-{vswitch['ZoneId']}"
    assert group["ContainerGroupName"] == f"{namespace}-{pod['metadata']['name']}"
    lab.scale(namespace, 0)
    eventually(lambda: not lab.eci())


def test_more_pods_than_the_creation_budget(lab: Lab) -> None:
    """ack-eci: a burst of 100, then 20 a second; throttled creations are tried again."""
    namespace = lab.namespace()
    lab.deploy(namespace, 110, labels=ON_ECI)
    assert len(on_eci(lab.ready(namespace, 110, 120))) == 110
    names = [group["ContainerGroupName"] for group in lab.eci()]
    assert len(names) == len(set(names)) == 110, "no instance twice"
    lab.scale(namespace, 0)
    eventually(lambda: not lab.eci(), 120)


def test_a_full_vswitch_is_told_and_overcome(lab: Lab) -> None:
    vpc_id = lab.cloud.vpc.describe_vswitch_attributes(vswitch_id=lab.vswitch_ids[0])["VpcId"]
    answer = lab.cloud.vpc.create_vswitch(
        vpc_id=vpc_id, cidr_block="10.200.0.0/29", zone_id="cn-hangzhou-i"
    )
    small = answer["VSwitchId"]
    lab.settled(lambda: lab.cloud.vpc.describe_vswitch_attributes(vswitch_id=small))
    namespace = lab.namespace()
    lab.deploy(namespace, 5, labels=ON_ECI, annotations={f"{PREFIX}eci-vswitch": small})
    said = eventually(lambda: lab.events(namespace, "ProviderCreateFailed"))
    assert "InvalidVSwitchId.IpNotEnough" in said[0]
    assert sum(group["VSwitchId"] == small for group in lab.eci()) == 4
    lab.scale(namespace, 3)
    lab.ready(namespace, 3)
    lab.scale(namespace, 0)
    # Addresses come back with the instances: the vSwitch can go.
    eventually(lambda: _deleted(lab, small))


def _deleted(lab: Lab, vswitch_id: str) -> bool:
    try:
        lab.cloud.vpc.delete_vswitch(vswitch_id=vswitch_id)
    except CloudError as error:
        assert error.code == "DependencyViolation"
        return False
    return True


def test_what_eci_cannot_run_does_not_start(lab: Lab) -> None:
    namespace = lab.namespace()
    lab.deploy(namespace, 1, labels=ON_ECI, hostNetwork=True)
    said = eventually(lambda: lab.events(namespace, "ProviderFailed"))
    assert said == ["HostNetwork is not supported on ECI"]
    (pod,) = lab.pods(namespace)
    assert pod["status"]["phase"] == "Pending"
    assert not lab.eci()


def test_a_spot_instance_is_taken_back_and_replaced(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notice on the pod, then it has failed, and its controller makes another one."""
    rules = {**behaviour.spot(), "notice_seconds": 1}
    monkeypatch.setattr(behaviour, "spot", lambda: rules)
    namespace = lab.namespace()
    size = {"cpu": "2", "memory": "4Gi"}
    container = {"name": "a", "image": "nginx", "resources": {"requests": size, "limits": size}}
    annotations = {f"{PREFIX}eci-spot-strategy": "SpotAsPriceGo", f"{PREFIX}eci-spot-duration": "0"}
    lab.deploy(namespace, 1, labels=ON_ECI, annotations=annotations, containers=[container])
    (first,) = lab.ready(namespace, 1)
    (instance,) = lab.cloud.eci.reclaim_spot()
    assert instance in eventually(lambda: lab.events(namespace, "SpotToBeReleased"))[0]
    failed = eventually(
        lambda: [pod for pod in lab.pods(namespace) if pod["status"]["phase"] == "Failed"]
    )
    assert [pod["metadata"]["name"] for pod in failed] == [first]
    assert failed[0]["status"]["reason"] == "Expired"
    eventually(lambda: [one for one in lab.pods(namespace) if one["status"]["phase"] == "Running"])
    eventually(lambda: instance not in {group["ContainerGroupId"] for group in lab.eci()})


def test_sold_out_zones_are_told_at_once_or_waited_for(lab: Lab) -> None:
    zones = ("cn-hangzhou-i", "cn-hangzhou-j")
    for zone in zones:
        lab.cloud.eci.set_stock(zone, in_stock=False)
    try:
        namespace = lab.namespace()
        fast = {f"{PREFIX}eci-fail-strategy": "fail-fast"}
        lab.deploy(namespace, 1, name="fast", labels=ON_ECI, annotations=fast)
        lab.deploy(namespace, 1, name="slow", labels=ON_ECI)
        eventually(
            lambda: [
                pod
                for pod in lab.pods(namespace)
                if pod["status"].get("reason") == "ProviderFailed"
            ]
        )
        assert "sold out" in eventually(lambda: lab.events(namespace, "ProviderCreateFailed"))[0]
    finally:
        for zone in zones:
            lab.cloud.eci.set_stock(zone, in_stock=True)
    running = eventually(
        lambda: [one for one in lab.pods(namespace) if one["status"]["phase"] == "Running"]
    )
    assert [pod["metadata"]["name"].split("-")[0] for pod in running] == ["slow"]
