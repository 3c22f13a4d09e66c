"""GPUs of nodes: the table of instance types, labels, and ways of sharing."""

import pytest

from ackb.domain import gpu, node_scaling
from ackb.domain.data import load
from ackb.domain.gpu import Placement, Schedule


def test_the_node_of_the_article() -> None:
    """S0-12, S0-13: labels of the P100 node, and its size."""
    found = gpu.gpu_instance("ecs.gn5-c4g1.xlarge")
    assert found is not None
    assert (found.vcpu, found.memory_gib, found.gpus) == (4, 30, 1)
    assert found.labels() == {
        "aliyun.accelerator/nvidia_count": "1",
        "aliyun.accelerator/nvidia_mem": "16280MiB",
        "aliyun.accelerator/nvidia_name": "Tesla-P100-PCIE-16GB",
    }


def test_every_row_of_the_table_is_an_instance_type_with_gpus() -> None:
    types = load("gpu_instance_types")["types"]
    assert len(types) >= 25
    for name in types:
        found = gpu.gpu_instance(name)
        assert found is not None
        assert node_scaling.has_gpu(name)
        assert found.gpus >= 1
        assert found.gpu_memory_mib >= 7_000


def test_a_card_without_a_known_report_has_the_memory_it_is_sold_with() -> None:
    found = gpu.gpu_instance("ecs.gn7e-c16g1.8xlarge")
    assert found is not None
    assert (found.gpus, found.gpu_memory_mib) == (2, 80 * 1024)


@pytest.mark.parametrize("name", ["ecs.c7.xlarge", "ecs.gn99.large", ""])
def test_what_is_not_in_the_table_is_not_known(name: str) -> None:
    assert gpu.gpu_instance(name) is None


def test_selectors_name_the_keys_that_nodes_have() -> None:
    """S0-12."""
    assert gpu.node_selector() == {}
    assert gpu.node_selector(gpu_name="Tesla-P100-PCIE-16GB", gpus=1, memory_mib=16280) == (
        gpu.gpu_instance("ecs.gn5-c4g1.xlarge").labels()
    )


def test_the_default_schedule_needs_no_label() -> None:
    assert gpu.pool_labels(Schedule.DEFAULT) == {}
    assert gpu.pool_labels(Schedule.MPS, Placement.SPREAD, "550.144.03") == {
        "ack.node.gpu.schedule": "mps",
        "ack.node.gpu.placement": "spread",
        "ack.aliyun.com/nvidia-driver-version": "550.144.03",
    }


@pytest.mark.parametrize("schedule", list(Schedule))
def test_only_ack_pro_gives_out_gpus_in_other_ways(schedule: Schedule) -> None:
    assert gpu.check_schedule(schedule, "ack.pro.small") is None
    for spec in ("ack.standard", None):
        assert (gpu.check_schedule(schedule, spec) is None) is (schedule is Schedule.DEFAULT)


def test_why_a_cluster_cannot_share_gpus() -> None:
    registered = gpu.check_schedule(Schedule.CGPU, None)
    assert registered is not None and "registered cluster" in registered.rule
    basic = gpu.check_schedule(Schedule.CGPU, "ack.standard")
    assert basic is not None and "cluster.spec: ack.pro.small" in basic.fix


@pytest.mark.parametrize("schedule", list(Schedule))
def test_a_placement_is_for_shared_gpus(schedule: Schedule) -> None:
    assert gpu.check_placement(schedule, None) is None
    assert (gpu.check_placement(schedule, Placement.BINPACK) is None) is (schedule in gpu.SHARED)


@pytest.mark.parametrize(
    ("types", "fine"),
    [
        (["ecs.gn5-c4g1.xlarge"], True),
        (["ecs.gn8v.4xlarge", "ecs.ebmgn7e.32xlarge"], True),
        (["ecs.gn5-c4g1.xlarge", "ecs.g7.xlarge"], False),
        (["ecs.c7.xlarge"], False),
    ],
)
def test_instance_types_of_a_gpu_pool(types: list[str], fine: bool) -> None:
    assert (gpu.check_types(types) is None) is fine
