"""The report of a burst: a JSON document, a CSV of what was seen, and a page with plots."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ackb.burst.course import Course, Row
from ackb.burst.page import page
from ackb.burst.plan import Plan
from ackb.burst.pods import SIZE
from ackb.domain import prices
from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from ackb.html.page import render

_DIGITS: Final = 1


def plan_fields(plan: Plan, region: str) -> dict[str, Any]:
    """The plan as JSON values."""
    return {
        "pods": plan.pods,
        "budget_seconds": round(plan.budget_seconds, _DIGITS),
        "size": {"vcpu": float(SIZE.vcpu), "gib": float(SIZE.memory_gib)},
        "hourly_cost": hourly_cost(plan.pods, region),
        "plan": [{**asdict(one), "fits": one.fits} for one in plan.facts],
    }


def hourly_cost(pods: int, region: str) -> dict[str, Any] | None:
    """List price of the pods for an hour; None where it is not known."""
    price = prices.eci_hourly(float(SIZE.vcpu), float(SIZE.memory_gib), region)
    if price is None:
        return None
    return {
        "amount": round(price.amount * pods, 2),
        "currency": price.currency,
        "source": price.source,
        "as_of": price.as_of.isoformat(),
    }


def document(
    stack: Mapping[str, Any], plan: Plan, course: Course, *, unlimited: bool, kept: bool
) -> dict[str, Any]:
    """Everything that was planned and seen, as JSON values; `stack` has its name and region."""
    last = course.rows[-1].processes
    return {
        **stack,
        **plan_fields(plan, str(stack["region"])),
        "begun": datetime.fromtimestamp(course.begun, UTC).isoformat("T", "seconds"),
        "unlimited": unlimited,
        "kept": kept,
        "seconds": round(course.seconds, _DIGITS),
        "pods_per_second": round(plan.pods / max(course.seconds, 0.1), _DIGITS),
        "peak_mib": round(course.peak_mib, _DIGITS),
        "cpu_seconds": {name: round(one.cpu_seconds, _DIGITS) for name, one in last.items()},
        "removed_seconds": None
        if course.removed_seconds is None
        else round(course.removed_seconds, _DIGITS),
        "check": {**asdict(course.check), "passed": course.check.passed},
        "samples": [_sample(row) for row in course.rows],
    }


def folder(home: Home, stack: str, wanted: Path | None) -> Path:
    """Where the report goes: the folder asked for, or a new one in the home."""
    if wanted is not None:
        return wanted
    return home.root / "reports" / f"burst-{stack}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def write(where: Path, found: dict[str, Any]) -> dict[str, str]:
    """Write `report.html`, `report.json` and `samples.csv`; returns their paths.

    Raises:
        OSError: the folder cannot be written.
    """
    where.mkdir(parents=True, exist_ok=True)
    texts = {
        "html": ("report.html", render(page(found))),
        "json": ("report.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n"),
        "csv": ("samples.csv", _csv(found["samples"])),
    }
    for name, text in texts.values():
        write_atomically(where / name, text)
    return {kind: str(where / name) for kind, (name, _) in texts.items()}


def lines(found: Mapping[str, Any], files: Mapping[str, str]) -> list[str]:
    """What the terminal says in the end."""
    check, budget = found["check"], found["budget_seconds"]
    against = "no budget" if found["unlimited"] else f"the budget allows {budget:.0f} s"
    rows = {
        "Pods": f"{check['pods']} ready after {found['seconds']:.0f} s ({against}), "
        f"{found['pods_per_second']:g} a second",
        "Check": "no pod lost, none started twice"
        if check["passed"]
        else f"{len(check['lost'])} lost, {len(check['double'])} double; the report names them",
    }
    if found["peak_mib"]:
        total = sum(found["cpu_seconds"].values())
        rows["Control plane"] = f"at most {found['peak_mib']:.0f} MiB, {total:.0f} s of CPU time"
    if found["removed_seconds"] is None:
        rows["Pods stay"] = "the next `ackb burst` or `ackb down` removes them"
    else:
        rows["Removed"] = f"after {found['removed_seconds']:.0f} s"
    rows["Report"] = files["html"]
    return [f"{label:<15}{value}" for label, value in rows.items()]


def _sample(row: Row) -> dict[str, Any]:
    return {
        "seconds": round(row.seconds, _DIGITS),
        "created": row.created,
        "ready": row.ready,
        "memory_mib": {n: round(one.memory_mib, _DIGITS) for n, one in row.processes.items()},
        "cpu_seconds": {n: round(one.cpu_seconds, _DIGITS) for n, one in row.processes.items()},
    }


def _csv(samples: Sequence[Mapping[str, Any]]) -> str:
    names = sorted({name for one in samples for name in one["memory_mib"]})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{name} {unit}" for unit in ("MiB", "CPU s") for name in names]
    writer.writerow(["seconds", "created", "ready", *columns])
    for one in samples:
        values = [
            one[field].get(name, "") for field in ("memory_mib", "cpu_seconds") for name in names
        ]
        writer.writerow([one["seconds"], one["created"], one["ready"], *values])
    return text.getvalue()
