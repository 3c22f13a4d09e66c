"""Settings of the pods that run on ECI."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ackb.domain import eci_annotations
from blueprints.settings.base import Settings


class Spot(Settings):
    """Spot instances: cheaper, and taken back when others pay more."""

    price_limit: float | None = Field(
        default=None, description="Most to pay for an hour. Default: the market price."
    )
    protected_hours: int = Field(
        default=1,
        description="Hours in which ECI does not take an instance back, 0 or 1. Default: 1.",
    )
    fall_back: bool = Field(
        default=False,
        description="Run at the full price where there is no spot instance. Default: false.",
    )

    def option(self) -> eci_annotations.Spot:
        """Return it as the rules of ECI take it."""
        return eci_annotations.Spot(
            price_limit=self.price_limit,
            protected_hours=self.protected_hours,
            fall_back=self.fall_back,
        )


class EciPods(Settings):
    """What the pods ask of ECI; pods on ECS nodes do not heed it."""

    spot: Spot | None = Field(default=None, description="Spot instances. Default: none.")
    use_specs: tuple[str, ...] = Field(
        default=(),
        description="Sizes and instance types to try in order, at most 5, such as 2-4Gi and "
        "ecs.c6.xlarge. Default: what the containers ask for, rounded up.",
    )
    instance_families: tuple[str, ...] = Field(
        default=(), description="Families that a size may be of, such as ecs.c6. Default: any."
    )
    instance_generations: tuple[int, ...] = Field(
        default=(), description="Generations that a size may be of, such as 7. Default: any."
    )
    compute_categories: tuple[Literal["economy", "general"], ...] = Field(
        default=(), description="Categories to try in order. Default: general."
    )
    vswitch_ids: tuple[str, ...] = Field(
        default=(), description="vSwitches, at most 10. Default: those of the virtual node."
    )
    schedule_strategy: Literal["VSwitchOrdered", "VSwitchRandom"] | None = Field(
        default=None, description="How to choose among several vSwitches. Default: by ECI."
    )
    security_group_ids: tuple[str, ...] = Field(
        default=(),
        description="Security groups of one VPC and one kind, at most 5. Default: that of the "
        "virtual node.",
    )
    private_pool: Literal["Open", "Target"] | None = Field(
        default=None,
        description="Start on capacity that the account has reserved: `Open` takes any that fits, "
        "`Target` the one of `private_pool_id` and nothing else. Default: public capacity.",
    )
    private_pool_id: str | None = Field(
        default=None, min_length=1, description="Private pool for `Target`. Default: none."
    )
    fail_strategy: Literal["fail-back", "fail-over", "fail-fast"] | None = Field(
        default=None,
        description="What becomes of a pod that ECI could not create: `fail-back` tries again, "
        "`fail-over` gives it another node, `fail-fast` lets it fail. Default: fail-back.",
    )
    max_pending_minutes: int | None = Field(
        default=None, description="Minutes to wait for capacity, 10 to 1440. Default: 240."
    )
    evict_full_storage: bool | None = Field(
        default=None,
        description="Evict a pod that uses up its ephemeral storage. Default: as ECI does.",
    )
    reschedule: bool | None = Field(
        default=None,
        description="Let the scheduler place a pod again that ECI could not create (an older "
        "annotation; prefer fail_strategy). Default: as ECI does.",
    )
    extra_storage_gib: int | None = Field(
        default=None, description="Ephemeral storage in GiB beyond the free 30. Default: none."
    )
    auto_image_cache: bool | None = Field(
        default=None, description="Make and use image caches by itself. Default: as ECI does."
    )
    image_cache_id: str | None = Field(
        default=None, description="Image cache to start from, such as imc-bp1a2b3c. Default: none."
    )
    gpu_driver_version: str | None = Field(
        default=None,
        description="GPU driver, such as tesla=525.85.12; needs a GPU instance type in use_specs. "
        "Default: as ECI does.",
    )
    ram_role_name: str | None = Field(
        default=None, description="RAM role of the instances. Default: none."
    )
    custom_tags: dict[str, str] = Field(
        default={}, description="Tags of the instances in the cloud, at most 3. Default: none."
    )

    def options(self) -> eci_annotations.EciOptions:
        """Return them as the rules of ECI take them."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "spot"}
        spot = self.spot.option() if self.spot else None
        return eci_annotations.EciOptions(spot=spot, **values)
