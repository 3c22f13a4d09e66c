"""`Addon` and `VirtualNodes`: add-ons that come and go by themselves."""

import json

import pulumi
import pytest

from ackb.domain.problems import InvalidArguments
from components.addon import Addon, AddonArgs
from components.virtual_nodes import VirtualNodes, VirtualNodesArgs

ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"


def test_an_addon_without_configuration_says_nothing_about_it(deploy) -> None:
    arguments = AddonArgs(cluster_id="c1", addon_name="ack-kruise")
    plan = deploy(lambda opts: Addon("kruise", arguments, opts))
    assert plan.one(ADDON, "kruise-addon").inputs == {"clusterId": "c1", "name": "ack-kruise"}
    assert plan.one("ackb:cluster:Addon", "kruise").outputs == {"addon_id": "c1:ack-kruise"}


def test_configuration_is_sorted_json_and_may_come_from_resources(deploy) -> None:
    def program(opts) -> None:
        config = {"z": [{"id": pulumi.Output.from_input("x")}], "a": "1"}
        Addon("one", AddonArgs(cluster_id="c1", addon_name="n", version="v1", config=config), opts)

    plan = deploy(program)
    got = plan.one(ADDON, "one-addon").inputs
    assert got["config"] == '{"a": "1", "z": [{"id": "x"}]}'
    assert got["version"] == "v1"


def virtual_nodes(**changes) -> VirtualNodesArgs:
    return VirtualNodesArgs(
        **{
            "cluster_id": "c1",
            "vswitch_ids": ["vsw-1", "vsw-2"],
            "security_group_id": "sg-1",
            **changes,
        }
    )


def test_the_virtual_node_is_the_managed_addon_and_cleans_up(deploy) -> None:
    """S2-10: pods in the VPC's vSwitches; removal must say what happens to cloud resources."""
    plan = deploy(lambda opts: VirtualNodes("eci", virtual_nodes(), opts))
    got = plan.one(ADDON, "eci-virtual-node-addon").inputs
    assert got["name"] == "ack-virtual-node"
    assert got["cleanupCloudResources"] is True
    assert json.loads(got["config"]) == {
        "vSwitchIds": "vsw-1,vsw-2",
        "securityGroupId": "sg-1",
        "enableClusterIp": "true",
        "enablePrivateZone": "false",
    }


def test_switches_of_the_virtual_node_are_strings(deploy) -> None:
    arguments = virtual_nodes(cluster_ip=False, private_zone=True)
    plan = deploy(lambda opts: VirtualNodes("eci", arguments, opts))
    config = json.loads(plan.one(ADDON, "eci-virtual-node-addon").inputs["config"])
    assert (config["enableClusterIp"], config["enablePrivateZone"]) == ("false", "true")


def test_the_virtual_node_needs_a_vswitch() -> None:
    with pytest.raises(InvalidArguments) as caught:
        VirtualNodes("eci", virtual_nodes(vswitch_ids=[]))
    assert str(caught.value) == (
        "VirtualNodes \"eci\": 'vswitch_ids' must hold at least one vSwitch (got []); add the pod "
        "vSwitch of each zone"
    )
