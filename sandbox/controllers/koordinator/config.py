"""The colocation part of the ConfigMap kube-system/ack-slo-config."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

NAMESPACE, NAME = "kube-system", "ack-slo-config"
KEY: Final = "colocation-config"

_POLICIES: Final = ("usage", "request")


class InvalidConfig(Exception):
    """The text is not what ack-koordinator reads; says why."""


@dataclass(frozen=True)
class Colocation:
    """Defaults: the comments of the ConfigMap in ACK's documentation of the feature."""

    enable: bool = False
    cpu_threshold: int = 65
    """Percent of the node's CPU that pods together may use."""
    memory_threshold: int = 65
    memory_policy: str = "usage"
    """Whether online pods count with what they use, or with what they request."""
    difference: float = 0.1
    """A smaller change of an amount, as a part of it, is not written."""


def read(text: str) -> Colocation:
    """Read the value of the ConfigMap's key; an empty one is the default.

    Raises:
        InvalidConfig: it cannot be used.
    """
    if not text.strip():
        return Colocation()
    try:
        given = json.loads(text)
    except ValueError as error:
        raise InvalidConfig(f"{KEY} is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise InvalidConfig(f"{KEY} is not a JSON object")
    default = Colocation()
    found = Colocation(
        enable=bool(given.get("enable", default.enable)),
        cpu_threshold=_percent(given, "cpuReclaimThresholdPercent", default.cpu_threshold),
        memory_threshold=_percent(given, "memoryReclaimThresholdPercent", default.memory_threshold),
        memory_policy=given.get("memoryCalculatePolicy", default.memory_policy),
        difference=float(given.get("resourceDiffThreshold", default.difference)),
    )
    if found.memory_policy not in _POLICIES:
        raise InvalidConfig(f"memoryCalculatePolicy must be {' or '.join(_POLICIES)}")
    return found


def _percent(given: dict[str, Any], name: str, default: int) -> int:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise InvalidConfig(f"{name} must be a whole number from 0 to 100 (got {value!r})")
    return value
