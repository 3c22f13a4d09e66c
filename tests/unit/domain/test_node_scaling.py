import pytest

from ackb.domain import node_scaling


@pytest.mark.parametrize(
    ("instance_type", "gpu"),
    [
        ("ecs.gn7i-c8g1.2xlarge", True),
        ("ecs.vgn6i-m4-vws.xlarge", True),
        ("ecs.sgn7i-vws-m4s.xlarge", True),
        ("ecs.ebmgn7e.32xlarge", True),
        ("ecs.c7.2xlarge", False),
        ("ecs.g7.2xlarge", False),
        ("ecs.g7ne.large", False),
        ("ecs.ebmg7.32xlarge", False),
    ],
)
def test_a_gpu_is_told_by_the_family(instance_type, gpu):
    assert node_scaling.has_gpu(instance_type) is gpu


def test_cpu_pools_grow_before_gpu_pools_and_keep_their_order():
    """S4-16."""
    pools = [
        ("gpu", ["ecs.gn7i-c8g1.2xlarge"]),
        ("web", ["ecs.c7.2xlarge"]),
        ("mixed", ["ecs.c7.2xlarge", "ecs.gn6v-c8g1.2xlarge"]),
        ("batch", ["ecs.g7.xlarge"]),
    ]
    assert node_scaling.preferred(pools) == ["web", "batch", "gpu", "mixed"]


@pytest.mark.parametrize(
    ("scaler", "expander", "fine"),
    [
        ("goatscaler", "least-waste", True),
        ("goatscaler", "random", False),
        ("cluster-autoscaler", "random", True),
        ("cluster-autoscaler", "priority", True),
    ],
)
def test_expanders(scaler, expander, fine):
    assert (node_scaling.check_expander(scaler, expander) is None) is fine


@pytest.mark.parametrize(("share", "fine"), [(0, False), (0.01, True), (0.99, True), (1, False)])
def test_thresholds(share, fine):
    assert (node_scaling.check_threshold(share) is None) is fine


def test_a_share_is_short_text():
    assert [node_scaling.share_text(one) for one in (0.5, 0.35, 0.1)] == ["0.5", "0.35", "0.1"]
