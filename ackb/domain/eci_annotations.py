"""What a pod asks of ECI by annotations: typed here, checked, and written as ECI reads it.

The annotations stand on the pod template and count when a pod is created; pods on ECS nodes do not
heed them. Names and limits: https://help.aliyun.com/en/eci/user-guide/pod-annotations-1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from ackb.domain import eci_sizes
from ackb.domain.data import load
from ackb.domain.node_scaling import check_private_pool
from ackb.domain.problems import Broken, Refused

PREFIX: Final = "k8s.aliyun.com/"
"""Prefix of every annotation of ECI."""
USE_SPECS: Final = f"{PREFIX}eci-use-specs"
"""Annotation that names sizes and instance types, which count before what containers ask for."""

SPOT_STRATEGY: Final = f"{PREFIX}eci-spot-strategy"
"""Annotation that asks for spot instances."""

_LIMITS: Final[dict[str, Any]] = load("eci_annotations")
_TYPE: Final = re.compile(r"ecs\.[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_FAMILY: Final = re.compile(r"ecs\.[a-z0-9-]+")
_GPU_FAMILY: Final = re.compile(r"ecs\.(?:gn|ebmgn|sgn|vgn)")
_GPU_DRIVER: Final = re.compile(r"tesla=[\d.]+")
_VSWITCH: Final = re.compile(r"vsw-[a-z0-9]+")
_SECURITY_GROUP: Final = re.compile(r"sg-[a-z0-9]+")
_IMAGE_CACHE: Final = re.compile(r"imc-[a-z0-9]+")

ScheduleStrategy = Literal["VSwitchOrdered", "VSwitchRandom"]
FailStrategy = Literal["fail-back", "fail-over", "fail-fast"]
ComputeCategory = Literal["economy", "general"]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Spot instances: cheaper, and taken back when others pay more."""

    price_limit: float | None = None
    """Most to pay for an hour; None for the market price."""
    protected_hours: int = 1
    """Hours in which ECI does not take the instance back: 0 or 1."""
    fall_back: bool = False
    """Run at the full price where there is no spot instance."""


