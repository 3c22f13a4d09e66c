"""Registered clusters: how another place's cluster joins, and what is refused until it has."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from sandbox.cloud.faults import FaultPlan
from tests.unit.cs.conftest import REGION, Account, refusal

VERSION = "1.36.2"


def register(account: Account, **more: Any) -> str:
    """A registration whose agent has not called yet."""
    given = {"name": "idc", "region_id": REGION, "vswitch_ids": account.vswitch_ids} | more
    answer = account.cloud.cs.create_cluster(cluster_type="ExternalKubernetes", **given)
    cluster_id: str = answer["cluster_id"]
    return cluster_id


def join(account: Account, cluster_id: str) -> None:
    """What the control plane and the agent of the data centre report."""
    account.clock.sleep(1)
    account.cloud.cs.backend.control_plane_up(cluster_id, 6443)
    account.cloud.cs.backend.agent_connected(cluster_id, VERSION)


def install(account: Account, cluster_id: str, name: str) -> None:
    account.cloud.cs.install_cluster_addons(cluster_id=cluster_id, addons=[{"name": name}])
    account.clock.sleep(1)


def detail(account: Account, cluster_id: str) -> dict[str, Any]:
    return account.cloud.cs.describe_cluster_detail(cluster_id=cluster_id)


def test_a_registration_waits_for_its_agent(account: Account) -> None:
    """S0-08: initial, waiting, and running with the version of the cluster that joined."""
    answer = account.cloud.cs.create_cluster(
        cluster_type="ExternalKubernetes",
        name="idc",
        region_id=REGION,
        vswitch_ids=account.vswitch_ids,
    )
    cluster_id = answer["cluster_id"]
    states = [detail(account, cluster_id)["state"]]
    account.clock.sleep(1)
    states.append(detail(account, cluster_id)["state"])
    assert detail(account, cluster_id)["current_version"] == ""
    task = account.cloud.cs.describe_task_info(task_id=answer["task_id"])
    assert task["state"] == "success", "the registration is there"
    join(account, cluster_id)
    shown = detail(account, cluster_id)
    states.append(shown["state"])
    assert states == ["initial", "waiting", "running"]
    assert shown["current_version"] == shown["init_version"] == VERSION
    assert shown["cluster_spec"] == ""
    task = account.cloud.cs.describe_task_info(task_id=answer["task_id"])
    assert task["state"] == "success"


def test_its_address_ranges_are_not_the_clouds(account: Account) -> None:
    """A managed cluster with Services in the VPC's range is refused; here nobody asks ACK."""
    given = {"name": "idc", "region_id": REGION, "vswitch_ids": account.vswitch_ids}
    inside = {"service_cidr": "10.96.0.0/12", "container_cidr": "10.244.0.0/16"}
    assert refusal(account.cloud.cs.create_cluster, **given, **inside).endswith(
        "it overlaps the VPC's CIDR."
    )
    shown = [detail(account, register(account, **more)) for more in (inside, {})]
    assert [one["service_cidr"] for one in shown] == ["10.96.0.0/12"] * 2


def test_a_control_plane_alone_is_no_connection(account: Account) -> None:
    cluster_id = register(account)
    account.clock.sleep(1)
    account.cloud.cs.backend.control_plane_up(cluster_id, 6443)
    assert detail(account, cluster_id)["state"] == "waiting"


def test_an_agent_that_is_lost_comes_back(account: Account) -> None:
    cluster_id = register(account)
    join(account, cluster_id)
    account.cloud.cs.backend.agent_lost(cluster_id)
    assert detail(account, cluster_id)["state"] == "disconnected"
    account.cloud.cs.backend.agent_connected(cluster_id, "1.37.0")
    shown = detail(account, cluster_id)
    assert (shown["state"], shown["current_version"]) == ("running", "1.37.0")
    assert shown["init_version"] == VERSION


def test_an_agent_does_not_revive_a_cluster_that_goes(account: Account) -> None:
    cluster_id = register(account)
    join(account, cluster_id)
    account.cloud.cs.delete_cluster(cluster_id=cluster_id)
    account.cloud.cs.backend.agent_connected(cluster_id, VERSION)
    account.cloud.cs.backend.agent_lost(cluster_id)
    assert detail(account, cluster_id)["state"] == "deleting"


def test_the_agents_manifest(account: Account) -> None:
    """DescribeExternalAgent: Deployment, rights, credentials, settings of the node script."""
    cluster_id = register(account)
    describe = account.cloud.cs.describe_external_agent
    told = refusal(describe, cluster_id=cluster_id)
    assert told.startswith("ErrorClusterState: ")
    account.clock.sleep(1)
    documents = {
        one["kind"]: one for one in yaml.safe_load_all(describe(cluster_id=cluster_id)["config"])
    }
    assert set(documents) == {
        "ServiceAccount",
        "ClusterRoleBinding",
        "Secret",
        "ConfigMap",
        "Deployment",
    }
    settings = documents["ConfigMap"]
    assert settings["metadata"] == {"name": "ack-agent-config", "namespace": "kube-system"}
    assert settings["data"] == {"addNodeScriptPath": ""}
    deployment = documents["Deployment"]
    assert deployment["metadata"]["name"] == "ack-cluster-agent"
    assert deployment["spec"]["replicas"] == 2
    public = documents["Secret"]["stringData"]
    assert public["url"] == f"https://{cluster_id}.{REGION}.cs.aliyuncs.com:5533"
    private = describe(cluster_id=cluster_id, private_ip_address="true")["config"]
    assert f"https://{cluster_id}" not in private
    assert public["token"] in private, "one agent, two addresses"


