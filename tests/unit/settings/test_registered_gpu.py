"""Settings of registered-gpu: everything that is wrong, in one message each."""

import copy
import json
from pathlib import Path

import pytest

from ackb.domain.problems import InvalidInput
from blueprints.settings import RegisteredGpuSettings, load
from blueprints.settings.stackfile import read

ROOT = Path(__file__).parents[3]
S = "ackb:settings"
STACK = "registered-gpu-dev"
ACR = {
    "type": "acr",
    "endpoint": "research-registry-vpc.cn-zhangjiakou.cr.aliyuncs.com",
    "namespace": "research",
}
GOOD = json.loads(read(ROOT, STACK).settings_json)


def changed(**changes) -> dict:
    data = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = data
        for key in parents:
            place = place[int(key)] if key.isdigit() else place.setdefault(key, {})
        place[last] = value
    return data


def loaded(**changes) -> RegisteredGpuSettings:
    found = load(json.dumps(changed(**changes)), stack=STACK, project=ROOT)
    assert isinstance(found, RegisteredGpuSettings)
    return found


def refusal(**changes) -> str:
    with pytest.raises(InvalidInput) as caught:
        loaded(**changes)
    return str(caught.value)


def test_a_cluster_is_only_registered_until_somebody_says_it_is_connected() -> None:
    data = changed()
    del data["cluster"]["connected"]
    assert load(json.dumps(data), stack=STACK, project=ROOT).cluster.connected is False


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"data_centre__cidrs": ["172.16.4.0/24", "10.0.0.0/8"]},
            f'SET-024 {S}.data_centre.cidrs[0]: "172.16.4.0/24" – must not overlap '
            "network.vpc_cidr (172.16.0.0/16); they share 172.16.4.0-172.16.4.255. Fix: choose a "
            "VPC range that the data centre does not use.",
        ),
        (
            {"cluster__access": "public"},
            f'SET-036 {S}.cluster.access: "public" – must be private for node pools: cloud nodes '
            "and cluster reach each other by their own addresses. Fix: connect the data centre to "
            "the VPC and write private, or write node_pools: [].",
        ),
        (
            {"cluster__cluster_id": "c0123456789abcdef"},
            f'SET-036 {S}.cluster.name: "ACKOneRegisterCluster1" – must be left out with '
            "cluster.cluster_id, whose cluster has a name. Fix: remove one of them.",
        ),
        (
            {"cluster__node_script_url": "oss://bucket/join.sh"},
            f'SET-013 {S}.cluster.node_script_url: "oss://bucket/join.sh" – must be an address '
            "that begins with https:// or http://. Fix: write the whole address, as a browser "
            "shows it.",
        ),
        (
            {"node_pools__1__instance_types": ["ecs.c7.xlarge"]},
            f'SET-037 {S}.node_pools[1].instance_types: ["ecs.c7.xlarge"] – must name instance '
            "types with GPUs only (ecs.c7.xlarge has none). Fix: choose one such as "
            "ecs.gn7i-c8g1.2xlarge, or leave out 'gpu'.",
        ),
        (
            {"node_pools__1__gpu": {"schedule": "cgpu"}},
            f'SET-037 {S}.node_pools[1].gpu.schedule: "cgpu" – must be default in a registered '
            "cluster: the other ways need the scheduler of ACK Pro. Fix: leave it out; each GPU "
            "then goes to one container.",
        ),
        (
            {"node_pools__1__gpu": {"placement": "spread"}},
            f'SET-037 {S}.node_pools[1].gpu.placement: "spread" – must be left out: it places '
            "containers on shared GPUs (share, cgpu, core_mem, mps). Fix: remove it, or choose a "
            "shared schedule.",
        ),
        (
            {"node_pools__1__nodes": 0, "smoke_test": {}},
            f"SET-037 {S}.smoke_test: \"given\" – must have a pool of node_pools with 'gpu' and "
            "room for a node, or its pod waits forever. Fix: add such a pool, or write smoke_test: "
            "null.",
        ),
        (
            {"registry": ACR},
            f'SET-045 {S}.registry.pull.type: "credential_free" – must be pull_secret: the '
            "credential helper of ACK logs in from managed clusters only. Fix: write pull_secret, "
            "with the name of a Secret that is in kube-system and in the namespace of the smoke "
            "test.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_a_fix(changes: dict, message: str) -> None:
    assert refusal(**changes) == message


@pytest.mark.parametrize(
    ("version", "fine"),
    [("1.20", False), ("1.25", False), ("1.26", True), ("1.27", False), ("1.28", True),
     ("1.29", False), ("1.30", True), ("1.31", True), ("1.36", True)],
)  # fmt: skip
def test_versions_whose_nodes_join_without_a_script(version: str, fine: bool) -> None:
    """S0-15: the 1.20 of the article needs a script today."""
    if fine:
        assert loaded(cluster__version=version).cluster.version == version
        return
    assert f"must be given for Kubernetes {version}" in refusal(cluster__version=version)
    with_script = loaded(
        cluster__version=version, cluster__node_script_url="https://example.com/join.sh"
    )
    assert with_script.cluster.node_script_url == "https://example.com/join.sh"


def test_a_pool_that_can_grow_is_enough_for_the_smoke_test() -> None:
    autoscaling = {"min": 0, "max": 1}
    settings = loaded(node_pools__1__nodes=0, node_pools__1__autoscaling=autoscaling)
    assert settings.smoke_test is not None
    without = loaded(node_pools=[], smoke_test=None)
    assert without.smoke_test is None


def test_addons_of_managed_clusters_are_refused_by_name(tmp_path) -> None:
    folder = tmp_path / "addons"
    folder.mkdir()
    (folder / "mine.py").write_text(
        "from blueprints.addons import Capability, ClusterAddon, Requires\n\n\n"
        "class Mine(ClusterAddon):\n"
        '    """Mine."""\n\n'
        "    requires = Requires(capabilities=(Capability.PRO,), kubernetes='1.34')\n\n"
        "    def deploy(self, context):\n"
        "        return None\n"
    )
    data = changed(addons={"mine": {}})
    with pytest.raises(InvalidInput) as caught:
        load(json.dumps(data), stack=STACK, project=tmp_path)
    pro, kubernetes = str(caught.value).splitlines()
    assert "Fix: remove 'mine': a registered cluster has none." in pro
    assert "(cluster.version is not said)" in kubernetes
