"""Settings of autoscaling: how many pods, of which size, and on how many nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from ackb.domain import autoscaling, hpa, node_scaling, quantity
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code

Schedule = Annotated[str, rule(Code.SCHEDULE, autoscaling.check_schedule)]
Crontab = Annotated[str, rule(Code.SCHEDULE, autoscaling.check_crontab)]
TimeZone = Annotated[str, rule(Code.TIME_ZONE, autoscaling.check_time_zone)]
Percent = Annotated[int, rule(Code.HPA_TARGET, hpa.check_target)]
Threshold = Annotated[float, rule(Code.NODE_SCALING, node_scaling.check_threshold)]


class MarketplaceChart(Settings):
    """A Helm chart of the marketplace of Container Service, or of a copy of it."""

    repository: str = Field(
        pattern="^(https|oci)://",
        examples=["https://charts.example.com"],
        description="Address of the repository, `https://...` or `oci://...`.",
    )
    version: str = Field(
        min_length=1,
        examples=["1.0.0"],
        description="Exact version, as the marketplace shows it in the console.",
    )


class CronJob(Settings):
    """A number of pods from a certain time on."""

    name: str = Field(min_length=1, examples=["morning"], description="Name of the job.")
    schedule: Schedule = Field(
        examples=['"0 30 8 * * MON-FRI"'],
        description="When: six fields, seconds first (`0 30 8 * * *` is 08:30), `@every 90m`, or "
        "`@date 2026-12-31 21:54:00`.",
    )
    size: int = Field(
        ge=1,
        examples=["50"],
        description="Least number of pods from then on, between `min` and `max`.",
    )
    run_once: bool = Field(default=False, description="Do it once only. Default: false.")


class Cron(Settings):
    """Times at which the least number of pods changes: a CronHorizontalPodAutoscaler, which moves
    the bounds of the autoscaler."""

    jobs: tuple[CronJob, ...] = Field(
        examples=["a list"],
        description="What happens when. An empty list ends what was there before and takes the "
        "bounds back; deploy it once before you remove `cron`.",
    )
    exclude_dates: tuple[Schedule, ...] = Field(
        default=(),
        description="Days on which nothing happens, in the form of a schedule: `* * * 1 10 *` is 1 "
        "October. Default: none.",
    )
    time_zone: TimeZone = Field(
        default=autoscaling.TIME_ZONE, description="Time zone of all times. Default: Asia/Shanghai."
    )


class Tolerance(Settings):
    """How far use may be from the target, as a share of it, before anything changes."""

    scale_out: float = Field(
        default=0.1, ge=0, le=1, description="Share above the target. Default: 0.1."
    )
    scale_in: float = Field(
        default=0.1, ge=0, le=1, description="Share below the target. Default: 0.1."
    )


class Fixed(Settings):
    """A fixed number of replicas."""

    type: Literal["fixed"]
    replicas: int = Field(default=22, ge=1, description="Number of pods. Default: 22.")


class Hpa(Settings):
    """A HorizontalPodAutoscaler on CPU, and on memory where that is given too."""

    type: Literal["hpa"]
    cpu: Percent = Field(
        default=60,
        description="CPU use, in percent of the request, that it aims at, 1 to 100. Default: 60.",
    )
    memory: Percent | None = Field(
        default=None,
        description="Memory use, in percent of the request, that it aims at as well; the one that "
        "asks for more pods wins. Default: not measured.",
    )
    min: int = Field(default=22, description="Least number of pods. Default: 22.")
    max: int = Field(default=100, description="Greatest number of pods. Default: 100.")
    scale_in_window_seconds: int = Field(
        default=300,
        ge=0,
        le=3600,
        description="Seconds that a lower load must last before pods go, 0 to 3,600. Default: 300.",
    )
    tolerance: Tolerance | None = Field(
        default=None,
        description="How far use may be from the target before anything changes. Default: 10 %, "
        "as in Kubernetes.",
    )
    cron: Cron | None = Field(
        default=None,
        description="Times at which the least number of pods changes. Default: it does not.",
    )


class CronWindow(Settings):
    """A number of pods between two times of the day."""

    type: Literal["cron"]
    start: Crontab = Field(
        examples=['"30 8 * * 1-5"'],
        description="When it begins: five fields, minutes first, unlike `hpa.cron`.",
    )
    end: Crontab = Field(examples=['"0 20 * * 1-5"'], description="When it ends, in the same form.")
    replicas: int = Field(ge=1, examples=["50"], description="Number of pods in between.")
    time_zone: TimeZone = Field(
        default=autoscaling.TIME_ZONE,
        description="Time zone of both times. Default: Asia/Shanghai.",
    )


class Use(Settings):
    """Use of CPU, in percent of the request."""

    type: Literal["cpu"]
    percent: Percent = Field(default=60, description="Use it aims at, 1 to 100. Default: 60.")


class Prometheus(Settings):
    """The result of a PromQL query."""

    type: Literal["prometheus"]
    server: str = Field(
        pattern="^https?://",
        examples=["http://prometheus.monitoring:9090"],
        description="Address of the server, with http:// or https://.",
    )
    query: str = Field(
        min_length=1, examples=["sum(waiting)"], description="PromQL that gives one number."
    )
    threshold: float = Field(
        gt=0, examples=["20.0"], description="Share of the number that one pod can take."
    )


class Keda(Settings):
    """A ScaledObject of KEDA: events, times and metrics of your own."""

    type: Literal["keda"]
    triggers: tuple[Annotated[CronWindow | Use | Prometheus, Field(discriminator="type")], ...] = (
        Field(
            min_length=1,
            examples=["a list"],
            description="What it scales by; the one that asks for most pods wins.",
        )
    )
    min: int = Field(default=22, ge=1, description="Least number of pods. Default: 22.")
    max: int = Field(default=100, ge=1, description="Greatest number of pods. Default: 100.")
    chart: MarketplaceChart = Field(description="The chart ack-keda.")


Scaling = Annotated[Fixed | Hpa | Keda, Field(discriminator="type")]


class LargestSize(Settings):
    """The most that a recommendation may ask for."""

    cpu: Annotated[str, rule(Code.QUANTITY, quantity.check_cpu)] = Field(
        examples=['"4"'], description='CPU, such as "4".'
    )
    memory: Annotated[str, rule(Code.QUANTITY, quantity.check_memory)] = Field(
        examples=["8Gi"], description="Memory, such as 8Gi."
    )


class RightSizing(Settings):
    """The size that pods should have, from what they use: a VerticalPodAutoscaler."""

    mode: Literal["recommend", "initial", "recreate"] = Field(
        default="recommend",
        description="`recommend` changes nothing (update mode Off); `initial` sizes new pods; "
        "`recreate` also evicts pods that run. Default: recommend.",
    )
    resources: tuple[Literal["cpu", "memory"], ...] = Field(
        default=("cpu", "memory"),
        min_length=1,
        description="What it recommends. Default: cpu and memory.",
    )
    max_allowed: LargestSize | None = Field(
        default=None, description="Largest size it may ask for. Default: no bound."
    )
    chart: MarketplaceChart | None = Field(
        default=None,
        description="The chart ack-vertical-pod-autoscaler; must be given for a real target. "
        "Default: what the sandbox has in its place.",
    )


UPDATE_MODES: Final[Mapping[str, Literal["Off", "Initial", "Recreate"]]] = {
    "recommend": "Off",
    "initial": "Initial",
    "recreate": "Recreate",
}
"""Update mode of the VerticalPodAutoscaler for each mode of the settings."""


class NodeAutoscaling(Settings):
    """How node pools with `autoscaling` grow and shrink."""

    scaler: Literal["goatscaler", "cluster-autoscaler"] = Field(
        default="goatscaler",
        description="`goatscaler` is node instant scaling, `cluster-autoscaler` the one of the "
        "community. Default: goatscaler.",
    )
    expander: Literal["least-waste", "random", "priority"] = Field(
        default="least-waste",
        description="Which pool grows where several would do: the one with least left over, any, "
        "or the first in the order of `node_pools`, pools with GPUs last (the last two need "
        "cluster-autoscaler). Default: least-waste.",
    )
    scale_in: bool = Field(
        default=True, description="Remove nodes that are not needed. Default: true."
    )
    utilization_threshold: Threshold = Field(
        default=0.5,
        description="A node may go when less than this share of it is requested. Default: 0.5.",
    )
    gpu_utilization_threshold: Threshold = Field(
        default=0.5, description="The same for nodes with GPUs. Default: 0.5."
    )
    unneeded_minutes: int = Field(
        default=10,
        ge=1,
        description="Minutes a node must be unneeded before it goes. Default: 10.",
    )
    cool_down_minutes: int = Field(
        default=10, ge=1, description="Minutes a node must be there before it may go. Default: 10."
    )
