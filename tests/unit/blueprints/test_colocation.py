"""How the form of the cluster reaches its components; `colocation` itself is in tests/plan."""

from ackb.planning import Plan
from tests.unit.blueprints import test_program

CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"


def test_a_burst_on_a_serverless_cluster_has_neither_nodes_nor_add_ons() -> None:
    """S3-15."""
    made: Plan = test_program.plan(
        "burst-prod",
        secrets={},
        cluster={"form": "serverless"},
        node_pools=[],
        virtual_nodes={"type": "managed"},
    )
    assert made.of("alicloud:cs/nodePool:NodePool") == []
    names = {one.inputs["name"] for one in made.of("alicloud:cs/kubernetesAddon:KubernetesAddon")}
    assert "ack-virtual-node" not in names, "it is a part of such a cluster"
    (cluster,) = made.of(CLUSTER)
    assert cluster.inputs["profile"] == "Serverless"
    assert all("net-pods" in one for one in cluster.inputs["vswitchIds"])