def test_a_fault_keeps_a_data_centre_out(account: Account) -> None:
    """Its owner asks for the manifest like anybody else, and asks again."""
    cluster_id = register(account)
    account.clock.sleep(1)
    fault = {"verb": "cs.describe_external_agent", "times": 1, "action": "throttle"}
    account.cloud.faults = FaultPlan.parse(json.dumps([fault]))
    backend = account.cloud.cs.backend
    assert refusal(backend.agent_manifest, cluster_id=cluster_id).startswith("Throttling.User")
    assert "ack-cluster-agent" in backend.agent_manifest(cluster_id)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (
            {"agent_mode": "restricted"},
            "Sandbox.NotSimulated: The sandbox does not simulate an agent with few rights."
            " Use mode admin.",
        ),
        (
            {"agent_mode": "root"},
            "InvalidParameter: The parameter AgentMode is invalid:"
            " must be one of ('admin', 'restricted').",
        ),
    ],
)
def test_other_modes_of_the_agent(account: Account, more: dict[str, str], text: str) -> None:
    cluster_id = register(account)
    account.clock.sleep(1)
    assert refusal(account.cloud.cs.describe_external_agent, cluster_id=cluster_id, **more) == text


def test_a_managed_cluster_has_no_agent(account: Account) -> None:
    cluster_id = account.create_cluster()
    told = refusal(account.cloud.cs.describe_external_agent, cluster_id=cluster_id)
    assert (
        told == "InvalidParameter: The parameter ClusterId is invalid: it is no registered cluster."
    )


def test_nothing_reaches_a_cluster_that_is_not_connected(account: Account) -> None:
    """No credentials, no add-ons and no node pools before the agent calls, or once it stops."""
    cs = account.cloud.cs
    cluster_id = register(account)
    account.clock.sleep(1)
    group = {"vswitch_ids": account.vswitch_ids, "instance_types": ["ecs.g7.xlarge"]}
    calls: list[Any] = [
        (cs.describe_cluster_user_kubeconfig, {}),
        (cs.install_cluster_addons, {"addons": [{"name": "cloud-node-controller"}]}),
        (
            cs.create_cluster_node_pool,
            {"nodepool_info": {"name": "cpu"}, "scaling_group": group},
        ),
    ]
    for state in ("waiting", "disconnected"):
        if state == "disconnected":
            join(account, cluster_id)
            cs.backend.agent_lost(cluster_id)
        for call, more in calls:
            assert refusal(call, cluster_id=cluster_id, **more) == (
                f"ErrorClusterState: The cluster {cluster_id} is {state};"
                " the operation needs it to be running."
            )


def test_node_pools_need_the_node_controller(account: Account) -> None:
    """S0-06; prerequisite named by "Create and manage a node pool" of ACK One."""
    cluster_id = register(account)
    join(account, cluster_id)
    with pytest.raises(Exception, match="AddonNotFound: The add-on cloud-node-controller is not"):
        account.create_pool(cluster_id, 1)
    install(account, cluster_id, "cloud-node-controller")
    pool_id = account.create_pool(cluster_id, 1)
    assert len(account.cloud.cs.backend.nodes(cluster_id)) == 1
    assert account.pool(cluster_id, pool_id)["status"]["state"] == "scaling"


def test_it_has_only_the_add_ons_that_were_asked_for(account: Account) -> None:
    """S0-02: logs, events and metrics are options; what managed clusters bring is not there."""
    cluster_id = register(account, addons=[{"name": "logtail-ds"}])
    join(account, cluster_id)
    for name in ("ack-node-problem-detector", "arms-prometheus"):
        install(account, cluster_id, name)
    listed = account.cloud.cs.list_cluster_addon_instances(cluster_id=cluster_id)["addons"]
    assert {one["name"]: one["state"] for one in listed} == {
        "logtail-ds": "active",
        "ack-node-problem-detector": "active",
        "arms-prometheus": "active",
    }
    wanted = {"cluster_id": cluster_id, "addons": [{"name": "ack-virtual-node"}]}
    assert refusal(account.cloud.cs.install_cluster_addons, **wanted) == (
        "Sandbox.NotSimulated: The sandbox does not simulate the add-on ack-virtual-node on a"
        " registered cluster. Use a managed cluster to try it."
    )


def test_it_goes_only_without_nodes(account: Account) -> None:
    """Pools first, then the registration; nothing is left of it."""
    cs = account.cloud.cs
    before = account.kinds()
    cluster_id = register(account)
    join(account, cluster_id)
    install(account, cluster_id, "cloud-node-controller")
    pool_id = account.create_pool(cluster_id, 2)
    account.report_nodes(cluster_id)
    assert refusal(cs.delete_cluster, cluster_id=cluster_id) == (
        f"DependencyViolation.Resource: The registered cluster {cluster_id} still has 2 nodes in"
        " its pools. Remove them first."
    )
    cs.delete_cluster_nodepool(cluster_id=cluster_id, nodepool_id=pool_id, force=True)
    for node in cs.backend.nodes(cluster_id):
        cs.backend.node_drained(node.instance_id)
    cs.delete_cluster(cluster_id=cluster_id)
    assert cs.backend.control_plane_gone(cluster_id)
    assert account.kinds() == before


def test_a_managed_cluster_brings_the_device_plugin(account: Account) -> None:
    """Installed from the start, and removable, for those who bring their own."""
    cs = account.cloud.cs
    plugin = "ack-nvidia-device-plugin"
    cluster_id = account.create_cluster()
    assert cs.backend.addon(cluster_id, plugin) is not None
    cs.un_install_cluster_addons(cluster_id=cluster_id, addons=[{"name": plugin}])
    account.clock.sleep(1)
    assert cs.backend.addon(cluster_id, plugin) is None
    without = account.create_cluster(name="own", addons=[{"name": plugin, "disabled": True}])
    assert cs.backend.addon(without, plugin) is None
