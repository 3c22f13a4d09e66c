"""ECI instances of self-managed virtual nodes, with and without a controller."""

from __future__ import annotations

from sandbox.cloud.cs.kinds import CLUSTER_TAG, VIRTUAL_NODE_TAG


def test_an_instance_is_an_orphan_as_long_as_its_node_has_no_controller(account) -> None:
    """S1-25."""
    cluster_id = account.create_cluster()
    backend = account.cloud.cs.backend
    cluster = backend.cluster(cluster_id)

    def instance(node: str) -> str:
        answer = account.cloud.eci.create_container_group(
            region_id="cn-hangzhou",
            container_group_name=f"pod-on-{node}",
            vswitch_id=account.vswitch_ids[0],
            security_group_id=cluster.security_group_id,
            cpu=1,
            memory=2,
            containers=[{"Name": "a", "Image": "a"}],
            tags={CLUSTER_TAG: cluster_id, VIRTUAL_NODE_TAG: node},
        )
        return str(answer["ContainerGroupId"])

    def orphans() -> list[str]:
        return [one["ContainerGroupId"] for one in backend.orphans()]

    managed = instance("virtual-kubelet-cn-hangzhou-i")
    zero, one = instance("virtual-node-eci-0"), instance("virtual-node-eci-1")
    assert backend.instances_by_node(cluster_id) == {
        "virtual-kubelet-cn-hangzhou-i": [managed],
        "virtual-node-eci-0": [zero],
        "virtual-node-eci-1": [one],
    }
    for node in ("virtual-node-eci-0", "virtual-node-eci-1"):
        backend.set_controlled(cluster_id, node, controlled=True)
    assert orphans() == []
    backend.set_controlled(cluster_id, "virtual-node-eci-1", controlled=False)
    backend.set_controlled(cluster_id, "virtual-node-eci-1", controlled=False)
    assert orphans() == [one]
    backend.set_controlled(cluster_id, "virtual-node-eci-1", controlled=True)
    assert orphans() == []
    backend.set_controlled("gone", "virtual-node-eci-0", controlled=True)
