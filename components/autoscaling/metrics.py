"""What an autoscaler measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_kubernetes as kubernetes

from ackb.domain import hpa, quantity
from ackb.domain.problems import ArgumentProblem, Broken, Refused
from components.autoscaling.target import ScaleTarget, request_problems
from components.checks import problem

v2 = kubernetes.autoscaling.v2


@dataclass(frozen=True, kw_only=True)
class Cpu:
    """Use of CPU, in percent of what the pods request."""

    percent: int = 60
    """Use it aims at, 1 to 100. Default: 60, since nodes should stay below that."""
    container: str | None = None
    """The only container that counts, where a sidecar would hide it. Default: the whole pod."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Use of memory, in percent of what the pods request. Few programs give memory back."""

    percent: int
    """Use it aims at, 1 to 100."""
    container: str | None = None
    """The only container that counts. Default: the whole pod."""


@dataclass(frozen=True, kw_only=True)
class PodsMetric:
    """A metric of each pod, such as requests per second; an adapter must serve it."""

    metric: str
    """Name of the metric in custom.metrics.k8s.io."""
    average: str
    """Value per pod that it aims at, as a Kubernetes quantity."""


@dataclass(frozen=True, kw_only=True)
class ExternalMetric:
    """A metric from outside the cluster, such as the length of a queue; an adapter must serve
    it."""

    metric: str
    """Name of the metric in external.metrics.k8s.io."""
    average: str
    """Share of the metric that each pod should have, as a Kubernetes quantity."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that select the series. Default: all."""


Metric = Cpu | Memory | PodsMetric | ExternalMetric


def resources(metrics: Sequence[Metric]) -> frozenset[str]:
    """Return which of `cpu` and `memory` are measured."""
    return frozenset(type(one).__name__.lower() for one in metrics if isinstance(one, Cpu | Memory))


def spec(metric: Metric) -> kubernetes.autoscaling.v2.MetricSpecArgs:
    """Return a metric as the API has it."""
    if isinstance(metric, PodsMetric):
        return v2.MetricSpecArgs(
            type="Pods",
            pods=v2.PodsMetricSourceArgs(
                metric=v2.MetricIdentifierArgs(name=metric.metric),
                target=v2.MetricTargetArgs(type="AverageValue", average_value=metric.average),
            ),
        )
    if isinstance(metric, ExternalMetric):
        labels = dict(metric.labels)
        selector = kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels) if labels else None
        return v2.MetricSpecArgs(
            type="External",
            external=v2.ExternalMetricSourceArgs(
                metric=v2.MetricIdentifierArgs(name=metric.metric, selector=selector),
                target=v2.MetricTargetArgs(type="AverageValue", average_value=metric.average),
            ),
        )
    name = type(metric).__name__.lower()
    target = v2.MetricTargetArgs(type="Utilization", average_utilization=metric.percent)
    if metric.container is None:
        return v2.MetricSpecArgs(
            type="Resource", resource=v2.ResourceMetricSourceArgs(name=name, target=target)
        )
    return v2.MetricSpecArgs(
        type="ContainerResource",
        container_resource=v2.ContainerResourceMetricSourceArgs(
            name=name, container=metric.container, target=target
        ),
    )


def problems(metrics: Sequence[Metric], target: ScaleTarget) -> Iterator[ArgumentProblem]:
    """Yield what is wrong with the metrics of an autoscaler of `target`."""
    if not metrics:
        yield ArgumentProblem(
            "metrics", "hold at least one", [], "measure CPU, with Cpu(percent=60)"
        )
    for index, one in enumerate(metrics):
        path = f"metrics[{index}]"
        if isinstance(one, Cpu | Memory):
            broken = hpa.check_target(one.percent)
            yield from problem(f"{path}.percent", one.percent, broken)
            yield from request_problems(target, resources([one]), one.container)
            continue
        if not one.metric:
            yield ArgumentProblem(f"{path}.metric", "not be empty", "", "name the metric")
        yield from problem(f"{path}.average", one.average, _check_average(one.average))


def _check_average(text: str) -> Broken | None:
    try:
        value = quantity.parse(text)
    except Refused as refused:
        return refused.broken
    return None if value > 0 else Broken("be more than 0", "write what one pod can take")
