"""Data sources that list what is there."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ackb.domain.provider_types import provider_type, tokens
from sandbox.providers.alicloud.functions import FUNCTIONS
from sandbox.providers.serving import ProviderError
from tests.unit.alicloud_provider import cases
from tests.unit.alicloud_provider.conftest import Engine, Place

NETWORKS = "alicloud:vpc/getNetworks:getNetworks"
SWITCHES = "alicloud:vpc/getSwitches:getSwitches"
GROUPS = "alicloud:ecs/getSecurityGroups:getSecurityGroups"
CLUSTERS = "alicloud:cs/getManagedKubernetesClusters:getManagedKubernetesClusters"
ADDONS = "alicloud:cs/getKubernetesAddons:getKubernetesAddons"
DATABASES = "alicloud:rds/getInstances:getInstances"
ACCOUNTS = "alicloud:rds/getAccounts:getAccounts"
CACHES = "alicloud:kvstore/getInstances:getInstances"
FILE_SYSTEMS = "alicloud:nas/getFileSystems:getFileSystems"
MOUNT_TARGETS = "alicloud:nas/getMountTargets:getMountTargets"

INTO = {
    NETWORKS: "vpcs",
    SWITCHES: "vswitches",
    GROUPS: "groups",
    CLUSTERS: "clusters",
    ADDONS: "addons",
    DATABASES: "instances",
    ACCOUNTS: "accounts",
    CACHES: "instances",
    FILE_SYSTEMS: "systems",
    MOUNT_TARGETS: "targets",
}


def account(engine: Engine, place: Place) -> Mapping[str, str]:
    inputs = cases.privilege(engine, place)
    engine.create(cases.PRIVILEGE, inputs)
    instance_id = inputs["instanceId"]
    return {"dbInstanceId": instance_id, "id": f"{instance_id}:{inputs['accountName']}"}


def instance(engine: Engine, place: Place) -> Mapping[str, str]:
    return {"id": engine.create(cases.RDS, cases.rds(engine, place))[0]}


def redis(engine: Engine, place: Place) -> Mapping[str, str]:
    return {"id": engine.create(cases.REDIS, cases.redis(engine, place))[0]}


def mount_target(engine: Engine, place: Place) -> Mapping[str, str]:
    inputs = cases.mount_target(engine, place)
    _, state = engine.create(cases.MOUNT_TARGET, inputs)
    return {"fileSystemId": inputs["fileSystemId"], "id": state["mountTargetDomain"]}


def addon(engine: Engine, place: Place) -> Mapping[str, str]:
    cluster_id = cases.running_cluster(engine, place)
    return {"clusterId": cluster_id, "id": f"{cluster_id}:terway-eniip"}


Made = Callable[[Engine, Place], Mapping[str, str]]

ASKED: list[tuple[str, Made, dict[str, Any]]] = [
    (
        NETWORKS,
        lambda _, place: {"id": place.vpc_id},
        {"cidrBlock": "10.0.0.0/16", "status": "Available", "secondaryCidrBlocks": []},
    ),
    (
        SWITCHES,
        lambda _, place: {"id": place.vswitch_h},
        {"zoneId": "cn-hangzhou-h", "status": "Available"},
    ),
    (GROUPS, lambda _, place: {"id": place.group_id}, {"securityGroupType": "normal"}),
    (
        CLUSTERS,
        lambda engine, place: {"id": cases.running_cluster(engine, place)},
        {"state": "running", "name": "shop"},
    ),
    (ADDONS, addon, {"name": "terway-eniip", "currentConfig": '{"NetworkPolicy": "true"}'}),
    (DATABASES, instance, {"engine": "MySQL", "status": "Running"}),
    (ACCOUNTS, account, {"status": "Available", "accountType": "Normal"}),
    (CACHES, redis, {"instanceType": "Redis", "status": "Normal"}),
    (
        FILE_SYSTEMS,
        lambda engine, place: {"id": mount_target(engine, place)["fileSystemId"]},
        {"protocolType": "NFS"},
    ),
    (MOUNT_TARGETS, mount_target, {"status": "Active", "networkType": "Vpc"}),
]


@pytest.mark.parametrize(("token", "made", "told"), ASKED, ids=[one[0] for one in ASKED])
def test_one_thing_is_told_by_its_id(
    engine: Engine, place: Place, token: str, made: Made, told: dict[str, Any]
):
    asked = dict(made(engine, place))
    id, into = asked.pop("id"), INTO[token]
    answer = engine.invoke(token, {**asked, "ids": [id]})
    assert answer["ids"] == [id]
    (found,) = answer[into]
    assert {key: found[key] for key in told} == told
    known = provider_type(token).outputs[into].items
    assert known is not None and known.properties is not None
    assert set(found) <= set(known.properties), "the SDK knows no other property"
    missing = engine.invoke(token, {**asked, "ids": ["no-such-id"]})
    assert (missing["ids"], missing[into]) == ([], []), "what is not there is no error"


def test_a_network_is_where_it_was_put(engine: Engine, place: Place):
    for token, id in ((SWITCHES, place.vswitch_h), (GROUPS, place.group_id)):
        (found,) = engine.invoke(token, {"vpcId": place.vpc_id, "ids": [id]})[INTO[token]]
        assert found["vpcId"] == place.vpc_id
    in_zone = engine.invoke(SWITCHES, {"vpcId": place.vpc_id, "zoneId": "cn-hangzhou-i"})
    assert in_zone["ids"] == [place.vswitch_i]


def test_a_cluster_tells_its_endpoints_and_rrsa(engine: Engine, place: Place):
    id = cases.running_cluster(engine, place)
    (found,) = engine.invoke(CLUSTERS, {"ids": [id], "enableDetails": True})["clusters"]
    assert found["connections"][0]["apiServerIntranet"] == "https://127.0.0.1:6443"
    assert found["rrsaConfig"]["ramOidcProviderArn"].endswith(f"oidc-provider/ack-rrsa-{id}")
    assert found["securityGroupId"] == place.group_id


def test_an_account_tells_its_rights(engine: Engine, place: Place):
    asked = account(engine, place)
    answer = engine.invoke(ACCOUNTS, {"dbInstanceId": asked["dbInstanceId"]})
    (found,) = answer["accounts"]
    assert [right["accountPrivilege"] for right in found["databasePrivileges"]] == ["ReadWrite"]


def test_names_choose_and_other_arguments_are_refused(engine: Engine, place: Place):
    assert engine.invoke(NETWORKS, {"nameRegex": "^no such name$"})["ids"] == []
    with pytest.raises(ProviderError, match="the sandbox cannot list by isDefault"):
        engine.invoke(NETWORKS, {"isDefault": True})


def test_each_function_of_the_table_is_served():
    functions = {token for token in tokens() if token.rsplit(":", 1)[1].startswith("get")}
    assert functions == set(FUNCTIONS)
