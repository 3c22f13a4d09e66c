"""Components that stand for what is there: the outputs of what they replace, and no resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.planning import Plan
from components.cache import Cache
from components.cluster import Cluster
from components.database import Database
from components.existing import (
    ExistingCluster,
    ExistingClusterArgs,
    ExistingNetwork,
    ExistingNetworkArgs,
    ExistingSecurityGroup,
    ExistingSecurityGroupArgs,
    ExistingZone,
)
from components.existing_stores import (
    ExistingCache,
    ExistingCacheArgs,
    ExistingDatabase,
    ExistingDatabaseArgs,
    ExistingFileStorage,
    ExistingFileStorageArgs,
)
from components.file_storage import FileStorage
from components.network import Network
from components.security_group import SecurityGroup

ZONES = [
    ExistingZone(zone_id="cn-hangzhou-h", node_vswitch_id="vsw-a", pod_vswitch_id="vsw-b"),
    ExistingZone(zone_id="cn-hangzhou-i", node_vswitch_id="vsw-c"),
]


def cluster(**changes: Any) -> ExistingClusterArgs:
    given: dict[str, Any] = {
        "target": "sandbox",
        "region": "cn-hangzhou",
        "cluster_id": "c1",
        "server": "https://10.0.0.9:6443",
        "version": "1.36",
        "spec": "ack.pro.small",
        "network_plugin": "terway",
    }
    return ExistingClusterArgs(**{**given, **changes})


@pytest.mark.parametrize(
    ("there", "instead_of"),
    [
        (ExistingNetwork, Network),
        (ExistingSecurityGroup, SecurityGroup),
        (ExistingCluster, Cluster),
        (ExistingDatabase, Database),
        (ExistingCache, Cache),
        (ExistingFileStorage, FileStorage),
    ],
)
def test_it_has_every_output_of_what_it_replaces(there: type, instead_of: type) -> None:
    assert there.__annotations__ == instead_of.__annotations__


def test_nothing_is_created(deploy: Callable[..., Plan]) -> None:
    def build(opts: Any) -> None:
        ExistingNetwork("net", ExistingNetworkArgs(vpc_id="vpc-1", zones=ZONES), opts)
        ExistingSecurityGroup("sg", ExistingSecurityGroupArgs(security_group_id="sg-1"), opts)
        ExistingDatabase(
            "db",
            ExistingDatabaseArgs(instance_id="rm-1", address="rm-1.local", database_name="shop"),
            opts,
        )
        ExistingCache("cache", ExistingCacheArgs(instance_id="r-1", address="r-1.local"), opts)
        ExistingFileStorage(
            "nas", ExistingFileStorageArgs(file_system_id="31a8", address="31a8.local"), opts
        )

    made = deploy(build)
    assert [one for one in made.resources if one.custom and "providers" not in one.type] == []
    network = made.one("ackb:network:ExistingNetwork", "net")
    assert network.outputs["node_vswitch_ids"] == {
        "cn-hangzhou-h": "vsw-a",
        "cn-hangzhou-i": "vsw-c",
    }
    assert network.outputs["pod_vswitch_ids"] == {"cn-hangzhou-h": "vsw-b"}
    assert made.one("ackb:data:ExistingDatabase", "db").outputs["address"] == "rm-1.local"


def test_a_cluster_is_a_way_in_and_nothing_else(deploy: Callable[..., Plan]) -> None:
    made = deploy(lambda opts: ExistingCluster("ack", cluster(rrsa_provider_arn="arn"), opts))
    custom = [one for one in made.resources if one.custom and one.parent == "ack"]
    assert [one.type for one in custom] == ["pulumi:providers:kubernetes"]
    outputs = made.one("ackb:cluster:ExistingCluster", "ack").outputs
    assert (outputs["cluster_id"], outputs["rrsa_provider_arn"]) == ("c1", "arn")
    assert "https://10.0.0.9:6443" in outputs["kubeconfig"]
    assert "client-certificate" not in outputs["kubeconfig"]


def test_empty_ids_are_refused_all_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        ExistingDatabase(
            "db", ExistingDatabaseArgs(instance_id="", address="", database_name="shop")
        )
    assert str(caught.value) == (
        'ExistingDatabase "db": \'instance_id\' must not be empty (got ""); name what is there\n'
        'ExistingDatabase "db": \'address\' must not be empty (got ""); name what is there'
    )
    with pytest.raises(InvalidArguments, match="'server' must not be empty"):
        ExistingCluster("ack", cluster(server=""))
    with pytest.raises(InvalidArguments, match="'zones' must hold at least one zone"):
        ExistingNetwork("net", ExistingNetworkArgs(vpc_id="vpc-1", zones=[]))
