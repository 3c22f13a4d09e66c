"""Stacks on things that are there: what the cloud answers is compared before anything is made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pulumi
import pytest
from pulumi.runtime.proto import resource_pb2

from ackb.planning import Plan, plan_program
from ackb.planning.recorder import Recorder
from ackb.planning.wire import decode_properties, encode_properties
from blueprints import program
from blueprints.existing import namespaces
from blueprints.settings.existing import AddonName
from blueprints.settings.stackfile import read
from tests.unit.settings.test_existing import CLUSTER, NETWORK

ROOT = Path(__file__).parents[3]
S = "ackb:settings"
ID = CLUSTER["cluster_id"]
SECRETS = {
    "ackb:databasePassword": "Pa55word_db",
    "ackb:cachePassword": "Pa55word_cache",
    "ackb:sessionKey": "k" * 64,
    "ackb:databaseRootPassword": "Pa55word_root",
}
STORES: dict[str, Any] = {
    "database": {"type": "existing", "instance_id": "rm-bp1"},
    "cache": {"type": "existing", "instance_id": "r-bp1"},
    "file_storage": {
        "type": "existing",
        "file_system_id": "31a8e4",
        "mount_target": "31a8e4-vdd12.cn-hangzhou.nas.aliyuncs.com",
        "folder": "/blog",
    },
}
ALL: dict[str, Any] = {
    "network": NETWORK,
    "cluster": CLUSTER,
    "node_pools": [],
    "namespace": "blog",
    **STORES,
}


def vswitch(id: str, zone: str, cidr: str) -> dict[str, Any]:
    place = {"vpcId": "vpc-bp1aaa", "zoneId": f"cn-hangzhou-{zone}"}
    return {"id": id, "cidrBlock": cidr, "status": "Available", **place}


CLOUD: dict[str, list[dict[str, Any]]] = {
    "getNetworks": [
        {
            "id": "vpc-bp1aaa",
            "cidrBlock": "10.0.0.0/8",
            "secondaryCidrBlocks": [],
            "status": "Available",
        }
    ],
    "getSwitches": [
        vswitch("vsw-nodesh", "h", "10.0.0.0/20"),
        vswitch("vsw-podsh", "h", "10.1.0.0/16"),
        vswitch("vsw-nodesi", "i", "10.0.16.0/20"),
    ],
    "getSecurityGroups": [{"id": "sg-bp1", "vpcId": "vpc-bp1aaa"}],
    "getManagedKubernetesClusters": [
        {
            "id": ID,
            "securityGroupId": "sg-cluster",
            "connections": [
                {
                    "apiServerInternet": "https://47.0.0.1:6443",
                    "apiServerIntranet": "https://10.0.0.9:6443",
                }
            ],
            "rrsaConfig": {"enabled": True, "ramOidcProviderArn": "acs:ram::1:oidc-provider/x"},
        }
    ],
    "getClusters": [
        {
            "id": ID,
            "vpcId": "vpc-bp1aaa",
            "state": "running",
            "currentVersion": "1.36.1-aliyun.1",
            "clusterSpec": "ack.pro.small",
            "podCidr": "",
        }
    ],
    "getKubernetesAddons": [
        {"name": "ack-virtual-node", "currentVersion": "v2"},
        {"name": "ack-kruise", "currentVersion": ""},
    ],
    "getInstances": [
        {
            "id": "rm-bp1",
            "vpcId": "vpc-bp1aaa",
            "engine": "MySQL",
            "status": "Running",
            "connectionString": "rm-bp1.mysql.rds.aliyuncs.com",
        },
        {
            "id": "r-bp1",
            "vpcId": "vpc-bp1aaa",
            "instanceType": "Redis",
            "status": "Normal",
            "connectionDomain": "r-bp1.redis.rds.aliyuncs.com",
        },
    ],
    "getAccounts": [
        {
            "accountName": "wordpress",
            "accountType": "Normal",
            "status": "Available",
            "databasePrivileges": [{"dbName": "wordpress", "accountPrivilege": "ReadWrite"}],
        }
    ],
    "getFileSystems": [{"id": "31a8e4", "protocolType": "NFS"}],
    "getMountTargets": [
        {
            "mountTargetDomain": STORES["file_storage"]["mount_target"],
            "status": "Active",
            "vpcId": "vpc-bp1aaa",
        }
    ],
}
INTO = {
    "getNetworks": "vpcs",
    "getSwitches": "vswitches",
    "getSecurityGroups": "groups",
    "getManagedKubernetesClusters": "clusters",
    "getClusters": "clusters",
    "getKubernetesAddons": "addons",
    "getInstances": "instances",
    "getAccounts": "accounts",
    "getFileSystems": "systems",
    "getMountTargets": "targets",
}

Answers = dict[str, list[dict[str, Any]]]
Asked = Callable[..., Plan]


def plan(stack: str = "wordpress-dev", **changes: Any) -> Plan:
    settings = {**json.loads(read(ROOT, stack).settings_json), **changes}
    config = {
        S: settings,
        "pulumi:disable-default-providers": ["*"],
        **SECRETS,
    }
    return plan_program(program.main, stack=stack, config=config)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the cloud answers; a test may change it."""
    held = deepcopy(CLOUD)
    original = Recorder.Invoke

    def invoke(self: Recorder, request: Any) -> Any:
        name = request.tok.rsplit(":", 1)[-1]
        if name not in INTO:
            return original(self, request)
        ids = decode_properties(request.args).get("ids")
        rows = [one for one in held[name] if ids is None or one["id"] in ids]
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(encode_properties({INTO[name]: rows}))
        return response

    monkeypatch.setattr(Recorder, "Invoke", invoke)
    return held


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mapping[str, str]]:
    """Namespaces of the cluster with their labels; a test may add some."""
    held: dict[str, Mapping[str, str]] = {}

    def namespace(url: str, context: object) -> Any:
        name = url.rsplit("/", 1)[-1]
        return {"metadata": {"labels": held[name]}} if name in held else None

    monkeypatch.setattr(namespaces, "_context", lambda folder, keys: None)
    monkeypatch.setattr(namespaces, "_namespace", namespace)
    return held


