"""What pods ask of ECI: the annotations that are written, and what ECI would refuse."""

from __future__ import annotations

from fractions import Fraction

import pytest

from ackb.domain.eci_annotations import EciOptions, Spot, pod_annotations, problems

VCPU, MEMORY = Fraction(2), Fraction(4)
VSWITCHES = ("vsw-bp1aaa", "vsw-bp1bbb")


def wrong(options: EciOptions, vcpu=VCPU, memory=MEMORY, region=None) -> list[tuple[str, str, str]]:
    return [
        (field, broken.rule, broken.fix)
        for field, _, broken in problems(options, vcpu=vcpu, memory_gib=memory, region=region)
    ]


def test_nothing_asked_nothing_written() -> None:
    assert pod_annotations(EciOptions()) == {}
    assert wrong(EciOptions()) == []


def test_everything_that_can_be_asked() -> None:
    options = EciOptions(
        spot=Spot(price_limit=0.5, protected_hours=0, fall_back=True),
        use_specs=["2-4Gi", "4-8Gi"],
        instance_families=["ecs.c6", "ecs.g6"],
        instance_generations=[6, 5],
        compute_categories=["economy"],
        vswitch_ids=VSWITCHES,
        schedule_strategy="VSwitchRandom",
        security_group_ids=["sg-bp1aaa"],
        fail_strategy="fail-over",
        max_pending_minutes=10,
        evict_full_storage=True,
        reschedule=False,
        extra_storage_gib=50,
        auto_image_cache=True,
        image_cache_id="imc-bp1aaa",
        ram_role_name="burst",
        custom_tags={"name": "alice", "env": "test"},
    )
    assert wrong(options) == []
    prefix = "k8s.aliyun.com/"
    assert {key.removeprefix(prefix): value for key, value in pod_annotations(options).items()} == {
        "eci-auto-imc": "true",
        "eci-compute-category": "economy",
        "eci-custom-tags": "env:test,name:alice",
        "eci-eviction-enable": "true",
        "eci-extra-ephemeral-storage": "50Gi",
        "eci-fail-strategy": "fail-over",
        "eci-imc-id": "imc-bp1aaa",
        "eci-instance-family": "ecs.c6,ecs.g6",
        "eci-instance-generation": "6,5",
        "eci-max-pending-minute": "10",
        "eci-ram-role-name": "burst",
        "eci-reschedule-enable": "false",
        "eci-schedule-strategy": "VSwitchRandom",
        "eci-security-group": "sg-bp1aaa",
        "eci-spot-duration": "0",
        "eci-spot-fallback": "true",
        "eci-spot-price-limit": "0.5",
        "eci-spot-strategy": "SpotWithPriceLimit",
        "eci-use-specs": "2-4Gi,4-8Gi",
        "eci-vswitch": "vsw-bp1aaa,vsw-bp1bbb",
    }
    assert all(key.startswith(prefix) for key in pod_annotations(options))


def test_spot_at_the_market_price_names_no_limit() -> None:
    made = pod_annotations(EciOptions(spot=Spot()))
    assert made["k8s.aliyun.com/eci-spot-strategy"] == "SpotAsPriceGo"
    assert "k8s.aliyun.com/eci-spot-price-limit" not in made


def test_a_gpu_comes_with_its_instance_type() -> None:
    fine = EciOptions(use_specs=["ecs.gn6i-c4g1.xlarge"], gpu_driver_version="tesla=525.85.12")
    assert wrong(fine) == []
    assert wrong(EciOptions(gpu_driver_version="tesla=525.85.12")) == [
        (
            "gpu_driver_version",
            "come with a GPU instance type in 'use_specs'",
            "add one, such as ecs.gn6i-c4g1.xlarge",
        )
    ]


@pytest.mark.parametrize(("vcpu", "fits"), [("1.99", True), ("2", True), ("1", False)])
def test_spot_needs_two_vcpus_after_rounding(vcpu, fits) -> None:
    found = wrong(EciOptions(spot=Spot()), vcpu=Fraction(vcpu), memory=Fraction(1))
    want = [
        (
            "spot",
            "come with 2 vCPUs or more: ECI has no smaller spot instances",
            "request 2 vCPUs, or name an instance type",
        )
    ]
    assert found == ([] if fits else want)


def test_an_instance_type_may_be_small_and_spot() -> None:
    options = EciOptions(spot=Spot(), use_specs=["ecs.t6-c1m1.large"])
    assert wrong(options, vcpu=Fraction(1), memory=Fraction(1)) == []


