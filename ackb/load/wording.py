"""How a load test is told, in every language, on the terminal and in the report."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ackb.html.model import Language

_MOST_STEPS: Final = 12


class Wording:
    """The texts of one language."""

    def __init__(self, language: Language = "en") -> None:
        self.language: Language = language
        self._texts = texts(language)

    def __call__(self, name: str, /, **values: object) -> str:
        """The text called `name` with its places filled."""
        return self._texts[name].format_map(values)

    def percent(self, share: float | None) -> str:
        """A share: `98.7 %`."""
        return self("unknown") if share is None else f"{100 * share:.1f} %"

    def seconds(self, time: float | None) -> str:
        """A response time: `0.84 s`."""
        return self("unknown") if time is None else self("seconds", value=f"{time:.2f}")

    def money(self, amount: float | None) -> str:
        """A sum of list prices."""
        return self("unknown") if amount is None else self("money", value=f"{amount:.2f}")

    def cost(self, ecs: float | None, eci: float | None) -> str:
        """Both parts of a cost; of few instance types a list price is public."""
        if ecs is not None and eci is not None:
            whole, parts = f"{ecs + eci:.2f}", {"ecs": f"{ecs:.2f}", "eci": f"{eci:.2f}"}
            return self("cost.both", whole=whole, **parts)
        return self("cost.parts", ecs=self.money(ecs), eci=self.money(eci))

    def load(self, report: dict[str, Any]) -> str:
        """Profile and speed of a test."""
        name = report["profile"]["name"]
        known = f"profile.{name}" in self._texts
        profile = self(f"profile.{name}") if known else self("profile.replay", file=name)
        speed = report["speed"]
        return self("load" if speed == 1 else "load.fast", profile=profile, speed=speed)

    def verdict(self, report: dict[str, Any]) -> list[str]:
        """What the numbers mean, a sentence each."""
        found, scaler = report["summary"], report["autoscaler"]
        said = []
        if found["timeouts"] >= 1:
            counts = {
                "timeouts": found["timeouts"],
                "requests": found["requests"],
                "scaling": found["timeouts_scaling"],
                "bound": found["timeouts_at_bound"],
            }
            rounded = {name: f"{count:,.0f}" for name, count in counts.items()}
            said.append(self("said.timeouts", **rounded))
        else:
            said.append(self("said.no_timeout"))
        if scaler and found["timeouts_at_bound"] >= 1:
            said.append(self("said.bound", most=scaler["max"]))
        if found["eci_first"] is not None:
            said.append(self("said.eci_first" if found["eci_first"] else "said.ecs_too"))
        if found["decisions"]:
            name = "said.differ" if found["disagreements"] else "said.agree"
            said.append(self(name, count=found["decisions"], wrong=found["disagreements"]))
        return said


def replicas(steps: list[int]) -> str:
    """The numbers of replicas in their order: `22 → 31 → 44`; a long row loses its middle."""
    if len(steps) > _MOST_STEPS:
        half = _MOST_STEPS // 2
        return f"{_arrows(steps[:half])} → … → {_arrows(steps[-half:])}"
    return _arrows(steps)


@cache
def texts(language: Language) -> dict[str, str]:
    """Every text of a language by its name."""
    place = files("ackb.load").joinpath("texts", f"{language}.json")
    found: dict[str, str] = json.loads(place.read_text("utf-8"))
    return found


def _arrows(steps: list[int]) -> str:
    return " → ".join(map(str, steps))
