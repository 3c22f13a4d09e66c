"""HPA-06: the bounds of an autoscaler hold together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain import autoscaling, hpa
from ackb.domain.unknown import UNKNOWN
from policies.model import Outcome, Resource
from policies.rules import Context
from policies.workloads.pods import kind_of

# Kind -> properties of min and max, and what the API takes where they are left out.
_BOUNDS: Final = {
    ("autoscaling", autoscaling.HPA): (("minReplicas", 1), ("maxReplicas", None)),
    ("keda.sh", autoscaling.KEDA): (("minReplicaCount", 0), ("maxReplicaCount", 100)),
}


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type have bounds."""
    return kind_of(resource) in _BOUNDS


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield bounds that contradict each other, or that leave no pod to measure."""
    kind = kind_of(resource) or ("", "")
    (low, low_default), (high, high_default) = _BOUNDS[kind]
    minimum = _number(resource, low, low_default)
    maximum = _number(resource, high, high_default)
    if UNKNOWN in (minimum, maximum):
        if context.stack.complete:
            yield Outcome(
                f"spec.{low if minimum is UNKNOWN else high}",
                UNKNOWN,
                "whether min <= max is not known before deployment",
                "write both as plain numbers",
                certain=False,
            )
        return
    if maximum is None:
        return  # the API server refuses an autoscaler without it
    check = hpa.check_bounds if kind[1] == autoscaling.HPA else autoscaling.check_event_bounds
    if broken := check(minimum, maximum):
        yield Outcome(f"spec.{low}", minimum, f"must {broken.rule}", broken.fix)


def _number(resource: Resource, field: str, default: int | None) -> Any:
    """Return the number, `UNKNOWN`, or None; whole ones travel as floating point numbers."""
    value = resource.read("spec", field)
    if value is None:
        return default
    return int(value) if isinstance(value, int | float) else UNKNOWN
