"""What KEDA scales by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ackb.domain import autoscaling, hpa
from ackb.domain.problems import ArgumentProblem
from components.checks import problem


@dataclass(frozen=True, kw_only=True)
class CronTrigger:
    """A number of pods between two times of the day."""

    time_zone: str
    """Time zone of both times, such as `Asia/Shanghai`."""
    start: str
    """When it begins: five fields, minutes first, unlike a CronHorizontalPodAutoscaler."""
    end: str
    """When it ends, in the same form."""
    replicas: int
    """Number of pods in between."""


@dataclass(frozen=True, kw_only=True)
class CpuTrigger:
    """Use of CPU, in percent of what the pods request."""

    percent: int = 60
    """Use it aims at, 1 to 100. Default: 60."""
    container: str | None = None
    """The only container that counts. Default: the whole pod."""


@dataclass(frozen=True, kw_only=True)
class MemoryTrigger:
    """Use of memory, in percent of what the pods request."""

    percent: int
    """Use it aims at, 1 to 100."""
    container: str | None = None
    """The only container that counts. Default: the whole pod."""


@dataclass(frozen=True, kw_only=True)
class PrometheusTrigger:
    """The result of a PromQL query, such as requests per second."""

    server: str
    """Address of the server, `http://...`."""
    query: str
    """PromQL that gives one number."""
    threshold: float
    """Share of the number that one pod can take."""
    authentication: str | None = None
    """TriggerAuthentication to ask with. Default: none."""


@dataclass(frozen=True, kw_only=True)
class ExternalTrigger:
    """A scaler of your own, which speaks KEDA's gRPC interface."""

    address: str
    """Host and port of the scaler, such as `scaler.shop:6000`."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What it is told. Default: nothing."""
    authentication: str | None = None
    """TriggerAuthentication to ask with. Default: none."""


@dataclass(frozen=True, kw_only=True)
class OtherTrigger:
    """Any other of KEDA's scalers, such as `kafka` or `rabbitmq`."""

    type: str
    """Name of the scaler: https://keda.sh/docs/latest/scalers/."""
    metadata: Mapping[str, str]
    """What its page says."""
    authentication: str | None = None
    """TriggerAuthentication to ask with. Default: none."""


Trigger = (
    CronTrigger | CpuTrigger | MemoryTrigger | PrometheusTrigger | ExternalTrigger | OtherTrigger
)


def spec(trigger: Trigger) -> dict[str, Any]:
    """Return a trigger as KEDA has it."""
    if isinstance(trigger, CpuTrigger | MemoryTrigger):
        metadata = {"value": str(trigger.percent)}
        if trigger.container is not None:
            metadata["containerName"] = trigger.container
        return {"type": _resource(trigger), "metricType": "Utilization", "metadata": metadata}
    if isinstance(trigger, CronTrigger):
        return {
            "type": "cron",
            "metadata": {
                "timezone": trigger.time_zone,
                "start": trigger.start,
                "end": trigger.end,
                "desiredReplicas": str(trigger.replicas),
            },
        }
    kind, metadata = _named(trigger)
    found: dict[str, Any] = {"type": kind, "metadata": metadata}
    if trigger.authentication is not None:
        found["authenticationRef"] = {"name": trigger.authentication}
    return found


def _named(
    trigger: PrometheusTrigger | ExternalTrigger | OtherTrigger,
) -> tuple[str, dict[str, str]]:
    if isinstance(trigger, PrometheusTrigger):
        return "prometheus", {
            "serverAddress": trigger.server,
            "query": trigger.query,
            "threshold": f"{trigger.threshold:g}",
        }
    if isinstance(trigger, ExternalTrigger):
        return "external", {"scalerAddress": trigger.address, **trigger.metadata}
    return trigger.type, dict(trigger.metadata)


def _resource(trigger: CpuTrigger | MemoryTrigger) -> str:
    return "cpu" if isinstance(trigger, CpuTrigger) else "memory"


def resources(triggers: Sequence[Trigger]) -> frozenset[str]:
    """Return which of `cpu` and `memory` are measured."""
    return frozenset(
        _resource(one) for one in triggers if isinstance(one, CpuTrigger | MemoryTrigger)
    )


def problems(triggers: Sequence[Trigger]) -> Iterator[ArgumentProblem]:
    """Yield what is wrong with triggers."""
    if not triggers:
        yield ArgumentProblem("triggers", "hold at least one", [], "add one")
    for index, one in enumerate(triggers):
        path = f"triggers[{index}]"
        if isinstance(one, CpuTrigger | MemoryTrigger):
            yield from problem(f"{path}.percent", one.percent, hpa.check_target(one.percent))
        elif isinstance(one, CronTrigger):
            yield from _cron_problems(path, one)
        elif isinstance(one, PrometheusTrigger):
            yield from _prometheus_problems(path, one)


def _cron_problems(path: str, one: CronTrigger) -> Iterator[ArgumentProblem]:
    zone = autoscaling.check_time_zone(one.time_zone)
    yield from problem(f"{path}.time_zone", one.time_zone, zone)
    for name in ("start", "end"):
        text = getattr(one, name)
        yield from problem(f"{path}.{name}", text, autoscaling.check_crontab(text))
    if one.start == one.end:
        yield ArgumentProblem(f"{path}.end", "differ from 'start'", one.end, "write a later time")
    if one.replicas < 1:
        yield ArgumentProblem(f"{path}.replicas", "be 1 or more", one.replicas, "choose a number")


def _prometheus_problems(path: str, one: PrometheusTrigger) -> Iterator[ArgumentProblem]:
    if not one.server.startswith(("http://", "https://")):
        yield ArgumentProblem(
            f"{path}.server",
            "begin with http:// or https://",
            one.server,
            "write the whole address",
        )
    if one.threshold <= 0:
        yield ArgumentProblem(
            f"{path}.threshold", "be more than 0", one.threshold, "write what one pod can take"
        )
