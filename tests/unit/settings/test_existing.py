"""What exists already: written as another form of the same setting, judged without a cloud."""

from typing import Any

import pytest

from blueprints.settings.existing import ExistingCluster, ExistingNetwork
from blueprints.settings.needed import needed_addons
from blueprints.settings.network import Network
from tests.unit.settings.examples import loaded, refusal

S = "ackb:settings"
NETWORK: dict[str, Any] = {
    "type": "existing",
    "vpc_id": "vpc-bp1aaa",
    "vpc_cidr": "10.0.0.0/8",
    "zones": [
        {
            "zone_id": "cn-hangzhou-h",
            "node_vswitch_id": "vsw-nodesh",
            "node_cidr": "10.0.0.0/20",
            "pod_vswitch_id": "vsw-podsh",
            "pod_cidr": "10.1.0.0/16",
        },
        {
            "zone_id": "cn-hangzhou-i",
            "node_vswitch_id": "vsw-nodesi",
            "node_cidr": "10.0.16.0/20",
        },
    ],
}
CLUSTER = {"type": "existing", "cluster_id": "c0123456789", "version": "1.36"}


def network(**changes: Any) -> dict[str, Any]:
    return {**NETWORK, **changes}


def zone(**changes: Any) -> dict[str, Any]:
    return {key: one for key, one in {**NETWORK["zones"][0], **changes}.items() if one is not None}


def test_what_was_written_before_is_a_new_network() -> None:
    settings = loaded()
    assert isinstance(settings.network, Network)
    assert (settings.network.type, settings.cluster.type) == ("new", "new")
    assert (settings.database.type, settings.cache.type) == ("new", "new")


def test_a_cluster_may_stand_on_an_existing_network() -> None:
    settings = loaded({"network": network(zones=[zone()])})
    assert isinstance(settings.network, ExistingNetwork)
    assert settings.network.zones[0].node_vswitch_id == "vsw-nodesh"
    assert settings.cluster.type == "new"


def test_an_existing_cluster_may_get_no_nodes_or_some() -> None:
    without = loaded({"network": NETWORK, "cluster": CLUSTER, "node_pools": []})
    assert isinstance(without.cluster, ExistingCluster)
    assert needed_addons(without) == {"ack-virtual-node"}
    assert len(loaded({"network": NETWORK, "cluster": CLUSTER}).node_pools) == 1


