"""How the settings of `burst` reach its components, and what they refuse."""

import json

import pytest

from ackb.domain.problems import InvalidInput
from ackb.planning import Plan
from blueprints.settings import BurstSettings, load
from tests.unit.blueprints import test_program
from tests.unit.settings.examples import VALID

RELEASE = "kubernetes:helm.sh/v3:Release"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
S = "ackb:settings"


def plan(**changes: object) -> Plan:
    return test_program.plan("burst-dev", secrets={}, **changes)


def refusal(**changes: object) -> str:

    with pytest.raises(InvalidInput) as caught:
        load(json.dumps(test_program.settings("burst-dev", **changes)), stack="burst-dev")
    return str(caught.value)


def test_the_virtual_nodes_may_be_managed() -> None:
    """S1-08: nothing to scale by hand, no chart."""
    made = plan(virtual_nodes={"type": "managed", "cluster_ip": False})
    assert made.of(RELEASE) == []
    (addon,) = made.of(ADDON)
    assert addon.inputs["name"] == "ack-virtual-node"
    assert '"enableClusterIp": "false"' in addon.inputs["config"]


def test_a_secret_of_the_user_takes_the_place_of_the_role() -> None:
    made = plan(
        virtual_nodes={
            "type": "self_managed",
            "replicas": 2,
            "credentials": {"type": "secret", "secret_name": "mine"},
        }
    )
    (release,) = made.of(RELEASE)
    assert release.inputs["values"]["replicas"] == 2
    assert release.inputs["values"]["credentials"]["secret"]["name"] == "mine"


def test_the_defaults_are_those_of_a_small_class() -> None:
    """S1-15, S1-16: ten pods in the namespace vk."""
    settings = load(
        json.dumps(
            {key: VALID[key] for key in ("target", "region", "tags", "network", "node_pools")}
            | {"blueprint": "burst"}
        ),
        stack="class-dev",
    )
    assert isinstance(settings, BurstSettings)
    assert (settings.namespace, settings.replicas) == ("vk", 10)
    assert settings.virtual_nodes.type == "managed"
    assert settings.resources.limits.model_dump() == {"cpu": "250m", "memory": "512Mi"}


def test_more_pods_than_the_virtual_nodes_hold_are_refused() -> None:
    """S1-11: 3,000 pods each."""
    assert refusal(replicas=12_001) == (
        f"SET-034 {S}.replicas: 12001 – must not be more than 12000, what 4 self-managed virtual "
        "nodes hold. Fix: write virtual_nodes.replicas: 5."
    )
    assert plan(replicas=12_000).of("kubernetes:apps/v1:Deployment")


def test_a_role_needs_a_cluster_that_gives_roles() -> None:
    cluster = {"api_access": "public", "deletion_protection": False, "rrsa": False}
    assert refusal(cluster=cluster) == (
        f'SET-034 {S}.virtual_nodes.credentials.type: "ram_role" – needs the cluster\'s service '
        "accounts to have RAM roles, which cluster.rrsa turns off. Fix: write cluster.rrsa: true, "
        "or credentials of type secret."
    )
