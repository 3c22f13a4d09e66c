"""How long an instance takes to start, and what becomes of spot instances: data with sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from sandbox.cloud.catalogue import load

Timing = Literal["quick", "real"]
"""`quick` for everyday runs; `real` where the start of instances is what is looked at."""

TIMINGS: tuple[Timing, ...] = ("quick", "real")


def timing(name: str) -> Mapping[str, Any]:
    """Seconds of the steps of a start."""
    times: Mapping[str, Any] = _data()["timings"][name]
    return times


def spot() -> Mapping[str, Any]:
    """Protection and notice of spot instances."""
    rules: Mapping[str, Any] = _data()["spot"]
    return rules


def _data() -> dict[str, Any]:
    return load(Path(__file__).parent / "behaviour.json")