def test_every_data_store_may_exist() -> None:
    settings = loaded(
        {
            "database": {"type": "existing", "instance_id": "rm-bp1"},
            "cache": {"type": "existing", "instance_id": "r-bp1"},
            "file_storage": {
                "type": "existing",
                "file_system_id": "31a8e4",
                "mount_target": "31a8e4-vdd12.cn-hangzhou.nas.aliyuncs.com",
            },
        }
    )
    assert (settings.database.name, settings.database.account) == ("wordpress", "wordpress")
    assert settings.file_storage.folder == "/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"network": {key: one for key, one in NETWORK.items() if key != "type"}},
            f"SET-002 {S}.network.type: (missing) – must be one of new, existing. "
            "Fix: write type: existing, which vpc_id, vpc_cidr, zones belong to.\n"
            f"SET-027 {S}.network.zones[1].pod_cidr: (missing) – must be given, since Terway takes "
            "the addresses of pods from it. Fix: add pod_vswitch_id and pod_cidr of a vSwitch in "
            "that zone, or use flannel.",
        ),
        (
            {"network": network(type="existng"), "cluster": CLUSTER},
            f'SET-004 {S}.network.type: "existng" – must be one of new, existing. '
            "Fix: write type: existing, which vpc_id, vpc_cidr, zones belong to.",
        ),
        (
            {"network": network(nat=None), "cluster": CLUSTER},
            f"SET-001 {S}.network.nat: null – is not a key of type 'existing', but of 'new'. "
            "Fix: write type: new, or remove it.",
        ),
        (
            {"network": network(vpc_id="10.0.0.0/8", zones=[zone(node_vswitch_id="nodes-h")])},
            f'SET-013 {S}.network.vpc_id: "10.0.0.0/8" – must be the id of a VPC. '
            "Fix: copy it from the VPC console (vpc-…).\n"
            f'SET-013 {S}.network.zones[0].node_vswitch_id: "nodes-h" – must be the id of a '
            "vSwitch. Fix: copy it from the VPC console (vsw-…).",
        ),
        (
            {"network": network(zones=[zone(pod_cidr=None)]), "cluster": CLUSTER},
            f"SET-002 {S}.network.zones[0].pod_cidr: (missing) – must be given with "
            "pod_vswitch_id. Fix: add it, or remove pod_vswitch_id.",
        ),
        (
            {"network": network(zones=[zone(pod_vswitch_id=None)]), "cluster": CLUSTER},
            f"SET-002 {S}.network.zones[0].pod_vswitch_id: (missing) – must be given with "
            "pod_cidr. Fix: add it, or remove pod_cidr.",
        ),
        (
            {"network": network(zones=[zone(pod_vswitch_id="vsw-nodesh")]), "cluster": CLUSTER},
            f'SET-009 {S}.network.zones[0].pod_vswitch_id: "vsw-nodesh" – must be given once. '
            "Fix: name another vSwitch, or leave the pod vSwitch away: ECI pods then take "
            "addresses of the node vSwitch.",
        ),
        (
            {"network": network(zones=[zone(node_cidr="192.168.0.0/20")]), "cluster": CLUSTER},
            f'SET-022 {S}.network.zones[0].node_cidr: "192.168.0.0/20" – must lie inside '
            "the VPC range 10.0.0.0/8. Fix: choose a part of 10.0.0.0/8.",
        ),
        (
            {"cluster": CLUSTER},
            f'SET-035 {S}.network.type: "new" – must be existing, since the cluster exists and has '
            "a network. Fix: write type: existing, with vpc_id and vSwitches of the cluster.",
        ),
        (
            {"network": network(zones=[zone()]), "node_pools": []},
            f"SET-005 {S}.node_pools: [] – must have at least one entry. Fix: add one.",
        ),
        (
            {"network": NETWORK, "cluster": {**CLUSTER, "install": ["ack-kruise"]}},
            f'SET-035 {S}.cluster.install[0]: "ack-kruise" – must be an add-on that the stack '
            "needs (it needs ack-virtual-node). Fix: remove it, or install it in the ACK console.",
        ),
        (
            {
                "network": NETWORK,
                "cluster": {**CLUSTER, "install": ["ack-virtual-node", "ack-virtual-node"]},
            },
            f'SET-009 {S}.cluster.install[1]: "ack-virtual-node" – must be given once. '
            "Fix: remove it.",
        ),
        (
            {"network": NETWORK, "cluster": CLUSTER, "placement": {"type": "eci_profile"}},
            f'SET-035 {S}.placement.type: "eci_profile" – must not be eci_profile in an existing '
            "cluster: all its users share that one ConfigMap, and the stack would replace what "
            "they have in it. Fix: write type: namespace_label, or eci_label.",
        ),
        (
            {"network": NETWORK, "cluster": {**CLUSTER, "service_cidr": "172.21.0.0/20"}},
            f'SET-001 {S}.cluster.service_cidr: "172.21.0.0/20" – is not a key of type '
            "'existing', but of 'new'. Fix: write type: new, or remove it.",
        ),
        (
            {"network": NETWORK, "cluster": {"type": "existing", "cluster_id": "shop"}},
            f'SET-013 {S}.cluster.cluster_id: "shop" – must be the id of an ACK cluster, which '
            "begins with c. Fix: copy the id, not the name, from the ACK console.\n"
            f"SET-002 {S}.cluster.version: (missing) – must be given. "
            "Fix: add 'version', such as \"1.36\".",
        ),
        (
            {"database": {"type": "existing", "instance_id": "db", "storage_gb": 40}},
            f'SET-013 {S}.database.instance_id: "db" – must be the id of an RDS for MySQL '
            "instance. Fix: copy it from the RDS console (rm-…).\n"
            f"SET-001 {S}.database.storage_gb: 40 – is not a key of type 'existing', but of "
            "'new'. Fix: write type: new, or remove it.",
        ),
        (
            {"cache": {"type": "existing"}},
            f"SET-002 {S}.cache.instance_id: (missing) – must be given. "
            "Fix: add 'instance_id', such as r-bp1ucvdrq4zkp0q0wz.",
        ),
        (
            {
                "file_storage": {
                    "type": "existing",
                    "file_system_id": "31a8e4",
                    "mount_target": "nfs://x",
                    "folder": "shop/",
                }
            },
            f'SET-013 {S}.file_storage.mount_target: "nfs://x" – must be the name of a host, '
            "without https:// and path. Fix: write the host only.\n"
            f'SET-013 {S}.file_storage.folder: "shop/" – must be / or an absolute path without a '
            "slash at the end. Fix: write it such as /shop.",
        ),
    ],
)
def test_the_whole_message(changes: dict[str, Any], message: str) -> None:
    assert refusal(changes) == message


def test_an_existing_cluster_needs_no_address_plan_of_ours() -> None:
    """Service range and free shares of the pod range are for whoever made it to judge."""
    flannel = {"type": "flannel", "pod_cidr": "172.20.0.0/24", "node_cidr_mask": 25}
    settings = loaded(
        {
            "network": NETWORK,
            "cluster": {**CLUSTER, "network_plugin": flannel},
            "node_pools.0.nodes": 20,
        }
    )
    assert settings.cluster.network_plugin.type == "flannel"
