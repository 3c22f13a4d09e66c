from __future__ import annotations

import json

from tests.unit.cs.conftest import Account, refusal


def state(account: Account, cluster_id: str, name: str) -> str:
    answer = account.cloud.cs.describe_cluster_addon_instance(
        cluster_id=cluster_id, addon_name=name
    )
    return str(answer["state"])


def test_a_cluster_begins_with_the_system_and_what_was_asked_for(account: Account) -> None:
    cluster_id = account.create_cluster(
        addons=[
            {"name": "terway-eniip"},
            {"name": "nginx-ingress-controller", "disabled": True},
            {"name": "ack-virtual-node"},
        ]
    )
    listed = account.cloud.cs.list_cluster_addon_instances(cluster_id=cluster_id)["addons"]
    states = {addon["name"]: addon["state"] for addon in listed}
    assert "nginx-ingress-controller" not in states
    assert states["metrics-server"] == "active"
    assert states["terway-eniip"] == "active"
    assert states["ack-virtual-node"] == "initial", "it waits for its nodes"


def test_an_addon_takes_a_moment(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    addon = {"name": "ack-cost-exporter", "version": "1.8.0", "config": '{"replicas": 2}'}
    task_id = cs.install_cluster_addons(cluster_id=cluster_id, addons=[addon])["task_id"]
    assert state(account, cluster_id, "ack-cost-exporter") == "initial"
    assert cs.describe_task_info(task_id=task_id)["state"] == "running"
    account.clock.sleep(1)
    assert state(account, cluster_id, "ack-cost-exporter") == "active"
    assert cs.describe_task_info(task_id=task_id)["state"] == "success"
    assert refusal(cs.install_cluster_addons, cluster_id=cluster_id, addons=[addon]) == (
        "AddonAlreadyInstalled: The add-on ack-cost-exporter is installed already."
    )

    cs.un_install_cluster_addons(cluster_id=cluster_id, addons=[{"name": "ack-cost-exporter"}])
    assert state(account, cluster_id, "ack-cost-exporter") == "deleting"
    account.clock.sleep(1)
    assert refusal(
        cs.describe_cluster_addon_instance, cluster_id=cluster_id, addon_name="ack-cost-exporter"
    ) == ("AddonNotFound: The add-on ack-cost-exporter is not available or not installed.")


def test_a_configuration_is_merged(account: Account) -> None:
    """A key that is left out keeps its value, as on the real cloud."""
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    addon = {"name": "ack-cost-exporter", "config": '{"a": "1", "b": "2"}'}
    cs.install_cluster_addons(cluster_id=cluster_id, addons=[addon])
    account.clock.sleep(1)
    cs.modify_cluster_addon(
        cluster_id=cluster_id, addon_name="ack-cost-exporter", config='{"b": ""}'
    )
    answer = cs.describe_cluster_addon_instance(
        cluster_id=cluster_id, addon_name="ack-cost-exporter"
    )
    assert json.loads(answer["config"]) == {"a": "1", "b": ""}


def test_virtual_nodes_report_for_themselves(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()
    addon = {"name": "ack-virtual-node", "config": '{"vSwitchIds": "vsw-1"}'}
    cs.install_cluster_addons(cluster_id=cluster_id, addons=[addon])
    account.clock.sleep(60)
    assert state(account, cluster_id, "ack-virtual-node") == "initial"
    record = cs.backend.addon(cluster_id, "ack-virtual-node")
    assert record is not None
    assert record.config == {"vSwitchIds": "vsw-1"}
    cs.backend.addon_up(cluster_id, "ack-virtual-node")
    assert state(account, cluster_id, "ack-virtual-node") == "active"

    assert refusal(
        cs.un_install_cluster_addons, cluster_id=cluster_id, addons=[{"name": "ack-virtual-node"}]
    ) == (
        "InvalidParameter.CleanupCloudResources: To remove ack-virtual-node,"
        " cleanup_cloud_resources must be true."
    )
    cs.un_install_cluster_addons(
        cluster_id=cluster_id,
        addons=[{"name": "ack-virtual-node", "cleanup_cloud_resources": True}],
    )
    account.clock.sleep(60)
    assert state(account, cluster_id, "ack-virtual-node") == "deleting"
    cs.backend.addon_up(cluster_id, "ack-virtual-node")
    assert state(account, cluster_id, "ack-virtual-node") == "deleting", "it does not come back"
    cs.backend.addon_gone(cluster_id, "ack-virtual-node")
    assert cs.backend.addon(cluster_id, "ack-virtual-node") is None


def test_an_addon_with_controllers_can_fail_and_be_repaired(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster(addons=[{"name": "ack-virtual-node"}])
    cs.backend.addon_failed(cluster_id, "ack-virtual-node", "the tool is missing")
    assert state(account, cluster_id, "ack-virtual-node") == "failed"
    task_id = cs.modify_cluster_addon(
        cluster_id=cluster_id, addon_name="ack-virtual-node", config='{"a": 1}'
    )["task_id"]
    cs.backend.addon_failed(cluster_id, "ack-virtual-node", "the tool is missing")
    task = cs.describe_task_info(task_id=task_id)
    assert (task["state"], task["error"]) == ("fail", {"message": "the tool is missing"})
    cs.backend.addon_up(cluster_id, "ack-virtual-node")
    assert state(account, cluster_id, "ack-virtual-node") == "active"
    assert [(one.name, one.config) for one in cs.backend.addons(cluster_id)] == [
        ("ack-virtual-node", {"a": 1})
    ]


def test_what_is_refused(account: Account) -> None:
    cs = account.cloud.cs
    cluster_id = account.create_cluster()

    def install(**addon: str) -> str:
        return refusal(cs.install_cluster_addons, cluster_id=cluster_id, addons=[addon])

    assert install(name="ack-nonsense") == (
        "AddonNotFound: The add-on ack-nonsense is not available or not installed."
    )
    assert install(name="ack-kruise", config="{") == (
        "InvalidParameter: The parameter config is invalid: not JSON: Expecting property name"
        " enclosed in double quotes: line 1 column 2 (char 1)."
    )
    assert install(name="ack-kruise", config="[]") == (
        "InvalidParameter: The parameter config is invalid: must be a JSON object."
    )
    system = [{"name": "kube-scheduler"}]
    assert refusal(cs.un_install_cluster_addons, cluster_id=cluster_id, addons=system) == (
        "AddonOperationNotSupported: The add-on kube-scheduler is a system component; it cannot be"
        " removed."
    )