@dataclass(frozen=True, kw_only=True)
class EciOptions:
    """What the pods of a workload ask of ECI; empty for its defaults."""

    spot: Spot | None = None
    """Spot instances."""
    use_specs: Sequence[str] = ()
    """Sizes and instance types to try in order, such as `2-4Gi` and `ecs.c6.xlarge`."""
    instance_families: Sequence[str] = ()
    """Families that a size may be of, such as `ecs.c6`."""
    instance_generations: Sequence[int] = ()
    """Generations that a size may be of, such as 7."""
    compute_categories: Sequence[ComputeCategory] = ()
    """Categories to try in order."""
    vswitch_ids: Sequence[str] = ()
    """vSwitches instead of those of the virtual node."""
    schedule_strategy: ScheduleStrategy | None = None
    """How to choose among several vSwitches."""
    security_group_ids: Sequence[str] = ()
    """Security groups instead of that of the virtual node: of one VPC and of one kind."""
    private_pool: Literal["Open", "Target"] | None = None
    """Start on reserved capacity: any that fits, or the one named and nothing else."""
    private_pool_id: str | None = None
    """Private pool for `Target`."""
    fail_strategy: FailStrategy | None = None
    """What becomes of a pod that ECI could not create: try again, on another node, or fail."""
    max_pending_minutes: int | None = None
    """Minutes to wait for capacity."""
    evict_full_storage: bool | None = None
    """Evict a pod that uses up its ephemeral storage."""
    reschedule: bool | None = None
    """Let the scheduler place a pod again that ECI could not create (older annotation)."""
    extra_storage_gib: int | None = None
    """Ephemeral storage beyond the free 30 GiB."""
    auto_image_cache: bool | None = None
    """Make and use image caches by itself."""
    image_cache_id: str | None = None
    """Image cache to start from."""
    gpu_driver_version: str | None = None
    """Version of the GPU driver, such as `tesla=525.85.12`."""
    ram_role_name: str | None = None
    """RAM role of the instance."""
    custom_tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the instance in the cloud."""


def pod_annotations(options: EciOptions) -> dict[str, str]:
    """Return the annotations of the pod template, sorted."""
    spot = options.spot
    found: dict[str, object] = {
        "eci-use-specs": options.use_specs,
        "eci-instance-family": options.instance_families,
        "eci-instance-generation": [str(one) for one in options.instance_generations],
        "eci-compute-category": options.compute_categories,
        "eci-vswitch": options.vswitch_ids,
        "eci-schedule-strategy": options.schedule_strategy,
        "eci-security-group": options.security_group_ids,
        "eci-privatepool-matchcriteria": options.private_pool,
        "eci-privatepool-id": options.private_pool_id,
        "eci-fail-strategy": options.fail_strategy,
        "eci-max-pending-minute": options.max_pending_minutes,
        "eci-eviction-enable": options.evict_full_storage,
        "eci-reschedule-enable": options.reschedule,
        "eci-extra-ephemeral-storage": (
            None if options.extra_storage_gib is None else f"{options.extra_storage_gib}Gi"
        ),
        "eci-auto-imc": options.auto_image_cache,
        "eci-imc-id": options.image_cache_id,
        "eci-gpu-driver-version": options.gpu_driver_version,
        "eci-ram-role-name": options.ram_role_name,
        "eci-custom-tags": [f"{key}:{value}" for key, value in sorted(options.custom_tags.items())],
    }
    if spot is not None:
        limited = spot.price_limit is not None
        found |= {
            "eci-spot-strategy": "SpotWithPriceLimit" if limited else "SpotAsPriceGo",
            "eci-spot-price-limit": f"{spot.price_limit:g}" if limited else None,
            "eci-spot-duration": spot.protected_hours,
            "eci-spot-fallback": spot.fall_back,
        }
    return {
        PREFIX + name: _text(value)
        for name, value in sorted(found.items())
        if value is not None and value not in ((), [])
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ",".join(value)
    return str(value)


def problems(
    options: EciOptions, *, vcpu: Fraction, memory_gib: Fraction, region: str | None = None
) -> Iterator[tuple[str, object, Broken]]:
    """Yield field, value and broken rule for everything that ECI would refuse.

    Args:
        options: what the pods ask for.
        vcpu: vCPUs that all containers of a pod ask for.
        memory_gib: memory, likewise.
        region: region, for the sizes that are sold there.
    """
    yield from _spot_problems(options, vcpu, memory_gib, region)
    yield from _spec_problems(options, vcpu, memory_gib, region)
    yield from _place_problems(options)
    broken = check_private_pool(options.private_pool, options.private_pool_id)
    if broken is not None:
        yield "private_pool_id", options.private_pool_id, broken
    yield from _other_problems(options)


def _spot_problems(
    options: EciOptions, vcpu: Fraction, memory_gib: Fraction, region: str | None
) -> Iterator[tuple[str, object, Broken]]:
    spot = options.spot
    if spot is None:
        return
    limit, decimals = spot.price_limit, _LIMITS["spot_decimals"]["value"]
    if limit is not None:
        exponent = Decimal(str(limit)).normalize().as_tuple().exponent
        if limit <= 0 or (isinstance(exponent, int) and -exponent > decimals):
            fix = "write it such as 0.5, or leave it out for the market price"
            rule = f"be a price above 0 with at most {decimals} decimals"
            yield "spot.price_limit", limit, Broken(rule, fix)
    hours = _LIMITS["spot_protected_hours"]["values"]
    if spot.protected_hours not in hours:
        rule = f"be {' or '.join(map(str, hours))}: ECI protects an instance for one hour or not"
        yield "spot.protected_hours", spot.protected_hours, Broken(rule, "leave it out for 1")
    least = _LIMITS["spot_vcpu"]["value"]
    sizes = [one for one in options.use_specs if _TYPE.fullmatch(one) is None]
    if not options.use_specs:
        size = _rounded(vcpu, memory_gib, region)
        small = [str(size)] if size is not None and size.vcpu < least else []
    else:
        small = [one for one in sizes if (found := eci_sizes.parse(one)) and found.vcpu < least]
    if small:
        rule = f"come with {least} vCPUs or more: ECI has no smaller spot instances"
        yield "spot", small, Broken(rule, f"request {least} vCPUs, or name an instance type")


def _spec_problems(
    options: EciOptions, vcpu: Fraction, memory_gib: Fraction, region: str | None
) -> Iterator[tuple[str, object, Broken]]:
    most = _LIMITS["specs"]["value"]
    if len(options.use_specs) > most:
        rule = f"name at most {most} sizes and instance types"
        yield "use_specs", list(options.use_specs), Broken(rule, "leave the last ones out")
    for spec in options.use_specs:
        broken = _check_spec(spec, vcpu, memory_gib, region, spot=options.spot is not None)
        if broken is not None:
            yield "use_specs", spec, broken
    for family in options.instance_families:
        if _FAMILY.fullmatch(family) is None:
            rule = "be the family of an instance type, such as ecs.c6"
            yield "instance_families", family, Broken(rule, "leave the size out")
    for generation in options.instance_generations:
        if not 1 <= generation <= 9:
            rule = "be a generation of instance types, such as 7"
            yield "instance_generations", generation, Broken(rule, "write the digit of the family")
    types = [one for one in options.use_specs if _TYPE.fullmatch(one)]
    narrowed = options.instance_families or options.instance_generations
    if types and (narrowed or options.compute_categories):
        fix = "name sizes such as 2-4Gi, or leave family, generation and category out"
        yield (
            "use_specs",
            types,
            Broken("not name instance types together with families or categories", fix),
        )
    driver = options.gpu_driver_version
    if driver is not None and _GPU_DRIVER.fullmatch(driver) is None:
        yield (
            "gpu_driver_version",
            driver,
            Broken("name driver and version", "write it such as tesla=525.85.12"),
        )
    if driver is not None and not any(_GPU_FAMILY.match(one) for one in options.use_specs):
        yield (
            "gpu_driver_version",
            driver,
            Broken(
                "come with a GPU instance type in 'use_specs'",
                "add one, such as ecs.gn6i-c4g1.xlarge",
            ),
        )


def _check_spec(
    spec: str, vcpu: Fraction, memory_gib: Fraction, region: str | None, *, spot: bool
) -> Broken | None:
    if _TYPE.fullmatch(spec):
        return None
    size = eci_sizes.parse(spec)
    if size is None:
        return Broken("be a size or an instance type", "write it such as 2-4Gi or ecs.c6.xlarge")
    if size.vcpu < vcpu or size.memory_gib < memory_gib:
        need = eci_sizes.EciSize(vcpu, memory_gib)
        return Broken(f"hold what the containers ask for ({need})", "choose a larger size")
    if size not in eci_sizes.sizes(region, spot=spot):
        try:
            near = eci_sizes.round_up(size.vcpu, size.memory_gib, region, spot=spot)
        except Refused as refused:
            return refused.broken
        text = f"{float(near.vcpu):g}-{float(near.memory_gib):g}Gi"
        return Broken("be a size that ECI sells", f"write {text}, which ECI would round it to")
    return None


def _place_problems(options: EciOptions) -> Iterator[tuple[str, object, Broken]]:
    for name, ids, form, example, key in (
        ("vswitch_ids", options.vswitch_ids, _VSWITCH, "vsw-bp1a2b3c4d5e6f", "vswitches"),
        (
            "security_group_ids",
            options.security_group_ids,
            _SECURITY_GROUP,
            "sg-bp1a2b3c4d5e6f",
            "security_groups",
        ),
    ):
        most = _LIMITS[key]["value"]
        if len(ids) > most:
            yield name, len(ids), Broken(f"be at most {most}", "leave some out")
        for one, count in Counter(ids).items():
            if form.fullmatch(one) is None:
                yield name, one, Broken(f"be an id such as {example}", "copy it from the console")
            if count > 1:
                yield name, one, Broken("be given once", "remove one of them")
    if options.schedule_strategy is not None and len(options.vswitch_ids) < 2:
        rule = "come with two vSwitches or more in 'vswitch_ids'"
        yield (
            "schedule_strategy",
            options.schedule_strategy,
            Broken(rule, "add them, or leave it out"),
        )


def _other_problems(options: EciOptions) -> Iterator[tuple[str, object, Broken]]:
    minutes, bounds = options.max_pending_minutes, _LIMITS["pending_minutes"]
    if minutes is not None and not bounds["min"] <= minutes <= bounds["max"]:
        rule = f"be from {bounds['min']} to {bounds['max']}"
        yield "max_pending_minutes", minutes, Broken(rule, "leave it out for 240")
    storage = options.extra_storage_gib
    if storage is not None and storage < 1:
        free = _LIMITS["free_storage_gib"]["value"]
        rule = f"be 1 or more: it is added to the free {free} GiB"
        yield "extra_storage_gib", storage, Broken(rule, "leave it out")
    cache = options.image_cache_id
    if cache is not None and _IMAGE_CACHE.fullmatch(cache) is None:
        rule = "be the id of an image cache, such as imc-bp1a2b3c4d5e6f"
        yield "image_cache_id", cache, Broken(rule, "copy it from the ECI console")
    most = _LIMITS["custom_tags"]["value"]
    if len(options.custom_tags) > most:
        rule = f"be at most {most}"
        yield "custom_tags", len(options.custom_tags), Broken(rule, "leave some out")
    for key, value in options.custom_tags.items():
        if not key or {":", ","} & set(key + value):
            rule = "have a key, and neither colon nor comma in key and value"
            yield "custom_tags", f"{key}:{value}", Broken(rule, "write them as other words")


def _rounded(vcpu: Fraction, memory_gib: Fraction, region: str | None) -> eci_sizes.EciSize | None:
    try:
        return eci_sizes.round_up(vcpu, memory_gib, region, spot=True)
    except Refused:
        return None  # the size of the pod is judged where the pod is