def refused(**changes: Any) -> list[str]:
    with pytest.raises(pulumi.RunError) as caught:
        plan(**changes)
    return str(caught.value).splitlines()


def test_a_stack_on_everything_owns_only_what_is_inside_the_cluster(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    made = plan(**ALL)
    kinds = {one.type for one in made.resources if one.custom}
    assert {kind for kind in kinds if kind.startswith("alicloud:")} == set()
    assert made.one("kubernetes:core/v1:Namespace", "apps-namespace").inputs["metadata"][
        "labels"
    ] == {
        "ackb/stack": "wordpress-dev",
        "ackb/tier": "online",
        "pod-security.kubernetes.io/enforce": "restricted",
    }
    outputs = made.stack_outputs
    assert outputs["vpc_id"] == "vpc-bp1aaa"
    assert outputs["cluster_id"] == ID
    assert outputs["database_address"] == "rm-bp1.mysql.rds.aliyuncs.com"
    assert outputs["cache_address"] == "r-bp1.redis.rds.aliyuncs.com"
    assert "egress_address" not in outputs
    assert "10.0.0.9:6443" in str(outputs["kubeconfig"])
    volume = made.of("kubernetes:core/v1:PersistentVolume")[0].inputs["spec"]["csi"]
    assert volume["volumeAttributes"]["path"] == "/blog"


def test_without_a_cloud_it_is_planned_all_the_same() -> None:
    """`ackb check` asks nobody: what only the cloud knows is a word."""
    made = plan(**ALL)
    assert made.stack_outputs["database_address"] == "<address of rm-bp1>"
    assert f"https://<intranet address of {ID}>:6443" in str(made.stack_outputs["kubeconfig"])


def test_burst_stands_on_them_too(answers: Answers, there: dict[str, Mapping[str, str]]) -> None:
    made = plan("burst-dev", network=NETWORK, cluster=CLUSTER, node_pools=[])
    told = " ".join(str(one.inputs) for one in made.of("kubernetes:helm.sh/v3:Release"))
    assert "sg-cluster" in told
    assert "vsw-podsh" in told
    assert not made.of("alicloud:vpc/network:Network")


@pytest.mark.parametrize("stack", ["burst-dev", "colocation-dev", "elastic-platform-dev"])
def test_every_blueprint_stands_on_an_existing_cluster(
    answers: Answers, there: dict[str, Mapping[str, str]], stack: str
) -> None:
    answers["getKubernetesAddons"] = [
        {"name": name, "currentVersion": "v1"} for name in get_args(AddonName)
    ]
    made = plan(stack, network=NETWORK, cluster=CLUSTER, node_pools=[])
    owned = {one.type for one in made.resources if one.type.startswith("alicloud:")}
    assert not {one for one in owned if one.split(":")[1].split("/")[0] in ("vpc", "ecs", "cs")}
    spaces = made.of("kubernetes:core/v1:Namespace")
    assert spaces
    for one in spaces:
        assert one.inputs["metadata"]["labels"]["ackb/stack"] == stack
    for one in made.of("kubernetes:scheduling.k8s.io/v1:PriorityClass"):
        assert one.inputs["metadata"]["name"].startswith(f"{stack}-"), "others have theirs"
    assert made.stack_outputs["cluster_id"] == ID


def test_a_new_cluster_in_an_existing_network(answers: Answers) -> None:
    zones = [NETWORK["zones"][0]]
    made = plan(network={**NETWORK, "zones": zones, "security_group_id": "sg-bp1"})
    (cluster,) = made.of("alicloud:cs/managedKubernetes:ManagedKubernetes")
    assert cluster.inputs["vswitchIds"] == ["vsw-nodesh"]
    assert cluster.inputs["podVswitchIds"] == ["vsw-podsh"]
    assert cluster.inputs["securityGroupId"] == "sg-bp1"
    assert not made.of("alicloud:ecs/securityGroup:SecurityGroup")
    assert not made.of("alicloud:vpc/natGateway:NatGateway")
    own = plan(network={**NETWORK, "zones": zones})
    (group,) = own.of("alicloud:ecs/securityGroup:SecurityGroup")
    assert group.inputs["vpcId"] == "vpc-bp1aaa"


def test_node_pools_and_add_ons_of_ones_own_in_an_existing_cluster(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    pool = {
        "name": "blog",
        "instance_types": ["ecs.c7.2xlarge"],
        "nodes": 1,
        "autoscaling": {"min": 1, "max": 3},
    }
    answers["getKubernetesAddons"] = []
    wanted = {**CLUSTER, "install": ["ack-virtual-node"]}
    made = plan(**{**ALL, "cluster": wanted, "node_pools": [pool]})
    (nodes,) = made.of("alicloud:cs/nodePool:NodePool")
    assert (nodes.inputs["clusterId"], nodes.inputs["scalingConfig"]["maxSize"]) == (ID, 3)
    (addon,) = made.of("alicloud:cs/kubernetesAddon:KubernetesAddon")
    assert addon.inputs["name"] == "ack-virtual-node"
    assert json.loads(addon.inputs["config"])["securityGroupId"] == "sg-cluster"
    assert not made.of("alicloud:cs/autoscalingConfig:AutoscalingConfig"), "one for all its users"


def test_everything_that_differs_is_in_one_message(answers: Answers) -> None:
    answers["getNetworks"][0].update(cidrBlock="172.16.0.0/12")
    answers["getSwitches"][0].update(zoneId="cn-hangzhou-k", vpcId="vpc-other")
    answers["getSwitches"][1].update(cidrBlock="10.9.0.0/16", status="Pending")
    del answers["getSwitches"][2]
    answers["getClusters"][0].update(
        vpcId="vpc-other",
        currentVersion="1.34.1-aliyun.1",
        state="updating",
        clusterSpec="ack.standard",
        podCidr="172.20.0.0/16",
    )
    answers["getManagedKubernetesClusters"][0]["rrsaConfig"] = {"enabled": False}
    answers["getKubernetesAddons"] = []
    answers["getInstances"][0].update(vpcId="vpc-other", engine="PostgreSQL", status="Restarting")
    answers["getInstances"][1].update(instanceType="Memcache")
    answers["getAccounts"] = []
    answers["getFileSystems"][0].update(protocolType="SMB")
    answers["getMountTargets"][0].update(vpcId="vpc-other", status="Inactive")
    n, c, d, f = (f"{S}.{part}" for part in ("network", "cluster", "database", "file_storage"))
    target = STORES["file_storage"]["mount_target"]
    other = "(the {} is in vpc-other). Fix: write another id, or network.vpc_id: vpc-other."
    assert refused(**ALL) == [
        f'SET-035 {n}.vpc_cidr: "10.0.0.0/8" – must be the range of vpc-bp1aaa, which is '
        "172.16.0.0/12. Fix: write 172.16.0.0/12.",
        f'SET-035 {n}.zones[0].node_vswitch_id: "vsw-nodesh" – must be in vpc-bp1aaa, the VPC of '
        f"the stack {other.format('vSwitch')}",
        f'SET-035 {n}.zones[0].zone_id: "cn-hangzhou-h" – must be the zone of vsw-nodesh, which is '
        "cn-hangzhou-k. Fix: write cn-hangzhou-k.",
        f'SET-035 {n}.zones[0].pod_vswitch_id: "vsw-podsh" – must be Available (the vSwitch is '
        "Pending). Fix: wait until it is, or repair it in the console.",
        f'SET-035 {n}.zones[0].pod_cidr: "10.1.0.0/16" – must be the range of vsw-podsh, which is '
        "10.9.0.0/16. Fix: write 10.9.0.0/16.",
        f'SET-035 {n}.zones[1].node_vswitch_id: "vsw-nodesi" – must be the id of a vSwitch in the '
        "region of the stack; there is none. Fix: copy the id from the console; region and account "
        "must be those of the stack.",
        f'SET-035 {c}.cluster_id: "{ID}" – must be running (the cluster is updating). '
        "Fix: wait until it is, or repair it in the console.",
        f'SET-035 {c}.cluster_id: "{ID}" – must be in vpc-bp1aaa, the VPC of the stack '
        f"{other.format('cluster')}",
        f'SET-035 {c}.version: "1.36" – must be the Kubernetes version of {ID}, which is "1.34". '
        'Fix: write "1.34".',
        f'SET-035 {c}.spec: "ack.pro.small" – must be the edition of {ID}, which is ack.standard. '
        "Fix: write ack.standard.",
        f'SET-035 {c}.network_plugin.type: "terway" – must be the network plug-in of {ID}, which '
        "is flannel. Fix: write flannel.",
        f"SET-035 {c}.install: [] – must have ack-virtual-node, which the stack needs and the "
        "cluster has not. Fix: add ack-virtual-node to it, or install it in the ACK console.",
        f"SET-035 {c}.rrsa: true – must be what {ID} has, which is false. Fix: write false.",
        f'SET-035 {d}.instance_id: "rm-bp1" – must be Running (the instance is Restarting). '
        "Fix: wait until it is, or repair it in the console.",
        f'SET-035 {d}.instance_id: "rm-bp1" – must be in vpc-bp1aaa, the VPC of the stack '
        f"{other.format('instance')}",
        f'SET-035 {d}.instance_id: "rm-bp1" – must be an instance of MySQL (its engine is '
        "PostgreSQL). Fix: name an instance of RDS for MySQL.",
        f'SET-035 {d}.account: "wordpress" – must be an account of rm-bp1 (it has none). '
        "Fix: create it in the RDS console, or name another one.",
        f'SET-035 {S}.cache.instance_id: "r-bp1" – must be an instance of Redis (it is Memcache). '
        "Fix: name an instance of Tair (Redis OSS-compatible).",
        f'SET-035 {f}.file_system_id: "31a8e4" – must speak NFS (it speaks SMB). '
        "Fix: name a file system of protocol NFS.",
        f'SET-035 {f}.mount_target: "{target}" – must be Active (the mount target is Inactive). '
        "Fix: wait until it is, or repair it in the console.",
        f'SET-035 {f}.mount_target: "{target}" – must be in vpc-bp1aaa, the VPC of the stack '
        f"{other.format('mount target')}",
    ]


def test_nothing_but_the_provider_is_declared_before(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[str] = []
    original = Recorder.RegisterResource

    def register(self: Recorder, request: Any) -> Any:
        registered.append(request.type)
        return original(self, request)

    monkeypatch.setattr(Recorder, "RegisterResource", register)
    answers["getNetworks"] = []
    assert len(refused(**ALL)) == 1
    assert set(registered) == {"pulumi:pulumi:Stack", "pulumi:providers:alicloud"}


def test_data_stores_may_exist_without_the_network(answers: Answers) -> None:
    """They are in another VPC then: a new one has nothing in it yet."""
    lines = refused(**STORES)
    assert [line.split(":")[1].split(" ")[0] for line in lines] == [
        "settings.database.instance_id",
        "settings.cache.instance_id",
        "settings.file_storage.mount_target",
    ]
    assert (
        "must be in the VPC of the stack, which is new (the instance is in vpc-bp1aaa)"
        in (lines[0])
    )


def test_rights_on_another_database_are_not_enough(answers: Answers) -> None:
    rights = [{"dbName": "shop", "accountPrivilege": "ReadWrite"}]
    answers["getAccounts"][0]["databasePrivileges"] = rights
    assert refused(**ALL) == [
        f"SET-035 {S}.database.name: \"wordpress\" – must be a database that 'wordpress' may read "
        "and write (it has no rights there). Fix: grant ReadWrite in the RDS console, or name "
        "another database."
    ]
    answers["getAccounts"][0].update(accountType="Super", databasePrivileges=[])


def test_a_super_account_needs_no_rights_of_its_own(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    answers["getAccounts"][0].update(accountType="Super", databasePrivileges=[])
    assert plan(**ALL).resources


def test_a_vswitch_may_lie_in_a_secondary_range(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    answers["getNetworks"][0].update(cidrBlock="192.168.0.0/16", secondaryCidrBlocks=["10.0.0.0/8"])
    assert plan(**ALL).resources


def test_pods_with_addresses_of_the_vpc_are_those_of_terway(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    answers["getClusters"][0]["podCidr"] = "10.0.0.0/8"
    assert plan(**ALL).resources
    flannel = {"type": "flannel", "pod_cidr": "172.20.0.0/16"}
    wanted = {**ALL, "cluster": {**CLUSTER, "network_plugin": flannel}}
    answers["getClusters"][0]["podCidr"] = "172.20.0.0/16"
    assert plan(**wanted).resources
    answers["getClusters"][0]["podCidr"] = "172.22.0.0/16"
    assert refused(**wanted) == [
        f'SET-035 {S}.cluster.network_plugin.pod_cidr: "172.20.0.0/16" – must be the range of the '
        f"pods of {ID}, which is 172.22.0.0/16. Fix: write 172.22.0.0/16."
    ]


def test_a_way_that_the_api_server_has_not(answers: Answers) -> None:
    ends = answers["getManagedKubernetesClusters"][0]["connections"][0]
    ends["apiServerInternet"] = ""
    assert refused(**{**ALL, "cluster": {**CLUSTER, "api_access": "public"}}) == [
        f'SET-035 {S}.cluster.api_access: "public" – must be a way that the API server of {ID} '
        "has. Fix: write private, or add the endpoint in the ACK console."
    ]


@pytest.mark.parametrize(
    ("labels", "whose"), [({}, "somebody else"), ({"ackb/stack": "shop-dev"}, "stack shop-dev")]
)
def test_a_namespace_of_others_is_not_taken(
    answers: Answers,
    there: dict[str, Mapping[str, str]],
    labels: Mapping[str, str],
    whose: str,
) -> None:
    there["blog"] = labels
    assert refused(**ALL) == [
        f'SET-035 {S}.namespace: "blog" – must be free in the cluster (it is there, and of '
        f"{whose}). Fix: choose another name; a namespace that is left over can be deleted with "
        "kubectl."
    ]


def test_a_team_is_told_where_its_namespace_is_named(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    answers["getKubernetesAddons"] = [
        {"name": name, "currentVersion": "v1"} for name in get_args(AddonName)
    ]
    there["offline"] = {}
    with pytest.raises(pulumi.RunError, match=rf"{S}\.offline\.namespace: \"offline\" – must be"):
        plan("colocation-dev", network=NETWORK, cluster=CLUSTER, node_pools=[])


def test_ones_own_namespace_is_there_at_the_second_run(
    answers: Answers, there: dict[str, Mapping[str, str]]
) -> None:
    there["blog"] = {"ackb/stack": "wordpress-dev"}
    assert plan(**ALL).resources


def test_an_api_server_out_of_reach_is_one_message(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(url: str, context: object) -> Any:
        raise TimeoutError("timed out")

    monkeypatch.setattr(namespaces, "_context", lambda folder, keys: None)
    monkeypatch.setattr(namespaces, "_namespace", refuse)
    assert refused(**ALL) == [
        f'SET-035 {S}.cluster.api_access: "https://10.0.0.9:6443" – must be an API server that '
        "this machine reaches and that lets it in (timed out). Fix: run it inside the VPC or what "
        "is connected to it, or write api_access: public."
    ]


def test_a_cloud_that_does_not_answer_is_told_for_each_thing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = Recorder.Invoke

    def refuse(self: Recorder, request: Any) -> Any:
        if request.tok.endswith(("getNetworks", "getFileSystems")):
            raise RuntimeError("Forbidden.RAM: not authorised")
        return original(self, request)

    monkeypatch.setattr(Recorder, "Invoke", refuse)
    lines = refused(**ALL)
    assert [line.split(":")[1].split(" ")[0] for line in lines] == [
        "settings.network.vpc_id",
        "settings.file_storage.file_system_id",
    ]
    assert "the cloud could not be asked for it: " in lines[0]
    assert "Forbidden.RAM: not authorised" in lines[0]


def test_secrets_that_exist_are_asked_for() -> None:
    settings = {**json.loads(read(ROOT, "wordpress-dev").settings_json), **ALL}
    config = {S: settings, "pulumi:disable-default-providers": ["*"]}
    with pytest.raises(program.MissingSecrets) as caught:
        plan_program(program.main, stack="wordpress-dev", config=config)
    assert str(caught.value) == (
        "The stack wordpress-dev lacks 3 of its secrets. These exist already: run `ackb secret "
        "wordpress-dev databasePassword`, `ackb secret wordpress-dev cachePassword` (each asks for "
        "the value).\n"
        "`ackb up` makes them up; to set them by hand, run (each asks for the value):\n"
        "  pulumi config set --secret ackb:sessionKey"
    )
