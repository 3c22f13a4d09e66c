"""Self-managed virtual nodes: names and numbers."""

import pytest

from ackb.domain import virtual_nodes


@pytest.mark.parametrize(
    ("pods", "nodes"),
    [
        (0, 1),
        (2_999, 1),
        (3_000, 1),
        (3_001, 2),
        (9_000, 3),
        (10_000, 4),
        (12_000, 4),
        (30_000, 10),
    ],
)
def test_3000_pods_for_each_node(pods: int, nodes: int) -> None:
    """S1-10, S1-11, S1-17, S2-40."""
    assert virtual_nodes.nodes_for(pods) == nodes
    assert virtual_nodes.capacity(nodes) >= pods


def test_a_node_is_called_like_the_pod_of_its_controller() -> None:
    """S1-13."""
    assert virtual_nodes.node_name(3) == "virtual-node-eci-3"
    assert virtual_nodes.number_of("virtual-node-eci-12") == 12


@pytest.mark.parametrize(
    "name", ["virtual-kubelet-cn-hangzhou-i", "virtual-node-eci", "virtual-node-eci-1-2", ""]
)
def test_other_nodes_have_no_number(name: str) -> None:
    assert virtual_nodes.number_of(name) is None
