"""How a load test is told, on the terminal and in the report."""

from __future__ import annotations

from typing import Any


def replicas(steps: list[int], most: int = 12) -> str:
    """The numbers of replicas in their order: `22 → 31 → 44`; a long row loses its middle."""
    if len(steps) > most:
        half = most // 2
        return f"{_arrows(steps[:half])} → … → {_arrows(steps[-half:])}"
    return _arrows(steps)


def percent(share: float | None) -> str:
    """A share: `98.7 %`."""
    return "unknown" if share is None else f"{100 * share:.1f} %"


def seconds(time: float | None) -> str:
    """A response time: `0.84 s`."""
    return "unknown" if time is None else f"{time:.2f} s"


def money(amount: float | None) -> str:
    """A sum of list prices."""
    return "unknown" if amount is None else f"{amount:.2f} CNY"


def cost(ecs: float | None, eci: float | None) -> str:
    """Both parts of a cost; of few instance types a list price is public."""
    if ecs is not None and eci is not None:
        return f"{ecs + eci:.2f} CNY (ECS {ecs:.2f}, ECI {eci:.2f})"
    return f"ECS {money(ecs)}, ECI {money(eci)}"


def verdict(numbers: dict[str, Any], autoscaler: dict[str, Any] | None) -> list[str]:
    """What the numbers mean, a sentence each; `numbers` is the summary of the report."""
    said = []
    timeouts, scaling = numbers["timeouts"], numbers["timeouts_scaling"]
    if timeouts >= 1:
        said.append(
            f"{timeouts:,.0f} of {numbers['requests']:,.0f} requests timed out: {scaling:,.0f} "
            "while pods were still missing (traffic rose faster than scale-out), "
            f"{numbers['timeouts_at_bound']:,.0f} with all pods of the upper bound ready."
        )
    else:
        said.append("No request timed out.")
    if autoscaler and numbers["timeouts_at_bound"] >= 1:
        said.append(
            f"The upper bound of {autoscaler['max']} pods is too low for this load, or its pods "
            "are too small: scaling faster would not have helped there."
        )
    if numbers["eci_first"] is not None:
        taken = (
            "took pods from ECI before any from ECS"
            if numbers["eci_first"]
            else ("took pods from ECS while ECI still had some")
        )
        said.append(f"Scale-in {taken}.")
    compared, wrong = numbers["decisions"], numbers["disagreements"]
    if compared:
        agree = "all as" if not wrong else f"{wrong} not as"
        said.append(f"{compared} decisions of the autoscaler compared, {agree} the formula says.")
    return said


def _arrows(steps: list[int]) -> str:
    return " → ".join(map(str, steps))