@pytest.mark.parametrize(
    ("options", "field", "rule"),
    [
        (
            EciOptions(spot=Spot(price_limit=0)),
            "spot.price_limit",
            "be a price above 0 with at most 3 decimals",
        ),
        (
            EciOptions(spot=Spot(price_limit=0.0001)),
            "spot.price_limit",
            "be a price above 0 with at most 3 decimals",
        ),
        (
            EciOptions(spot=Spot(protected_hours=2)),
            "spot.protected_hours",
            "be 0 or 1: ECI protects an instance for one hour or not",
        ),
        (EciOptions(use_specs=["2x4"]), "use_specs", "be a size or an instance type"),
        (EciOptions(use_specs=["2-5Gi"]), "use_specs", "be a size that ECI sells"),
        (
            EciOptions(use_specs=["2-2Gi"]),
            "use_specs",
            "hold what the containers ask for (2 vCPU, 4 GiB)",
        ),
        (
            EciOptions(use_specs=["2-4Gi"] * 6),
            "use_specs",
            "name at most 5 sizes and instance types",
        ),
        (
            EciOptions(use_specs=["ecs.c6.large"], instance_families=["ecs.c6"]),
            "use_specs",
            "not name instance types together with families or categories",
        ),
        (
            EciOptions(instance_families=["ecs.c6.large"]),
            "instance_families",
            "be the family of an instance type, such as ecs.c6",
        ),
        (
            EciOptions(instance_generations=[0]),
            "instance_generations",
            "be a generation of instance types, such as 7",
        ),
        (
            EciOptions(vswitch_ids=["vpc-1"]),
            "vswitch_ids",
            "be an id such as vsw-bp1a2b3c4d5e6f",
        ),
        (EciOptions(vswitch_ids=[VSWITCHES[0]] * 2), "vswitch_ids", "be given once"),
        (
            EciOptions(vswitch_ids=[f"vsw-{n}" for n in range(11)]),
            "vswitch_ids",
            "be at most 10",
        ),
        (
            EciOptions(security_group_ids=[f"sg-{n}" for n in range(6)]),
            "security_group_ids",
            "be at most 5",
        ),
        (
            EciOptions(schedule_strategy="VSwitchOrdered", vswitch_ids=VSWITCHES[:1]),
            "schedule_strategy",
            "come with two vSwitches or more in 'vswitch_ids'",
        ),
        (EciOptions(max_pending_minutes=9), "max_pending_minutes", "be from 10 to 1440"),
        (EciOptions(max_pending_minutes=1441), "max_pending_minutes", "be from 10 to 1440"),
        (
            EciOptions(extra_storage_gib=0),
            "extra_storage_gib",
            "be 1 or more: it is added to the free 30 GiB",
        ),
        (
            EciOptions(image_cache_id="cache"),
            "image_cache_id",
            "be the id of an image cache, such as imc-bp1a2b3c4d5e6f",
        ),
        (EciOptions(custom_tags={str(n): "x" for n in range(4)}), "custom_tags", "be at most 3"),
        (
            EciOptions(custom_tags={"a:b": "x"}),
            "custom_tags",
            "have a key, and neither colon nor comma in key and value",
        ),
        (
            EciOptions(use_specs=["ecs.gn6i-c4g1.xlarge"], gpu_driver_version="525"),
            "gpu_driver_version",
            "name driver and version",
        ),
    ],
)
def test_what_eci_would_refuse(options, field, rule) -> None:
    (found,) = wrong(options)
    assert found[:2] == (field, rule)
    assert found[2]


@pytest.mark.parametrize("minutes", [10, 1440])
def test_waits_at_the_edges(minutes) -> None:
    assert wrong(EciOptions(max_pending_minutes=minutes)) == []


def test_a_size_between_two_names_the_one_it_is_rounded_to() -> None:
    ((_, _, fix),) = wrong(EciOptions(use_specs=["3-5Gi"]))
    assert fix == "write 4-8Gi, which ECI would round it to"
    ((_, _, fix),) = wrong(EciOptions(use_specs=["3-5Gi"]), region="cn-hangzhou")
    assert fix == "write 4-6Gi, which ECI would round it to"


def test_sizes_of_some_regions_are_not_sold_as_spot_instances() -> None:
    fine = EciOptions(use_specs=["2-6Gi"])
    assert wrong(fine, region="cn-hangzhou") == []
    spot = EciOptions(use_specs=["2-6Gi"], spot=Spot())
    ((field, rule, fix),) = wrong(spot, region="cn-hangzhou")
    assert (field, rule) == ("use_specs", "be a size that ECI sells")
    assert fix == "write 2-8Gi, which ECI would round it to"


def test_reserved_capacity():
    """S2-13."""
    target = EciOptions(private_pool="Target", private_pool_id="eap-1")
    assert wrong(target) == []
    assert pod_annotations(target) == {
        "k8s.aliyun.com/eci-privatepool-id": "eap-1",
        "k8s.aliyun.com/eci-privatepool-matchcriteria": "Target",
    }
    assert wrong(EciOptions(private_pool="Open")) == []
    for options in (EciOptions(private_pool="Target"), EciOptions(private_pool_id="eap-1")):
        assert [field for field, *_ in wrong(options)] == ["private_pool_id"]
