"""HPA-08: an autoscaler may act in one direction at least, and its rules are ones it can keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ackb.domain import autoscaling, hpa
from ackb.domain.unknown import UNKNOWN
from policies.model import Outcome, Resource, read
from policies.rules import Context
from policies.workloads.pods import kind_of

_PLACES: Final = {
    ("autoscaling", autoscaling.HPA): ("spec", "behavior"),
    ("keda.sh", autoscaling.KEDA): (
        "spec",
        "advanced",
        "horizontalPodAutoscalerConfig",
        "behavior",
    ),
}


def applies(resource: Resource) -> bool:
    """Tell whether resources of this type say how fast pods come and go."""
    return kind_of(resource) in _PLACES


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield a behaviour that forbids both directions."""
    place = _PLACES[kind_of(resource) or ("", "")]
    behavior = resource.read(*place)
    chosen = [read(behavior, direction, "selectPolicy") for direction in ("scaleUp", "scaleDown")]
    path = ".".join((*place, "scaleUp", "selectPolicy"))
    if UNKNOWN in chosen and all(one in (UNKNOWN, "Disabled") for one in chosen):
        if context.stack.complete:
            yield Outcome(
                path,
                UNKNOWN,
                "whether the autoscaler may act at all is not known before deployment",
                "write selectPolicy as plain text",
                certain=False,
            )
        return
    broken = hpa.check_directions(_rules(chosen[0]), _rules(chosen[1]))
    if broken is not None:
        yield Outcome(path, chosen[0], f"must {broken.rule}", broken.fix)


def _rules(chosen: Any) -> hpa.Rules:
    return hpa.Rules((), "Disabled" if chosen == "Disabled" else "Max")
